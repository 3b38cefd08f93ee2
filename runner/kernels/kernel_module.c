/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_module.c - asks libkmod for modules, their dependencies and what they were built for. */
#include "runner/kernels/kernel_module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libkmod.h>

#include "sentence.h"

/*
 * The digests are for the cookie: listen() fails with ENOSYS when the one that the kernel was
 * configured with is missing.
 */
const struct guest_module guest_modules[] = {
	{ "crc32c_generic", .needed = false },
	{ "md5", .needed = false },
	{ "sha1_generic", .needed = false },
	{ "sha1", .needed = false },
	{ "sha256_generic", .needed = false },
	{ "sha256", .needed = false },
	{ "hmac", .needed = false },
	{ "ipv6", .used = true },
	{ "af_packet", .used = true },
	{ "sctp", .needed = true },
	{ "sctp_diag", .needed = false },
	{ "veth", .needed = true },
	{ "bridge", .used = true },
	{ "sch_netem", .used = true },
	{ "sch_tbf", .used = true },
	{ "sch_prio", .used = true },
	{ "sch_red", .used = true },
	{ "sch_ingress", .used = true },
	{ "sch_plug", .used = true },
	{ "cls_bpf", .used = true },
	{ "dummy", .used = true },
	{ "tun", .used = true },
	{ "8021q", .on_demand = true },
	{ "bonding", .on_demand = true },
	{ "vrf", .on_demand = true },
	{ "nfnetlink", .on_demand = true },
	{ "nf_conntrack", .on_demand = true },
	{ "nf_conntrack_netlink", .on_demand = true },
	{ "nf_tables", .on_demand = true },
	{ "nft_ct", .on_demand = true },
	{ "nft_chain_nat", .on_demand = true },
	{ "nft_nat", .on_demand = true },
	{ "nft_masq", .on_demand = true },
	{ "nft_reject", .on_demand = true },
	{ "nft_reject_ipv4", .on_demand = true },
	{ "nft_reject_inet", .on_demand = true },
	{ NULL, .needed = false },
};

static struct kmod_ctx *open_kmod(const char *modules)
{
	/* no configuration: what the host blacklists is no concern of the guest */
	static const char *const none[] = { NULL };
	struct kmod_ctx *ctx = kmod_new(modules, none);

	if (ctx)
		kmod_set_log_priority(ctx, 0);
	return ctx;
}

/* Whether there are two descriptors left: a file's, and that of the library that unpacks it. */
static int check_descriptors(void)
{
	const int one = open("/", O_PATH | O_CLOEXEC), other = open("/", O_PATH | O_CLOEXEC);
	const int status = one < 0 || other < 0 ? -errno : 0;

	if (one >= 0)
		close(one);
	if (other >= 0)
		close(other);
	return status;
}

/* libkmod says EINVAL of a file that is no module (ENOEXEC, from its version 34 on), and also when it cannot open what
 * unpacks it. */
static int read_information(const struct kmod_module *module, struct kmod_list **info)
{
	const int status = kmod_module_get_info(module, info);

	if (status == -EINVAL && check_descriptors() < 0)
		return -EMFILE;
	return status == -ENOEXEC ? -EINVAL : status < 0 ? status : 0;
}

/* The value of a field of the module's information, malloc'd; -EINVAL when there is none. */
static int read_field(const struct kmod_module *module, const char *name, char **value)
{
	struct kmod_list *info = NULL, *entry;
	int status = read_information(module, &info);

	*value = NULL;
	if (status < 0)
		return status;
	status = -EINVAL;
	kmod_list_foreach(entry, info)
	{
		if (strcmp(kmod_module_info_get_key(entry), name) == 0) {
			*value = strdup(kmod_module_info_get_value(entry));
			status = *value ? 0 : -ENOMEM;
			break;
		}
	}
	kmod_module_info_free_list(info);
	return status;
}

static int cannot_read(const char *file, int status, char **error)
{
	if (status == -EINVAL)
		return sentence(error, status, "%s is no kernel module", file);
	return sentence(error, status, "cannot read the module %s: %s", file, strerror(-status));
}

static int check(const struct kmod_module *module, const char *file, const char *release, char **error)
{
	char *magic;
	int status = read_field(module, "vermagic", &magic);

	if (status < 0)
		return cannot_read(file, status, error);
	magic[strcspn(magic, " ")] = '\0';
	if (strcmp(magic, release) != 0)
		status = sentence(
			error, -EINVAL, "%s is built for the kernel %s, and this one is %s", file, magic, release);
	free(magic);
	return status;
}

