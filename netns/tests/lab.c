/* SPDX-License-Identifier: Apache-2.0 */
#include "netns/tests/lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netns/addressing.h"
#include "netns/chunk_object.h"
#include "netns/chunk_program.h"
#include "netns/tests/process.h"

#define QUIET_MS 300 /* how long to wait for what has not arrived, */
#define MORE_MS 10   /* and for what is more than was sent */
#define PORT 7000

bool lab_usable(void)
{
	if (geteuid() == 0)
		return true;
	printf("skipped: making network namespaces needs root\n");
	return false;
}

/* In a namespace of its own: is it content? */
static int try_program(const char *name, const char *const *arguments)
{
	char *program = process_find(name);
	pid_t pid;
	int status = program ? process_start(&(struct process){ .path = program,
						     .arguments = arguments,
						     .namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC),
						     .input = -1,
						     .output = -1,
						     .errors = -1 },
				       &pid)
			     : -ENOENT;

	return status < 0 ? 1 : process_wait(pid);
}

static int try_queue(const char *kind)
{
	const char *const plain[] = { "tc", "qdisc", "add", "dev", "lo", strcmp(kind, "clsact") ? "root" : kind,
		strcmp(kind, "clsact") ? kind : NULL, NULL };
	const bool takes_options = !strcmp(kind, "netem") || !strcmp(kind, "tbf");
	const char *const arguments[] = { "tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", kind,
		strcmp(kind, "tbf") ? "limit" : "rate", strcmp(kind, "tbf") ? "1" : "1gbit",
		strcmp(kind, "tbf") ? NULL : "burst", "2000", "limit", "2000", NULL };

	return unshare(CLONE_NEWNET) < 0 ? 1 : try_program("tc", takes_options ? arguments : plain);
}

bool lab_has_queue(const char *kind)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(try_queue(kind));
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	printf("left out: what needs the queueing discipline %s, which this kernel lacks\n", kind);
	return false;
}

/* Where the queue for programs is missing they are not needed; a program that is refused is for the tests to find. */
bool lab_has_programs(void)
{
	struct chunk_machine machine;
	int status;

	if (!lab_has_queue("clsact") || !lab_has_queue("prio"))
		return false;
	chunk_machine_start(&machine);
	status = machine.program;
	chunk_machine_stop(&machine);
	if (status >= 0 || (status != -ENOSYS && status != -EPERM))
		return true;
	printf("left out: programs, which this kernel does not take: %s\n", strerror(-status));
	return false;
}

void lab_write_object(const struct fault *fault)
{
	uint8_t bytes[CHUNK_OBJECT_MAX];
	const size_t length = chunk_object_write(fault, bytes);
	FILE *file = fopen(CHUNK_OBJECT_FILE, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

/* Packets stay in order on one processor only: each has a queue of its own for what comes out of a
 * wire. */
static void stay_on_this_processor(void)
{
	cpu_set_t processors;

	CPU_ZERO(&processors);
	CPU_SET((size_t)sched_getcpu(), &processors);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(processors), &processors), 0);
}

void lab_move_out(void)
{
	stay_on_this_processor();
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
}

const struct topology lab_routed = {
	.name = "routed-dual-stack",
	.title = "Two routed paths of both families",
	.medium = MEDIUM_ROUTED,
	.paths = 2,
	.family = { DUAL_STACK, DUAL_STACK },
};

static const struct topology lab_four = {
	.name = "four-paths",
	.title = "Four switched paths, of this and of that family",
	.medium = MEDIUM_SWITCHED,
	.paths = 4,
	.family = { IPV4, IPV6, DUAL_STACK, IPV4 },
};

static bool has_link_kind(const char *kind)
{
	const char *const bond[] = { "ip", "link", "add", "name", "probe", "type", kind, NULL };
	const char *const vrf[] = { "ip", "link", "add", "name", "probe", "type", kind, "table", "10", NULL };
	const char *const vlan[] = { "ip", "link", "add", "link", "cable", "name", "probe", "type", kind, "id", "5",
		NULL };
	const char *const cable[] = { "ip", "link", "add", "name", "cable", "type", "veth", NULL };
	const char *const *const arguments = !strcmp(kind, "vlan") ? vlan : !strcmp(kind, "vrf") ? vrf : bond;
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(unshare(CLONE_NEWNET) < 0 || try_program("ip", cable) || try_program("ip", arguments));
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	printf("left out: what needs links of the kind %s, which this kernel lacks\n", kind);
	return false;
}

