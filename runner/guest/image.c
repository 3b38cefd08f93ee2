/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.c - builds the guest's file system.
 *
 * Not compressed, because a guest on a virtual clock pays for every instruction of unpacking. Names
 * are sorted, owners and times are fixed: a snapshot is only as reproducible as the image it booted
 * with.
 */
#include "runner/guest/image.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "runner/cache/cache.h"
#include "runner/guest/user_files.h"
#include "runner/host/program.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel_module.h"
#include "sentence.h"

#define RECIPE "image 2"

struct image_file {
	char *name; /* in the image, without the leading slash */
	char *path; /* on this machine; NULL: `text`, or a folder */
	const char *text;
	mode_t mode; /* with its type */
};

struct image {
	struct image_file *files;
	size_t n;
	char *module_names; /* the text of /modules.list */
	char *demands;      /* of /modules.wanted */
};

static const struct {
	const char *program, *name;
} tools[] = {
	{ "ip", "usr/sbin/ip" },
	{ "tc", "usr/sbin/tc" },
	{ "tcpdump", "usr/bin/tcpdump" },
};

#define N_TOOLS (sizeof(tools) / sizeof(*tools))

/* tcpdump looks the user up whose rights it goes on with. */
static const char passwd[] = "root:x:0:0:root:/:/bin/false\n";
static const char group[] = "root:x:0:\n";

static const struct image_file *find(const struct image *image, const char *name, size_t length)
{
	for (size_t i = 0; i < image->n; i++) {
		if (strncmp(image->files[i].name, name, length) == 0 && image->files[i].name[length] == '\0')
			return &image->files[i];
	}
	return NULL;
}

static int append(struct image *image, const char *name, size_t length, const char *path, const char *text, mode_t mode)
{
	struct image_file *more = realloc(image->files, (image->n + 1) * sizeof(*more));
	struct image_file *file;

	if (!more)
		return -ENOMEM;
	image->files = more;
	file = &more[image->n];
	*file = (struct image_file){ .name = strndup(name, length), .text = text, .mode = mode };
	if (path)
		file->path = strdup(path);
	if (!file->name || (path && !file->path)) {
		free(file->name);
		free(file->path);
		return -ENOMEM;
	}
	image->n++;
	return 0;
}

/* Adds a file with the folders above it. */
static int add(struct image *image, const char *name, const char *path, const char *text, mode_t mode)
{
	int status = 0;

	name += *name == '/';
	for (const char *slash = strchr(name, '/'); slash && status == 0; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - name);

		if (!find(image, name, length))
			status = append(image, name, length, NULL, NULL, S_IFDIR | 0755);
	}
	if (status == 0 && !find(image, name, strlen(name)))
		status = append(image, name, strlen(name), path, text, mode);
	return status;
}

static void image_free(struct image *image)
{
	for (size_t i = 0; i < image->n; i++) {
		free(image->files[i].name);
		free(image->files[i].path);
	}
	free(image->files);
	free(image->module_names);
	free(image->demands);
	*image = (struct image){ 0 };
}

int image_libraries(struct path_list *out, char **error)
{
	int status = 0;

	for (size_t i = 0; i < N_TOOLS && status == 0; i++) {
		char *path = NULL;

		status = program_find(tools[i].program, &path, error);
		if (status == 0)
			status = closure_add(path, out, error);
		free(path);
	}
	return status;
}

static int add_tools(struct image *image, const char *agent, char **error)
{
	struct path_list libraries = { 0 };
	int status = image_libraries(&libraries, error);

	for (size_t i = 0; i < N_TOOLS && status == 0; i++) {
		char *path = NULL;

		status = program_find(tools[i].program, &path, error);
		if (status == 0 && add(image, tools[i].name, path, NULL, S_IFREG | 0755) < 0)
			status = no_memory(error);
		free(path);
	}
	/* an agent that was built with sanitizers is not static */
	if (status == 0)
		status = closure_add(agent, &libraries, error);
	for (size_t i = 0; i < libraries.n && status == 0; i++) {
		if (add(image, libraries.paths[i], libraries.paths[i], NULL, S_IFREG | 0755) < 0)
			status = no_memory(error);
	}
	path_list_free(&libraries);
	return status;
}

/* netem's tables of distributions, where this machine has them */
static int add_distributions(struct image *image)
{
	glob_t found = { 0 };
	int status = 0;

	glob("/usr/lib/tc/*.dist", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc && status == 0; i++)
		status = add(image, found.gl_pathv[i], found.gl_pathv[i], NULL, S_IFREG | 0644);
	globfree(&found);
	return status;
}

/*
 * "modules/sctp.ko" for "/.../kernel/net/sctp/sctp.ko.xz": it is put in decompressed. A file that
 * replaces a module may have the name of another one.
 */
static char *module_name(const struct image *image, const char *path)
{
	const char *base = strrchr(path, '/');
	char *name;

	base = base ? base + 1 : path;
	if (asprintf(&name, "modules/%.*s.ko", (int)strcspn(base, "."), base) < 0)
		return NULL;
	if (!find(image, name, strlen(name)))
		return name;
	free(name);
	return asprintf(&name, "modules/%zu.ko", image->n) < 0 ? NULL : name;
}

