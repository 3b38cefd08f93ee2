/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notifications.h - the kinds of events beyond comings, goings and paths, as items; which kinds a socket asks for; and
 * which association an event is about. Part of case.h.
 *
 * Each event must name an association that its socket has, and come from the peer that this association is with. That
 * is looked at for all events and messages of all cases, whatever they expect; so is that a message comes back from the
 * association that it was sent on.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_NOTIFICATIONS_H
#define SCTPSPEC_RUNNER_ENGINE_NOTIFICATIONS_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* ERROR chunks that the peer has sent, by their cause. */
struct item remote_error(const struct peer *peer, int cause);
/* All that was sent has been acknowledged. */
struct item sender_dry(const struct peer *peer);
/* What the peer's adaptation layer is; ANY. */
struct item adaptation(const struct peer *peer, int64_t indication);
/* A message of that stream (or ANY) that was delivered in part will not be completed. */
struct item partial_delivery_aborted(const struct peer *peer, int stream);
/* RFC 6525: flags of enum reset_flag. `streams`: bit i is stream i; 0: all of them; ANY. */
struct item stream_reset(const struct peer *peer, int flags, int64_t streams);
struct item assoc_reset(const struct peer *peer, int flags);
/* How many streams there are then; ANY. */
struct item stream_change(const struct peer *peer, int flags, int inbound, int outbound);
/* What has become of a key (of enum key_use), and of which one; ANY. */
struct item authentication(const struct peer *peer, int use, int key);
/* send_failed as RFC 6458 has it in place of the one that it deprecates; both come where both are asked for. */
struct item send_failed_event(const struct peer *peer, const struct flow *flow, unsigned message, int flag);
/* A call that receives fails with this errno. */
struct item socket_error(const struct peer *peer, int error);

/* The numbers of streams that comm_up or restart tells. */
struct item with_streams(int inbound, int outbound, struct item item);
/* What the peer's user said as it aborted. */
struct item with_reason(const char *reason, struct item item);
/* Of the association with that socket: for sockets that have several. */
struct item of_association_with(const struct peer *other, struct item item);

/* The kinds that a socket may ask for (RFC 6458 section 6.2). At first it has all of them up to ADAPTATION, but that
 * one. */
enum event_type {
	DATA_IO_EVENT, /* the stream, ppid and so on of each message */
	ASSOC_CHANGE,
	PEER_ADDR_CHANGE,
	SEND_FAILED,
	REMOTE_ERROR,
	SHUTDOWN_EVENT,
	PARTIAL_DELIVERY_EVENT,
	ADAPTATION_INDICATION,
	AUTHENTICATION_EVENT,
	SENDER_DRY_EVENT,
	STREAM_RESET_EVENT,
	ASSOC_RESET_EVENT,
	STREAM_CHANGE_EVENT,
	SEND_FAILED_EVENT,
	EVENT_TYPES
};

/* Events of that kind are told, or are not, for all associations of the socket that there are and will be. */
void subscribe(struct trial *t, struct peer *peer, enum event_type type);
void unsubscribe(struct trial *t, struct peer *peer, enum event_type type);
/* The same for the association with that socket only. */
void subscribe_of(struct trial *t, struct peer *peer, const struct peer *other, enum event_type type);
void unsubscribe_of(struct trial *t, struct peer *peer, const struct peer *other, enum event_type type);
/* Whether the socket (what its future associations begin with) or its association says that it is. */
void expect_subscribed(struct trial *t, struct peer *peer, enum event_type type, bool subscribed);
void expect_subscribed_of(
	struct trial *t, struct peer *peer, const struct peer *other, enum event_type type, bool subscribed);

#endif