bool lab_has_tables(void)
{
	const struct ruleset rules[] = { { .kind = RULESET_FIREWALL }, { .kind = RULESET_NAT, .device = "lo" },
		{ .kind = RULESET_REJECT, .device = "lo" } };
	pid_t child = fork();
	int status;

	if (child == 0) {
		status = unshare(CLONE_NEWNET) < 0 ? -errno : 0;
		for (size_t i = 0; i < sizeof(rules) / sizeof(*rules) && status == 0; i++)
			status = ruleset_apply(&rules[i], false);
		_exit(status < 0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	printf("left out: what needs nftables with conntrack, which this kernel lacks\n");
	return false;
}

bool lab_can_build(const struct topology *topology)
{
	static const char *const kinds[] = {
		[ATTACHED_BY_VLAN] = "vlan", [ATTACHED_BY_BOND] = "bond", [ATTACHED_IN_VRF] = "vrf"
	};

	if (topology->border && !lab_has_tables())
		return false;
	for (unsigned path = 0; path < topology->paths; path++)
		if (line_is_long(&topology->line[path]) && !lab_has_queue("netem"))
			return false;
	return !topology->attachment || has_link_kind(kinds[topology->attachment]);
}

const struct topology *lab_topology(int number)
{
	size_t count;
	const struct topology *const *all = topology_all(&count);

	ck_assert_uint_eq(count + 2, LAB_TOPOLOGIES);
	if ((size_t)number < count)
		return all[number];
	return (size_t)number == count ? &lab_routed : &lab_four;
}

struct net *lab_create(const struct topology *topology)
{
	struct net *net = NULL;
	char *error = NULL;
	int status = net_create(topology, &net, &error);

	ck_assert_msg(status == 0, "%s: %s", topology->name, error);
	return net;
}

void lab_inject(struct net *net, const struct fault *fault)
{
	char *error = NULL;
	int status = net_inject(net, fault, &error);

	ck_assert_msg(status == 0, "%s: %s: %s", net->topology->name, fault_describe(fault), error);
}

void lab_mend(struct net *net, const struct fault *fault)
{
	char *error = NULL;
	int status = net_mend(net, fault, &error);

	ck_assert_msg(status == 0, "%s: %s: %s", net->topology->name, fault_describe(fault), error);
}

int lab_socket(struct net *net, enum endpoint endpoint, int family, int type, int protocol)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), sock;
	int there = open(net_namespace(net, endpoint), O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(home, 0);
	ck_assert_int_ge(there, 0);
	ck_assert_int_eq(setns(there, CLONE_NEWNET), 0);
	sock = socket(family, type | SOCK_CLOEXEC, protocol);
	ck_assert_int_eq(setns(home, CLONE_NEWNET), 0);
	close(home);
	close(there);
	return sock;
}

int64_t lab_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ------------------------------------------------------------------ probes */

struct datagram {
	uint32_t number;
	int64_t sent_ns;
};

static void bind_to(const struct net *net, int sock, struct sockaddr_storage address, in_port_t port)
{
	int one = 1;

	if (net->topology->attachment == ATTACHED_IN_VRF)
		ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, "vrf0", 5), 0);
	((struct sockaddr_in *)&address)->sin_port = htons(port);
	/* an address that a fault has taken away is still the one to send from */
	ck_assert_int_eq(setsockopt(sock, SOL_IP, IP_FREEBIND, &one, sizeof(one)), 0);
	ck_assert_msg(bind(sock, (struct sockaddr *)&address, sizeof(address)) == 0, "bind: %s", strerror(errno));
}

static void forbid_fragments(int sock, enum ip_family family)
{
	int always = IP_PMTUDISC_DO, one = 1;

	if (family == IPV4) {
		ck_assert_int_eq(setsockopt(sock, SOL_IP, IP_MTU_DISCOVER, &always, sizeof(always)), 0);
		ck_assert_int_eq(setsockopt(sock, SOL_IP, IP_RECVERR, &one, sizeof(one)), 0);
		return;
	}
	ck_assert_int_eq(setsockopt(sock, SOL_IPV6, IPV6_MTU_DISCOVER, &always, sizeof(always)), 0);
	ck_assert_int_eq(setsockopt(sock, SOL_IPV6, IPV6_RECVERR, &one, sizeof(one)), 0);
	ck_assert_int_eq(setsockopt(sock, SOL_IPV6, IPV6_DONTFRAG, &one, sizeof(one)), 0);
}

