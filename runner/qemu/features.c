/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features.c - asks the installed QEMU what it can do.
 *
 * The format of the recorder's section in the devices' state differs with QEMU's version, and does not describe itself.
 * So a QEMU without a machine is started in record mode with an empty disk, and told to save its state there at once.
 * The disk then has the section as it is before anything has run.
 */
#include "runner/qemu/features.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/host/program.h"
#include "runner/protocol/console.h"
#include "runner/qemu/device_state.h"
#include "runner/qemu/qemu.h"
#include "runner/qemu/qmp.h"
#include "runner/qemu/vmstate_disk.h"
#include "sentence.h"

/* ------------------------------------------------------------------ the recorder */

struct probe {
	int disk, words, monitor[2]; /* files in memory, and a pair of sockets */
};

static int open_probe(struct probe *probe, char **error)
{
	size_t length;
	unsigned char *empty = vmstate_disk_make_empty(&length);
	int status = 0;

	*probe = (struct probe){ memfd_create("disk", MFD_CLOEXEC), memfd_create("words", MFD_CLOEXEC), { -1, -1 } };
	if (!empty)
		status = no_memory(error);
	else if (probe->disk < 0 || probe->words < 0 || pwrite(probe->disk, empty, length, 0) != (ssize_t)length)
		status = sentence(error, -errno, "cannot make a file in memory: %m");
	else if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, probe->monitor) < 0)
		status = sentence(error, -errno, "cannot make a pair of sockets: %m");
	free(empty);
	return status;
}

static void close_probe(const struct probe *probe)
{
	for (size_t i = 0; i < 4; i++) {
		int fd = (int[]){ probe->disk, probe->words, probe->monitor[0], probe->monitor[1] }[i];

		if (fd >= 0)
			close(fd);
	}
}

/* With all channels and files that a machine needs to be rewound (machine.c). */
static int start(struct probe *probe, pid_t *pid, char **error)
{
	static const char *const words[] = { QEMU_PROGRAM, "-M", "none", "-nodefaults", "-no-user-config", "-display",
		"none", "-accel", "tcg", "-icount",
		("shift=0,sleep=off,rr=record,rrfile=/dev/null,rrsnapshot=" VMSTATE_DISK_TAG), "-chardev",
		"null,id=memory", "-object", "qtest,id=qtest,chardev=memory,log=none" };
	const int kept[] = { probe->disk, probe->monitor[1] };
	struct qemu_arguments arguments = { 0 };
	int status;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		qemu_add(&arguments, words[i]);
	qemu_add(&arguments, "-drive");
	qemu_addf(&arguments, "if=none,id=disk,format=qcow2,file=/proc/self/fd/%d,file.locking=off", probe->disk);
	qemu_add(&arguments, "-chardev");
	qemu_addf(&arguments, "socket,id=monitor,fd=%d", probe->monitor[1]);
	qemu_add(&arguments, "-qmp");
	qemu_add(&arguments, "chardev:monitor");
	status = qemu_start(&arguments, kept, 2, probe->words, pid, error);
	qemu_arguments_free(&arguments);
	close(probe->monitor[1]); /* QEMU has the only copy: it is closed when QEMU ends */
	probe->monitor[1] = -1;
	return status;
}

/* When the monitor has answered, QEMU has saved its state. */
static int run(struct probe *probe, char **error)
{
	pid_t pid = -1;
	int status = start(probe, &pid, error);
	char *said, *words;

	if (status < 0)
		return status;
	status = qmp_open((struct qmp){ probe->monitor[0], pid }, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (status == 0)
		return 0;
	said = console_read(probe->words);
	words = said ? console_last_words(said) : NULL;
	sentence(error, status, "QEMU cannot save itself in record mode: %s", words ? words : "it does not say why");
	free(words);
	free(said);
	return status;
}

static int take_recorder(const struct probe *probe, struct qemu_features *out, char **error)
{
	struct stat st = { 0 };
	void *disk = MAP_FAILED;

	if (fstat(probe->disk, &st) == 0)
		disk = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, probe->disk, 0);
	if (disk == MAP_FAILED)
		return sentence(error, -errno, "cannot read a file in memory: %m");
	out->recorder_length =
		device_state_copy_recorder(disk, (size_t)st.st_size, out->recorder, sizeof(out->recorder));
	munmap(disk, (size_t)st.st_size);
	return out->recorder_length > 0 ? 0 : sentence(error, -EINVAL, "QEMU saves no recorder in record mode");
}

int qemu_find_recorder(struct qemu_features *out, char **error)
{
	struct probe probe;
	int status = open_probe(&probe, error);

	out->recorder_length = 0;
	if (status == 0)
		status = run(&probe, error);
	if (status == 0)
		status = take_recorder(&probe, out, error);
	close_probe(&probe);
	return status;
}

/* ------------------------------------------------------------------ what is remembered */

/* The cached text: VERSION\nREADS_FILES RECORDER. RECORDER is in hexadecimal, and empty when there is none. */
static void remember(const char *question, const struct qemu_features *features)
{
	char text[QEMU_VERSION_MOST + 8 + 2 * QEMU_RECORDER_MOST];
	int n = snprintf(text, sizeof(text), "%s\n%d ", features->version, features->reads_files);

	for (size_t i = 0; i < features->recorder_length; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", features->recorder[i]);
	cache_remember(question, text);
}

static bool recall(const char *question, struct qemu_features *out)
{
	char *text = cache_recall(question), *line = text ? strchr(text, '\n') : NULL;
	bool good = line && (size_t)(line - text) < sizeof(out->version) && (line[1] == '0' || line[1] == '1') &&
		line[2] == ' ';

	if (good) {
		snprintf(out->version, sizeof(out->version), "%.*s", (int)(line - text), text);
		out->reads_files = line[1] == '1';
		out->recorder_length = 0;
		line += 3;
		for (unsigned octet; out->recorder_length < sizeof(out->recorder) && sscanf(line, "%2x", &octet) == 1;
			line += 2)
			out->recorder[out->recorder_length++] = (unsigned char)octet;
	}
	free(text);
	return good;
}

/* ------------------------------------------------------------------ all of it */

static int ask(const char *path, struct qemu_features *out, char **error)
{
	const char *version[] = { path, "--version", NULL }, *help[] = { path, "-help", NULL };
	char *text = NULL;
	int status = program_run(version, NULL, &text, error);

	if (status < 0)
		return status;
	snprintf(out->version, sizeof(out->version), "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	text = NULL;
	out->reads_files = program_run(help, NULL, &text, NULL) == 0 && strstr(text, "-incoming file:");
	free(text);
	return 0;
}

static int find(const char *path, const char *question, struct qemu_features *out, char **error)
{
	int status = cache_sha256(path, out->sha256, error);

	if (status < 0 || recall(question, out))
		return status;
	status = ask(path, out, error);
	if (status == 0 && qemu_find_recorder(out, NULL) == 0)
		remember(question, out);
	return status;
}

int qemu_features_find(struct qemu_features *out, char **error)
{
	char *path, *mark = NULL, *question = NULL;
	int status = program_find(QEMU_PROGRAM, &path, error);

	*out = (struct qemu_features){ 0 };
	if (status < 0)
		return status;
	status = cache_file_mark(path, &mark);
	if (status < 0)
		sentence(error, status, "cannot look at %s: %s", path, strerror(-status));
	else if (asprintf(&question, "features of QEMU %s", mark) < 0)
		status = no_memory(error);
	else
		status = find(path, question, out, error);
	free(question);
	free(mark);
	free(path);
	return status;
}
