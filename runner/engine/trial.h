/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - one run of a case, as the engine's own files see it.
 *
 * A trial owns its sockets (peers) and flows. Everything happens in one thread: pump() is the only place
 * where time passes; it takes what the sockets have and sends what the flows are due to send.
 * In a rehearsal (`rehearsal` is set) there is no network and no socket: every verb prints itself and time
 * jumps to the end of each window.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TRIAL_H
#define SCTPSPEC_RUNNER_ENGINE_TRIAL_H

#include <setjmp.h>

#include "gen_sctp.h"
#include "runner/engine/captures.h"
#include "runner/engine/evidence.h"
#include "runner/engine/tamper.h"

#define PEERS_MAX 8
#define NEVERS_MAX 16
#define ADDRESSES_MAX (2 * NET_PATHS_MAX)

struct peer {
	struct trial *trial;
	unsigned index;
	char name[16];
	enum endpoint endpoint;
	struct gs_socket *socket; /* NULL once closed, and in a rehearsal */
	uint16_t port;
	uint32_t assoc_id;              /* the newest association seen coming up; 0: none */
	uint32_t assoc_with[PEERS_MAX]; /* by which data came from that peer; 0: none came yet */
	size_t address_count;
	struct sockaddr_storage addresses[ADDRESSES_MAX];
};

struct message {
	vtime sent;     /* -1: not yet */
	vtime received; /* -1: not yet */
};

struct flow {
	struct trial *trial;
	unsigned index;
	struct peer *from, *to;
	struct traffic traffic;
	vtime started;
	unsigned next;            /* the next message to send */
	uint32_t assoc_id;        /* of `from`, when it began */
	unsigned *last_in_stream; /* number + 1 of the last message received of each stream */
	struct message *messages;
	bool judged; /* the body has said what must become of it */
	bool undelivered;
};

/* What a namespace counts (numbers.h). */
enum counter {
	COUNTER_ESTABLISHED,
	COUNTER_ACTIVE,
	COUNTER_PASSIVE,
	COUNTER_PACKETS_OUT,
	COUNTER_PACKETS_IN,
	COUNTER_T3,
	COUNTERS
};

struct namespace_counters {
	int file;                /* 0: none is open */
	int64_t first[COUNTERS]; /* as the body began */
};

struct trial {
	const struct test_case *test_case;
	struct settings in_force;
	struct evidence *evidence;
	struct box *box;
	struct net *net;
	struct namespace_counters counters[ENDPOINT_B + 1];
	struct tamper tamper;
	unsigned observed; /* observations before tampering */
	FILE *rehearsal;
	vtime rehearsed; /* the rehearsal's clock */
	jmp_buf escape;  /* where a rehearsal that fails goes */
	vtime fault_at;  /* the last fault or mending; windows are printed relative to it */
	vtime acted_at;  /* the body's last action at a socket */
	vtime started;   /* CLOCK_MONOTONIC at the start */
	unsigned peer_count, flow_count, never_count;
	unsigned messages_logged, sends_logged;
	unsigned turns; /* of pump() */
	struct peer peers[PEERS_MAX];
	struct flow flows[FLOWS_MAX];
	struct item nevers[NEVERS_MAX];
};

/* trial.c */
/* Runs the body in this process, to its end or to the first thing that is wrong. */
void trial_run_body(struct trial *t);
void trial_free(struct trial *t); /* what the trial owns; not its net, evidence or box */
/* Wrong: ends the body. `reason` is one line; expected and got may be NULL. */
void trial_fail(struct trial *t, enum verdict verdict, const char *reason, const char *expected, const char *got)
	__attribute__((noreturn));
/* The harness could not do something (verdict `error`). */
void trial_error(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* The body did something: into the story, the log and the rehearsal. */
void trial_action(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A stream that writes into `text`; to be closed. */
FILE *trial_text(struct trial *t, char *text, size_t size);
/* "client: addr_unreachable of path 0 (IPv4) at 5.012345 s" */
void trial_print_observation(const struct trial *t, const struct observation *observation, FILE *out);
void trial_describe(struct trial *t, const struct observation *observation, char *text, size_t size);
/* One that holds: what was expected came at that instant. */
void trial_check_met(struct trial *t, const char *expected, const struct window *window, vtime at);
/* One that holds: these messages of the flow came with such delays. */
void trial_check_delays(struct trial *t, const char *expected, const struct flow *flow, unsigned first, unsigned last,
	const struct window *delay);
void trial_check(struct trial *t, const char *expected, const struct window *window, bool ok, const char *got);

/* pump.c */
vtime trial_clock(const struct trial *t); /* without the rehearsal */
/* Lets time pass until something was observed or received, or until then. */
void pump(struct trial *t, vtime until);

/* observe.c */
/* Takes what a socket gave: an event becomes an observation, a message goes to its flow. */
void observe(struct trial *t, struct peer *peer, const struct gs_message *message);
void observe_error(struct trial *t, struct peer *peer, int status);

/* flow.c */
void flow_receive(struct trial *t, struct peer *peer, const struct gs_message *received);
vtime flows_due(const struct trial *t); /* when the next message is to be sent */
void flows_send_due(struct trial *t);
/* Finds the message that these octets are of; false: none of ours. */
bool flow_recognise(const struct trial *t, const void *data, size_t length, unsigned *flow, unsigned *message);
void flows_finish(struct trial *t); /* at the end of the body */
void flow_free(struct flow *flow);
/* Are these the octets of one of a case's messages? For captures, which may be cut short. */
bool payload_parse(const void *data, size_t length, unsigned *flow, unsigned *stream, unsigned *message);

/* wire_check.c */
/* Keeps a question until the captures are complete. */
void wire_ask(struct trial *t, const struct wire_check *check);
/* Judges the body's questions by the captures, after the body. */
void wire_judge(struct trial *t, const struct captures *captures, int64_t realtime_minus_start);

#endif
