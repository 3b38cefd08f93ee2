/* SPDX-License-Identifier: Apache-2.0 */
/* kvm.c - see kvm.h. */
#include "runner/qemu/kvm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/host/program.h"
#include "runner/host/tree.h"
#include "runner/qemu/qemu.h"
#include "sentence.h"

enum { BIOS_BYTES = 65536, RESET_VECTOR = BIOS_BYTES - 16 };

/* Code at the reset address. It pulses the keyboard controller's reset line, so QEMU (-no-reboot) ends with success. */
static const unsigned char program[] = {
	0xb0, 0xfe, /* mov al, 0xfe */
	0xe6, 0x64, /* out 0x64, al */
	0xf4,       /* hlt */
	0xeb, 0xfd, /* jmp to the hlt */
};

static int write_bios(const char *path, char **error)
{
	char *bios = calloc(1, BIOS_BYTES);
	int status = bios ? 0 : -ENOMEM;

	if (status == 0) {
		memcpy(bios + RESET_VECTOR, program, sizeof(program));
		status = tree_write_file(path, bios, BIOS_BYTES);
	}
	free(bios);
	return status < 0 ? sentence(error, status, "cannot write %s: %s", path, strerror(-status)) : 0;
}

/* A guest that hangs is ended by timeout(1). */
static int run_bios(const char *accel, const char *bios, char **error)
{
	const char *argv[] = { "timeout", "20", "qemu-system-x86_64", "-M", "pc", "-accel", accel, "-cpu",
		strcmp(accel, "kvm") == 0 ? "host" : "max", "-m", "16", "-nodefaults", "-no-user-config", "-display",
		"none", "-no-reboot", "-bios", bios, NULL };

	char *why = NULL;
	int status = program_run(argv, NULL, NULL, &why);

	if (status < 0)
		sentence(error, status, "KVM cannot be used, QEMU fails with it: %s", why ? why : "");
	free(why);
	return status;
}

int kvm_try(const char *accel, char **error)
{
	const char *parent = getenv("TMPDIR");
	char *folder = NULL, *bios = NULL;
	int status = 0;

	if (strcmp(accel, "kvm") == 0)
		status = qemu_check_kvm(error);
	if (status < 0)
		return status;
	if (asprintf(&folder, "%s/sctpspec-kvm-XXXXXX", parent && *parent ? parent : "/tmp") < 0)
		return no_memory(error);
	if (!mkdtemp(folder)) {
		status = sentence(error, -errno, "cannot make a folder %s: %m", folder);
		free(folder);
		return status;
	}
	if (asprintf(&bios, "%s/bios", folder) < 0)
		status = no_memory(error);
	else
		status = write_bios(bios, error);
	if (status == 0)
		status = run_bios(accel, bios, error);
	tree_remove(folder);
	free(bios);
	free(folder);
	return status;
}
