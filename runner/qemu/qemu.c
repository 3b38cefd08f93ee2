/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu.c - the machine that every guest is.
 *
 * Each option that looks odd was measured:
 *
 *	pc                  this machine type has a clock event device that can sleep for a long time.
 *	processor features  those that are left out are slow to emulate, give the guest the host's randomness, or are
 *	                    emulated wrongly: after cmpxchg16b, which Linux's memory allocator uses, QEMU 7.2 leaves
 *	                    wrong flags; an interrupt saves and restores them, and the kernel crashes.
 *	chardevs            none may block, or the host's time would influence the guest's.
 *	record mode         QEMU's two threads take turns in it, so a run repeats to the nanosecond. The record itself
 *	                    is not needed.
 */
#include "runner/qemu/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runner/host/program.h"
#include "runner/protocol/agent_contract.h"
#include "runner/protocol/box.h"
#include "runner/qemu/confinement.h"
#include "sentence.h"

void qemu_add(struct qemu_arguments *arguments, const char *word)
{
	char **more = realloc(arguments->words, (arguments->n + 2) * sizeof(*more));
	char *copy = strdup(word);

	if (more)
		arguments->words = more;
	if (!more || !copy) {
		free(copy);
		arguments->failed = true;
		return;
	}
	more[arguments->n++] = copy;
	more[arguments->n] = NULL;
}

void qemu_addf(struct qemu_arguments *arguments, const char *format, ...)
{
	char *word = NULL;
	va_list values;

	va_start(values, format);
	if (vasprintf(&word, format, values) < 0)
		word = NULL;
	va_end(values);
	if (word)
		qemu_add(arguments, word);
	else
		arguments->failed = true;
	free(word);
}

/* A comma in a path would end the option's value: it is doubled. */
static void add_path(struct qemu_arguments *arguments, const char *before, const char *path)
{
	size_t used = strlen(before), most = used + 2 * strlen(path) + 1;
	char *word = malloc(most);

	if (!word) {
		arguments->failed = true;
		return;
	}
	memcpy(word, before, used);
	for (; *path; path++) {
		if (*path == ',')
			word[used++] = ',';
		word[used++] = *path;
	}
	word[used] = '\0';
	qemu_add(arguments, word);
	free(word);
}

static void add_all(struct qemu_arguments *arguments, const char *const *words)
{
	for (; *words; words++)
		qemu_add(arguments, *words);
}

static void add_processor(struct qemu_arguments *arguments, const struct guest_options *options, enum qemu_use use)
{
	if (options->accel == ACCEL_KVM) {
		static const char *const kvm[] = { "-accel", "kvm", "-cpu", "host", NULL };

		add_all(arguments, kvm);
		return;
	}
	/* MB for translations: one case needs 10, all cases 30. Those that a rewind invalidates still take room */
	static const char *const tcg[] = { "-accel", "tcg,tb-size=56", "-cpu",
		"max,-rdrand,-rdseed,-erms,-fsrm,-smap,-smep,-la57,-pku,-umip,-cx16", NULL };

	add_all(arguments, tcg);
	if (options->clock == CLOCK_REAL_TIME)
		return;
	qemu_add(arguments, "-icount");
	/* QEMU cannot save a guest in record mode */
	qemu_add(arguments, use == QEMU_BOOT ? "shift=0,sleep=off" : "shift=0,sleep=off,rr=record,rrfile=/dev/null");
}

void qemu_add_machine(struct qemu_arguments *arguments, const struct guest_options *options, enum qemu_use use,
	const struct qemu_files *files)
{
	static const char *const same[] = { "-M",
		/* no description of the devices behind their state: nobody reads it, and QEMU 10.0 fails to write it */
		"pc,nvdimm=on,memory-backend=ram,suppress-vmdesc=on", "-seed", "42", "-nodefaults", "-no-user-config",
		"-display", "none", "-no-reboot",
		/* nor a list of capabilities in front of it, see device_state.c */
		"-global", "migration.send-configuration=off",
		/* a device for Windows: on its reset QEMU's two threads may deadlock in record mode */
		"-global", "apic-common.vapic=off", NULL };
	char memory[128];

	qemu_add(arguments, QEMU_PROGRAM);
	add_processor(arguments, options, use);
	add_all(arguments, same);
	qemu_add(arguments, "-rtc");
	qemu_addf(arguments, "base=2026-01-01T00:00:00,clock=%s", options->clock == CLOCK_VIRTUAL_TIME ? "vm" : "host");
	qemu_add(arguments, "-m");
	qemu_addf(arguments, "%dM,slots=1,maxmem=1G", QEMU_MEMORY);
	qemu_add(arguments, "-object");
	snprintf(memory, sizeof(memory), "memory-backend-file,id=ram,size=%dM,share=%s,mem-path=", QEMU_MEMORY,
		files->ram_shared ? "on" : "off");
	add_path(arguments, memory, files->ram);
	qemu_add(arguments, "-object");
	snprintf(memory, sizeof(memory), "memory-backend-file,id=box,size=%luM,share=on,mem-path=", BOX_SIZE >> 20);
	add_path(arguments, memory, files->box);
	qemu_add(arguments, "-device");
	qemu_add(arguments, "nvdimm,memdev=box");
	qemu_add(arguments, "-device");
	qemu_addf(arguments, "isa-debug-exit,iobase=0x%x,iosize=1", AGENT_EXIT_PORT);
	/* append: after the console was emptied QEMU writes at its beginning again */
	qemu_add(arguments, "-chardev");
	add_path(arguments, "file,id=console,append=on,path=", files->console);
	qemu_add(arguments, "-serial");
	qemu_add(arguments, "chardev:console");
	if (!options->terminal)
		return;
	qemu_add(arguments, "-chardev");
	if (files->terminal > 0)
		qemu_addf(arguments, "socket,id=terminal,fd=%d", files->terminal);
	else
		qemu_add(arguments, "null,id=terminal");
	qemu_add(arguments, "-serial");
	qemu_add(arguments, "chardev:terminal");
}