static int add_module(struct image *image, const char *path)
{
	char *name = module_name(image, path), *list = NULL;
	int status = name ? add(image, name, path, NULL, S_IFREG | 0644) : -ENOMEM;

	if (status == 0 && asprintf(&list, "%s/%s\n", image->module_names ? image->module_names : "", name) < 0)
		status = -ENOMEM;
	if (status == 0) {
		free(image->module_names);
		image->module_names = list;
	}
	free(name);
	return status;
}

static int add_modules(struct image *image, const struct kernel *kernel, char **error)
{
	struct path_list modules;
	int status = kernel_module_list(kernel, &modules, error);

	if (status < 0)
		return status;
	for (size_t i = 0; i < modules.n && status == 0; i++)
		status = add_module(image, modules.paths[i]);
	path_list_free(&modules);
	if (status == 0 && !image->module_names && !(image->module_names = strdup("")))
		status = -ENOMEM;
	if (status == 0)
		status = add(image, "modules.list", NULL, image->module_names, S_IFREG | 0644);
	return status < 0 ? no_memory(error) : 0;
}

/* Where in the image a module's file is, or will be; NULL without memory. */
static const char *place_of_module(struct image *image, const char *path)
{
	char *name;
	int status;

	for (size_t i = 0; i < image->n; i++)
		if (image->files[i].path && strcmp(image->files[i].path, path) == 0)
			return image->files[i].name;
	name = module_name(image, path);
	status = name ? add(image, name, path, NULL, S_IFREG | 0644) : -ENOMEM;
	free(name);
	return status < 0 ? NULL : image->files[image->n - 1].name;
}

/* A line: the names, a colon, the files. */
static int take_demand(void *context, const char *names, const struct path_list *files)
{
	struct image *image = context;
	char *line = NULL, *more = NULL;

	if (asprintf(&line, "%s:", names) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < files->n; i++) {
		const char *place = place_of_module(image, files->paths[i]);

		if (!place || asprintf(&more, "%s /%s", line, place) < 0) {
			free(line);
			return -ENOMEM;
		}
		free(line);
		line = more;
	}
	if (asprintf(&more, "%s%s\n", image->demands ? image->demands : "", line) < 0) {
		free(line);
		return -ENOMEM;
	}
	free(line);
	free(image->demands);
	image->demands = more;
	return 0;
}

static int add_demands(struct image *image, const struct kernel *kernel, char **error)
{
	int status = kernel_module_each_demand(kernel, take_demand, image, error);

	if (status == 0 && image->demands && add(image, "modules.wanted", NULL, image->demands, S_IFREG | 0644) < 0)
		status = no_memory(error);
	return status;
}

/* Nothing of the image's own is replaced: it would not be the guest that we know. */
static int add_user_file(struct image *image, const struct user_file *one, char **error)
{
	const char *name = one->name + (*one->name == '/');
	const struct image_file *there = find(image, name, strlen(name));

	if (there && !(there->path && strcmp(there->path, one->path) == 0))
		return sentence(error, -EEXIST, "cannot put %s into the guest: it has a /%s already", one->path, name);
	if (add(image, name, one->path, NULL, S_IFREG | (one->mode & 07777)) < 0)
		return no_memory(error);
	return 0;
}

static int add_trees(struct image *image, const struct guest_options *options, char **error)
{
	struct user_file_list user_files;
	int status = user_files_expand(options->trees, options->n_trees, &user_files, error);

	if (status < 0)
		return status;
	for (size_t i = 0; i < user_files.n && status == 0; i++)
		status = add_user_file(image, &user_files.list[i], error);
	for (size_t i = 0; i < user_files.libraries.n && status == 0; i++) {
		const char *path = user_files.libraries.paths[i];

		if (add(image, path, path, NULL, S_IFREG | 0755) < 0)
			status = no_memory(error);
	}
	user_files_free(&user_files);
	return status;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct image_file *)a)->name, ((const struct image_file *)b)->name);
}

/* Everything that is in the image, in the order in which it is written. */
static int plan_image(const struct kernel *kernel, const char *agent, const struct guest_options *options,
	struct image *image, char **error)
{
	static const char *const folders[] = { "dev", "proc", "run", "sys", "tmp" };
	int status;

	*image = (struct image){ 0 };
	status = add(image, "init", agent, NULL, S_IFREG | 0755);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && status == 0; i++)
		status = add(image, folders[i], NULL, NULL, S_IFDIR | 0755);
	if (status == 0)
		status = add(image, "dev/console", NULL, NULL, S_IFCHR | 0600);
	if (status == 0)
		status = add(image, "etc/passwd", NULL, passwd, S_IFREG | 0644);
	if (status == 0)
		status = add(image, "etc/group", NULL, group, S_IFREG | 0644);
	if (status == 0)
		status = add_distributions(image);
	if (status < 0)
		no_memory(error);
	else
		status = add_tools(image, agent, error);
	if (status == 0)
		status = add_modules(image, kernel, error);
	if (status == 0)
		status = add_demands(image, kernel, error);
	if (status == 0)
		status = add_trees(image, options, error);
	if (status == 0)
		qsort(image->files, image->n, sizeof(*image->files), by_name);
	else
		image_free(image);
	return status;
}