static void send_datagrams(int sock, const struct probe *probe, struct outcome *outcome)
{
	unsigned header = probe->family == IPV4 ? 28 : 48;
	uint8_t payload[1500] = { 0 };
	size_t size = (probe->size ? probe->size : 100) - header;

	for (unsigned i = 0; i < (probe->count ? probe->count : 1); i++) {
		struct datagram datagram = { .number = i, .sent_ns = lab_now() };

		memcpy(payload, &datagram, sizeof(datagram));
		if (send(sock, payload, size, 0) < 0)
			outcome->error = errno;
		else
			outcome->sent++;
	}
}

static int patience(const struct probe *probe, const struct outcome *outcome)
{
	const int quiet = probe->patience_ms ? probe->patience_ms : QUIET_MS;

	return outcome->arrived < outcome->sent ? quiet : MORE_MS;
}

static void receive_datagrams(int sock, const struct probe *probe, struct outcome *outcome)
{
	struct pollfd readable = { .fd = sock, .events = POLLIN };
	uint32_t highest = 0;
	uint8_t payload[1500];

	while (poll(&readable, 1, patience(probe, outcome)) == 1) {
		struct datagram datagram;

		if (recv(sock, payload, sizeof(payload), 0) < (ssize_t)sizeof(datagram))
			continue;
		memcpy(&datagram, payload, sizeof(datagram));
		if (!outcome->arrived++)
			outcome->delay_ns = lab_now() - datagram.sent_ns;
		if (datagram.number < highest)
			outcome->overtaken++;
		else
			highest = datagram.number;
	}
}

static void ask_sender(int sock, enum ip_family family, struct outcome *outcome)
{
	int error = 0, mtu = 0;
	socklen_t length = sizeof(int);

	getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error)
		outcome->error = error;
	length = sizeof(int);
	if (family == IPV4)
		getsockopt(sock, SOL_IP, IP_MTU, &mtu, &length);
	else
		getsockopt(sock, SOL_IPV6, IPV6_MTU, &mtu, &length);
	outcome->path_mtu = (uint32_t)mtu;
}

struct standing_probe lab_probe_begin(struct net *net, const struct probe *wanted)
{
	struct standing_probe standing = { .probe = *wanted };
	struct probe *probe = &standing.probe;
	enum endpoint to = probe->from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	struct sockaddr_storage target;
	int family;

	if (!probe->family)
		probe->family = path_has(net->topology, probe->path, IPV4) ? IPV4 : IPV6;
	family = probe->family == IPV4 ? AF_INET : AF_INET6;
	standing.sender = lab_socket(net, probe->from, family, SOCK_DGRAM, 0);
	standing.receiver = lab_socket(net, to, family, SOCK_DGRAM, 0);
	target = topology_address(net->topology, to, probe->path, probe->family);
	bind_to(net, standing.receiver, target, PORT);
	bind_to(net, standing.sender, topology_address(net->topology, probe->from, probe->path, probe->family), PORT);
	forbid_fragments(standing.sender, probe->family);
	((struct sockaddr_in *)&target)->sin_port = htons(PORT);
	if (connect(standing.sender, (struct sockaddr *)&target, sizeof(target)) < 0)
		standing.outcome.error = errno;
	else
		send_datagrams(standing.sender, probe, &standing.outcome);
	return standing;
}

unsigned lab_probe_look(struct standing_probe *standing)
{
	const unsigned before = standing->outcome.arrived;

	receive_datagrams(standing->receiver, &standing->probe, &standing->outcome);
	return standing->outcome.arrived - before;
}

struct outcome lab_probe_end(struct standing_probe *standing)
{
	ask_sender(standing->sender, standing->probe.family, &standing->outcome);
	close(standing->sender);
	close(standing->receiver);
	return standing->outcome;
}

struct outcome lab_probe(struct net *net, const struct probe *wanted)
{
	struct standing_probe standing = lab_probe_begin(net, wanted);

