/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture_test.c - what leaves and what arrives is in the captures, to the last packet, and nowhere
 * else.
 *
 * SCTP packets are made here and sent by raw sockets, so that it makes no difference whether the
 * kernel has SCTP. What it answers, if it does, goes the other way and is not counted.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/packet.h"
#include "netns/tests/lab.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/sctpspec-capture-XXXXXX";

static void make_folder(void)
{
	lab_move_out();
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
	DIR *open_folder = opendir(folder);
	struct dirent *entry;

	while (open_folder && (entry = readdir(open_folder))) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	closedir(open_folder);
	rmdir(folder);
}

static void start(struct net *net)
{
	char *error = NULL;
	int status = net_capture_start(net, folder, &error);

	ck_assert_msg(status == 0, "%s", error);
}

/* A busy machine may leave packets in the middle for a while. What was sent before a datagram that
 * has arrived has arrived too; on a dead path the datagram is waited for in vain. */
static void let_arrive(struct net *net)
{
	for (unsigned path = 0; path < net->topology->paths; path++) {
		lab_probe(net, &(struct probe){ .from = ENDPOINT_A, .path = path });
		lab_probe(net, &(struct probe){ .from = ENDPOINT_B, .path = path });
	}
}

static void stop(struct net *net)
{
	char *error = NULL;
	int status;

	let_arrive(net);
	status = net_capture_stop(net, &error);
	ck_assert_msg(status == 0, "%s", error);
}

#define MARK 0x5c7b0000U /* verification tags of packets that were made here */

static void put32(uint8_t *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* A COOKIE ACK that belongs to no association: nobody answers that (RFC 9260 section 8.4). */
static void make_packet(uint32_t number, uint8_t out[16])
{
	uint32_t checksum;

	memcpy(out, "\x04\0\x13\x88", 4);
	put32(out + 4, MARK + number);
	memset(out + 8, 0, 4);
	memcpy(out + 12, "\x0b\0\0\x04", 4);
	checksum = packet_crc32c(out, 16);
	for (int i = 0; i < 4; i++)
		out[8 + i] = (uint8_t)(checksum >> (8 * i));
}

static void send_packets(struct net *net, enum endpoint from, unsigned path, uint32_t count)
{
	enum endpoint to = from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	enum ip_family family = path_has(net->topology, path, IPV4) ? IPV4 : IPV6;
	struct sockaddr_storage target = topology_address(net->topology, to, path, family);
	int sock = lab_socket(net, from, family == IPV4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_SCTP);

	ck_assert_int_ge(sock, 0);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t packet[16];

		make_packet(i, packet);
		ck_assert_msg(sendto(sock, packet, sizeof(packet), 0, (struct sockaddr *)&target, sizeof(target)) ==
				sizeof(packet),
			"sendto: %s", strerror(errno));
	}
	close(sock);
}

struct seen {
	unsigned packets, marked; /* all of SCTP; those that were made here */
	bool in_order;
	int64_t first_ns, last_ns;
};

static uint8_t *read_file(const char *name, size_t *length)
{
	char path[256];
	struct stat status;
	uint8_t *bytes;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.pcap", folder, name);
	file = fopen(path, "rbe");
	ck_assert_msg(file, "%s: %s", path, strerror(errno));
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	*length = (size_t)status.st_size;
	bytes = malloc(*length + 1);
	ck_assert_uint_eq(fread(bytes, 1, *length, file), *length);
	fclose(file);
	return bytes;
}

static void look_at(const struct pcap_record *record, int link, struct seen *seen)
{
	struct packet packet;
	enum packet_status status = packet_decode(record->bytes, record->captured, link, &packet);

	if (status == PACKET_NOT_SCTP) /* ICMP */
		return;
	ck_assert_int_eq(status, PACKET_OK);
	ck_assert(packet_checksum_ok(&packet));
	ck_assert_uint_eq(record->captured, record->length);
	ck_assert_uint_le(record->length, 1514);
	seen->packets++;
	if ((packet.verification_tag & 0xffff0000U) != MARK)
		return;
	seen->in_order &= packet.verification_tag == MARK + seen->marked;
	if (!seen->marked++)
		seen->first_ns = record->time_ns;
	seen->last_ns = record->time_ns;
	ck_assert_uint_eq(packet.chunk_count, 1);
	ck_assert_uint_eq(packet.chunks[0].type, CHUNK_COOKIE_ACK);
}

static struct seen see(const char *name)
{
	struct seen seen = { .in_order = true };
	struct pcap_reader reader;
	struct pcap_record record;
	size_t length;
	uint8_t *bytes = read_file(name, &length);
	int status;

	ck_assert_int_eq(pcap_open_memory(bytes, length, &reader), 0);
	ck_assert(reader.nanoseconds);
	ck_assert_int_eq(reader.link, 1);
	while ((status = pcap_next_record(&reader, &record)) == 1)
		look_at(&record, reader.link, &seen);
	ck_assert_int_eq(status, 0);
	free(bytes);
	return seen;
}

