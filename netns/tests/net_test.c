/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_test.c - topologies that stand: reachable on every path, gone afterwards, whatever ended the
 * process, the same as their script builds, and failing with a sentence.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/tests/lab.h"

#include <dirent.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

START_TEST(every_path_is_reachable)
{
	struct net *net;

	if (!lab_can_build(lab_topology(_i)))
		return;
	net = lab_create(lab_topology(_i));
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* Paths are apart: what is sent to one path's address never uses another's interface. */
START_TEST(paths_are_disjoint)
{
	struct net *net = lab_create(_i ? &lab_routed : &topology_two_paths_dual_stack);

	lab_inject(net, &(struct fault){ .kind = FAULT_LINK_DOWN, .at = AT_B });
	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		struct probe probe = { .path = 0, .family = family };

		ck_assert_uint_eq(lab_probe(net, &probe).arrived, 0);
	}
	lab_assert_reachable(net, 1);
	net_destroy(net);
}
END_TEST

static uint32_t ethtool_value(int sock, const char *device, uint32_t command)
{
	struct ethtool_value value = { .cmd = command };
	struct ifreq request = { .ifr_data = (char *)&value };

	strcpy(request.ifr_name, device);
	ck_assert_int_eq(ioctl(sock, SIOCETHTOOL, &request), 0);
	return value.data;
}

START_TEST(offload_is_off)
{
	struct net *net = lab_create(&topology_two_paths);

	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		int sock = lab_socket(net, e, AF_INET, SOCK_DGRAM, 0);

		for (unsigned path = 0; path < 2; path++) {
			char device[IFNAMSIZ];

			endpoint_device(net->topology, ENDPOINT_A, path, device);
			ck_assert_uint_eq(ethtool_value(sock, device, ETHTOOL_GTXCSUM), 0);
			ck_assert_uint_eq(ethtool_value(sock, device, ETHTOOL_GSG), 0);
			ck_assert_uint_eq(ethtool_value(sock, device, ETHTOOL_GGSO), 0);
			ck_assert_uint_eq(ethtool_value(sock, device, ETHTOOL_GTSO), 0);
		}
		close(sock);
	}
	net_destroy(net);
}
END_TEST

static unsigned open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	ck_assert_ptr_nonnull(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* A pair of interfaces: one here, the other in the namespace. With the namespace it goes away. */
static void tie_to(const char *namespace)
{
	struct space here = { .namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) };
	const char *const arguments[] = { "ip", "link", "add", "name", "tie0", "type", "veth", "peer", "name", "tie1",
		"netns", namespace, NULL };

	free(lab_run(&here, arguments));
	close(here.namespace);
	ck_assert_uint_ne(if_nametoindex("tie0"), 0);
}

/* The kernel takes namespaces away in its own time. */
static void assert_tie_is_gone(void)
{
	for (int i = 0; i < 1000 && if_nametoindex("tie0"); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	ck_assert_msg(!if_nametoindex("tie0"), "the namespace is still there after 10 s");
}

START_TEST(nothing_is_left)
{
	unsigned before;
	struct net *net;

	if (!lab_can_build(lab_topology(_i)))
		return;
	before = open_descriptors();
	net = lab_create(lab_topology(_i));
	tie_to(net_namespace(net, ENDPOINT_A));
	net_destroy(net);
	ck_assert_uint_eq(open_descriptors(), before);
	assert_tie_is_gone();
}
END_TEST

START_TEST(nothing_is_left_of_a_killed_process)
{
	char folder[] = "/tmp/sctpspec-test-XXXXXX", path[64], file[96];
	static const char *const files[] = { "a-path0", "a-path1", "b-path0", "b-path1" };
	int ready[2];
	pid_t child;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct net *net = lab_create(&topology_two_paths);

		if (net_capture_start(net, folder, NULL) < 0)
			_exit(1);
		strcpy(path, net_namespace(net, ENDPOINT_B));
		if (write(ready[1], path, sizeof(path)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], path, sizeof(path)), sizeof(path));
	tie_to(path);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_tie_is_gone();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(file, sizeof(file), "%s/%s.pcap", folder, files[i]);
		ck_assert_int_eq(unlink(file), 0);
	}
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(two_at_once)
{
	struct net *one = lab_create(&topology_two_paths), *other = lab_create(&topology_two_paths);
	struct fault fault = { .kind = FAULT_LINK_DOWN, .at = AT_A };

	lab_inject(one, &fault);
	lab_assert_all_reachable(other);
	ck_assert_uint_eq(lab_probe(one, &(struct probe){ .path = 0 }).arrived, 0);
	net_destroy(other);
	lab_mend(one, &fault);
	lab_assert_all_reachable(one);
	net_destroy(one);
}
END_TEST

/* ------------------------------------------------------------------ settings */

