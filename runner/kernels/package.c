/* SPDX-License-Identifier: Apache-2.0 */
/* package.c - which files of a package belong to a kernel, and where they go. */
#include "runner/kernels/package.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "runner/host/tree.h"
#include "runner/kernels/kernel_file.h"
#include "sentence.h"

#define BLOCK 65536

static const struct {
	const char *kind, *magic, *architecture;
	int (*unpack)(const struct unpacking *u);
} kinds[] = {
	{ "Debian package", "!<arch>\n", "amd64", deb_unpack },
	{ "RPM package", "\xed\xab\xee\xdb", "x86_64", rpm_unpack },
};

#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

/* The position in `kinds`, or N_KINDS. */
static size_t kind_of(const char *path)
{
	char magic[8] = "";
	FILE *file = kernel_file_check(path, NULL) == 0 ? fopen(path, "re") : NULL;
	size_t n = file ? fread(magic, 1, sizeof(magic), file) : 0, i;

	if (file)
		fclose(file);
	for (i = 0; i < N_KINDS; i++) {
		if (n == sizeof(magic) && memcmp(magic, kinds[i].magic, strlen(kinds[i].magic)) == 0)
			break;
	}
	return i;
}

bool package_recognise(const char *path)
{
	return kind_of(path) < N_KINDS;
}

int package_damaged(const struct unpacking *u, struct archive *archive)
{
	const char *why = archive ? archive_error_string(archive) : NULL;

	return sentence(u->error, -EINVAL, "%s is no %s, or a damaged one: %s", u->path, u->kind,
		why ? why : "it ends too early");
}

static int cannot_write(const struct unpacking *u, const char *to, int status)
{
	return sentence(u->error, status, "cannot write %s: %s", to, strerror(-status));
}

static int write_entry(const struct unpacking *u, struct archive *archive, const char *to)
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
	while (status == 0 && (n = archive_read_data(archive, buffer, sizeof(buffer))) > 0) {
		if (fwrite(buffer, 1, (size_t)n, file) != (size_t)n)
			status = -errno;
	}
	if (fclose(file) != 0 && status == 0)
		status = -errno;
	if (status < 0)
		return cannot_write(u, to, status);
	return n < 0 ? package_damaged(u, archive) : 0;
}

const char *package_normal_path(const char *name)
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

/* What it was configured with: boot/config-RELEASE, or (RPM) lib/modules/RELEASE/config. */
static bool is_config(const char *name)
{
	const char *base = strrchr(name, '/');

	if (strncmp(name, "boot/config-", 12) == 0)
		return true;
	return base && strcmp(base, "/config") == 0 && strncmp(name, "lib/modules/", 12) == 0 &&
		strchr(name + 12, '/') == base;
}

int package_take_file(const struct unpacking *u, struct archive *archive, struct archive_entry *entry)
{
	const char *name = package_normal_path(archive_entry_pathname(entry));
	char *to = NULL;
	int status, n = 0;

	if (!name || archive_entry_filetype(entry) != AE_IFREG)
		return 0;
	if (is_image(name)) {
		u->contents->image = true;
		n = asprintf(&to, "%s/image", u->folder);
	} else if (is_config(name)) {
		u->contents->config = true;
		n = asprintf(&to, "%s/config", u->folder);
	} else if (strncmp(name, "lib/modules/", 12) == 0) {
		u->contents->modules = true;
		n = asprintf(&to, "%s/tree/%s", u->folder, name);
	} else {
		return 0;
	}
	if (n < 0)
		return no_memory(u->error);
	status = write_entry(u, archive, to);
	free(to);
	return status;
}

/* A guest is an x86-64; what is for every machine ("all", "noarch") has no kernel in it. */
static int check_architecture(const struct unpacking *u, const char *ours)
{
	const char *its = u->contents->architecture;

	if (!its || strcmp(its, ours) == 0 || (!u->contents->image && !u->contents->modules))
		return 0;
	return sentence(u->error, -EINVAL, "%s is for %s, and guests are %s", u->path, its, ours);
}

int package_extract(const char *path, const char *folder, struct package_contents *contents, char **error)
{
	struct unpacking u = { .path = path, .folder = folder, .contents = contents, .error = error };
	size_t kind = kind_of(path);
	int status;

	*contents = (struct package_contents){ 0 };
	if (kind == N_KINDS)
		return sentence(error, -EINVAL, "%s is no package: neither .deb nor .rpm", path);
	u.kind = kinds[kind].kind;
	status = kinds[kind].unpack(&u);
	if (status == 0 && (!contents->package || !contents->version))
		status = package_damaged(&u, NULL);
	if (status == 0)
		status = check_architecture(&u, kinds[kind].architecture);
	if (status < 0)
		package_contents_free(contents);
	return status;
}

void package_contents_free(struct package_contents *contents)
{
	free(contents->package);
	free(contents->version);
	free(contents->architecture);
	*contents = (struct package_contents){ 0 };
}
