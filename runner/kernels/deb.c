/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deb.c - a Debian package: an `ar` archive with a compressed tar archive for the package's
 * description and one for its files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "runner/kernels/package.h"
#include "sentence.h"

#define BLOCK 65536

struct deb {
	const struct unpacking *u;
	struct archive *outer;
	unsigned char block[BLOCK];
};

/* Feeds the inner archive from the outer one's current entry. */
static la_ssize_t read_outer(struct archive *inner, void *context, const void **block)
{
	struct deb *deb = context;
	la_ssize_t n = archive_read_data(deb->outer, deb->block, sizeof(deb->block));

	if (n < 0)
		archive_set_error(inner, EIO, "%s", archive_error_string(deb->outer));
	*block = deb->block;
	return n;
}

/* The value of a field of the package's description. */
static char *field(const char *control, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = control; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			line += length + 1;
			line += strspn(line, " ");
			return strndup(line, strcspn(line, "\n"));
		}
	}
	return NULL;
}

static int take_control(const struct unpacking *u, struct archive *inner, struct archive_entry *entry)
{
	const char *name = package_normal_path(archive_entry_pathname(entry));
	char text[BLOCK];
	size_t used = 0;
	la_ssize_t n = 0;

	if (!name || strcmp(name, "control") != 0)
		return 0;
	while (used < sizeof(text) - 1 && (n = archive_read_data(inner, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		return package_damaged(u, inner);
	text[used] = '\0';
	u->contents->package = field(text, "Package");
	u->contents->version = field(text, "Version");
	u->contents->architecture = field(text, "Architecture");
	return 0;
}

static int walk_inner(struct deb *deb, int (*take)(const struct unpacking *, struct archive *, struct archive_entry *))
{
	struct archive *inner = archive_read_new();
	struct archive_entry *entry;
	int status = 0, result;

	if (!inner)
		return no_memory(deb->u->error);
	archive_read_support_filter_all(inner);
	archive_read_support_format_tar(inner);
	result = archive_read_open(inner, deb, NULL, read_outer, NULL);
	if (result == ARCHIVE_OK)
		result = archive_read_next_header(inner, &entry);
	while (result == ARCHIVE_OK && status == 0) {
		status = take(deb->u, inner, entry);
		if (status == 0)
			result = archive_read_next_header(inner, &entry);
	}
	if (status == 0 && result != ARCHIVE_EOF)
		status = package_damaged(deb->u, inner);
	archive_read_free(inner);
	return status;
}

static int walk_outer(struct deb *deb)
{
	struct archive_entry *entry;
	int status = 0, result = ARCHIVE_OK;

	while (status == 0 && (result = archive_read_next_header(deb->outer, &entry)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);

		if (strncmp(name, "control.tar", 11) == 0)
			status = walk_inner(deb, take_control);
		else if (strncmp(name, "data.tar", 8) == 0)
			status = walk_inner(deb, package_take_file);
	}
	if (status == 0 && result != ARCHIVE_EOF)
		status = package_damaged(deb->u, deb->outer);
	return status;
}

int deb_unpack(const struct unpacking *u)
{
	struct deb *deb = calloc(1, sizeof(*deb));
	int status;

	if (!deb)
		return no_memory(u->error);
	*deb = (struct deb){ .u = u, .outer = archive_read_new() };
	archive_read_support_format_ar(deb->outer);
	if (archive_read_open_filename(deb->outer, u->path, BLOCK) != ARCHIVE_OK)
		status = package_damaged(u, deb->outer);
	else
		status = walk_outer(deb);
	archive_read_free(deb->outer);
	free(deb);
	return status;
}
