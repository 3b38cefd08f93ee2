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

int bindx(const struct peer *peer, const union gs_addr *address, bool add)
{
	return setsockopt(gs_fd(peer->socket), IPPROTO_SCTP, add ? SCTP_SOCKOPT_BINDX_ADD : SCTP_SOCKOPT_BINDX_REM,
		       address, address_length(address)) < 0
		? -errno
		: GS_OK;
}

int bind_again(const struct peer *peer, const union gs_addr *address)
{
	return bind(gs_fd(peer->socket), &address->sa, address_length(address)) < 0 ? -errno : GS_OK;
}

/* ------------------------------------------------------------------ receiving */

static void take_sndrcv(const void *data, struct piece *out)
{
	struct sctp_sndrcvinfo info;

	memcpy(&info, data, sizeof(info));
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

static void take_rcvinfo(const void *data, struct piece *out)
{
	struct sctp_rcvinfo info;

	memcpy(&info, data, sizeof(info));
	out->has_rcv = true;
	out->rcv = (struct told_of_this){
		.stream = info.rcv_sid,
		.ssn = info.rcv_ssn,
		.flags = info.rcv_flags,
		.ppid = ntohl(info.rcv_ppid),
		.context = info.rcv_context,
		.assoc_id = (uint32_t)info.rcv_assoc_id,
	};
}

static void take_nxtinfo(const void *data, struct piece *out)
{
	struct sctp_nxtinfo info;

	memcpy(&info, data, sizeof(info));
	out->has_nxt = true;
	out->nxt = (struct told_of_next){
		.stream = info.nxt_sid,
		.flags = info.nxt_flags,
		.ppid = ntohl(info.nxt_ppid),
		.length = info.nxt_length,
		.assoc_id = (uint32_t)info.nxt_assoc_id,
	};
}

static void take_info(struct msghdr *message, struct piece *out)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		if (at->cmsg_level != IPPROTO_SCTP)
			continue;
		if (at->cmsg_type == SCTP_SNDRCV && at->cmsg_len >= CMSG_LEN(sizeof(struct sctp_sndrcvinfo)))
			take_sndrcv(CMSG_DATA(at), out);
		if (at->cmsg_type == SCTP_RCVINFO && at->cmsg_len >= CMSG_LEN(sizeof(struct sctp_rcvinfo)))
			take_rcvinfo(CMSG_DATA(at), out);
		if (at->cmsg_type == SCTP_NXTINFO && at->cmsg_len >= CMSG_LEN(sizeof(struct sctp_nxtinfo)))
			take_nxtinfo(CMSG_DATA(at), out);
	}
}

int receive_piece(const struct peer *peer, void *octets, size_t room, int flags, size_t control_room, struct piece *out)
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
		.msg_controllen = control_room != 0 ? control_room : sizeof(control) };
	const ssize_t length = recvmsg(gs_fd(peer->socket), &message, MSG_DONTWAIT | flags);

	if (length < 0)
		return -errno;
	*out = (struct piece){ .from = out->from,
		.length = (size_t)length,
		.end_of_record = (message.msg_flags & MSG_EOR) != 0,
		.cut = (message.msg_flags & MSG_CTRUNC) != 0,
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
	enum raw_open how;
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

static int ask_for_events(int fd)
{
	/* up to pdapi_event */
	const struct sctp_event_subscribe events = { 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0 };

	return setsockopt(fd, IPPROTO_SCTP, SCTP_EVENTS, &events, sizeof(events)) < 0 ? -errno : GS_OK;
}

static int bind_raw(int fd, const struct errand *errand)
{
	const int on = errand->how == OPEN_REUSING_PORT;

	if ((on && setsockopt(fd, IPPROTO_SCTP, SCTP_REUSE_PORT, &on, sizeof(on)) < 0) ||
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
		errand->status = errand->how == OPEN_UNASKED ? GS_OK : ask_for_events(fd);
	if (errand->status == GS_OK && errand->how != OPEN_UNBOUND)
		errand->status = bind_raw(fd, errand);
	if (errand->status == GS_OK)
		errand->status = gs_adopt(fd, errand->out);
	if (errand->status != GS_OK && fd >= 0)
		close(fd);
	if (file >= 0)
		close(file);
	return NULL;
}

int open_raw(struct trial *t, const struct peer *peer, enum raw_open how, const union gs_addr *addresses, size_t count,
	struct gs_socket **out)
{
	struct errand errand = { .namespace = net_namespace(t->net, peer->endpoint),
		.type = peer->one_to_one ? SOCK_STREAM : SOCK_SEQPACKET,
		.addresses = addresses,
		.count = count,
		.how = how,
		.out = out };
	pthread_t thread;

	if (pthread_create(&thread, NULL, open_in_thread, &errand) != 0)
		trial_error(t, "%s: a thread that opens a socket", peer->name);
	pthread_join(thread, NULL);
	return errand.status;
}