/* What a packet of that endpoint would have: IP_TTL of a new socket. */
static int ttl(struct net *net, enum endpoint endpoint)
{
	int sock = lab_socket(net, endpoint, AF_INET, SOCK_DGRAM, 0), value = -1;
	socklen_t length = sizeof(value);

	ck_assert_int_eq(getsockopt(sock, SOL_IP, IP_TTL, &value, &length), 0);
	close(sock);
	return value;
}

START_TEST(a_setting_holds_in_its_namespace)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;

	ck_assert_int_eq(net_set_sysctl(net, ENDPOINT_B, "net.ipv4.ip_default_ttl", "17", &error), 0);
	ck_assert_int_eq(ttl(net, ENDPOINT_B), 17);
	ck_assert_int_eq(ttl(net, ENDPOINT_A), 64);
	net_destroy(net);
}
END_TEST

START_TEST(a_setting_that_is_refused)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;

	ck_assert_int_eq(net_set_sysctl(net, ENDPOINT_B, "net.ipv4.no_such", "17", &error), -ENOENT);
	ck_assert_str_eq(error, "cannot set net.ipv4.no_such to 17 in namespace b: No such file or directory");
	ck_assert_int_eq(net_set_sysctl(net, ENDPOINT_A, "net.ipv4.ip_default_ttl", "many", &error), -EINVAL);
	ck_assert_str_eq(error, "cannot set net.ipv4.ip_default_ttl to many in namespace a: Invalid argument");
	free(error);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ failures */

/* One descriptor fewer than it needs, then two: whatever it had opened is closed again. */
START_TEST(too_few_descriptors)
{
	unsigned before = open_descriptors();

	for (rlim_t spare = 0; spare < 10; spare++) {
		struct rlimit usual, few;
		struct net *net;
		char *error = NULL;
		int status;

		ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
		few = usual;
		/* "." and ".." and the folder itself have been counted too */
		few.rlim_cur = before - 3 + spare;
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
		status = net_create(&topology_one_path, &net, &error);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
		const unsigned held = net ? 6U + (net->machine.map >= 0) + (net->machine.program >= 0) : 0;
		ck_assert_uint_eq(open_descriptors() - held, before);
		if (status < 0) {
			ck_assert_int_eq(status, -EMFILE);
			ck_assert_ptr_null(net);
			ck_assert_ptr_nonnull(strstr(error, "Too many open files"));
		}
		free(error);
		net_destroy(net);
	}
}
END_TEST

/* Whether the endpoint's own address is in the text. */
static bool has_address_of(const char *text, enum endpoint endpoint)
{
	const struct sockaddr_storage own = topology_address(&topology_two_paths, endpoint, 0, IPV4);
	char name[INET_ADDRSTRLEN], leaf[32];

	inet_ntop(AF_INET, &((const struct sockaddr_in *)&own)->sin_addr, name, sizeof(name));
	snprintf(leaf, sizeof(leaf), "-- %s\n", name);
	return strstr(text, leaf) != NULL;
}

START_TEST(a_file_of_a_namespace)
{
	struct net *net = lab_create(&topology_two_paths);
	char text[16384];

	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++) {
		const int file = net_open_file(net, at, "/proc/thread-self/net/fib_trie");
		const ssize_t length = read(file, text, sizeof(text) - 1);

		ck_assert_int_gt(length, 0);
		text[length] = '\0';
		ck_assert(has_address_of(text, at));
		ck_assert(!has_address_of(text, at == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A));
		close(file);
	}
	ck_assert_int_eq(net_open_file(net, ENDPOINT_A, "/nowhere"), -ENOENT);
	net_destroy(net);
}
END_TEST

START_TEST(without_root)
{
	struct net *net;
	char *error = NULL;

	ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(net_create(&topology_one_path, &net, &error), -EPERM);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_str_eq(error, "making network namespaces needs root (CAP_SYS_ADMIN)");
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net");
	TCase *standing = tcase_create("standing"), *failures = tcase_create("failures");

	if (!lab_usable())
		return SKIPPED;
	tcase_set_timeout(standing, 3600);
	tcase_add_checked_fixture(standing, lab_move_out, NULL);
	tcase_add_loop_test(standing, every_path_is_reachable, 0, LAB_TOPOLOGIES);
	tcase_add_loop_test(standing, paths_are_disjoint, 0, 2);
	tcase_add_test(standing, offload_is_off);
	tcase_add_loop_test(standing, nothing_is_left, 0, LAB_TOPOLOGIES);
	tcase_add_test(standing, nothing_is_left_of_a_killed_process);
	tcase_add_test(standing, two_at_once);
	tcase_add_test(standing, a_file_of_a_namespace);
	tcase_add_test(standing, a_setting_holds_in_its_namespace);
	tcase_add_test(standing, a_setting_that_is_refused);
	suite_add_tcase(suite, standing);
	tcase_set_timeout(failures, 3600);
	tcase_add_checked_fixture(failures, lab_move_out, NULL);
	tcase_add_test(failures, too_few_descriptors);
	tcase_add_test(failures, without_root);
	suite_add_tcase(suite, failures);
	return run_tests(suite);
}
