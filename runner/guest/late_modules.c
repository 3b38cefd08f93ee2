/* SPDX-License-Identifier: Apache-2.0 */
/* late_modules.c - see late_modules.h. */
#include "runner/guest/late_modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/guest/image.h"
#include "runner/protocol/order.h"
#include "sentence.h"

bool late_modules_are_used(const struct kernel *kernel, const struct guest_options *options)
{
	return kernel->module_override && !kernel->module_left_out && options->accel == ACCEL_TCG;
}

void late_modules_free(struct late_modules *late)
{
	free(late->before.module_left_out);
	path_list_free(&late->modules);
	*late = (struct late_modules){ 0 };
}

/* Keeps of a list what the other one does not have. */
static void subtract(struct path_list *list, const struct path_list *other)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (path_list_has(other, list->paths[i]))
			free(list->paths[i]);
		else
			list->paths[kept++] = list->paths[i];
	}
	list->n = kept;
}

int late_modules_find(const struct kernel *kernel, struct late_modules *out, char **error)
{
	struct path_list early = { 0 };
	int status;

	*out = (struct late_modules){ .before = *kernel };
	out->before.module_override = NULL;
	out->before.module_left_out = kernel_module_name(kernel->module_override);
	status = out->before.module_left_out
		? kernel_module_list(kernel, &out->modules, error)
		: sentence(error, -EINVAL, "%s is no kernel module", kernel->module_override);
	if (status == 0)
		status = kernel_module_list(&out->before, &early, error);
	if (status == 0)
		subtract(&out->modules, &early);
	path_list_free(&early);
	if (status < 0)
		late_modules_free(out);
	return status;
}

int late_modules_digest(const struct late_modules *late, struct sha256_ctx *sum, char **error)
{
	char one[SHA256_HEX];
	int status = 0;

	for (size_t i = 0; i < late->modules.n && status == 0; i++) {
		status = cache_sha256(late->modules.paths[i], one, error);
		if (status == 0)
			sha256_add_text(sum, one);
	}
	return status;
}

/* Where a module is for the time of its loading: on this machine, and in the guest. */
static int name_module(const char *path, const char *folder, char **here, char **there)
{
	const char *base = strrchr(path, '/');
	int length;

	base = base ? base + 1 : path;
	length = (int)strcspn(base, ".");
	if (asprintf(here, "%s/%.*s.ko", folder, length, base) < 0)
		*here = NULL;
	if (asprintf(there, "/run/late/%.*s.ko", length, base) < 0)
		*there = NULL;
	return *here && *there ? 0 : -ENOMEM;
}

static int unpack(const struct late_modules *late, const char *folder, struct box_payload *files, const char **names,
	char **error)
{
	int status = 0;

	for (size_t i = 0; i < late->modules.n && status == 0; i++) {
		char *here = NULL, *there = NULL;

		if (name_module(late->modules.paths[i], folder, &here, &there) < 0)
			status = no_memory(error);
		files[i] = (struct box_payload){ .name = there, .path = here, .mode = 0600 };
		names[i] = there;
		if (status == 0)
			status = image_unpack_module(late->modules.paths[i], here, error);
	}
	return status;
}

int late_modules_save(const struct late_modules *late, const struct snapshot *before, const char *folder,
	struct boot_times *times, char **error)
{
	size_t n = late->modules.n;
	struct box_payload *files = calloc(n + 1, sizeof(*files));
	const char **names = calloc(n + 1, sizeof(*names));
	const struct order order = { .kind = ORDER_LOAD, .load.modules = names };
	char *words = NULL;
	int status = files && names ? unpack(late, folder, files, names, error) : no_memory(error);

	if (status == 0 && !(words = order_write(&order, error)))
		status = -EINVAL;
	if (status == 0)
		status = load_and_save(before, words, files, n, folder, times, error);
	for (size_t i = 0; files && i < n; i++) {
		if (files[i].path)
			unlink(files[i].path);
		free((char *)files[i].name);
		free((char *)files[i].path);
	}
	free(files);
	free(names);
	free(words);
	return status;
}
