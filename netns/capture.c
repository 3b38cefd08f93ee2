/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.c - a capture file for each endpoint and path, as tcpdump would write it.
 *
 * In this process, not by tcpdump: a packet socket costs nothing until a packet comes, whereas a
 * tcpdump for each interface costs a fork, an exec and a wake of the guest in every second of its
 * time. The kernel queues the packets, with the time at which they passed; net_capture_drain()
 * writes them out whenever there is time, and net_capture_stop() those that are left, so that a
 * file is complete and nobody has to wait.
 *
 * The descriptors are inherited: a child may drain what its parent started (files are appended to).
 */
#include "netns/addressing.h"
#include "netns/live_net.h"
#include "sentence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_SIZE (64 << 20) /* of the kernel's, per capture: some 25 000 packets */
#define SNAPSHOT_LENGTH 65535

/* The head of a capture file (pcap-savefile(5)), in this machine's byte order. */
struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy; /* both always 0 */
	uint32_t snapshot_length, link_type;
};

#define NANOSECOND_MAGIC 0xa1b23c4d
#define LINK_ETHERNET 1

/* What is kept: SCTP, also in UDP, and ICMP; of ICMPv6 errors and echoes (types below 130), not the talk between
 * neighbours. Of the later fragments of an IPv6 packet nothing can be told from its fixed header,
 * so they are kept as well. */
static struct sock_filter program[] = {
	/* what a switch floods to others as well is not for this one */
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 4),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14 + 9),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_SCTP, 10, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 9, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMP, 8, 9),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 8),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14 + 6),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_SCTP, 5, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 4, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_FRAGMENT, 3, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14 + 40),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 130, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SNAPSHOT_LENGTH),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

/* ------------------------------------------------------------------ start */

int packet_socket_open(const char *device)
{
	const struct sock_fprog filter = { sizeof(program) / sizeof(*program), program };
	const int size = QUEUE_SIZE, on = 1;
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	/* Protocol 0 receives nothing until it is bound to the one interface. */
	int packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), status;

	if (packets < 0)
		return -errno;
	address.sll_ifindex = (int)if_nametoindex(device);
	if (address.sll_ifindex != 0 &&
		setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0 &&
		setsockopt(packets, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) == 0 &&
		setsockopt(packets, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0 &&
		bind(packets, (struct sockaddr *)&address, sizeof(address)) == 0)
		return packets;
	status = -errno;
	close(packets);
	return status;
}

static int make_file(const char *dir, const char *name, char **error)
{
	const struct file_header header = { .magic = NANOSECOND_MAGIC,
		.major = 2,
		.minor = 4,
		.snapshot_length = SNAPSHOT_LENGTH,
		.link_type = LINK_ETHERNET };
	char *path;
	int file, status;

	if (asprintf(&path, "%s/%s.pcap", dir, name) < 0)
		return sentence(error, -ENOMEM, "no memory for the capture %s", name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	status = file < 0 || write(file, &header, sizeof(header)) != sizeof(header) ? -errno : 0;
	if (status < 0) {
		sentence(error, status, "cannot write the capture %s: %s", path, strerror(-status));
		if (file >= 0)
			close(file);
	}
	free(path);
	return status < 0 ? status : file;
}

static int start(struct net *net, enum endpoint endpoint, unsigned link, const char *dir, char **error)
{
	struct recording *recording = &net->recordings[net->recording_count];
	const struct space *space = &net->spaces[endpoint];
	char device[IFNAMSIZ];
	int home, back;

	endpoint_device(net->topology, endpoint, link, device);
	snprintf(recording->name, sizeof(recording->name), "%c-%s", 'a' + (char)endpoint, device);
	home = space_enter(space);
	recording->packets = home < 0 ? home : packet_socket_open(device);
	back = home < 0 ? 0 : space_leave(home);
	if (recording->packets < 0)
		return sentence(error, recording->packets, "cannot capture %s: %s", recording->name,
			strerror(-recording->packets));
	recording->file = back < 0 ? back : make_file(dir, recording->name, error);
	if (recording->file < 0) {
		close(recording->packets);
		return recording->file;
	}
	net->recording_count++;
	return 0;
}

int net_capture_start(struct net *net, const char *dir, char **error)
{
	int status = 0;

	if (net->recording_count)
		return sentence(error, -EALREADY, "captures are running already");
	for (enum endpoint e = ENDPOINT_A; e < topology_hosts(net->topology); e++)
		for (unsigned link = 0; link < topology_links(net->topology, e) && status == 0; link++)
			status = start(net, e, link, dir, error);
	if (status < 0)
		net_capture_stop(net, NULL);
	return status;
}

/* ------------------------------------------------------------------ drain */

/* When the packet passed; now, if the kernel does not say. */
static struct timespec passed_at(struct msghdr *message)
{
	struct timespec at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&at, CMSG_DATA(c), sizeof(at));
			return at;
		}
	clock_gettime(CLOCK_REALTIME, &at);
	return at;
}

