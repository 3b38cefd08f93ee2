/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading.h - a reader that stops, goes on, reads in pieces, or looks at what recvmsg(2) says of a message. Part of
 * case.h.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_READING_H
#define SCTPSPEC_RUNNER_ENGINE_READING_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* From here on nothing is read from the socket: messages and events wait in the kernel, and come to be seen when the
 * reader goes on. */
void stop_reading(struct trial *t, struct peer *peer);
void go_on_reading(struct trial *t, struct peer *peer);

/* The next thing on a socket whose reader has stopped is this message, soon: recvmsg(2) with room for so many octets
 * gives it piece by piece, and MSG_EOR with the last one only. */
void expect_in_pieces(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, size_t octets);

/*
 * Partial delivery (RFC 6458 section 8.1.20): messages that are read in part, and what comes between their parts, which
 * the order of the verbs says. The next thing on a socket whose reader has stopped is, soon:
 */
/* at least so many octets of this message, from its beginning or from where the last part ended, without MSG_EOR; gives
 * how many octets of it have been read by now. Of each flow one message is read in part at a time. */
size_t expect_part(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, size_t octets);
/* All that has not been read of it, with MSG_EOR at its end and nothing in between. */
void expect_rest(struct trial *t, struct peer *peer, struct flow *flow, unsigned message);
/* Each part of it has told the ppid of the message and the same number in the stream. */
void expect_parts_alike(struct trial *t, const struct flow *flow);
/* An event, whatever it is, which recvmsg(2) with room for so few octets gives piece by piece: MSG_NOTIFICATION with
 * each, MSG_EOR with the last one only, and as many octets in all as it says itself. It is not seen otherwise. */
void expect_event_in_pieces(struct trial *t, struct peer *peer, size_t octets);
/* There is nothing to read now. */
void expect_nothing_to_read(struct trial *t, struct peer *peer);

/* What recvmsg(2) says of a message, as sctp_recvv() passes it on: SCTP_RCVINFO and SCTP_NXTINFO, where they are on. */
struct told_of_message {
	bool rcv; /* SCTP_RCVINFO is there, with stream, ppid, flag and association of the message; if not, it is not */
	int ssn;  /* and this number in its stream; ANY */
	uint32_t context; /* and SCTP_CONTEXT's value */
	bool nxt;         /* SCTP_NXTINFO is there and says of what comes next: if not, it is not */
	/* that it is the message `next_message` of this flow, whole; or, without a flow, that it is an event */
	const struct flow *next;
	unsigned next_message;
	bool complete; /* and that all of it is there (SCTP_COMPLETE); if not, nothing is said of that */
	bool cut;      /* there is room for half a control message, which is cut off (MSG_CTRUNC) */
	bool peek;     /* MSG_PEEK: the message stays where it is */
};
/* The next thing on a socket whose reader has stopped is this message, whole, soon, and that is said of it. */
void expect_received(
	struct trial *t, struct peer *peer, struct flow *flow, unsigned message, const struct told_of_message *told);

#endif
