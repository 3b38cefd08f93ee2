/* SPDX-License-Identifier: Apache-2.0 */
/* evidence_file.c - evidence files of a run. */
#include "runner/verdict/evidence_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/tree.h"
#include "sentence.h"

bool evidence_name_is_safe(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t length = strlen(name);
	return length > 0 && length < 128 && name[0] != '.' && strspn(name, allowed) == length;
}

char *evidence_file_path(const char *kernel, const char *case_id, const char *name)
{
	char *path;
	return asprintf(&path, "evidence/%s%s%s/%s", kernel, *kernel ? "/" : "", case_id, name) < 0 ? NULL : path;
}

static int write_one(const char *directory, const char *kernel, const char *case_id,
	const struct evidence_file *evidence_file, char **error)
{
	char *file = evidence_file_path(kernel, case_id, evidence_file->name), *path = NULL;
	if (!file || asprintf(&path, "%s/%s", directory, file) < 0) {
		free(file);
		return sentence(error, -ENOMEM, "no memory to write %s", evidence_file->name);
	}
	int status = tree_make_above(path);
	if (status == 0)
		status = tree_write_file(path, evidence_file->data, evidence_file->length);
	if (status != 0)
		sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	free(path);
	free(file);
	return status;
}

int evidence_files_write(const char *directory, const char *kernel, const char *case_id,
	const struct evidence_file *evidence_files, size_t n, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < n; i++)
		status = write_one(directory, kernel, case_id, &evidence_files[i], error);
	return status;
}

void evidence_files_free(struct evidence_file *evidence_files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free((char *)evidence_files[i].name);
		free((unsigned char *)evidence_files[i].data);
	}
	free(evidence_files);
}

void evidence_clear(const char *directory)
{
	char *path;
	if (asprintf(&path, "%s/evidence", directory) < 0)
		return;
	tree_remove(path);
	free(path);
}
