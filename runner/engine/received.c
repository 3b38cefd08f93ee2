/* SPDX-License-Identifier: Apache-2.0 */
/* received.c - what recvmsg(2) says of a message beside its octets (RFC 6458 sections 5.3.5, 5.3.6): see reading.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <linux/sctp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static uint16_t flags_of(const struct flow *flow)
{
	return flow->traffic.unordered ? SCTP_UNORDERED : 0;
}

static const char *rcv_fault(const struct peer *peer, const struct flow *flow, unsigned message,
	const struct told_of_message *wanted, const struct piece *piece)
{
	const struct told_of_this *rcv = &piece->rcv;

	if (piece->has_rcv != wanted->rcv)
		return wanted->rcv ? "SCTP_RCVINFO is not there" : "SCTP_RCVINFO is there";
	if (!wanted->rcv)
		return NULL;
	if (rcv->stream != flow_stream(flow, message) || rcv->ppid != flow->traffic.ppid + message)
		return "SCTP_RCVINFO has another stream or ppid";
	if (rcv->flags != flags_of(flow))
		return "SCTP_RCVINFO has other flags";
	if (wanted->ssn != ANY && rcv->ssn != wanted->ssn)
		return "SCTP_RCVINFO has another number in the stream";
	if (rcv->context != wanted->context)
		return "SCTP_RCVINFO has another context";
	if (!association_may_be_with(peer, rcv->assoc_id, flow->from))
		return "SCTP_RCVINFO has another association";
	return NULL;
}

static const char *next_message_fault(
	const struct peer *peer, const struct told_of_message *wanted, const struct piece *piece)
{
	const struct flow *flow = wanted->next;
	const struct told_of_next *nxt = &piece->nxt;

	if ((nxt->flags & SCTP_NOTIFICATION) != 0)
		return "SCTP_NXTINFO tells of an event";
	if (nxt->stream != flow_stream(flow, wanted->next_message) ||
		nxt->ppid != flow->traffic.ppid + wanted->next_message)
		return "SCTP_NXTINFO has another stream or ppid";
	if ((nxt->flags & SCTP_UNORDERED) != flags_of(flow))
		return "SCTP_NXTINFO has another flag of order";
	if (nxt->length != flow->traffic.size)
		return "SCTP_NXTINFO has another length";
	if (!association_may_be_with(peer, nxt->assoc_id, flow->from))
		return "SCTP_NXTINFO has another association";
	/* Linux has no name for SCTP_COMPLETE: any further flag would be it */
	if (wanted->complete && (nxt->flags & ~(SCTP_UNORDERED | SCTP_NOTIFICATION)) == 0)
		return "SCTP_NXTINFO does not say that all of it is there";
	return NULL;
}

static const char *nxt_fault(const struct peer *peer, const struct told_of_message *wanted, const struct piece *piece)
{
	if (piece->has_nxt != wanted->nxt)
		return wanted->nxt ? "SCTP_NXTINFO is not there" : "SCTP_NXTINFO is there";
	if (!wanted->nxt)
		return NULL;
	if (wanted->next != NULL)
		return next_message_fault(peer, wanted, piece);
	return (piece->nxt.flags & SCTP_NOTIFICATION) != 0 ? NULL : "SCTP_NXTINFO does not tell of an event";
}

/* What is wrong with this message and what is said of it; NULL: nothing. */
static const char *fault_of(const struct peer *peer, const struct flow *flow, unsigned message,
	const struct told_of_message *wanted, const struct piece *piece)
{
	const char *fault;

	if (piece->is_notification)
		return "an event comes instead";
	if (!piece->end_of_record || piece->length != flow->traffic.size)
		return "it does not come whole";
	if (piece->cut != wanted->cut)
		return piece->cut ? "MSG_CTRUNC is set" : "MSG_CTRUNC is not set";
	fault = rcv_fault(peer, flow, message, wanted, piece);
	return fault ?: nxt_fault(peer, wanted, piece);
}

static void describe(const struct trial *t, const struct peer *peer, unsigned message,
	const struct told_of_message *wanted, char *text, size_t size)
{
	const char *next = wanted->next == NULL ? "an event" : t->peers[wanted->next->from->index].name;

	snprintf(text, size, "%s: message %u %swith%s SCTP_RCVINFO, with%s SCTP_NXTINFO%s%s%s", peer->name, message,
		wanted->peek ? "is seen " : "", wanted->rcv ? "" : "out", wanted->nxt ? "" : "out",
		wanted->nxt ? " of " : "", wanted->nxt ? (wanted->next != NULL ? "what comes from the " : "") : "",
		wanted->nxt ? next : "");
}

static void fail_received(struct trial *t, const char *expected, const char *got)
{
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, "something else is said of a message that is received", expected, got);
}

static void receive(struct trial *t, struct peer *peer, struct flow *flow, unsigned message,
	const struct told_of_message *wanted, const char *expected)
{
	const size_t room = flow->traffic.size + 1, half = sizeof(struct cmsghdr) / 2;
	unsigned char *octets = malloc(room);
	struct piece piece = { 0 };

	if (octets == NULL)
		trial_error(t, "out of memory");
	const int status =
		receive_piece(peer, octets, room, wanted->peek ? MSG_PEEK : 0, wanted->cut ? half : 0, &piece);
	const char *fault = status != GS_OK ? gs_status_name(status) : fault_of(peer, flow, message, wanted, &piece);
	if (fault != NULL)
		fail_received(t, expected, fault);
	trial_check(t, expected, NULL, true, NULL);
	if (!wanted->peek)
		flow_arrived(t, peer,
			&(struct gs_data){ .bytes = octets,
				.length = piece.length,
				.has_info = piece.has_info,
				.info = piece.info },
			&piece.from);
	free(octets);
	if (!wanted->peek && flow->messages[message].received < 0)
		fail_received(t, expected, "it is another message");
}

void expect_received(
	struct trial *t, struct peer *peer, struct flow *flow, unsigned message, const struct told_of_message *told)
{
	char expected[STORY_TEXT_MAX];

	describe(t, peer, message, told, expected, sizeof(expected));
	flow->judged = true;
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	if (!peer->stopped)
		trial_error(t, "the %s reads all that comes", peer->name);
	if (!pump_until(t, peer, POLLIN, shortly_after(now(t)).to))
		fail_received(t, expected, "nothing comes");
	receive(t, peer, flow, message, told, expected);
}
