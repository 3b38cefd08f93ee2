/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.h - what is under test: from the name that a person gives to a vmlinux and its modules in the cache.
 *
 * This is the head of kernels/, the room that knows where kernels come from. A name is resolved in four steps:
 *
 *	kernel.c          which kind of name it is: debian:SUITE, package, image, folder, build tree, running, cached
 *	debian.c, apt.c   a Debian suite: find and fetch the packages of a kernel (package_set.c, remote_kernels.c)
 *	kernel_gather.c   take image, modules and configuration out of packages (deb.c, rpm.c) or folders
 *	                  (kernel_paths.c); take the ELF vmlinux out of a bzImage (vmlinux.c)
 *	kernel_store.c    keep the result in the cache, under the digest of its contents
 *
 * kernel_module.c then says which modules a guest needs and in which order they are loaded, by libkmod.
 *
 * run/ and cli/ call it to find kernels; guest/ reads `struct kernel`. It calls cache/ and host/, and never QEMU: a
 * kernel in the cache has not been started by anybody yet. A `struct kernel` keeps its cache entry open until
 * kernel_free(), so its files do not go while they are used.
 *
 * Threads and processes: no threads are started, and a run resolves its kernels one after the other. Fetching runs
 * apt-get and apt-cache with a state of our own, below the cache, and without root. One process at a time uses the
 * state of a suite; the others wait and say so. depmod makes the index of a package's modules.
 *
 * What may go wrong: there is no network (what was fetched before is found in the cache, all else is an error); a
 * mirror lacks a part; a file is no kernel, or one for another processor; a module was built for another kernel;
 * modules are missing. Each is an error with a sentence, before anything is booted.
 *
 * Weaknesses: x86-64 only. Only Debian's kernels are fetched; others are given as files. The list of modules that
 * guests need (kernel_module.c) is written by us, and needs a new row when a kernel splits a module.
 */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

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
	struct cache_entry *entry; /* keeps its files in the cache, until kernel_free */
};

struct kernel_request {
	const char *const *files; /* --kernel: one name; or several files of a split package */
	size_t n_files;
	const char *modules; /* --modules DIR, with a bzImage or a folder */
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
/* -EINVAL and a sentence when something that it names would not be used. kernel_resolve asks too. */
int kernel_request_check(const struct kernel_request *request, char **error);

#endif
