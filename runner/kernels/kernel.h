/* SPDX-License-Identifier: Apache-2.0 */
/* kernel.h - what is under test: from the name that a person gives to a vmlinux and its modules in the cache. */
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
	struct cache_entry *place; /* keeps its files in the cache, until kernel_free */
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