/* Both ways mean this descriptor: of the path below /proc QEMU opens a descriptor of its own. */
void qemu_add_incoming(struct qemu_arguments *arguments, const struct qemu_features *qemu, int devices)
{
	qemu_add(arguments, "-incoming");
	qemu_addf(arguments, qemu->reads_files ? "file:/proc/self/fd/%d" : "fd:%d", devices);
}

const char *qemu_kernel_parameters(const struct guest_options *options)
{
#define ALWAYS                                                                             \
	"console=ttyS0 quiet panic=-1 oops=panic nokaslr norandmaps random.trust_cpu=off " \
	"cryptomgr.notests nowatchdog psi=0 cgroup_disable=memory damon_stat.enabled=N "   \
	"swiotlb=noforce iomem=relaxed slab_nomerge"

	if (options->clock == CLOCK_REAL_TIME)
		return ALWAYS;
	return ALWAYS " tsc=reliable tsc_early_khz=1000000 no_timer_check nolapic_timer";
#undef ALWAYS
}

void qemu_arguments_free(struct qemu_arguments *arguments)
{
	for (size_t i = 0; i < arguments->n; i++)
		free(arguments->words[i]);
	free(arguments->words);
	*arguments = (struct qemu_arguments){ 0 };
}

/* Runs in the child: only async-signal-safe calls are allowed. */
static _Noreturn void become_qemu(
	const char *path, char **words, const int *kept, size_t n_kept, int output, pid_t parent)
{
	sigset_t none;

	/* A group of its own: Ctrl-C is for sctpspec, which then ends its guests in order. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	if (dup2(output, 1) < 0 || dup2(output, 2) < 0)
		_exit(126);
	for (size_t i = 0; i < n_kept; i++)
		fcntl(kept[i], F_SETFD, 0);
	close(0);
	if (open("/dev/null", O_RDONLY) == 0)
		execv(path, words);
	dprintf(2, "%s: %s\n", path, strerror(errno));
	_exit(126);
}

/* The arguments, and what every QEMU has. NULL without memory; the words stay their owners'. */
static char **confined(const struct qemu_arguments *arguments)
{
	const char *confinement = qemu_confinement();
	char **words = calloc(arguments->n + 3, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, arguments->words, arguments->n * sizeof(*words));
	if (confinement) {
		words[arguments->n] = (char *)(uintptr_t) "-sandbox";
		words[arguments->n + 1] = (char *)(uintptr_t)confinement;
	}
	return words;
}

int qemu_start(
	const struct qemu_arguments *arguments, const int *kept, size_t n_kept, int words, pid_t *pid, char **error)
{
	pid_t parent = getpid();
	char *path, **own = arguments->failed ? NULL : confined(arguments);
	int status;

	if (!own)
		return no_memory(error);
	status = program_find(QEMU_PROGRAM, &path, error);
	if (status < 0) {
		free(own);
		return status;
	}
	*pid = fork();
	if (*pid == 0)
		become_qemu(path, own, kept, n_kept, words, parent);
	if (*pid < 0)
		status = sentence(error, -errno, "cannot start QEMU: %m");
	else
		setpgid(*pid, *pid); /* parent and child both do it: either may come first */
	free(own);
	free(path);
	return status;
}

int qemu_check_kvm(char **error)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int machine, status;

	if (fd < 0)
		return sentence(error, -errno, "KVM cannot be used: /dev/kvm: %m");
	machine = ioctl(fd, KVM_CREATE_VM, 0);
	status = machine < 0 ? sentence(error, -errno, "KVM cannot be used: it makes no machine: %m") : 0;
	if (machine >= 0)
		close(machine);
	close(fd);
	return status;
}