/* As many are read at once as this; each call costs about as much as the packet. */
#define BATCH 32

/* What the file has before each packet: seconds, nanoseconds, octets kept, octets there were. */
struct record_header {
	uint32_t seconds, nanoseconds, kept, length;
};

/* In one thread, and large: a packet touches no more of it than its own octets. */
static struct batch {
	uint8_t bytes[BATCH][SNAPSHOT_LENGTH + 1];
	_Alignas(struct cmsghdr) char control[BATCH][64];
	struct iovec into[BATCH];
	struct mmsghdr messages[BATCH];
	struct record_header headers[BATCH];
	struct iovec out[2 * BATCH];
} batch;

/* How many packets were taken; 0: there is none; or -errno. */
static int read_batch(int packets)
{
	for (unsigned i = 0; i < BATCH; i++) {
		batch.into[i] = (struct iovec){ batch.bytes[i], SNAPSHOT_LENGTH };
		batch.messages[i].msg_hdr = (struct msghdr){ .msg_iov = &batch.into[i],
			.msg_iovlen = 1,
			.msg_control = batch.control[i],
			.msg_controllen = sizeof(batch.control[i]) };
	}
	const int count = recvmmsg(packets, batch.messages, BATCH, MSG_TRUNC, NULL);

	return count < 0 ? -errno : count;
}

static int write_batch(const struct recording *recording, unsigned count)
{
	size_t length = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct timespec at = passed_at(&batch.messages[i].msg_hdr);
		struct record_header *header = &batch.headers[i];

		*header = (struct record_header){ .seconds = (uint32_t)at.tv_sec,
			.nanoseconds = (uint32_t)at.tv_nsec,
			.kept = batch.messages[i].msg_len,
			.length = batch.messages[i].msg_len };
		if (header->kept > SNAPSHOT_LENGTH)
			header->kept = SNAPSHOT_LENGTH;
		batch.out[2 * i] = (struct iovec){ header, sizeof(*header) };
		batch.out[2 * i + 1] = (struct iovec){ batch.bytes[i], header->kept };
		length += sizeof(*header) + header->kept;
	}
	const ssize_t written = writev(recording->file, batch.out, (int)(2 * count));

	if (written < 0)
		return -errno;
	return (size_t)written == length ? 1 : -ENOSPC;
}

/* 1: packets were written, or there may be some; 0: there are none; or -errno. */
static int write_next(const struct recording *recording)
{
	const int count = read_batch(recording->packets);

	if (count < 0)
		return count == -EAGAIN ? 0 : count == -ENETDOWN || count == -EINTR ? 1 : count;
	return write_batch(recording, (unsigned)count);
}

static int drain(const struct recording *recording, char **error)
{
	int status;

	while ((status = write_next(recording)) > 0)
		;
	if (status < 0)
		sentence(error, status, "cannot write the capture %s: %s", recording->name, strerror(-status));
	return status;
}

int net_capture_drain(struct net *net, char **error)
{
	for (unsigned i = 0; i < net->recording_count; i++) {
		const int status = drain(&net->recordings[i], error);

		if (status < 0)
			return status;
	}
	return 0;
}

/* ------------------------------------------------------------------ stop */

static int finish(const struct recording *recording, char **error)
{
	struct tpacket_stats lost = { 0 };
	socklen_t size = sizeof(lost);
	int status = drain(recording, error);

	if (status == 0 && getsockopt(recording->packets, SOL_PACKET, PACKET_STATISTICS, &lost, &size) == 0 &&
		lost.tp_drops > 0)
		status = sentence(error, -EOVERFLOW, "the capture %s lacks %u packets: they came too fast",
			recording->name, lost.tp_drops);
	close(recording->packets);
	close(recording->file);
	return status;
}

int net_capture_stop(struct net *net, char **error)
{
	int first = 0;

	for (unsigned i = 0; i < net->recording_count; i++) {
		const int status = finish(&net->recordings[i], first ? NULL : error);

		if (!first)
			first = status;
	}
	net->recording_count = 0;
	return first;
}