int kernel_module_check(const char *file, const char *release, char **error)
{
	struct kmod_ctx *ctx = open_kmod(NULL);
	struct kmod_module *module = NULL;
	int status = ctx ? kmod_module_new_from_path(ctx, file, &module) : -ENOMEM;

	if (status < 0)
		cannot_read(file, status, error);
	else
		status = check(module, file, release, error);
	if (module)
		kmod_module_unref(module);
	if (ctx)
		kmod_unref(ctx);
	return status;
}

int kernel_module_depends(const char *file, char **depends, char **error)
{
	struct kmod_ctx *ctx = open_kmod(NULL);
	struct kmod_module *module = NULL;
	int status = ctx ? kmod_module_new_from_path(ctx, file, &module) : -ENOMEM;

	*depends = NULL;
	if (status == 0)
		status = read_field(module, "depends", depends);
	if (status < 0)
		cannot_read(file, status, error);
	if (module)
		kmod_module_unref(module);
	if (ctx)
		kmod_unref(ctx);
	return status;
}

/* The files so far, and whether anything was left out, for the kernel's module_left_out. */
struct choice {
	struct path_list *files;
	bool left_out;
};

/* One module, its own file or the one that replaces it. */
static int add_module(const struct kernel *kernel, const struct kmod_module *module, const char *override,
	struct path_list *list, char **error)
{
	const char *path = kmod_module_get_path(module);
	int status;

	if (!path)
		return 0; /* built in */
	if (override && strcmp(override, kmod_module_get_name(module)) == 0)
		path = kernel->module_override;
	if (path_list_has(list, path))
		return 0;
	status = check(module, path, kernel->release, error);
	if (status == 0 && path_list_add(list, path) < 0)
		status = no_memory(error);
	return status;
}

/* Whether the module is the one to be left out, or needs it. */
static bool is_left_out(const struct kernel *kernel, const struct kmod_module *module, struct kmod_list *before)
{
	struct kmod_list *entry;
	bool found;

	if (!kernel->module_left_out)
		return false;
	found = strcmp(kmod_module_get_name(module), kernel->module_left_out) == 0;
	kmod_list_foreach(entry, before)
	{
		struct kmod_module *one = kmod_module_get_module(entry);

		found = found || strcmp(kmod_module_get_name(one), kernel->module_left_out) == 0;
		kmod_module_unref(one);
	}
	return found;
}

/* A module after what it depends on, as modprobe would load it. */
static int add_with_dependencies(const struct kernel *kernel, struct kmod_module *module, const char *override,
	struct choice *choice, char **error)
{
	struct kmod_list *before = kmod_module_get_dependencies(module), *entry;
	int status = 0;

	if (is_left_out(kernel, module, before)) {
		kmod_module_unref_list(before);
		choice->left_out = true;
		return 0;
	}
	kmod_list_foreach(entry, before)
	{
		struct kmod_module *one = kmod_module_get_module(entry);

		if (status == 0)
			status = add_module(kernel, one, override, choice->files, error);
		kmod_module_unref(one);
	}
	kmod_module_unref_list(before);
	if (status == 0)
		status = add_module(kernel, module, override, choice->files, error);
	return status;
}

static int add_wish(const struct kernel *kernel, struct kmod_ctx *ctx, const struct guest_module *row,
	const char *override, struct choice *choice, char **error)
{
	struct kmod_list *found = NULL, *entry;
	bool there = false;
	int status = kmod_module_new_from_lookup(ctx, row->name, &found);

	if (status < 0 && status != -ENOENT)
		return sentence(error, status, "cannot look for the module %s: %s", row->name, strerror(-status));
	status = 0;
	kmod_list_foreach(entry, found)
	{
		struct kmod_module *module = kmod_module_get_module(entry);

		/* not an alias: "sha1" is also one for each processor's own way of doing it */
		if (status == 0 && strcmp(kmod_module_get_name(module), row->name) == 0) {
			there = true;
			status = add_with_dependencies(kernel, module, override, choice, error);
		}
		kmod_module_unref(module);
	}
	kmod_module_unref_list(found);
	if (status == 0 && !there && row->needed)
		status = sentence(error, -ENOENT, "the kernel %s has no %s, neither built in nor as a module",
			kernel->release, row->name);
	return status;
}

