/* SPDX-License-Identifier: Apache-2.0 */
/* options_log.c - see options_log.h. */
#include "runner/run/options_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/log.h"
#include "runner/engine/tamper.h"
#include "sentence.h"

static const char *const accels[] = { [ACCEL_TCG] = "tcg", [ACCEL_KVM] = "kvm" };
static const char *const targets[] = { "guest", "host" };

/* ---- Writing ---- */

static json_t *text(const char *words)
{
	return words ? result_log_text(words, strlen(words)) : json_null();
}

static json_t *kernel_object(const struct kernel_choice *kernel)
{
	json_t *files = json_array();
	for (size_t i = 0; i < kernel->n_files; i++)
		json_array_append_new(files, text(kernel->files[i]));
	return json_pack(
		"{s:o, s:o, s:o}", "files", files, "modules", text(kernel->modules), "module", text(kernel->module));
}

json_t *options_log_write(const struct run_options *options)
{
	json_t *kernels = json_array();
	char *directory = getcwd(NULL, 0);
	for (size_t i = 0; i < options->kernels.n; i++)
		json_array_append_new(kernels, kernel_object(&options->kernels.kernels[i]));
	json_t *object = json_pack("{s:o, s:o, s:s, s:s, s:s, s:I, s:i, s:b, s:b, s:b, s:f, s:o, s:s, s:o, s:o}",
		"directory", text(directory), "kernels", kernels, "target", targets[options->on_host], "clock",
		guest_clock_name(options->clock), "accel", accels[options->accel], "seed", (json_int_t)options->seed,
		"repeat", options->repeat > 1 ? (int)options->repeat : 1, "twice", (int)options->twice, "strict",
		(int)options->strict, "fresh_qemu", (int)options->fresh_qemu, "patience_s", options->patience_s,
		"timeout_s", options->timeout_s > 0 ? json_real(options->timeout_s) : json_null(), "pcap",
		pcap_policy_name(options->pcap), "tamper", text(options->tamper), "known", text(options->known));
	free(directory);
	return object;
}

/* ---- Reading ---- */

static bool find(const char *const *words, const char *word, size_t *out)
{
	for (*out = 0; *out < 2; ++*out)
		if (strcmp(words[*out], word) == 0)
			return true;
	return false;
}

/* A text or null; the object is ours. */
static const char *word(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* Makes a path absolute in the object, where it is a relative one of the run's own folder. */
static int place(json_t *value, const char *directory)
{
	const char *path = json_string_value(value);
	char *absolute;
	if (!path || *path == '/' || !directory)
		return 0;
	if (asprintf(&absolute, "%s/%s", directory, path) < 0)
		return -ENOMEM;
	int status = access(absolute, F_OK) == 0 ? json_string_set(value, absolute) : 0;
	free(absolute);
	return status == 0 ? 0 : -ENOMEM;
}

static int place_all(json_t *object, json_t *kernel, const char *directory)
{
	json_t *files = json_object_get(kernel, "files"), *file;
	int status = place(json_object_get(object, "known"), directory);
	size_t i;
	json_array_foreach(files, i, file) {
		status = status ? status : place(file, directory);
	}
	if (status == 0)
		status = place(json_object_get(kernel, "modules"), directory);
	return status == 0 ? place(json_object_get(kernel, "module"), directory) : status;
}

static int take_kernel(const json_t *kernel, struct kernel_choices *out)
{
	const json_t *files = json_object_get(kernel, "files");
	size_t n = json_array_size(files);
	struct kernel_choice *choice = out->kernels = calloc(1, sizeof(*choice));
	if (!choice || !(choice->files = calloc(n + 1, sizeof(char *))))
		return -ENOMEM;
	out->n = 1;
	choice->n_files = n; /* and room for one if there is none */
	choice->modules = word(kernel, "modules");
	choice->module = word(kernel, "module");
	for (size_t i = 0; i < n; i++)
		if (!(choice->files[i] = json_string_value(json_array_get(files, i))))
			return -EINVAL;
	return 0;
}

/* -EINVAL: a member is missing, or is not what it should be. */
static int take(json_t *object, json_t *kernel, struct run_options *out)
{
	const char *target, *clock, *accel, *pcap;
	json_int_t seed;
	int repeat, twice, fresh_qemu;
	struct tamper tamper;
	size_t on_host, at;
	if (json_unpack(object, "{s:s, s:s, s:s, s:I, s:i, s:b, s:b, s:s}", "target", &target, "clock", &clock, "accel",
		    &accel, "seed", &seed, "repeat", &repeat, "twice", &twice, "fresh_qemu", &fresh_qemu, "pcap",
		    &pcap) != 0)
		return -EINVAL;
	bool good = find(targets, target, &on_host) && find(accels, accel, &at) &&
		guest_clock_parse(clock, &out->clock) && pcap_policy_parse(pcap, &out->pcap) && seed >= 0 &&
		repeat >= 1;
	if (!good)
		return -EINVAL;
	out->on_host = on_host == 1;
	out->accel = (enum guest_accel)at;
	out->seed = (uint64_t)seed;
	out->repeat = (unsigned)repeat;
	out->twice = twice;
	out->fresh_qemu = fresh_qemu;
	out->strict = json_is_true(json_object_get(object, "strict"));
	out->patience_s = json_number_value(json_object_get(object, "patience_s"));
	out->timeout_s = json_number_value(json_object_get(object, "timeout_s"));
	out->tamper = word(object, "tamper");
	out->known = word(object, "known");
	if (!(out->patience_s > 0) || out->timeout_s < 0 || (out->tamper && !tamper_parse(out->tamper, &tamper)))
		return -EINVAL;
	return take_kernel(kernel, &out->kernels);
}

int options_log_read(const json_t *logged, size_t kernel, struct logged_options *out, char **error)
{
	*out = (struct logged_options){ .object = json_deep_copy(logged) };
	json_t *one = json_array_get(json_object_get(out->object, "kernels"), kernel);
	int status = out->object ? place_all(out->object, one, word(out->object, "directory")) : -ENOMEM;
	if (status == 0)
		status = one ? take(out->object, one, &out->run) : -EINVAL;
	if (status == 0)
		return 0;
	logged_options_free(out);
	return status == -EINVAL ? sentence(error, status, "the options in a log are not as a run writes them")
				 : sentence(error, status, "no memory for the options of a run");
}

void logged_options_free(struct logged_options *options)
{
	kernel_choices_free(&options->run.kernels);
	json_decref(options->object);
	*options = (struct logged_options){ 0 };
}
