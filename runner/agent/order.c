/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.c - reads the order out of the box, puts its files in place and hands it to who does
 * it.
 */
#include "runner/agent/agent.h"
#include "runner/agent/facts.h"
#include "runner/agent/ground.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folders of `path`, as mkdir -p. */
static int make_folders(const char *path)
{
	char *copy = strdup(path);
	int status = copy ? 0 : -ENOMEM;

	for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && status == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			status = -errno;
		*slash = '/';
	}
	free(copy);
	return status;
}

static int write_file(const char *path, const unsigned char *data, size_t length, mode_t mode)
{
	int status = make_folders(path);
	int fd;

	if (status < 0)
		return status;
	/* never through a link: a payload replaces what has its name */
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n < 0) {
			status = -errno;
			break;
		}
		data += n;
		length -= (size_t)n;
	}
	if (close(fd) < 0 && status == 0)
		status = -errno;
	return status;
}

int agent_unpack(struct box *box, const json_t *order, char **error)
{
	const json_t *files = json_object_get(order, "files");

	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *name = NULL;
		json_int_t offset = 0, length = 0;
		int mode = 0644, status;

		if (json_unpack(json_array_get(files, i), "{s:s, s:I, s:I, s:i}", "name", &name, "offset", &offset,
			    "length", &length, "mode", &mode) < 0 ||
			offset < 0 || length < 0 || (size_t)offset > box->size ||
			(size_t)length > box->size - (size_t)offset) {
			if (asprintf(error, "file %zu of the order is not described properly", i) < 0)
				*error = NULL;
			return -EINVAL;
		}
		status = box_reach(box, (size_t)(offset + length));
		if (status == 0)
			status = write_file(name, box->base + offset, (size_t)length, (mode_t)mode & 07777);
		if (status < 0) {
			if (asprintf(error, "cannot write %s: %s", name, strerror(-status)) < 0)
				*error = NULL;
			return status;
		}
	}
	return 0;
}

static json_t *read_order(struct box *box)
{
	const struct box_header *header = (const void *)box->base;

	if (__atomic_load_n(&header->state, __ATOMIC_ACQUIRE) != BOX_RUN || header->order_offset > box->size ||
		header->order_length > box->size - header->order_offset ||
		box_reach(box, header->order_offset + header->order_length) < 0)
		return NULL;
	header = (const void *)box->base;
	return json_loadb((const char *)box->base + header->order_offset, header->order_length, 0, NULL);
}

static int seed_and_unpack(struct box *box, const json_t *order)
{
	const json_t *seed = json_object_get(order, "seed");
	char *error = NULL;
	int status = 0;

	if (json_is_integer(seed) && getpid() == 1)
		status = agent_seed((uint64_t)json_integer_value(seed));
	if (status < 0) {
		fprintf(stderr, "sctpspec-agent: the kernel takes no seed\n");
		return status;
	}
	status = agent_unpack(box, order, &error);
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: %s\n", error ? error : "no memory");
	free(error);
	return status;
}

/* {"do": "stage", "topology": ..., "clock": ...} */
static int prepare(const json_t *order, struct ground *ground)
{
	const char *name = json_string_value(json_object_get(order, "topology"));
	const char *clock = json_string_value(json_object_get(order, "clock"));
	const struct topology *topology = name ? topology_by_name(name) : NULL;
	char *error = NULL;
	int status = -ENOENT;

	if (topology)
		status = ground_prepare(ground, topology, clock, &error);
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: no ground for topology %s: %s\n", name ? name : "",
			error ? error : strerror(-status));
	free(error);
	return status;
}

/*
 * {"do": "load", "modules": [...]}: what is new in the kernel is loaded last, so that a guest that has all the rest is
 * good for the next one. The files are not needed once they are loaded.
 */
static int load(struct box *box, const json_t *order)
{
	const json_t *modules = json_object_get(order, "modules");
	int status = 0;

	for (size_t i = 0; i < json_array_size(modules) && status == 0; i++) {
		const char *path = json_string_value(json_array_get(modules, i));

		status = path ? agent_load_module(path) : -EINVAL;
		if (path)
			unlink(path);
	}
	/* the kernel's random numbers, and what is to be known of it, as after a boot */
	if (status == 0)
		status = agent_seed(0);
	return status < 0 ? status : facts_of_kernel(box);
}

/* Everything but a stage, which has words of its own for what goes wrong. */
static int carry_out(struct box *box, const json_t *order, const char *what, struct ground *ground)
{
	int status = -EINVAL;

	if (strcmp(what, "exec") == 0) {
		box_enter(box, BOX_CASE);
		status = agent_run_exec(box, order);
	} else if (strcmp(what, "shell") == 0) {
		status = agent_run_shell(box, order);
	} else if (strcmp(what, "case") == 0) {
		status = agent_run_case(box, order, ground);
	} else {
		fprintf(stderr, "sctpspec-agent: the order is to do \"%s\"\n", what);
	}
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: the order failed: %s\n", strerror(-status));
	return status;
}

/* What comes after an order: the end, or a snapshot and another order. */
enum after { AFTER_END, AFTER_LOADED, AFTER_STAGED };

static enum after what_follows(const char *what, const struct ground *ground)
{
	if (strcmp(what, "load") == 0 && getpid() == 1 && !ground->topology)
		return AFTER_LOADED;
	return strcmp(what, "stage") == 0 && !ground->topology ? AFTER_STAGED : AFTER_END;
}

static int do_order(struct box *box, const json_t *order, const char *what, enum after after, struct ground *ground)
{
	switch (after) {
	case AFTER_LOADED:
		return load(box, order);
	case AFTER_STAGED:
		return prepare(order, ground);
	case AFTER_END:
		break;
	}
	return carry_out(box, order, what, ground);
}

static int take_order(struct box *box, struct ground *ground, enum after *after)
{
	json_t *order = read_order(box);
	const char *what = json_string_value(json_object_get(order, "do"));
	int status;

	if (!order) {
		fprintf(stderr, "sctpspec-agent: there is no order in the box\n");
		return -EPROTO;
	}
	what = what ? what : "";
	*after = what_follows(what, ground);
	box_enter(box, BOX_TOPOLOGY);
	status = seed_and_unpack(box, order);
	if (status == 0)
		status = do_order(box, order, what, *after, ground);
	json_decref(order);
	return status;
}

int agent_run_order(struct box *box)
{
	struct ground ground = { 0 };
	enum after after = AFTER_END;
	int status;

	for (;;) {
		status = take_order(box, &ground, &after);
		if (status < 0 || after == AFTER_END)
			return status;
		if (after == AFTER_LOADED)
			agent_loaded_point();
		else
			agent_stage_point();
	}
}
