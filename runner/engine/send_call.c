/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_call.c - sendmsg(2) with each kind of control message that RFC 6458 section 5.3 has: what sctp_sendv() and
 * implicit setup are made of. See kernel_call.h.
 */
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <linux/sctp.h>
#include <stdalign.h>
#include <string.h>

static const uint16_t policies[] = {
	[PR_NONE] = SCTP_PR_SCTP_NONE,
	[PR_TTL] = SCTP_PR_SCTP_TTL,
	[PR_RTX] = SCTP_PR_SCTP_RTX,
	[PR_PRIO] = SCTP_PR_SCTP_PRIO,
};

enum {
	/* one of each, two of SCTP_SNDINFO, and the addresses of all paths */
	CONTROL_ROOM = CMSG_SPACE(sizeof(struct sctp_sndrcvinfo)) + 2 * CMSG_SPACE(sizeof(struct sctp_sndinfo)) +
		CMSG_SPACE(sizeof(struct sctp_prinfo)) + CMSG_SPACE(sizeof(struct sctp_authinfo)) +
		CMSG_SPACE(sizeof(struct sctp_initmsg)) + NET_PATHS_MAX * CMSG_SPACE(sizeof(struct in6_addr)),
};

struct send_call {
	const struct peer *from;
	struct msghdr message;
	alignas(struct cmsghdr) char control[CONTROL_ROOM];
	struct iovec part;
	union gs_addr to;
};

static void add_control(struct send_call *call, int type, const void *value, size_t size)
{
	struct msghdr *message = &call->message;
	struct cmsghdr *at = (struct cmsghdr *)(void *)(call->control + message->msg_controllen);

	at->cmsg_level = IPPROTO_SCTP;
	at->cmsg_type = type;
	at->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(at), value, size);
	message->msg_controllen += CMSG_SPACE(size);
}

static void begin(struct send_call *call, const struct peer *from, const void *octets, size_t size)
{
	*call = (struct send_call){ .from = from, .part = { (void *)(uintptr_t)octets, size } };
	call->message = (struct msghdr){ .msg_iov = &call->part, .msg_iovlen = 1 };
}

static void send_to(struct send_call *call, const union gs_addr *to)
{
	call->to = *to;
	call->message.msg_name = &call->to;
	call->message.msg_namelen = address_length(to);
}

