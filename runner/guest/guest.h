/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.h - kernels, images, snapshots and guests, as the command line uses them.
 *
 *	kernel_resolve -> kernel (vmlinux + modules, in the cache)
 *	snapshot_ensure -> snapshot (booted once, kept in the cache)
 *	guest_start -> a guest restored from it, running one order; guest_poll until it is over
 *
 * Functions give 0 or -errno and, where there is one, a malloc'd sentence in *error.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_GUEST_H
#define SCTPSPEC_RUNNER_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/protocol/box.h"
#include "runner/protocol/phases.h"

/* $SCTPSPEC_CACHE, else $XDG_CACHE_HOME/sctpspec, else ~/.cache/sctpspec; made if missing. */
int cache_directory(char **out, char **error);

/* What is under test: an ELF vmlinux and a module tree, extracted into the cache. */
struct kernel {
	char *name;                /* as asked for: "debian:bookworm", "linux-image-….deb", … */
	char *release;             /* uname -r */
	char *version;             /* uname -v as far as the file says, or "" */
	char *origin;              /* the package's or file's name, with its version */
	char *sha256;              /* of everything it was made from, hex */
	char *config_sha256;       /* of the configuration that it was built with; "": not known */
	char *vmlinux;             /* path */
	char *modules;             /* path of the folder lib/modules/RELEASE with modules.dep */
	char *module_override;     /* --module FILE, or NULL */
	char *module_left_out;     /* --without NAME, or NULL */
	struct cache_entry *place; /* keeps its files in the cache, until kernel_free */
};

struct kernel_request {
	const char *const *files; /* --kernel: one name; or several files of a split package */
	size_t n_files;
	const char *modules; /* --modules DIR, with a bzImage */
	const char *module;  /* --module FILE: replaces the module of that name and nothing else */
	const char *without; /* --without NAME: that module, and what needs it, is not loaded */
	bool refresh;        /* asks the mirror even if the cache has an answer */
	void (*progress)(void *context, const char *text); /* "downloading …", may be NULL */
	void *context;
};

/*
 * What may be called a kernel: `debian:SUITE[/VERSION]`; a .deb or .rpm (or several); a bzImage with
 * its modules; a folder with an unpacked kernel, a build tree, or an installed kernel's
 * lib/modules/RELEASE; `running`; the release of one that is in the cache. No name at all: the default,
 * the newest cloud kernel of this machine's own Debian release. Fetches with apt when it must (offline:
 * uses what is in the cache).
 */
int kernel_resolve(const struct kernel_request *request, struct kernel *out, char **error);
void kernel_free(struct kernel *kernel);

enum guest_clock { CLOCK_VIRTUAL_TIME, CLOCK_REAL_TIME };
enum guest_accel { ACCEL_TCG, ACCEL_KVM };

/* A file of this machine, or a folder with all that is in it, that becomes part of the image. */
struct guest_tree {
	const char *path; /* on this machine */
	char *name;       /* in the guest */
};

struct guest_options {
	enum guest_clock clock;
	enum guest_accel accel;         /* ACCEL_KVM implies the real clock */
	bool terminal;                  /* a second serial port, which needs the real clock */
	const char *agent;              /* path of sctpspec-agent; NULL: beside this program or in libexec */
	const struct guest_tree *trees; /* what else the image has; they outlive the snapshot */
	size_t n_trees;
};

/* A booted kernel, waiting for an order, in the cache. */
struct snapshot {
	char *directory;     /* ram, dev, console.txt, facts.json, meta.json; of a stage dev alone */
	char *ram, *devices; /* files to restore from */
	char *qemu_version;
	char **qemu_command;     /* NULL-ended; temporary paths replaced by names */
	double boot_ms, make_ms; /* wall; of when it was made */
	bool cached;             /* it was there already */
	int lock;                /* on its place in the cache, until snapshot_free */
	/*
	 * Where its guests' QEMU processes wait for the next guest, of this snapshot or of another with the same memory
	 * (stable.h); the caller's. NULL, as it is found: each guest has one of its own.
	 */
	struct stable *stable;
	struct guest_options options;
};

/* Finds or makes it. Safe with several processes at once (one makes it, the others wait). */
int snapshot_ensure(const struct kernel *kernel, const struct guest_options *options,
	void (*progress)(void *, const char *), void *context, struct snapshot *out, char **error);
/*
 * The same kernel, further: restored from `from`, an order {"do": "stage", ...} carried out, and saved again, as the
 * pages of memory that changed. It needs `from` for as long as it is used. In the cache too, under the digest of both.
 */
int snapshot_stage(const struct snapshot *from, const char *order, struct snapshot *out, char **error);
/* Whether that would only have to be taken from the cache: for telling people. */
bool snapshot_has_stage(const struct snapshot *from, const char *order);
void snapshot_free(struct snapshot *snapshot);

struct guest; /* one QEMU process, its box and its console */

/* Restores a guest and lets it run `order` (JSON text), with payload files for it. The snapshot has to live as long. */
int guest_start(const struct snapshot *snapshot, const char *order, const struct box_payload *files, size_t n_files,
	struct guest **out, char **error);
const struct box *guest_box(const struct guest *guest);
/* The same on a snapshot with a terminal: a connected stream socket, which stays the caller's. */
int guest_start_on_terminal(const struct snapshot *snapshot, const char *order, const struct box_payload *files,
	size_t n_files, int terminal, struct guest **out, char **error);
/* A descriptor that is readable when it is time for guest_poll: for good when the QEMU process has
 * ended, now and then before. */
int guest_descriptor(const struct guest *guest);
pid_t guest_pid(const struct guest *guest);
enum guest_state { GUEST_RUNNING, GUEST_ENDED };
/* Reaps if it has ended. *status: of waitpid. */
enum guest_state guest_poll(struct guest *guest, int *status);
void guest_kill(struct guest *guest); /* SIGKILL and reap */
/* The kernel's console so far; malloc'd, NUL-ended, bytes that are not text made harmless. */
char *guest_console(const struct guest *guest);
/* Bytes of memory that its QEMU had at most, the pages that it shares with other guests among them; once it has ended.
 * */
size_t guest_peak_memory(const struct guest *guest);
/* Where its wall time went, from the launch on. */
const struct phases *guest_phases(const struct guest *guest);
void guest_free(struct guest *guest); /* kills if it runs; removes its temporary files */

#endif