static int64_t wall_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

START_TEST(each_capture_has_what_passed_there)
{
	struct net *net = lab_create(_i ? &lab_routed : &topology_two_paths_dual_stack);
	int64_t before, after;
	struct seen sent, got;

	start(net);
	before = wall_clock();
	send_packets(net, ENDPOINT_A, 0, 3);
	send_packets(net, ENDPOINT_B, 1, 5);
	after = wall_clock();
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	stop(net);
	sent = see("a-path0");
	got = see("b-path0");
	ck_assert_uint_eq(sent.marked, 3);
	ck_assert_uint_eq(got.marked, 3);
	ck_assert(sent.in_order);
	ck_assert(got.in_order);
	ck_assert_int_ge(sent.first_ns, before);
	ck_assert_int_le(sent.last_ns, after);
	ck_assert_int_ge(got.first_ns, sent.first_ns);
	ck_assert_uint_eq(see("a-path1").marked, 5);
	ck_assert_uint_eq(see("b-path1").marked, 5);
	net_destroy(net);
}
END_TEST

START_TEST(ipv6)
{
	struct net *net = lab_create(&topology_one_path_ipv6);

	start(net);
	send_packets(net, ENDPOINT_A, 0, 4);
	stop(net);
	ck_assert_uint_eq(see("a-path0").marked, 4);
	ck_assert_uint_eq(see("b-path0").marked, 4);
	net_destroy(net);
}
END_TEST

/* The point of having a middle: the sender sees it leave, the receiver does not see it come. */
START_TEST(what_is_lost_in_the_middle_was_seen_leaving)
{
	struct net *net = lab_create(&topology_two_paths);

	lab_inject(net, &(struct fault){ .kind = FAULT_LINK_DOWN });
	start(net);
	send_packets(net, ENDPOINT_A, 0, 7);
	send_packets(net, ENDPOINT_A, 1, 1);
	stop(net);
	ck_assert_uint_eq(see("a-path0").marked, 7);
	ck_assert_uint_eq(see("b-path0").marked, 0);
	ck_assert_uint_eq(see("b-path1").marked, 1);
	net_destroy(net);
}
END_TEST

/* Also after a time in which the kernel's neighbour discovery would have given the path up. */
START_TEST(netem_loss_was_seen_leaving)
{
	struct net *net = lab_create(_i ? &lab_routed : &topology_two_paths_dual_stack);

	lab_inject(net, &(struct fault){ .kind = FAULT_LOSS, .percent = 100 });
	start(net);
	for (int i = 0; i < 60; i++) {
		send_packets(net, ENDPOINT_A, 0, 1);
		nanosleep(&(struct timespec){ .tv_sec = 2 }, NULL);
	}
	stop(net);
	ck_assert_uint_eq(see("a-path0").marked, 60);
	ck_assert_uint_eq(see("b-path0").marked, 0);
	net_destroy(net);
}
END_TEST

/* No packet is lost between the last one and the end of the capture. */
START_TEST(complete_to_the_last_packet)
{
	struct net *net = lab_create(&topology_one_path);

	for (int i = 0; i < 5; i++) {
		start(net);
		send_packets(net, ENDPOINT_A, 0, 500);
		stop(net);
		ck_assert_uint_eq(see("a-path0").marked, 500);
		ck_assert_uint_eq(see("b-path0").marked, 500);
		ck_assert(see("b-path0").in_order);
	}
	net_destroy(net);
}
END_TEST

/* An association with a message of many fragments: on these wires, packets are what RFC 9260 says.
 */
static void have_an_association(struct net *net)
{
	struct sockaddr_storage address = topology_address(net->topology, ENDPOINT_B, 0, IPV4);
	int client = lab_socket(net, ENDPOINT_A, AF_INET, SOCK_STREAM, IPPROTO_SCTP);
	int server = lab_socket(net, ENDPOINT_B, AF_INET, SOCK_STREAM, IPPROTO_SCTP), accepted;
	static char message[20000];
	size_t left = sizeof(message);

	((struct sockaddr_in *)&address)->sin_port = htons(5000);
	ck_assert_int_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server, 1), 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	accepted = accept(server, NULL, NULL);
	ck_assert_int_ge(accepted, 0);
	ck_assert_int_eq(send(client, message, sizeof(message), 0), sizeof(message));
	while (left) {
		ssize_t got = recv(accepted, message, sizeof(message), 0);

		ck_assert_int_gt(got, 0);
		left -= (size_t)got;
	}
	close(accepted);
	close(client);
	close(server);
}