static int finish(struct send_call *call)
{
	if (call->message.msg_controllen > 0)
		call->message.msg_control = call->control;
	return sendmsg(gs_fd(call->from->socket), &call->message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : GS_OK;
}

/* ------------------------------------------------------------------ what a message is sent with */

/* The same bits in SCTP_SNDRCV and SCTP_SNDINFO. */
static uint16_t flags_of(const struct traffic *traffic)
{
	return (uint16_t)((traffic->unordered ? SCTP_UNORDERED : 0) |
		(traffic->sack_immediately ? SCTP_SACK_IMMEDIATELY : 0) | (traffic->over != 0 ? SCTP_ADDR_OVER : 0) |
		(traffic->to_all ? SCTP_SENDALL : 0));
}

/* Without a word of the case: SCTP_SNDINFO, and what it has no members for. */
static unsigned infos_of(const struct traffic *traffic)
{
	if (traffic->infos != 0)
		return traffic->infos;
	return WITH_SNDINFO | (traffic->policy != PR_NONE ? WITH_PRINFO : 0) | (traffic->key != 0 ? WITH_AUTHINFO : 0);
}

static void add_info(
	struct send_call *call, unsigned info, const struct sctp_sndinfo *snd, const struct traffic *traffic)
{
	const struct sctp_sndrcvinfo old = {
		.sinfo_stream = snd->snd_sid,
		.sinfo_flags = snd->snd_flags,
		.sinfo_ppid = snd->snd_ppid,
		.sinfo_context = snd->snd_context,
		.sinfo_timetolive = traffic->timetolive_ms,
		.sinfo_assoc_id = snd->snd_assoc_id,
	};
	const struct sctp_prinfo policy = { .pr_policy = policies[traffic->policy], .pr_value = traffic->policy_value };
	const struct sctp_authinfo key = { .auth_keynumber = (uint16_t)(traffic->key - 1) };

	if (info == WITH_SNDRCV)
		add_control(call, SCTP_SNDRCV, &old, sizeof(old));
	if (info == WITH_SNDINFO)
		add_control(call, SCTP_SNDINFO, snd, sizeof(*snd));
	if (info == WITH_PRINFO)
		add_control(call, SCTP_PRINFO, &policy, sizeof(policy));
	if (info == WITH_AUTHINFO)
		add_control(call, SCTP_AUTHINFO, &key, sizeof(key));
}

static void add_infos(struct send_call *call, const struct sctp_sndinfo *snd, const struct traffic *traffic)
{
	static const unsigned order[] = { WITH_SNDRCV, WITH_SNDINFO, WITH_PRINFO, WITH_AUTHINFO };
	enum { KINDS = sizeof(order) / sizeof(order[0]) };
	const unsigned infos = infos_of(traffic);

	for (size_t i = 0; i < KINDS; i++) {
		const unsigned info = order[(infos & LAST_FIRST) != 0 ? KINDS - 1 - i : i];

		if ((infos & info) != 0)
			add_info(call, info, snd, traffic);
	}
}

/* ------------------------------------------------------------------ implicit setup */

static unsigned first_path(const struct trial *t, const struct peer *of)
{
	enum endpoint endpoint;
	const int path = topology_locate(t->test_case->topology, (const struct sockaddr *)&of->addresses[0], &endpoint);

	return path < 0 ? 0 : (unsigned)path;
}

static void add_address_control(struct send_call *call, const union gs_addr *address)
{
	if (address->sa.sa_family == AF_INET)
		add_control(call, SCTP_DSTADDRV4, &address->v4.sin_addr, sizeof(address->v4.sin_addr));
	else
		add_control(call, SCTP_DSTADDRV6, &address->v6.sin6_addr, sizeof(address->v6.sin6_addr));
}

/* What only the message that makes the association has. */
static void add_setup(struct send_call *call, const struct peer *to, const struct setup_by_message *setup)
{
	const struct sctp_initmsg init = {
		.sinit_num_ostreams = setup->streams,
		.sinit_max_instreams = setup->max_instreams,
		.sinit_max_attempts = setup->max_attempts,
		.sinit_max_init_timeo = setup->max_init_timeo_ms,
	};

	if (setup->with_init)
		add_control(call, SCTP_INIT, &init, sizeof(init));
	for (unsigned path = 0; path < NET_PATHS_MAX; path++)
		if ((setup->further_paths & (1U << path)) != 0) {
			const union gs_addr address = address_on(call->from->trial, call->from, to, path);

			add_address_control(call, &address);
		}
}

/* The address that a message names, if it names one. */
static void name_address(struct send_call *call, const struct peer *to, const struct traffic *traffic)
{
	const struct peer *from = call->from;
	const bool has_id = (infos_of(traffic) & (WITH_SNDRCV | WITH_SNDINFO)) != 0 && !traffic->by_default;
	union gs_addr address;

	if (traffic->over != 0)
		address = address_on(from->trial, from, to, (unsigned)traffic->over - 1);
	else if (traffic->setup.implicit)
		address = address_on(from->trial, from, to, traffic->setup.path);
	else if (!has_id && !from->one_to_one && !from->branched_off)
		/* on a one-to-many socket the first address of the peer's says which association */
		address = address_on(from->trial, from, to, first_path(from->trial, to));
	else
		return;
	send_to(call, &address);
}

/* ------------------------------------------------------------------ calls */

/* What gen_sctp can say: it goes by the library. */
static bool is_plain(const struct traffic *traffic)
{
	return !traffic->sack_immediately && traffic->over == 0 && traffic->policy == PR_NONE && traffic->infos == 0 &&
		traffic->key == 0 && !traffic->to_all && !traffic->setup.implicit;
}

int send_with(const struct peer *from, const struct peer *to, uint32_t assoc_id, const struct traffic *traffic,
	uint16_t stream, uint32_t ppid, uint32_t context, const void *octets, size_t size)
{
	const struct sctp_sndinfo info = {
		.snd_sid = stream,
		.snd_flags = flags_of(traffic),
		.snd_ppid = htonl(ppid),
		.snd_context = context,
		.snd_assoc_id = (sctp_assoc_t)(traffic->to_all ? 0 : assoc_id),
	};
	struct send_call call;

	if (is_plain(traffic) && !traffic->by_default)
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
	begin(&call, from, octets, size);
	if (!traffic->to_all)
		name_address(&call, to, traffic);
	if (!traffic->by_default)
		add_infos(&call, &info, traffic);
	if (traffic->setup.implicit && context <= 1)
		add_setup(&call, to, &traffic->setup);
	return finish(&call);
}

int send_end(
	const struct peer *peer, const union gs_addr *to, uint32_t assoc_id, enum end_flag flag, const char *reason)
{
	const struct sctp_sndinfo info = { .snd_flags = flag == END_BY_ABORT ? SCTP_ABORT : SCTP_EOF,
		.snd_assoc_id = (sctp_assoc_t)assoc_id };
	struct send_call call;

	begin(&call, peer, reason, strlen(reason));
	if (to != NULL)
		send_to(&call, to);
	add_control(&call, SCTP_SNDINFO, &info, sizeof(info));
	return finish(&call);
}

/* ------------------------------------------------------------------ words */

static void describe_infos(unsigned infos, FILE *out)
{
	static const struct {
		unsigned info;
		const char *name;
	} names[] = { { WITH_SNDRCV, "SCTP_SNDRCV" }, { WITH_SNDINFO, "SCTP_SNDINFO" }, { WITH_PRINFO, "SCTP_PRINFO" },
		{ WITH_AUTHINFO, "SCTP_AUTHINFO" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((infos & names[i].info) != 0)
			fprintf(out, ", with %s", names[i].name);
	if ((infos & LAST_FIRST) != 0)
		fputs(", the last one first", out);
}

void sending_describe(const struct traffic *traffic, char *text, size_t size)
{
	static const char *const names[] = { [PR_TTL] = "TTL", [PR_RTX] = "RTX", [PR_PRIO] = "PRIO" };
	FILE *out = fmemopen(text, size, "w");

	text[0] = '\0';
	if (out == NULL)
		return;
	if (traffic->unordered)
		fputs(", unordered", out);
	if (traffic->sack_immediately)
		fputs(", to be acknowledged at once", out);
	if (traffic->by_default)
		fputs(", by the socket's defaults", out);
	if (traffic->over != 0)
		fprintf(out, ", over path %d", traffic->over - 1);
	if (traffic->policy != PR_NONE)
		fprintf(out, ", policy %s %u", names[traffic->policy], traffic->policy_value);
	if (traffic->key != 0)
		fprintf(out, ", by key %d", traffic->key - 1);
	if (traffic->setup.implicit)
		fprintf(out, ", to the address on path %u", traffic->setup.path);
	if (traffic->setup.with_init)
		fputs(", with SCTP_INIT", out);
	describe_infos(traffic->infos, out);
	fclose(out);
}
