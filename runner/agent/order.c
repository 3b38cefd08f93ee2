/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.c - reads the order out of the box, writes its files where they belong, and passes it to the function that
 * carries it out.
 */
#include "runner/agent/agent.h"
#include "runner/agent/facts.h"
#include "runner/agent/prepared_network.h"

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

static int unpack_file(struct box *box, const struct order_file *file)
{
	int status;

	if (file->offset > box->size || file->length > box->size - file->offset)
		return -EPROTO;
	status = box_reach(box, file->offset + file->length);
	return status < 0 ? status : write_file(file->name, box->base + file->offset, file->length, file->mode);
}

static int unpack(struct box *box, const struct order *order)
{
	for (size_t i = 0; i < order->n_files; i++) {
		int status = unpack_file(box, &order->files[i]);

		if (status < 0) {
			fprintf(stderr, "sctpspec-agent: cannot write %s: %s\n", order->files[i].name,
				strerror(-status));
			return status;
		}
	}
	return 0;
}

static int read_order(struct box *box, struct order *order)
{
	const struct box_header *header = (const void *)box->base;
	char *error = NULL;
	int status;

	if (__atomic_load_n(&header->state, __ATOMIC_ACQUIRE) != BOX_RUN || header->order_offset > box->size ||
		header->order_length > box->size - header->order_offset ||
		box_reach(box, header->order_offset + header->order_length) < 0) {
		fprintf(stderr, "sctpspec-agent: there is no order in the box\n");
		return -EPROTO;
	}
	header = (const void *)box->base;
	status = order_read((const char *)box->base + header->order_offset, header->order_length, order, &error);
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: %s\n", error ? error : "no memory");
	free(error);
	return status;
}

static int seed_and_unpack(struct box *box, const struct order *order)
{
	if (order_has_seed(order->kind) && getpid() == 1) {
		int status = agent_seed(order->seed);

		if (status < 0) {
			fprintf(stderr, "sctpspec-agent: the kernel takes no seed\n");
			return status;
		}
	}
	return unpack(box, order);
}

static int prepare(const struct order_stage *order, struct prepared_network *prepared)
{
	const struct topology *topology = topology_by_name(order->topology);
	char *error = NULL;
	int status = -ENOENT;

	if (topology)
		status = prepared_network_make(prepared, topology, order->clock, &error);
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: no ground for topology %s: %s\n", order->topology,
			error ? error : strerror(-status));
	free(error);
	return status;
}

/*
 * What is new in the kernel is loaded last, so that a guest that has all the rest is good for the next one. The files
 * are not needed once they are loaded.
 */
static int load(struct box *box, const struct order_load *order)
{
	int status = 0;

	for (const char *const *path = order->modules; *path && status == 0; path++) {
		status = agent_load_module(*path);
		unlink(*path);
	}
	/* the kernel's random numbers, and what is to be known of it, as after a boot */
	if (status == 0)
		status = agent_seed(0);
	return status < 0 ? status : facts_of_kernel(box);
}

/* Every order but a stage, which reports its own errors. */
static int carry_out(struct box *box, const struct order *order, struct prepared_network *prepared)
{
	int status = -EINVAL;

	switch (order->kind) {
	case ORDER_CASE:
		status = agent_run_case(box, &order->test_case, prepared);
		break;
	case ORDER_EXEC:
		agent_load_on_demand(true);
		box_enter(box, BOX_CASE);
		status = agent_run_exec(box, &order->exec);
		break;
	case ORDER_SHELL:
		agent_load_on_demand(true);
		status = agent_run_shell(box, &order->shell);
		break;
	default:
		fprintf(stderr, "sctpspec-agent: it is too late to do \"%s\"\n", order_kind_name(order->kind));
	}
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: the order failed: %s\n", strerror(-status));
	return status;
}

/* What comes after an order: the end, or a snapshot and another order. */
enum after { AFTER_END, AFTER_LOADED, AFTER_STAGED };

static enum after what_follows(enum order_kind kind, const struct prepared_network *prepared)
{
	if (kind == ORDER_LOAD && getpid() == 1 && !prepared->topology)
		return AFTER_LOADED;
	return kind == ORDER_STAGE && !prepared->topology ? AFTER_STAGED : AFTER_END;
}

static int do_order(struct box *box, const struct order *order, enum after after, struct prepared_network *prepared)
{
	switch (after) {
	case AFTER_LOADED:
		return load(box, &order->load);
	case AFTER_STAGED:
		return prepare(&order->stage, prepared);
	case AFTER_END:
		break;
	}
	return carry_out(box, order, prepared);
}

static int take_order(struct box *box, struct prepared_network *prepared, enum after *after)
{
	struct order order;
	int status = read_order(box, &order);

	if (status < 0)
		return status;
	*after = what_follows(order.kind, prepared);
	box_enter(box, BOX_TOPOLOGY);
	status = seed_and_unpack(box, &order);
	if (status == 0)
		status = do_order(box, &order, *after, prepared);
	order_free(&order);
	return status;
}

int agent_run_order(struct box *box)
{
	struct prepared_network prepared = { 0 };
	enum after after = AFTER_END;
	int status;

	for (;;) {
		status = take_order(box, &prepared, &after);
		if (status < 0 || after == AFTER_END)
			return status;
		if (after == AFTER_LOADED)
			agent_loaded_point();
		else
			agent_stage_point();
	}
}
