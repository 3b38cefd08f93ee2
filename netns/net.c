/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.c - building a topology and taking it away.
 *
 * The lines that iproute2 gets are those that the topology's script shows: one `ip -batch` a
 * namespace. Settings and offload are written directly, because every further program costs a guest
 * ten milliseconds.
 */
#include "netns/addressing.h"
#include "netns/blueprint.h"
#include "netns/carry_out.h"
#include "netns/explain.h"
#include "netns/netlink.h"
#include "netns/process.h"
#include "netns/standing.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
	snprintf(space->path, sizeof(space->path), "/proc/%d/fd/%d", (int)getpid(),
		space->namespace);
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

static int cannot_set(
	const struct space *space, const char *name, const char *value, int status, char **error)
{
	return explain(error, status, "cannot set %s to %s in namespace %s: %s", name, value,
		space->name, strerror(-status));
}

static int write_settings(
	const struct space *space, const struct operation *ops, unsigned count, char **error)
{
	int home = space_enter(space), status = 0, back;

	if (home < 0)
		return explain(
			error, home, "cannot enter namespace %s: %s", space->name, strerror(-home));
	for (unsigned i = 0; i < count && status == 0; i++) {
		status = write_sysctl(ops[i].sysctl.name, ops[i].sysctl.value);
		if (status == -ENOENT && ops[i].sysctl.if_there)
			status = 0;
		if (status < 0)
			cannot_set(space, ops[i].sysctl.name, ops[i].sysctl.value, status, error);
	}
	back = space_leave(home);
	if (back < 0)
		return explain(
			error, back, "cannot leave namespace %s: %s", space->name, strerror(-back));
	return status;
}

int net_set_sysctl(
	struct net *net, enum endpoint endpoint, const char *name, const char *value, char **error)
{
	const struct operation op = {.kind = OP_SYSCTL, .sysctl = {.name = name, .value = value}};

	return write_settings(&net->spaces[endpoint], &op, 1, error);
}

/* ------------------------------------------------------------------ batches */

static int memory_file(const char *name)
{
	int descriptor = memfd_create(name, MFD_CLOEXEC);

	return descriptor < 0 ? -errno : descriptor;
}

static int write_batch(
	const struct operation *ops, unsigned count, const char *const *names, int descriptor)
{
	int copy = dup(descriptor), status = 0;
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");

	if (!out) {
		status = -errno;
		if (copy >= 0)
			close(copy);
		return status;
	}
	for (unsigned i = 0; i < count; i++) {
		operation_print(&ops[i], names, out);
		fputc('\n', out);
	}
	if (fclose(out) != 0)
		status = -errno;
	if (lseek(descriptor, 0, SEEK_SET) < 0)
		status = -errno;
	return status;
}

/* The program's last words, and the line of the batch that it means: "Command failed -:3". */
static int explain_batch(const struct space *space, const struct operation *ops, unsigned count,
	const char *const *names, int errors, int exit_status, char **error)
{
	char said[512] = "", *line = NULL, *where;
	ssize_t length = pread(errors, said, sizeof(said) - 1, 0);
	unsigned number = 0;
	size_t size;
	FILE *out;

	said[length > 0 ? length : 0] = '\0';
	where = strstr(said, "Command failed -:");
	if (where)
		number = (unsigned)strtoul(strchr(where, ':') + 1, NULL, 10);
	said[strcspn(said, "\n")] = '\0';
	out = number >= 1 && number <= count ? open_memstream(&line, &size) : NULL;
	if (out) {
		operation_print(&ops[number - 1], names, out);
		fclose(out);
	}
	explain(error, -EIO, "ip, in namespace %s, failed with status %d at \"%s\": %s",
		space->name, exit_status, line ? line : "?", said);
	free(line);
	return -EIO;
}