	lab_probe_look(&standing);
	return lab_probe_end(&standing);
}

void lab_assert_reachable(struct net *net, unsigned path)
{
	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			struct outcome outcome;

			if (!path_has(net->topology, path, family))
				continue;
			outcome = lab_probe(net, &(struct probe){ .from = from, .path = path, .family = family });
			ck_assert_msg(outcome.arrived == 1, "%s: path %u, IPv%d, from %s: %u of %u arrived (%s)",
				net->topology->name, path, family == IPV4 ? 4 : 6, from == ENDPOINT_A ? "a" : "b",
				outcome.arrived, outcome.sent, strerror(outcome.error));
		}
	}
}

void lab_assert_all_reachable(struct net *net)
{
	for (unsigned path = 0; path < net->topology->paths; path++)
		lab_assert_reachable(net, path);
}

/* ------------------------------------------------------------------ state */

char *lab_run(const struct space *space, const char *const *arguments)
{
	return lab_run_with_input(space, arguments, "");
}

char *lab_run_with_input(const struct space *space, const char *const *arguments, const char *input)
{
	char *program = process_find(arguments[0]), *text;
	int output = memfd_create("output", MFD_CLOEXEC), status;
	int in = memfd_create("input", MFD_CLOEXEC);
	off_t size;
	pid_t pid;

	ck_assert_msg(program, "there is no %s", arguments[0]);
	ck_assert_int_eq(pwrite(in, input, strlen(input), 0), (ssize_t)strlen(input));
	status = process_start(&(struct process){ .path = program,
				       .arguments = arguments,
				       .namespace = space->namespace,
				       .input = in,
				       .output = output,
				       .errors = output },
		&pid);
	ck_assert_int_eq(status, 0);
	status = process_wait(pid);
	size = lseek(output, 0, SEEK_END);
	text = calloc(1, (size_t)size + 1);
	ck_assert_int_eq(pread(output, text, (size_t)size, 0), size);
	ck_assert_msg(status == 0, "%s %s %s: %.1500s", arguments[0], arguments[1], arguments[2], text);
	close(output);
	close(in);
	free(program);
	return text;
}

static int compare_lines(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Where netem begins its random numbers, which newer kernels tell, is no part of what was asked for. */
static void drop_seed(char *line)
{
	char *seed = strncmp(line, "qdisc netem ", 12) == 0 ? strstr(line, " seed ") : NULL, *rest;

	if (!seed)
		return;
	rest = seed + 6 + strspn(seed + 6, "0123456789");
	memmove(seed, rest, strlen(rest) + 1);
}

static void print_sorted(char *text, FILE *out)
{
	char *lines[512], *rest = text, *line;
	size_t count = 0;

	while ((line = strsep(&rest, "\n"))) {
		ck_assert_uint_lt(count, 512);
		drop_seed(line);
		if (*line)
			lines[count++] = line;
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "\t%s\n", lines[i]);
}

/* Where nft(8) is there to say it. */
static void print_rules(struct net *net, unsigned space, FILE *out)
{
	static const char *const arguments[] = { "nft", "list", "ruleset", NULL };
	char *program = net->topology->border ? process_find("nft") : NULL, *answer;

	if (!program)
		return;
	answer = lab_run(&net->spaces[space], arguments);
	print_sorted(answer, out);
	free(answer);
	free(program);
}

char *lab_state(struct net *net)
{
	static const struct {
		const char *arguments[8], *input;
	} questions[] = {
		{ { "ip", "-o", "-batch", "-" },
			"link show\naddress show\nneighbour show nud permanent\n"
			"route show table all\nrule show\n" },
		{ { "ip", "-o", "-6", "-batch", "-" }, "route show table all\nrule show\n" },
		{ { "tc", "qdisc", "show" }, "" },
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (unsigned i = 0; i < space_count(net->topology); i++) {
		if (!space_exists(net->topology, i))
			continue;
		fprintf(out, "%s\n", net->spaces[i].name);
		for (size_t q = 0; q < sizeof(questions) / sizeof(*questions); q++) {
			char *answer = lab_run_with_input(&net->spaces[i], questions[q].arguments, questions[q].input);

			print_sorted(answer, out);
			free(answer);
		}
		print_rules(net, i, out);
	}
	fclose(out);
	return text;
}
