/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c - booted kernels in the cache. The key of a snapshot is the digest of everything that it was made from, so
 * a snapshot of something else is never taken.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "runner/cache/cache.h"
#include "runner/guest/agent_path.h"
#include "runner/guest/boot.h"
#include "runner/guest/guest.h"
#include "runner/guest/image.h"
#include "runner/guest/late_modules.h"
#include "runner/guest/lent.h"
#include "runner/qemu/qemu.h"
#include "sentence.h"

#define RECIPE "snapshot 3"

/* What a snapshot is made from. */
struct ingredients {
	const struct kernel *kernel; /* the kernel that boots */
	struct late_modules late;    /* the modules that are loaded after the boot, if any */
	bool has_late_modules;
	const struct guest_options *options;
	char *agent;
	char image_key[SHA256_HEX];
	struct qemu_features qemu;
};

static int find_agent(const char *given, char **agent, char **error)
{
	if (!given)
		return agent_path(agent, error);
	*agent = realpath(given, NULL);
	return *agent ? 0 : sentence(error, -errno, "cannot read the agent %s: %m", given);
}

static void ingredients_free(struct ingredients *from)
{
	free(from->agent);
	if (from->has_late_modules)
		late_modules_free(&from->late);
}

static int gather(
	const struct kernel *kernel, const struct guest_options *options, struct ingredients *from, char **error)
{
	int status = options->accel == ACCEL_KVM ? qemu_check_kvm(error) : 0;

	*from = (struct ingredients){ .kernel = kernel, .options = options };
	if (status == 0 && late_modules_are_used(kernel, options)) {
		status = late_modules_find(kernel, &from->late, error);
		from->has_late_modules = status == 0;
		from->kernel = &from->late.before;
	}
	if (status == 0)
		status = qemu_features_find(&from->qemu, error);
	if (status == 0)
		status = find_agent(options->agent, &from->agent, error);
	if (status == 0)
		status = image_digest(from->kernel, from->agent, options, from->image_key, error);
	if (status < 0)
		ingredients_free(from);
	return status;
}

/* A guest under KVM sees the host's processor, so its snapshot is valid only for the same processor. */
static void add_processor(const struct guest_options *options, struct sha256_ctx *sum)
{
	FILE *file = options->accel == ACCEL_KVM ? fopen("/proc/cpuinfo", "re") : NULL;
	char line[8192];

	while (file && fgets(line, sizeof(line), file) && *line != '\n') {
		if (!strstr(line, "MHz") && !strstr(line, "bogomips"))
			sha256_add_text(sum, line);
	}
	if (file)
		fclose(file);
}

static void digest_boot(const struct ingredients *from, char key[SHA256_HEX])
{
	static const struct qemu_files names = { "RAM", "BOX", "CONSOLE", .ram_shared = true };
	struct qemu_arguments arguments = { 0 };
	struct sha256_ctx sum;

	qemu_add_machine(&arguments, from->options, QEMU_BOOT, &names);
	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	sha256_add_text(&sum, from->kernel->sha256);
	sha256_add_text(&sum, from->image_key);
	sha256_add_text(&sum, from->qemu.version);
	sha256_add_text(&sum, from->qemu.sha256);
	sha256_add_text(&sum, qemu_kernel_parameters(from->options));
	for (size_t i = 0; i < arguments.n; i++)
		sha256_add_text(&sum, arguments.words[i]);
	add_processor(from->options, &sum);
	sha256_hex(&sum, key);
	qemu_arguments_free(&arguments);
}

/* A snapshot with late modules is made from the booted snapshot, so its key includes that one's. */
static int digest(const struct ingredients *from, char key[SHA256_HEX], char **error)
{
	struct sha256_ctx sum;
	int status;

	digest_boot(from, key);
	if (!from->has_late_modules)
		return 0;
	sha256_init(&sum);
	sha256_add_text(&sum, "late");
	sha256_add_text(&sum, key);
	status = late_modules_digest(&from->late, &sum, error);
	sha256_hex(&sum, key);
	return status;
}

static int write_description(
	const struct ingredients *from, const char *folder, const struct boot_times *times, char **error)
{
	json_t *object = json_pack("{s:f, s:f, s:s, s:s, s:s}", "boot_ms", times->boot_ms, "make_ms", times->make_ms,
		"qemu", from->qemu.version, "release", from->kernel->release, "kernel", from->kernel->sha256);
	char *path = NULL;
	int status = 0;

	if (!object || asprintf(&path, "%s/meta.json", folder) < 0)
		status = no_memory(error);
	else if (json_dump_file(object, path, JSON_INDENT(2)) < 0)
		status = sentence(error, -errno, "cannot write %s: %m", path);
	free(path);
	json_decref(object);
	return status;
}

/* Who is told that something takes time. */
struct listener {
	void (*progress)(void *context, const char *text);
	void *context;
};

static void tell(const struct listener *listener, const char *text)
{
	if (listener->progress)
		listener->progress(listener->context, text);
}

static int make_with_late_modules(
	const struct ingredients *from, const char *folder, const struct listener *listener, char **error)
{
	struct boot_times times = { 0 };
	struct snapshot before;
	int status =
		snapshot_ensure(from->kernel, from->options, listener->progress, listener->context, &before, error);

	if (status < 0)
		return status;
	tell(listener, "loading the replaced module");
	status = late_modules_save(&from->late, &before, folder, &times, error);
	snapshot_free(&before);
	return status < 0 ? status : write_description(from, folder, &times, error);
}

