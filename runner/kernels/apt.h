/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apt.h - an apt of our own for one suite of Debian.
 *
 * It has a state, a cache and a list of sources in our cache: nothing that the system's apt knows
 * is changed, and root is not needed. The mirrors are those that the system's apt is configured
 * with, the keys too.
 */
#ifndef SCTPSPEC_RUNNER_KERNELS_APT_H
#define SCTPSPEC_RUNNER_KERNELS_APT_H

#include "runner/kernels/kernel.h"

struct apt {
	const char *suite;
	char *folder; /* its state, cache and configuration */
	char *option; /* "-c=FOLDER/apt.conf" */
	int lock;     /* others wait in apt_open */
	char **error;
};

/* `suite` and `error` have to live as long as it. Reports when it has to wait. */
int apt_open(const char *suite, const struct kernel_request *request, struct apt *apt, char **error);
void apt_close(struct apt *apt);

/* Fetches the lists of packages; *trouble, malloc'd, when something failed. */
void apt_update(const struct apt *apt, char **trouble);
/* The names of packages that begin so, one on a line; NULL when it cannot be asked. */
char *apt_names(const struct apt *apt, const char *beginning);
/* What it knows of each "package" (newest version first) or "package=version"; NULL when nothing. */
char *apt_show(const struct apt *apt, const char *const *packages, size_t n);
/* One "package=version" into a folder, checked against the signed lists. */
int apt_download(const struct apt *apt, const char *package, const char *folder);

/* This machine's own release: "bookworm", "sid"; malloc'd. */
int apt_own_suite(char **out, char **error);

/* apt_show's text is of stanzas. The value of a field of one, malloc'd; NULL: it has none. */
char *apt_field(const char *stanza, const char *name);
/* The stanza behind one, or NULL. */
const char *apt_next_stanza(const char *stanza);

#endif
