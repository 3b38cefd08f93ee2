/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deb.c - unpacks a kernel package: an `ar` archive with a compressed tar archive for the package's
 * description and one for its files.
 */
#include "runner/guest/deb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "runner/sentence.h"
#include "runner/guest/tree.h"

#define BLOCK 65536

/* One package while it is unpacked. */
struct unpacking {
	const char *path, *folder;
	struct deb_contents *contents;
	char **error;
	struct archive *outer;
	unsigned char block[BLOCK];
};

bool deb_recognise(const char *path)
{
	char magic[8] = "";
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(magic, 1, sizeof(magic), file) : 0;

	if (file)
		fclose(file);
	return n == sizeof(magic) && memcmp(magic, "!<arch>\n", sizeof(magic)) == 0;
}

static int damaged(const struct unpacking *u, struct archive *archive)
{
	const char *why = archive_error_string(archive);

	return sentence(u->error, -EINVAL, "%s is no Debian package, or a damaged one: %s", u->path,
		why ? why : "it ends too early");
}

/* Feeds the inner archive from the outer one's current entry. */
static la_ssize_t read_outer(struct archive *inner, void *context, const void **block)
{
	struct unpacking *u = context;
	la_ssize_t n = archive_read_data(u->outer, u->block, sizeof(u->block));

	if (n < 0)
		archive_set_error(inner, EIO, "%s", archive_error_string(u->outer));
	*block = u->block;
	return n;
}

static int cannot_write(const struct unpacking *u, const char *to, int status)
{
	return sentence(u->error, status, "cannot write %s: %s", to, strerror(-status));
}

static int write_entry(struct unpacking *u, struct archive *inner, const char *to)
{
	int status = tree_make_above(to);
	la_ssize_t n = 0;
	char buffer[BLOCK];
	FILE *file;

	if (status < 0)
		return cannot_write(u, to, status);
	file = fopen(to, "we");
	if (!file)
		return cannot_write(u, to, -errno);
	while (status == 0 && (n = archive_read_data(inner, buffer, sizeof(buffer))) > 0) {
		if (fwrite(buffer, 1, (size_t)n, file) != (size_t)n)
			status = -errno;
	}
	if (fclose(file) != 0 && status == 0)
		status = -errno;
	if (status < 0)
		return cannot_write(u, to, status);
	return n < 0 ? damaged(u, inner) : 0;
}

/* "./usr/lib/modules/..." and "lib/modules/..." are one to us. NULL for a path that leads
 * elsewhere. */
static const char *normal_path(const char *name)
{
	while (strncmp(name, "./", 2) == 0 || *name == '/')
		name += *name == '/' ? 1 : 2;
	if (strncmp(name, "usr/lib/", 8) == 0)
		name += 4;
	if (strncmp(name, "../", 3) == 0 || strstr(name, "/../"))
		return NULL;
	return name;
}

static bool is_image(const char *name)
{
	const char *base = strrchr(name, '/');

	return base && strncmp(base, "/vmlinuz", 8) == 0 &&
	       (strncmp(name, "boot/", 5) == 0 || strncmp(name, "lib/", 4) == 0);
}

static int take_file(struct unpacking *u, struct archive *inner, struct archive_entry *entry)
{
	const char *name = normal_path(archive_entry_pathname(entry));
	char *to = NULL;
	int status, n = 0;

	if (!name || archive_entry_filetype(entry) != AE_IFREG)
		return 0;
	if (is_image(name)) {
		u->contents->image = true;
		n = asprintf(&to, "%s/image", u->folder);
	} else if (strncmp(name, "lib/modules/", 12) == 0) {
		u->contents->modules = true;
		n = asprintf(&to, "%s/tree/%s", u->folder, name);
	} else {
		return 0;
	}
	if (n < 0)
		return sentence(u->error, -ENOMEM, "out of memory");
	status = write_entry(u, inner, to);
	free(to);
	return status;
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

static int take_control(struct unpacking *u, struct archive *inner, struct archive_entry *entry)
{
	const char *name = normal_path(archive_entry_pathname(entry));
	char text[BLOCK];
	size_t used = 0;
	la_ssize_t n = 0;

	if (!name || strcmp(name, "control") != 0)
		return 0;
	while (used < sizeof(text) - 1 &&
		(n = archive_read_data(inner, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		return damaged(u, inner);
	text[used] = '\0';
	u->contents->package = field(text, "Package");
	u->contents->version = field(text, "Version");
	return 0;
}

static int walk_inner(struct unpacking *u,
	int (*take)(struct unpacking *, struct archive *, struct archive_entry *))
{
	struct archive *inner = archive_read_new();
	struct archive_entry *entry;
	int status = 0, result;

	if (!inner)
		return sentence(u->error, -ENOMEM, "out of memory");
	archive_read_support_filter_all(inner);
	archive_read_support_format_tar(inner);
	result = archive_read_open(inner, u, NULL, read_outer, NULL);
	if (result == ARCHIVE_OK)
		result = archive_read_next_header(inner, &entry);
	while (result == ARCHIVE_OK && status == 0) {
		status = take(u, inner, entry);
		if (status == 0)
			result = archive_read_next_header(inner, &entry);
	}
	if (status == 0 && result != ARCHIVE_EOF)
		status = damaged(u, inner);
	archive_read_free(inner);
	return status;
}

static int walk_outer(struct unpacking *u)
{
	struct archive_entry *entry;
	int status = 0, result;

	while (status == 0 && (result = archive_read_next_header(u->outer, &entry)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);

		if (strncmp(name, "control.tar", 11) == 0)
			status = walk_inner(u, take_control);
		else if (strncmp(name, "data.tar", 8) == 0)
			status = walk_inner(u, take_file);
	}
	if (status == 0 && result != ARCHIVE_EOF)
		status = damaged(u, u->outer);
	if (status == 0 && (!u->contents->package || !u->contents->version))
		status = damaged(u, u->outer);
	return status;
}

int deb_extract(const char *path, const char *folder, struct deb_contents *contents, char **error)
{
	struct unpacking *u = calloc(1, sizeof(*u));
	int status;

	*contents = (struct deb_contents){0};
	if (!u)
		return sentence(error, -ENOMEM, "out of memory");
	*u = (struct unpacking){
		.path = path, .folder = folder, .contents = contents, .error = error};
	u->outer = archive_read_new();
	archive_read_support_format_ar(u->outer);
	if (archive_read_open_filename(u->outer, path, BLOCK) != ARCHIVE_OK)
		status = damaged(u, u->outer);
	else
		status = walk_outer(u);
	archive_read_free(u->outer);
	free(u);
	if (status < 0)
		deb_contents_free(contents);
	return status;
}

void deb_contents_free(struct deb_contents *contents)
{
	free(contents->package);
	free(contents->version);
	*contents = (struct deb_contents){0};
}