/* The file's bytes; what is compressed comes out as it was before. */
static int read_through(const char *path, char **data, size_t *length)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t room = 0;
	la_ssize_t n = 0;
	char *more;

	*data = NULL;
	*length = 0;
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_filename(archive, path, 65536) != ARCHIVE_OK ||
		archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		n = -1;
	while (n >= 0) {
		if (*length == room) {
			room = room ? room * 2 : 1U << 20;
			more = realloc(*data, room);
			if (!more) {
				n = -1;
				break;
			}
			*data = more;
		}
		n = archive_read_data(archive, *data + *length, room - *length);
		if (n <= 0)
			break;
		*length += (size_t)n;
	}
	archive_read_free(archive);
	return n < 0 ? -EIO : 0;
}

int image_unpack_module(const char *path, const char *to, char **error)
{
	size_t length = 0;
	char *data = NULL;
	int status = read_through(path, &data, &length);

	if (status < 0)
		sentence(error, status, "cannot read %s: %s", path, strerror(-status));
	else if ((status = tree_write_file(to, data, length)) < 0)
		sentence(error, status, "cannot write %s: %s", to, strerror(-status));
	free(data);
	return status;
}

static int write_file(struct archive *archive, const struct image_file *file, size_t number, char **error)
{
	struct archive_entry *entry = archive_entry_new();
	const char *bytes = file->text;
	size_t length = bytes ? strlen(bytes) : 0;
	char *data = NULL;
	int status = 0;

	if (file->path)
		status = strncmp(file->name, "modules/", 8) == 0 ? read_through(file->path, &data, &length)
								 : tree_read_file(file->path, &data, &length);
	if (status < 0) {
		archive_entry_free(entry);
		return sentence(error, status, "cannot read %s: %s", file->path, strerror(-status));
	}
	archive_entry_set_pathname(entry, file->name);
	archive_entry_set_mode(entry, file->mode);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_ino64(entry, (la_int64_t)number);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_size(entry, (la_int64_t)length);
	if (S_ISCHR(file->mode)) {
		archive_entry_set_rdevmajor(entry, 5); /* /dev/console */
		archive_entry_set_rdevminor(entry, 1);
	}
	if (archive_write_header(archive, entry) != ARCHIVE_OK ||
		(length > 0 && archive_write_data(archive, data ? data : bytes, length) != (la_ssize_t)length))
		status = sentence(error, -EIO, "cannot write the image: %s", archive_error_string(archive));
	archive_entry_free(entry);
	free(data);
	return status;
}

static int write_image(const struct image *image, const char *to, char **error)
{
	struct archive *archive = archive_write_new();
	int status = 0;

	if (!archive)
		return no_memory(error);
	archive_write_set_format_cpio_newc(archive);
	archive_write_add_filter_none(archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	if (archive_write_open_filename(archive, to) != ARCHIVE_OK)
		status = sentence(error, -EIO, "cannot write %s: %s", to, archive_error_string(archive));
	for (size_t i = 0; i < image->n && status == 0; i++)
		status = write_file(archive, &image->files[i], i + 1, error);
	if (archive_write_close(archive) != ARCHIVE_OK && status == 0)
		status = sentence(error, -EIO, "cannot write %s: %s", to, archive_error_string(archive));
	archive_write_free(archive);
	return status;
}

int image_write(const struct kernel *kernel, const char *agent, const struct guest_options *options, const char *to,
	char **error)
{
	struct image image;
	int status = plan_image(kernel, agent, options, &image, error);

	if (status == 0) {
		status = write_image(&image, to, error);
		image_free(&image);
	}
	return status;
}

static int digest_image(const struct image *image, char key[SHA256_HEX], char **error)
{
	struct sha256_ctx sum;
	char one[SHA256_HEX];
	int status = 0;

	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	for (size_t i = 0; i < image->n && status == 0; i++) {
		const struct image_file *file = &image->files[i];

		sha256_add_text(&sum, file->name);
		sha256_update(&sum, sizeof(file->mode), (const uint8_t *)&file->mode);
		sha256_add_text(&sum, file->text ? file->text : "");
		if (file->path) {
			status = cache_sha256(file->path, one, error);
			sha256_add_text(&sum, one);
		}
	}
	sha256_hex(&sum, key);
	return status;
}

int image_digest(const struct kernel *kernel, const char *agent, const struct guest_options *options,
	char key[SHA256_HEX], char **error)
{
	struct image image;
	int status = plan_image(kernel, agent, options, &image, error);

	if (status == 0) {
		status = digest_image(&image, key, error);
		image_free(&image);
	}
	return status;
}
