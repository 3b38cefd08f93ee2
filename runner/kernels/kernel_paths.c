/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_paths.c - looks where distributions and the kernel's own build put images and modules. */
#include "runner/kernels/kernel_paths.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sentence.h"

#define BUILT_IMAGE "arch/x86/boot/bzImage"

void kernel_paths_free(struct kernel_paths *paths)
{
	free(paths->image);
	free(paths->modules);
	*paths = (struct kernel_paths){ 0 };
}

/* A path that is there, malloc'd, or NULL. */
static char *existing(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *existing(const char *format, ...)
{
	char *path = NULL;
	va_list values;
	int n;

	va_start(values, format);
	n = vasprintf(&path, format, values);
	va_end(values);
	if (n < 0)
		return NULL;
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static bool has(const char *folder, const char *name)
{
	char *path = existing("%s/%s", folder, name);

	free(path);
	return path != NULL;
}

/* The one file or folder that the patterns name in `folder`: 1, or 0 for none, or -EINVAL for
 * several. */
static int find_one(const char *folder, const char *const *patterns, const char *what, char **out, char **error)
{
	glob_t found = { 0 };
	int status = 0, flags = 0;

	*out = NULL;
	for (; *patterns; patterns++) {
		char *pattern;

		if (asprintf(&pattern, "%s/%s", folder, *patterns) < 0)
			return no_memory(error);
		glob(pattern, flags, NULL, &found);
		flags = GLOB_APPEND;
		free(pattern);
	}
	if (found.gl_pathc > 1)
		status = sentence(error, -EINVAL, "%s has several %s: %s and %s", folder, what, found.gl_pathv[0],
			found.gl_pathv[1]);
	else if (found.gl_pathc == 1)
		*out = strdup(found.gl_pathv[0]);
	globfree(&found);
	return status < 0 ? status : *out != NULL;
}

static int search_image(const char *folder, char **image, char **error)
{
	static const char *const patterns[] = { "boot/vmlinuz*", "vmlinuz*", "bzImage", "boot/bzImage",
		"usr/lib/modules/*/vmlinuz", "lib/modules/*/vmlinuz", NULL };
	static const char *const elf[] = { "vmlinux", "boot/vmlinux*", NULL };
	int found = find_one(folder, patterns, "kernels", image, error);

	if (found == 0)
		found = find_one(folder, elf, "kernels", image, error);
	if (found == 0)
		return sentence(error, -ENOENT, "there is no kernel in %s: no vmlinuz, bzImage or vmlinux", folder);
	return found < 0 ? found : 0;
}

static int search_modules(const char *folder, char **modules, char **error)
{
	static const char *const patterns[] = { "lib/modules/*", NULL };
	static const char *const merged[] = { "usr/lib/modules/*", NULL };
	int found = find_one(folder, patterns, "module trees", modules, error);

	if (found == 0)
		found = find_one(folder, merged, "module trees", modules, error);
	if (found == 0)
		return sentence(error, -ENOENT, "there are no modules in %s: no lib/modules/*", folder);
	return found < 0 ? found : 0;
}

/* Whether it is lib/modules/RELEASE, by what the kernel's build puts there. */
static bool is_module_tree(const char *folder)
{
	return has(folder, "modules.order") || has(folder, "modules.builtin") || has(folder, "modules.dep");
}

/* Also one where nothing was built yet, and the output folder of `make O=`. */
static bool is_build_tree(const char *folder)
{
	return has(folder, BUILT_IMAGE) || has(folder, "include/config/auto.conf") ||
		(has(folder, "Kconfig") && has(folder, "arch/x86"));
}

/* The module tree under or at what a person gave as --modules. */
static int find_tree(const char *folder, struct kernel_paths *out, char **error)
{
	if (!is_module_tree(folder) && !is_build_tree(folder))
		return search_modules(folder, &out->modules, error);
	out->tree = is_build_tree(folder);
	out->modules = strdup(folder);
	return out->modules ? 0 : no_memory(error);
}

static int place_build_tree(const char *folder, const char *modules, struct kernel_paths *out, char **error)
{
	out->image = existing("%s/" BUILT_IMAGE, folder);
	if (!out->image)
		return sentence(
			error, -ENOENT, "the build tree %s has no " BUILT_IMAGE ": `make bzImage` makes it", folder);
	return find_tree(modules ? modules : folder, out, error);
}

/* lib/modules/RELEASE: the image is in it, in the boot folder beside that lib, or in /boot. */
static int place_module_tree(const char *folder, struct kernel_paths *out, char **error)
{
	char *path = realpath(folder, NULL);
	const char *release = path ? strrchr(path, '/') + 1 : NULL;

	if (!path)
		return sentence(error, -errno, "cannot read %s: %m", folder);
	out->image = existing("%s/vmlinuz", path);
	if (!out->image)
		out->image = existing("%s/../../../boot/vmlinuz-%s", path, release);
	if (!out->image)
		out->image = existing("%s/../../../../boot/vmlinuz-%s", path, release);
	out->modules = path;
	if (out->image)
		return 0;
	return sentence(error, -ENOENT,
		"there is no kernel for the modules in %s: no vmlinuz there, and no boot/vmlinuz-%s "
		"beside its lib",
		folder, release);
}

int kernel_paths_of_folder(const char *folder, const char *modules, struct kernel_paths *out, char **error)
{
	int status;

	*out = (struct kernel_paths){ 0 };
	if (is_build_tree(folder)) {
		status = place_build_tree(folder, modules, out, error);
	} else if (is_module_tree(folder) && !modules) {
		status = place_module_tree(folder, out, error);
	} else {
		status = search_image(folder, &out->image, error);
		if (status == 0)
			status = find_tree(modules ? modules : folder, out, error);
	}
	if (status < 0)
		kernel_paths_free(out);
	return status;
}

/* The build tree around TREE/arch/x86/boot/bzImage, or NULL. */
static char *tree_around(const char *image)
{
	char *path = realpath(image, NULL);
	size_t length = path ? strlen(path) : 0, end = strlen("/" BUILT_IMAGE);

	if (length > end && strcmp(path + length - end, "/" BUILT_IMAGE) == 0) {
		path[length - end] = '\0';
		return path;
	}
	free(path);
	return NULL;
}

/* Of /boot/vmlinuz-RELEASE, or NULL. */
static char *modules_beside(const char *image)
{
	char *path = realpath(image, NULL), *name = path ? strrchr(path, '/') + 1 : NULL;
	char *found = NULL;

	if (name && strncmp(name, "vmlinuz-", 8) == 0) {
		name[-1] = '\0';
		found = existing("%s/../lib/modules/%s", path, name + 8);
		if (!found)
			found = existing("%s/../usr/lib/modules/%s", path, name + 8);
	}
	free(path);
	return found;
}

int kernel_paths_of_image(const char *image, const char *modules, struct kernel_paths *out, char **error)
{
	char *folder;
	int status = 0;

	*out = (struct kernel_paths){ .image = strdup(image) };
	if (!out->image)
		return no_memory(error);
	folder = modules ? strdup(modules) : modules_beside(image);
	if (!folder)
		folder = tree_around(image);
	if (!folder)
		status = sentence(error, -EINVAL,
			"%s is no kernel package; if it is a kernel image, name its modules' folder with "
			"--modules",
			image);
	else
		status = find_tree(folder, out, error);
	free(folder);
	if (status < 0)
		kernel_paths_free(out);
	return status;
}

int kernel_paths_of_running(struct kernel_paths *out, char **error)
{
	struct utsname names;

	*out = (struct kernel_paths){ 0 };
	if (uname(&names) < 0)
		return sentence(error, -errno, "cannot ask for the running kernel's name: %m");
	out->modules = existing("/lib/modules/%s", names.release);
	out->image = existing("/boot/vmlinuz-%s", names.release);
	if (!out->image)
		out->image = existing("/lib/modules/%s/vmlinuz", names.release);
	if (out->image && out->modules)
		return 0;
	kernel_paths_free(out);
	return sentence(error, -ENOENT,
		"the running kernel %s has no files here: they would be /boot/vmlinuz-%s and "
		"/lib/modules/%s",
		names.release, names.release, names.release);
}
