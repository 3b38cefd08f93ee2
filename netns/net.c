/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.c - building a topology and removing it.
 *
 * The operations are those that the topology's script shows, in the same order, but by netlink: a
 * single iproute2 process would cost a guest more than all of them. Tests compare both results.
 */
#include "netns/addressing.h"
#include "netns/topology_plan.h"
#include "netns/operation_apply.h"
#include "netns/netlink.h"
#include "netns/live_net.h"
#include "sentence.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* ------------------------------------------------------------------ namespaces */

static int own_namespace(void)
{
	int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return descriptor < 0 ? -errno : descriptor;
}

int space_enter(const struct space *space)
{
	int home = own_namespace();

	if (home >= 0 && setns(space->namespace, CLONE_NEWNET) < 0) {
		int status = -errno;

		close(home);
		return status;
	}
	return home;
}

int space_leave(int home)
{
	int status = setns(home, CLONE_NEWNET) < 0 ? -errno : 0;

	close(home);
	return status;
}

/* In the new namespace already. */
static int open_space(struct space *space)
{
	const int on = 1;

	space->namespace = own_namespace();
	if (space->namespace < 0)
		return space->namespace;
	space->socket = netlink_open();
	if (space->socket < 0)
		return space->socket;
	/* The kernel stamps packets as long as some socket wants it, and begins to in its own time:
	 * until then a capture would have the times at which it was read. So one asks for it long
	 * before. */
	if (setsockopt(space->socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return -errno;
	snprintf(space->path, sizeof(space->path), "/proc/%d/fd/%d", (int)getpid(), space->namespace);
	return 0;
}

static int make_space(struct space *space)
{
	int home = own_namespace(), status, back;

	if (home < 0)
		return home;
	if (unshare(CLONE_NEWNET) < 0) {
		status = -errno;
		close(home);
		return status;
	}
	status = open_space(space);
	back = space_leave(home);
	return status < 0 ? status : back;
}

/* ------------------------------------------------------------------ settings */

static int write_sysctl(const char *name, const char *value)
{
	char path[256];
	int descriptor, status = 0;
	size_t length = strlen(value);

	if ((size_t)snprintf(path, sizeof(path), "/proc/sys/%s", name) >= sizeof(path))
		return -ENAMETOOLONG;
	for (char *c = path; *c; c++) {
		if (*c == '.')
			*c = '/';
	}
	descriptor = open(path, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	if (write(descriptor, value, length) != (ssize_t)length)
		status = errno ? -errno : -EIO;
	close(descriptor);
	return status;
}

static int cannot_set(const struct space *space, const char *name, const char *value, int status, char **error)
{
	return sentence(
		error, status, "cannot set %s to %s in namespace %s: %s", name, value, space->name, strerror(-status));
}

static int write_settings(const struct space *space, const struct operation *ops, unsigned count, char **error)
{
	int home = space_enter(space), status = 0, back;

	if (home < 0)
		return sentence(error, home, "cannot enter namespace %s: %s", space->name, strerror(-home));
	for (unsigned i = 0; i < count && status == 0; i++) {
		status = write_sysctl(ops[i].sysctl.name, ops[i].sysctl.value);
		if (status == -ENOENT && ops[i].sysctl.if_there)
			status = 0;
		if (status < 0)
			cannot_set(space, ops[i].sysctl.name, ops[i].sysctl.value, status, error);
	}
	back = space_leave(home);
	if (back < 0)
		return sentence(error, back, "cannot leave namespace %s: %s", space->name, strerror(-back));
	return status;
}

int net_set_sysctl(struct net *net, enum endpoint endpoint, const char *name, const char *value, char **error)
{
	const struct operation op = { .kind = OP_SYSCTL, .sysctl = { .name = name, .value = value } };

	return write_settings(&net->spaces[endpoint], &op, 1, error);
}

/* ------------------------------------------------------------------ the whole */

/* How many settings of the same namespace follow each other: to go there once. */
static unsigned settings_in_a_row(const struct operations *operations, unsigned first)
{
	unsigned end = first;

	while (end < operations->count && operations->list[end].kind == OP_SYSCTL &&
		operations->list[end].space == operations->list[first].space)
		end++;
	return end - first;
}

static int build(struct net *net, const struct operations *operations, char **error)
{
	int status = 0;

	for (unsigned i = 0, count; i < operations->count && status == 0; i += count) {
		const struct operation *op = &operations->list[i];

		count = op->kind == OP_SYSCTL ? settings_in_a_row(operations, i) : 1;
		if (op->kind == OP_SYSCTL)
			status = write_settings(&net->spaces[op->space], op, count, error);
		else
			status = operation_apply(net, op, error);
	}
	return status;
}

static int create(struct net *net, char **error)
{
	struct operations *operations;
	int status = 0;

	for (unsigned i = 0; i < space_count(net->topology) && status == 0; i++) {
		if (!space_exists(net->topology, i))
			continue;
		space_print(net->topology, i, net->spaces[i].name);
		status = make_space(&net->spaces[i]);
	}
	if (status == -EPERM)
		return sentence(error, status, "making network namespaces needs root (CAP_SYS_ADMIN)");
	if (status < 0)
		return sentence(error, status, "cannot make a network namespace: %s", strerror(-status));
	operations = malloc(sizeof(*operations));
	if (!operations)
		return sentence(error, -ENOMEM, "no memory for topology %s", net->topology->name);
	topology_plan(net->topology, operations);
	status = build(net, operations, error);
	free(operations);
	for (unsigned path = 0; path < net->topology->paths && status == 0; path++)
		status = net_await_path(net, path, error);
	if (status == 0)
		chunk_machine_start(&net->machine);
	/* a kernel that takes no programs can do without, until a fault needs one */
	if (net->machine.program == -EMFILE || net->machine.program == -ENOMEM)
		return sentence(error, net->machine.program, "no program for faults of chunks: %s",
			strerror(-net->machine.program));
	return status;
}

int net_create(const struct topology *topology, struct net **out, char **error)
{
	struct net *net = calloc(1, sizeof(*net));
	int status;

	*out = NULL;
	if (!net)
		return sentence(error, -ENOMEM, "no memory for topology %s", topology->name);
	net->topology = topology;
	for (unsigned i = 0; i < SPACES_MAX; i++)
		net->spaces[i].namespace = net->spaces[i].socket = -1;
	net->machine = (struct chunk_machine){ .program = -1, .map = -1 };
	status = create(net, error);
	if (status < 0) {
		net_destroy(net);
		return status;
	}
	*out = net;
	return 0;
}

void net_destroy(struct net *net)
{
	if (!net)
		return;
	net_capture_stop(net, NULL);
	chunk_machine_stop(&net->machine);
	for (unsigned i = 0; i < SPACES_MAX; i++) {
		if (net->spaces[i].socket >= 0)
			close(net->spaces[i].socket);
		if (net->spaces[i].namespace >= 0)
			close(net->spaces[i].namespace);
	}
	free(net);
}

const char *net_namespace(const struct net *net, enum endpoint endpoint)
{
	return net->spaces[endpoint].path;
}

int net_open_file(const struct net *net, enum endpoint endpoint, const char *path)
{
	const int home = space_enter(&net->spaces[endpoint]);
	int descriptor;

	if (home < 0)
		return home;
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		descriptor = -errno;
	const int back = space_leave(home);
	if (back < 0 && descriptor >= 0)
		close(descriptor);
	return back < 0 ? back : descriptor;
}

/* ------------------------------------------------------------------ names */

static int name_space(const struct space *space, const char *directory)
{
	char path[256], own[64];
	int file, status;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, space->name) >= sizeof(path))
		return -ENAMETOOLONG;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", space->namespace);
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (file < 0)
		return -errno;
	close(file);
	status = mount(own, path, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
	if (status < 0)
		unlink(path);
	return status;
}

int net_name_namespaces(struct net *net, const char *directory, void (*each)(const char *name, void *context),
	void *context, char **error)
{
	int status = mkdir(directory, 0755) < 0 && errno != EEXIST ? -errno : 0;

	for (unsigned i = 0; i < space_count(net->topology) && status == 0; i++) {
		if (!space_exists(net->topology, i))
			continue;
		status = name_space(&net->spaces[i], directory);
		if (status == 0 && each)
			each(net->spaces[i].name, context);
	}
	if (status < 0)
		sentence(error, status, "cannot name the namespaces in %s: %s", directory, strerror(-status));
	return status;
}
