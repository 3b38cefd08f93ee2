/* SPDX-License-Identifier: Apache-2.0 */
/* evidence_file.h - evidence files of a run: DIR/evidence/CASE/NAME, or with several kernels
 * DIR/evidence/KERNEL/CASE/NAME. */
#ifndef SCTPSPEC_RUNNER_VERDICT_EVIDENCE_FILE_H
#define SCTPSPEC_RUNNER_VERDICT_EVIDENCE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* A file that the agent sent; name and data point into the box. */
struct evidence_file {
	const char *name;
	const unsigned char *data;
	size_t length;
};

/* Whether it is a plain file name: letters, digits, dots, dashes and underscores, not hidden. */
bool evidence_name_is_safe(const char *name);
/* "evidence/[KERNEL/]CASE/NAME", malloc'd. `kernel` is the kernel's folder, or "". */
char *evidence_file_path(const char *kernel, const char *case_id, const char *name);
/* Writes them to their paths below `directory`. */
int evidence_files_write(const char *directory, const char *kernel, const char *case_id,
	const struct evidence_file *evidence_files, size_t n, char **error);
/* Frees a list that owns its names and data. */
void evidence_files_free(struct evidence_file *evidence_files, size_t n);
/* Removes what an earlier run left in DIR/evidence. */
void evidence_clear(const char *directory);

#endif
