/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_call.c - see kernel_call.h. */
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sctp.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static socklen_t address_length(const union gs_addr *address)
{
	return address->sa.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

static const uint16_t policies[] = {
	[PR_NONE] = SCTP_PR_SCTP_NONE,
	[PR_TTL] = SCTP_PR_SCTP_TTL,
	[PR_RTX] = SCTP_PR_SCTP_RTX,
	[PR_PRIO] = SCTP_PR_SCTP_PRIO,
};

/* Room for the two control messages of a send. */
union send_control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(struct sctp_sndinfo)) + CMSG_SPACE(sizeof(struct sctp_prinfo))];
};

static void add_control(struct msghdr *message, int type, const void *value, size_t size)
{
	struct cmsghdr *at = (struct cmsghdr *)(void *)((char *)message->msg_control + message->msg_controllen);

	at->cmsg_level = IPPROTO_SCTP;
	at->cmsg_type = type;
	at->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(at), value, size);
	message->msg_controllen += CMSG_SPACE(size);
}

static int send_info(const struct peer *from, const struct sctp_sndinfo *info, const struct traffic *traffic,
	const union gs_addr *to, const void *octets, size_t size)
{
	const struct sctp_prinfo policy = { .pr_policy = policies[traffic->policy], .pr_value = traffic->policy_value };
	union send_control control = { 0 };
	struct iovec part = { (void *)(uintptr_t)octets, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control };

	add_control(&message, SCTP_SNDINFO, info, sizeof(*info));
	if (traffic->policy != PR_NONE)
		add_control(&message, SCTP_PRINFO, &policy, sizeof(policy));
	if (to != NULL) {
		message.msg_name = (void *)(uintptr_t)to;
		message.msg_namelen = address_length(to);
	}
	return sendmsg(gs_fd(from->socket), &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : GS_OK;
}

static unsigned first_path(const struct trial *t, const struct peer *of)
{
	enum endpoint endpoint;
	const int path = topology_locate(t->test_case->topology, (const struct sockaddr *)&of->addresses[0], &endpoint);

	return path < 0 ? 0 : (unsigned)path;
}

/* On a one-to-many socket the first address of the peer's says which association. */
static int send_by_default(const struct peer *from, const struct peer *to, const void *octets, size_t size)
{
	union gs_addr address;
	struct iovec part = { (void *)(uintptr_t)octets, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (!from->one_to_one && !from->branched_off) {
		address = address_on(from->trial, from, to, first_path(from->trial, to));
		message.msg_name = &address;
		message.msg_namelen = address_length(&address);
	}
	return sendmsg(gs_fd(from->socket), &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : GS_OK;
}

int send_with(const struct peer *from, const struct peer *to, uint32_t assoc_id, const struct traffic *traffic,
	uint16_t stream, uint32_t ppid, uint32_t context, const void *octets, size_t size)
{
	const bool is_plain = !traffic->sack_immediately && traffic->over == 0 && traffic->policy == PR_NONE;
	union gs_addr address;

	if (traffic->by_default)
		return send_by_default(from, to, octets, size);
	if (is_plain)
		return gs_send_info(from->socket,
			&(struct gs_sndrcvinfo){
				.stream = stream,
				.flags = traffic->unordered ? GS_UNORDERED : 0,
				.ppid = ppid,
				.context = context,
				.timetolive = traffic->timetolive_ms,
				.assoc_id = (int32_t)assoc_id,
			},
			octets, size);
	const struct sctp_sndinfo info = {
		.snd_sid = stream,
		.snd_flags = (uint16_t)((traffic->unordered ? SCTP_UNORDERED : 0) |
			(traffic->sack_immediately ? SCTP_SACK_IMMEDIATELY : 0) |
			(traffic->over != 0 ? SCTP_ADDR_OVER : 0)),
		.snd_ppid = htonl(ppid),
		.snd_context = context,
		.snd_assoc_id = (sctp_assoc_t)assoc_id,
	};
	if (traffic->over != 0)
		address = address_on(from->trial, from, to, (unsigned)traffic->over - 1);
	return send_info(from, &info, traffic, traffic->over != 0 ? &address : NULL, octets, size);
}

void sending_describe(const struct traffic *traffic, char *text, size_t size)
{
	static const char *const names[] = { [PR_TTL] = "TTL", [PR_RTX] = "RTX", [PR_PRIO] = "PRIO" };
	size_t length = 0;

	text[0] = '\0';
	if (traffic->unordered)
		length += (size_t)snprintf(text + length, size - length, ", unordered");
	if (traffic->sack_immediately)
		length += (size_t)snprintf(text + length, size - length, ", to be acknowledged at once");
	if (traffic->by_default)
		length += (size_t)snprintf(text + length, size - length, ", by the socket's defaults");
	if (traffic->over != 0)
		length += (size_t)snprintf(text + length, size - length, ", over path %d", traffic->over - 1);
	if (traffic->policy != PR_NONE)
		snprintf(text + length, size - length, ", policy %s %u", names[traffic->policy], traffic->policy_value);
}

int send_abort(const struct peer *peer, uint32_t assoc_id, const char *reason)
{
	const struct sctp_sndinfo info = { .snd_flags = SCTP_ABORT, .snd_assoc_id = (sctp_assoc_t)assoc_id };

	return send_info(peer, &info, &(struct traffic){ 0 }, NULL, reason, strlen(reason));
}

int bindx(const struct peer *peer, const union gs_addr *address, bool add)
{
	return setsockopt(gs_fd(peer->socket), IPPROTO_SCTP, add ? SCTP_SOCKOPT_BINDX_ADD : SCTP_SOCKOPT_BINDX_REM,
		       address, address_length(address)) < 0
		? -errno
		: GS_OK;
}

/* ------------------------------------------------------------------ receiving */

static void take_info(struct msghdr *message, struct piece *out)
{
	struct sctp_sndrcvinfo info;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		if (at->cmsg_level != IPPROTO_SCTP || at->cmsg_type != SCTP_SNDRCV)
			continue;
		memcpy(&info, CMSG_DATA(at), sizeof(info));
		out->has_info = true;
		out->info = (struct gs_sndrcvinfo){
			.stream = info.sinfo_stream,
			.ssn = info.sinfo_ssn,
			.flags = info.sinfo_flags,
			.ppid = ntohl(info.sinfo_ppid),
			.tsn = info.sinfo_tsn,
			.assoc_id = info.sinfo_assoc_id,
		};
	}
}

int receive_piece(const struct peer *peer, void *octets, size_t room, struct piece *out)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo)) + 256];
	} control;
	struct iovec part = { octets, room };
	struct msghdr message = { .msg_name = &out->from,
		.msg_namelen = sizeof(out->from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const ssize_t length = recvmsg(gs_fd(peer->socket), &message, MSG_DONTWAIT);

	if (length < 0)
		return -errno;
	*out = (struct piece){ .from = out->from,
		.length = (size_t)length,
		.end_of_record = (message.msg_flags & MSG_EOR) != 0,
		.is_notification = (message.msg_flags & MSG_NOTIFICATION) != 0 };
	take_info(&message, out);
	return GS_OK;
}

/* ------------------------------------------------------------------ in another namespace */

struct errand {
	const char *namespace;
	int type;
	const union gs_addr *addresses;
	size_t count;
	struct gs_socket *from, **out;
	uint32_t assoc_id;
	int status;
};

static void *peel_off_in_thread(void *argument)
{
	struct errand *errand = argument;
	const int file = open(errand->namespace, O_RDONLY | O_CLOEXEC);

	if (file < 0 || setns(file, CLONE_NEWNET) < 0)
		errand->status = GS_BADARG;
	else
		errand->status = gs_peeloff(errand->from, (int32_t)errand->assoc_id, errand->out);
	if (file >= 0)
		close(file);
	return NULL;
}

int peel_off_there(struct trial *t, const struct peer *peer, uint32_t assoc_id, struct gs_socket **out)
{
	struct errand errand = { .namespace = net_namespace(t->net, peer->endpoint),
		.from = peer->socket,
		.out = out,
		.assoc_id = assoc_id,
		.status = GS_BADARG };
	pthread_t thread;

	if (pthread_create(&thread, NULL, peel_off_in_thread, &errand) != 0)
		trial_error(t, "%s: a thread that peels off", peer->name);
	pthread_join(thread, NULL);
	return errand.status;
}

static int bind_reusing_port(int fd, const struct errand *errand)
{
	const int on = 1;
	/* up to pdapi_event */
	const struct sctp_event_subscribe events = { 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0 };

	if (setsockopt(fd, IPPROTO_SCTP, SCTP_REUSE_PORT, &on, sizeof(on)) < 0 ||
		setsockopt(fd, IPPROTO_SCTP, SCTP_EVENTS, &events, sizeof(events)) < 0 ||
		bind(fd, &errand->addresses[0].sa, address_length(&errand->addresses[0])) < 0)
		return -errno;
	for (size_t i = 1; i < errand->count; i++)
		if (setsockopt(fd, IPPROTO_SCTP, SCTP_SOCKOPT_BINDX_ADD, &errand->addresses[i],
			    address_length(&errand->addresses[i])) < 0)
			return -errno;
	return GS_OK;
}

static void *open_in_thread(void *argument)
{
	struct errand *errand = argument;
	const int file = open(errand->namespace, O_RDONLY | O_CLOEXEC);
	int fd = -1;

	errand->status = GS_BADARG;
	if (file >= 0 && setns(file, CLONE_NEWNET) == 0)
		fd = socket(errand->addresses[0].sa.sa_family, errand->type, IPPROTO_SCTP);
	if (fd >= 0)
		errand->status = bind_reusing_port(fd, errand);
	if (errand->status == GS_OK)
		errand->status = gs_adopt(fd, errand->out);
	if (errand->status != GS_OK && fd >= 0)
		close(fd);
	if (file >= 0)
		close(file);
	return NULL;
}

int open_reusing_port(
	struct trial *t, const struct peer *peer, const union gs_addr *addresses, size_t count, struct gs_socket **out)
{
	struct errand errand = { .namespace = net_namespace(t->net, peer->endpoint),
		.type = peer->one_to_one ? SOCK_STREAM : SOCK_SEQPACKET,
		.addresses = addresses,
		.count = count,
		.out = out };
	pthread_t thread;

	if (pthread_create(&thread, NULL, open_in_thread, &errand) != 0)
		trial_error(t, "%s: a thread that opens a socket", peer->name);
	pthread_join(thread, NULL);
	return errand.status;
}