START_TEST(the_kernels_packets_have_their_checksum)
{
	struct net *net = lab_create(&topology_one_path);

	start(net);
	have_an_association(net);
	stop(net);
	/* look_at() has judged each of them; the message alone takes 14 */
	ck_assert_uint_ge(see("a-path0").packets, 20);
	ck_assert_uint_eq(see("a-path0").packets, see("b-path0").packets);
	net_destroy(net);
}
END_TEST

static bool has_sctp(void)
{
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);

	if (sock < 0)
		printf("left out: an association, which this kernel cannot have (no SCTP)\n");
	else
		close(sock);
	return sock >= 0;
}

START_TEST(nothing_to_capture)
{
	struct net *net = lab_create(&topology_one_path);

	stop(net);
	start(net);
	stop(net);
	stop(net);
	ck_assert_uint_eq(see("a-path0").marked, 0);
	net_destroy(net);
}
END_TEST

START_TEST(twice)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;

	start(net);
	ck_assert_int_eq(net_capture_start(net, folder, &error), -EALREADY);
	ck_assert_str_eq(error, "captures are running already");
	send_packets(net, ENDPOINT_A, 0, 1);
	stop(net);
	ck_assert_uint_eq(see("b-path0").marked, 1);
	free(error);
	net_destroy(net);
}
END_TEST

START_TEST(nowhere_to_write)
{
	struct net *net = lab_create(&topology_two_paths);
	char *error = NULL;

	ck_assert_int_eq(net_capture_start(net, "/nowhere", &error), -ENOENT);
	ck_assert_str_eq(error, "cannot write the capture /nowhere/a-path0.pcap: No such file or directory");
	/* none of the others is left, and a better folder works */
	start(net);
	stop(net);
	free(error);
	net_destroy(net);
}
END_TEST

/* A capture with gaps is no evidence, and that is said. */
START_TEST(packets_that_came_too_fast)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;
	int small = 4096;

	start(net);
	ck_assert_int_eq(setsockopt(net->recordings[1].packets, SOL_SOCKET, SO_RCVBUFFORCE, &small, sizeof(small)), 0);
	send_packets(net, ENDPOINT_A, 0, 500);
	let_arrive(net);
	ck_assert_int_eq(net_capture_stop(net, &error), -EOVERFLOW);
	ck_assert_msg(strstr(error, "the capture b-path0 lacks 4"), "%s", error);
	ck_assert_uint_eq(see("a-path0").marked, 500);
	free(error);
	net_destroy(net);
}
END_TEST

START_TEST(an_interface_that_goes_down_and_up)
{
	struct net *net = lab_create(&topology_two_paths);
	struct fault fault = { .kind = FAULT_LINK_DOWN, .at = AT_B };

	start(net);
	send_packets(net, ENDPOINT_A, 0, 2);
	let_arrive(net);
	lab_inject(net, &fault);
	send_packets(net, ENDPOINT_A, 0, 3);
	lab_mend(net, &fault);
	send_packets(net, ENDPOINT_A, 0, 4);
	stop(net);
	ck_assert_uint_eq(see("a-path0").marked, 9);
	ck_assert_uint_eq(see("b-path0").marked, 6);
	net_destroy(net);
}
END_TEST

/* A child may write out what its parent's captures have, and the parent goes on. */
START_TEST(drained_by_a_child)
{
	struct net *net = lab_create(&topology_one_path);
	pid_t child;
	int status;

	start(net);
	send_packets(net, ENDPOINT_A, 0, 3);
	let_arrive(net);
	child = fork();
	if (child == 0)
		_exit(net_capture_drain(net, NULL) == 0 ? 0 : 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(see("b-path0").marked, 3);
	send_packets(net, ENDPOINT_A, 0, 2);
	stop(net);
	ck_assert_uint_eq(see("b-path0").marked, 5);
	net_destroy(net);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture");
	TCase *captures = tcase_create("captures");

	if (!lab_usable())
		return SKIPPED;
	tcase_set_timeout(captures, 3600);
	tcase_add_checked_fixture(captures, make_folder, remove_folder);
	tcase_add_loop_test(captures, each_capture_has_what_passed_there, 0, 2);
	tcase_add_test(captures, ipv6);
	tcase_add_test(captures, what_is_lost_in_the_middle_was_seen_leaving);
	if (lab_has_queue("netem"))
		tcase_add_loop_test(captures, netem_loss_was_seen_leaving, 0, 2);
	tcase_add_test(captures, complete_to_the_last_packet);
	if (has_sctp())
		tcase_add_test(captures, the_kernels_packets_have_their_checksum);
	tcase_add_test(captures, nothing_to_capture);
	tcase_add_test(captures, twice);
	tcase_add_test(captures, nowhere_to_write);
	tcase_add_test(captures, packets_that_came_too_fast);
	tcase_add_test(captures, an_interface_that_goes_down_and_up);
	tcase_add_test(captures, drained_by_a_child);
	suite_add_tcase(suite, captures);
	return run_tests(suite);
}