/* The name of the module that --module replaces: that of its file, or what it says itself. */
static char *override_name(struct kmod_ctx *ctx, const char *file)
{
	struct kmod_module *module = NULL;
	char *name;

	if (kmod_module_new_from_path(ctx, file, &module) < 0)
		return NULL;
	if (read_field(module, "name", &name) < 0)
		name = strdup(kmod_module_get_name(module));
	kmod_module_unref(module);
	return name;
}

char *kernel_module_name(const char *file)
{
	struct kmod_ctx *ctx = open_kmod(NULL);
	char *name = ctx ? override_name(ctx, file) : NULL;

	if (ctx)
		kmod_unref(ctx);
	return name;
}

int kernel_module_list(const struct kernel *kernel, struct path_list *out, char **error)
{
	struct kmod_ctx *ctx = open_kmod(kernel->modules);
	char *override = NULL;
	struct choice choice = { .files = out };
	int status = 0;

	*out = (struct path_list){ 0 };
	if (!ctx || kmod_load_resources(ctx) < 0)
		status = sentence(error, -EIO, "cannot read the lists of modules in %s", kernel->modules);
	if (status == 0 && kernel->module_override)
		override = override_name(ctx, kernel->module_override);
	for (const struct guest_module *row = guest_modules; row->name && status == 0; row++)
		if (!row->on_demand)
			status = add_wish(kernel, ctx, row, override, &choice, error);
	if (status == 0 && override && !path_list_has(out, kernel->module_override))
		status = sentence(error, -EINVAL,
			"%s would replace the module %s, which the kernel %s does not load as a "
			"module",
			kernel->module_override, override, kernel->release);
	if (status == 0 && kernel->module_left_out && !choice.left_out)
		status = sentence(error, -EINVAL,
			"the kernel %s does not load '%s' as a module, so it cannot be left out", kernel->release,
			kernel->module_left_out);
	if (status < 0)
		path_list_free(out);
	free(override);
	if (ctx)
		kmod_unref(ctx);
	return status;
}

/* The module's own name, and those by which the kernel asks for it. Malloc'd. */
static int read_names(const struct kmod_module *module, char **names)
{
	struct kmod_list *info = NULL, *entry;
	size_t length;
	FILE *out;
	int status = read_information(module, &info);

	*names = NULL;
	if (status < 0)
		return status;
	out = open_memstream(names, &length);
	if (out)
		fputs(kmod_module_get_name(module), out);
	kmod_list_foreach(entry, info)
	{
		if (out && strcmp(kmod_module_info_get_key(entry), "alias") == 0)
			fprintf(out, " %s", kmod_module_info_get_value(entry));
	}
	kmod_module_info_free_list(info);
	return out && fclose(out) == 0 ? 0 : -ENOMEM;
}

/* What is built in, or not there at all, need not be demanded. */
static int take_demand(const struct kernel *kernel, struct kmod_ctx *ctx, const struct guest_module *row,
	kernel_module_demand *take, void *context, char **error)
{
	struct path_list files = { 0 };
	struct choice choice = { .files = &files };
	struct kmod_module *module = NULL;
	char *names = NULL;
	int status = kmod_module_new_from_name(ctx, row->name, &module);

	if (status == 0 && kmod_module_get_path(module))
		status = add_with_dependencies(kernel, module, NULL, &choice, error);
	if (status == 0 && files.n > 0) {
		status = read_names(module, &names);
		if (status < 0)
			cannot_read(kmod_module_get_path(module), status, error);
		else
			status = take(context, names, &files);
	}
	if (status == -ENOMEM && error && !*error)
		no_memory(error);
	free(names);
	path_list_free(&files);
	if (module)
		kmod_module_unref(module);
	return status;
}

int kernel_module_each_demand(const struct kernel *kernel, kernel_module_demand *take, void *context, char **error)
{
	struct kmod_ctx *ctx = open_kmod(kernel->modules);
	int status = 0;

	if (!ctx || kmod_load_resources(ctx) < 0)
		status = sentence(error, -EIO, "cannot read the lists of modules in %s", kernel->modules);
	for (const struct guest_module *row = guest_modules; row->name && status == 0; row++)
		if (row->on_demand)
			status = take_demand(kernel, ctx, row, take, context, error);
	if (ctx)
		kmod_unref(ctx);
	return status;
}
