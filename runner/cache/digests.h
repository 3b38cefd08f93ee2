/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digests.h - a list of the digests of a folder's files, kept in that folder. It shows damage by a disk, by a crash
 * before everything was written, or by a person's mistake. It does not protect against somebody who can write there;
 * why_distrusted() looks for that.
 */
#ifndef SCTPSPEC_RUNNER_CACHE_DIGESTS_H
#define SCTPSPEC_RUNNER_CACHE_DIGESTS_H

#include <sys/stat.h>

#define DIGEST_HEX 33 /* 32 digits and a NUL: XXH3, 128 bits */

/* Writes the list of all that is in the folder. 0, or -errno and a sentence. */
int digests_write(const char *folder, char **error);
/*
 * Reads every file of the list. 0; -EUCLEAN and in *how (malloc'd) what is not as it was written: "ram is ...";
 * another -errno when that cannot be found out.
 */
int digests_check(const char *folder, char **how);
/* A text that differs whenever one of the files may have changed, or the machine has started anew, without reading the
 * files. 0 or as digests_check does. */
int digests_mark(const char *folder, char out[DIGEST_HEX], char **how);
/* The digest of one file, as in the list. 0 or -errno. */
int digests_of(const char *folder, const char *file, char out[DIGEST_HEX]);

/* The digest of a text. */
void digest_text(const char *text, char out[DIGEST_HEX]);
/* Why a file or folder may be somebody else's doing: "belongs to another user"; NULL: it is ours or root's. */
const char *why_distrusted(const struct stat *st);

#endif
