/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.c - see wire.h.
 *
 * Packets are lost by a filter on the receiving socket: SCTP asks it for every packet, before
 * anything else, so the sender sees a peer that has vanished. No packet filter and no further
 * interface is needed for that.
 */
#include "wire.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/sctp.h>
#include <netinet/ip.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void attach(struct gs_socket *s, const struct sock_filter *code, unsigned short n)
{
	const struct sock_fprog program = { .len = n, .filter = (struct sock_filter *)(uintptr_t)code };

	ck_assert_msg(setsockopt(gs_fd(s), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0,
		"SO_ATTACH_FILTER: %s", strerror(errno));
}

void deafen(struct gs_socket *s)
{
	const struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };

	attach(s, nothing, 1);
}

void deafen_at(struct gs_socket *s, const char *address)
{
	const union gs_addr local = addr_of(address, 0);
	const struct sock_filter all_but[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + offsetof(struct iphdr, daddr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(local.v4.sin_addr.s_addr), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};

	attach(s, all_but, 4);
}

void hear_again(struct gs_socket *s)
{
	const int unused = 0;

	ck_assert_int_eq(setsockopt(gs_fd(s), SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)), 0);
}

/* RFC 9260, 3.1 */
struct common_header {
	uint16_t source, destination;
	uint32_t verification_tag, checksum;
};

/* RFC 9260, appendix A, octet by octet. */
static uint32_t crc32c(const uint8_t *octets, size_t n)
{
	uint32_t crc = UINT32_MAX;

	while (n--) {
		crc ^= *octets++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

/* The tag that the client's packets carry, from the next of them that a raw socket sees. */
static uint32_t tag_of_next(int raw, const struct pair *p)
{
	for (;;) {
		uint8_t packet[2000];
		const ssize_t n = recv(raw, packet, sizeof(packet), 0);
		const size_t at = (packet[0] & 15) * 4U;
		struct common_header head;

		ck_assert_msg(n >= 0, "raw socket: %s", strerror(errno));
		if ((size_t)n < at + sizeof(head))
			continue;
		memcpy(&head, packet + at, sizeof(head));
		if (head.source == p->client_addr.v4.sin_port && head.destination == p->server_addr.v4.sin_port)
			return head.verification_tag;
	}
}

void inject_from_client(const struct pair *p, const void *chunk, size_t length)
{
	const struct timeval patience = { .tv_sec = 5 };
	const int raw = socket(AF_INET, SOCK_RAW, IPPROTO_SCTP);
	uint8_t packet[512];
	struct common_header head = { .source = p->client_addr.v4.sin_port, .destination = p->server_addr.v4.sin_port };

	ck_assert_msg(raw >= 0, "raw socket: %s", strerror(errno));
	setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	ck_assert_uint_le(sizeof(head) + length, sizeof(packet));
	expect_ok(gs_send(p->client, p->at_client, 0, "tag", 3));
	expect_text(p->server, "tag");
	head.verification_tag = tag_of_next(raw, p);
	memcpy(packet, &head, sizeof(head));
	memcpy(packet + sizeof(head), chunk, length);
	head.checksum = crc32c(packet, sizeof(head) + length);
	memcpy(packet, &head, sizeof(head));
	ck_assert_int_eq(sendto(raw, packet, sizeof(head) + length, 0, &p->server_addr.sa, sizeof(p->server_addr.v4)),
		(ssize_t)(sizeof(head) + length));
	close(raw);
}

/* ---- system calls ---- */

/* The tracee goes on to its next system call's entry or exit; false when it has ended. */
static bool step(pid_t pid, struct __ptrace_syscall_info *info)
{
	int status;

	ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, 0, 0), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (!WIFSTOPPED(status))
		return false;
	ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(*info), info), 0);
	return true;
}

static void copy_from(pid_t pid, uint64_t there, void *here, size_t n)
{
	const struct iovec local = { here, n }, remote = { (void *)(uintptr_t)there, n };

	ck_assert_int_eq(process_vm_readv(pid, &local, 1, &remote, 1, 0), (ssize_t)n);
}

size_t trace_connectx(void (*run)(void *), void *argument, void *octets, size_t room)
{
	struct __ptrace_syscall_info info;
	struct sctp_getaddrs_old request = { 0 };
	const pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		run(argument);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (step(pid, &info)) {
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr != SYS_getsockopt ||
			info.entry.args[1] != IPPROTO_SCTP || info.entry.args[2] != SCTP_SOCKOPT_CONNECTX3)
			continue;
		copy_from(pid, info.entry.args[3], &request, sizeof(request));
		ck_assert_uint_le((size_t)request.addr_num, room);
		copy_from(pid, (uintptr_t)request.addrs, octets, (size_t)request.addr_num);
		break;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return (size_t)request.addr_num;
}
