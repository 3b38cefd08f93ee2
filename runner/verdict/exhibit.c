/* SPDX-License-Identifier: Apache-2.0 */
/* exhibit.c - evidence files of a run. */
#include "runner/verdict/exhibit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/sentence.h"
#include "runner/host/tree.h"

bool exhibit_name_is_safe(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t length = strlen(name);
	return length > 0 && length < 128 && name[0] != '.' && strspn(name, allowed) == length;
}

char *exhibit_path(const char *folder, const char *case_id, const char *name)
{
	char *path;
	return asprintf(&path, "%s/%s/%s", folder, case_id, name) < 0 ? NULL : path;
}

int exhibit_write(
	const char *directory, const char *folder, const char *case_id, const struct exhibit *exhibit, char **error)
{
	char *path;
	if (asprintf(&path, "%s/%s/%s/%s", directory, folder, case_id, exhibit->name) < 0)
		return sentence(error, -ENOMEM, "no memory to write %s", exhibit->name);
	int status = tree_make_above(path);
	if (status == 0)
		status = tree_write_file(path, exhibit->data, exhibit->length);
	if (status != 0)
		sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	free(path);
	return status;
}

void exhibits_clear(const char *directory)
{
	char *path;
	if (asprintf(&path, "%s/evidence", directory) < 0)
		return;
	tree_remove(path);
	free(path);
}