/* Reads the kernel's files and checks their digests: until now they may only have been looked at, see CACHE_KNOWN. */
static int check_kernel(const struct kernel *kernel, char **error)
{
	char *how = NULL;
	int status = kernel->entry ? cache_verify(kernel->entry->path, &how) : 0;

	if (status < 0)
		sentence(error, status, "the kernel %s in the cache is damaged (%s), and is made again next time",
			kernel->release, how);
	free(how);
	return status;
}

/* The image is only needed to boot with. */
static int make(const struct ingredients *from, const char *folder, const struct listener *listener, char **error)
{
	struct boot_times times = { 0 };
	char *image;
	int status;

	if (from->has_late_modules)
		return make_with_late_modules(from, folder, listener, error);
	status = check_kernel(from->kernel, error);
	if (status < 0)
		return status;
	tell(listener, "booting the kernel once");
	if (asprintf(&image, "%s/image.cpio", folder) < 0)
		return no_memory(error);
	status = image_write(from->kernel, from->agent, from->options, image, error);
	if (status == 0)
		status = boot_and_save(from->kernel, from->options, image, folder, &times, error);
	unlink(image);
	free(image);
	return status < 0 ? status : write_description(from, folder, &times, error);
}

static int read_description(struct snapshot *out, char **error)
{
	char *path;
	json_t *object;
	int status = 0;

	if (asprintf(&path, "%s/meta.json", out->directory) < 0)
		return no_memory(error);
	object = json_load_file(path, 0, NULL);
	if (!object)
		status = sentence(error, -EIO, "cannot read %s", path);
	out->boot_ms = json_number_value(json_object_get(object, "boot_ms"));
	out->make_ms = json_number_value(json_object_get(object, "make_ms"));
	json_decref(object);
	free(path);
	return status;
}

static int describe_command(struct snapshot *out, char **error)
{
	static const struct qemu_files names = { "RAM", "BOX", "CONSOLE", .ram_shared = false };
	struct qemu_arguments arguments = { 0 };

	qemu_add_machine(&arguments, &out->saved.options, QEMU_RESTORE, &names);
	qemu_add(&arguments, "-incoming");
	qemu_add(&arguments, "DEVICES");
	if (arguments.failed) {
		qemu_arguments_free(&arguments);
		return no_memory(error);
	}
	out->qemu_command = arguments.words;
	return 0;
}

int snapshot_ensure(const struct kernel *kernel, const struct guest_options *options,
	void (*progress)(void *, const char *), void *context, struct snapshot *out, char **error)
{
	struct guest_options own = *options;
	const struct listener listener = { progress, context };
	struct ingredients from;
	struct cache_entry entry = { .lock = -1 };
	char key[SHA256_HEX];
	int status;

	if (own.accel == ACCEL_KVM)
		own.clock = CLOCK_REAL_TIME;
	*out = (struct snapshot){ .saved.options = own, .lock = -1, .lent = -1 };
	status = gather(kernel, &own, &from, error);
	if (status < 0)
		return status;
	status = digest(&from, key, error);
	if (status == 0)
		status = cache_open("snapshots", key, CACHE_READ, &entry, error);
	out->cached = status == 0 && entry.present;
	if (status == 0 && !entry.present) {
		status = make(&from, entry.making, &listener, error);
		if (status == 0)
			status = cache_commit(&entry, error);
	}
	if (status == 0) {
		out->lock = fcntl(entry.lock, F_DUPFD_CLOEXEC, 0);
		out->directory = strdup(entry.path);
		if (asprintf(&out->saved.ram, "%s/ram", entry.path) < 0)
			out->saved.ram = NULL;
		if (asprintf(&out->saved.devices, "%s/dev", entry.path) < 0)
			out->saved.devices = NULL;
		out->saved.qemu = from.qemu;
		status = out->directory && out->saved.ram && out->saved.devices ? read_description(out, error)
										: no_memory(error);
	}
	if (status == 0)
		status = cache_digest(&entry, "ram", out->content, error);
	if (status == 0)
		status = lent_memory(&out->saved.ram, &out->lent, error);
	if (status == 0)
		status = describe_command(out, error);
	cache_close(&entry);
	ingredients_free(&from);
	if (status < 0)
		snapshot_free(out);
	return status;
}

/* `file` is one in the snapshot's folder. */
static int verify(const char *what, const char *file, char **error)
{
	char *folder = strndup(file, (size_t)(strrchr(file, '/') - file)), *how = NULL;
	int status = folder ? cache_verify(folder, &how) : no_memory(&how);

	if (status < 0)
		sentence(error, status, "the %s in the cache was damaged while this ran: %s", what, how);
	free(how);
	free(folder);
	return status;
}

int snapshot_verify(const struct snapshot *snapshot, char **error)
{
	bool is_stage = !snapshot->qemu_command;
	int status = verify(is_stage ? "stage" : "snapshot", snapshot->saved.devices, error);

	/* a stage has another snapshot's memory; a copy of lent memory is no file of the cache */
	if (status == 0 && is_stage && strncmp(snapshot->saved.ram, "/proc/", strlen("/proc/")) != 0)
		status = verify("snapshot", snapshot->saved.ram, error);
	return status;
}

void snapshot_free(struct snapshot *snapshot)
{
	for (char **word = snapshot->qemu_command; word && *word; word++)
		free(*word);
	free(snapshot->qemu_command);
	/* a snapshot that was never made is all zeros */
	if (snapshot->directory && snapshot->lock >= 0)
		close(snapshot->lock);
	if (snapshot->directory && snapshot->lent >= 0)
		close(snapshot->lent);
	free(snapshot->directory);
	free(snapshot->saved.ram);
	free(snapshot->saved.devices);
	*snapshot = (struct snapshot){ .lock = -1, .lent = -1 };
}