static int run_batch(const struct space *space, const struct operation *ops, unsigned count,
	const char *const *names, char **error)
{
	static const char *const arguments[] = {"ip", "-batch", "-", NULL};
	char *program = process_find("ip");
	int input = memory_file("batch"), errors = memory_file("errors"), status = -ENOENT;
	pid_t pid;

	if (!program) {
		explain(error, status, "the program \"ip\" is not there: install iproute2");
	} else if (input < 0 || errors < 0) {
		status = explain(error, input < 0 ? input : errors, "cannot make a memory file: %s",
			strerror(input < 0 ? -input : -errors));
	} else {
		status = write_batch(ops, count, names, input);
		if (status == 0)
			status = process_start(&(struct process){.path = program,
						       .arguments = arguments,
						       .namespace = space->namespace,
						       .input = input,
						       .output = -1,
						       .errors = errors},
				&pid);
		if (status < 0)
			explain(error, status, "cannot run %s in namespace %s: %s", program,
				space->name, strerror(-status));
		else
			status = process_wait(pid);
		if (status > 0)
			status = explain_batch(space, ops, count, names, errors, status, error);
	}
	if (input >= 0)
		close(input);
	if (errors >= 0)
		close(errors);
	free(program);
	return status;
}

/* ------------------------------------------------------------------ the whole */

static int switch_offload(
	const struct space *space, const struct operation *ops, unsigned count, char **error)
{
	for (unsigned i = 0; i < count; i++) {
		char reason[128];
		int status = carry_out(&ops[i], space->socket, reason);

		if (status < 0)
			return explain(error, status,
				"cannot switch offload off on %s in namespace %s: %s",
				ops[i].device, space->name, strerror(-status));
	}
	return 0;
}

/* Operations that follow each other in one namespace and are of one program are one piece of work.
 */
static unsigned run_length(const struct operations *operations, unsigned first)
{
	const struct operation *head = &operations->list[first];
	unsigned end = first;

	while (end < operations->count && operations->list[end].space == head->space &&
		operation_program(operations->list[end].kind) == operation_program(head->kind))
		end++;
	return end - first;
}

static int build(struct net *net, const struct operations *operations, char **error)
{
	const char *names[SPACES_MAX];
	int status = 0;

	for (unsigned i = 0; i < SPACES_MAX; i++)
		names[i] = net->spaces[i].path;
	for (unsigned i = 0, count; i < operations->count && status == 0; i += count) {
		const struct operation *ops = &operations->list[i];
		const struct space *space = &net->spaces[ops->space];

		count = run_length(operations, i);
		if (ops->kind == OP_SYSCTL)
			status = write_settings(space, ops, count, error);
		else if (ops->kind == OP_OFFLOAD)
			status = switch_offload(space, ops, count, error);
		else
			status = run_batch(space, ops, count, names, error);
	}
	return status;
}

static int create(struct net *net, char **error)
{
	struct operations *operations;
	int status = 0;

	for (unsigned i = 0; i < space_count(net->topology) && status == 0; i++) {
		space_print(net->topology, i, net->spaces[i].name);
		status = make_space(&net->spaces[i]);
	}
	if (status == -EPERM)
		return explain(
			error, status, "making network namespaces needs root (CAP_SYS_ADMIN)");
	if (status < 0)
		return explain(
			error, status, "cannot make a network namespace: %s", strerror(-status));
	operations = malloc(sizeof(*operations));
	if (!operations)
		return explain(error, -ENOMEM, "no memory for topology %s", net->topology->name);
	blueprint(net->topology, operations);
	status = build(net, operations, error);
	free(operations);
	for (unsigned path = 0; path < net->topology->paths && status == 0; path++)
		status = net_settle_path(net, path, error);
	return status;
}

int net_create(const struct topology *topology, struct net **out, char **error)
{
	struct net *net = calloc(1, sizeof(*net));
	int status;

	*out = NULL;
	if (!net)
		return explain(error, -ENOMEM, "no memory for topology %s", topology->name);
	net->topology = topology;
	for (unsigned i = 0; i < SPACES_MAX; i++)
		net->spaces[i].namespace = net->spaces[i].socket = -1;
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
	for (unsigned i = 0; i < SPACES_MAX; i++) {
		if (net->spaces[i].socket >= 0)
			close(net->spaces[i].socket);
		if (net->spaces[i].namespace >= 0)
			close(net->spaces[i].namespace);
	}
	free(net);
}

const struct topology *net_topology(const struct net *net)
{
	return net->topology;
}

const char *net_namespace(const struct net *net, enum endpoint endpoint)
{
	return net->spaces[endpoint].path;
}
