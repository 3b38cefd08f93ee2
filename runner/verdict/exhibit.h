/* SPDX-License-Identifier: Apache-2.0 */
/* exhibit.h - evidence files of a run: DIR/FOLDER/CASE/NAME, where the folder is "evidence", or one in it for each
 * of several kernels. */
#ifndef SCTPSPEC_RUNNER_VERDICT_EXHIBIT_H
#define SCTPSPEC_RUNNER_VERDICT_EXHIBIT_H

#include <stdbool.h>
#include <stddef.h>

/* Something that the agent sent; it points into the box. */
struct exhibit {
	const char *name;
	const unsigned char *data;
	size_t length;
};

/* A plain file name: letters, digits, dots, dashes and underscores, not hidden. */
bool exhibit_name_is_safe(const char *name);
/* "FOLDER/CASE/NAME", malloc'd. */
char *exhibit_path(const char *folder, const char *case_id, const char *name);
/* Writes it to its path below `directory`. */
int exhibit_write(
	const char *directory, const char *folder, const char *case_id, const struct exhibit *exhibit, char **error);
/* Removes what an earlier run left in DIR/evidence. */
void exhibits_clear(const char *directory);

#endif
