/* SPDX-License-Identifier: Apache-2.0 */
/* package.h - the parts of a distribution's kernel package that we need. */
#ifndef SCTPSPEC_RUNNER_KERNELS_PACKAGE_H
#define SCTPSPEC_RUNNER_KERNELS_PACKAGE_H

#include <stdbool.h>

struct archive;
struct archive_entry;

struct package_contents {
	char *package, *version, *architecture;
	bool image;   /* it had a kernel */
	bool modules; /* it had modules */
	bool config;  /* it had a configuration */
};

/* Whether the file begins as a .deb or an .rpm does. */
bool package_recognise(const char *path);

/*
 * Writes the kernel to FOLDER/image, and its modules to FOLDER/tree/lib/modules/RELEASE/.
 * Several packages may be put into one folder.
 */
int package_extract(const char *path, const char *folder, struct package_contents *contents, char **error);
void package_contents_free(struct package_contents *contents);

/* One package while it is unpacked: what the kinds of packages share. */
struct unpacking {
	const char *path, *folder;
	const char *kind; /* "Debian package" */
	struct package_contents *contents;
	char **error;
};

/* Extracts the file if it belongs to a kernel. */
int package_take_file(const struct unpacking *u, struct archive *archive, struct archive_entry *entry);
/* "./usr/lib/modules/..." and "lib/modules/..." are one to us. NULL for a path that leads
 * elsewhere. */
const char *package_normal_path(const char *name);
/* The sentence for an archive that ended with an error; -EINVAL. */
int package_damaged(const struct unpacking *u, struct archive *archive);

int deb_unpack(const struct unpacking *u);
int rpm_unpack(const struct unpacking *u);

#endif
