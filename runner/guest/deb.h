/* SPDX-License-Identifier: Apache-2.0 */
/* deb.h - the parts of a Debian kernel package that we need. */
#ifndef SCTPSPEC_RUNNER_DEB_H
#define SCTPSPEC_RUNNER_DEB_H

#include <stdbool.h>

struct deb_contents {
	char *package, *version;
	bool image;   /* it had a kernel */
	bool modules; /* it had modules */
};

/* Whether the file begins as a Debian package does. */
bool deb_recognise(const char *path);

/*
 * Writes the kernel to FOLDER/image, and its modules to FOLDER/tree/lib/modules/RELEASE/.
 * Several packages may be put into one folder.
 */
int deb_extract(const char *path, const char *folder, struct deb_contents *contents, char **error);
void deb_contents_free(struct deb_contents *contents);

#endif
