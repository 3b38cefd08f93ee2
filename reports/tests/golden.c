/* SPDX-License-Identifier: Apache-2.0 */
/* golden.c - see golden.h. */
#include "reports/tests/golden.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

const char *const golden_logs[] = { "full", "zero", "interrupted", "matrix", "repeated", "failed", "judged",
	"conformance", NULL };

char *golden_path(const char *log, const char *file)
{
	char *path = NULL;

	ck_assert_int_ge(asprintf(&path, "%s/%s/%s", GOLDEN_FOLDER, log, file), 0);
	return path;
}

char *golden_read(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *bytes = NULL;
	FILE *memory = open_memstream(&bytes, length);
	char piece[4096];

	ck_assert_msg(file != NULL, "cannot read %s", path);
	ck_assert_ptr_nonnull(memory);
	for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;)
		fwrite(piece, 1, n, memory);
	fclose(file);
	fclose(memory);
	return bytes;
}

char *golden_folder(void)
{
	const char *parent = getenv("TMPDIR");
	char *folder = NULL;

	ck_assert_int_ge(asprintf(&folder, "%s/sctpspec-reports-XXXXXX", parent ? parent : P_tmpdir), 0);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	return folder;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

void golden_remove(char *folder)
{
	ck_assert_int_eq(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
}
