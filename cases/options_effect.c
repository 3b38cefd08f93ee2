/* SPDX-License-Identifier: Apache-2.0 */
/* options_effect.c - what socket options do, in time and on the wire (RFC 6458 section 8.1). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

CASE(options, "rtoinfo-per-end",
	.title = "Each end's T3-rtx follows its own RTO, as SCTP_RTOINFO of its socket says it",
	.requirements = IDS(R_6458_8_1_1_01, /* initial, max and min RTO in ms */
		R_6458_8_1_1_02, R_9260_11_1_13_01),
	.topology = &topology_one_path, .at_b = { .rto_min = MS(300) })
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_min, 200), IS(srto_max, 800));
	expect_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_initial, 3000), IS(srto_min, 200), IS(srto_max, 800));
	expect_option(
		t, p.server, SCTP_RTOINFO, FUTURE, IS(srto_initial, 3000), IS(srto_min, 300), IS(srto_max, 60000));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_rto, 200));
	expect_option(t, p.server, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_rto, 300));
}

/* ------------------------------------------------------------------ RTO */

/* What is in force at the client, where only these differ. */
static struct settings with_rto(struct trial *t, unsigned min_ms, unsigned max_ms)
{
	struct settings mine = *in_force(t);

	mine.rto_min = MS(min_ms);
	mine.rto_max = MS(max_ms);
	return mine;
}

struct t3 {
	struct row row;
	unsigned min_ms, max_ms;
};

static const struct t3 t3s[] = {
	{ ROW("rtoinfo-t3-300", "T3-rtx is the RTO.Min of 300 ms that the socket was given"), .min_ms = 300,
		.max_ms = 60000 },
	{ ROW("rtoinfo-t3-2500", "T3-rtx is the RTO.Min of 2.5 s that the socket was given"), .min_ms = 2500,
		.max_ms = 60000 },
	{ ROW("rtoinfo-t3-max", "T3-rtx never exceeds the RTO.Max that the socket was given"), .min_ms = 500,
		.max_ms = 700 },
};

/* Two retransmissions: the first timer is RTO.Min, the second twice that, or RTO.Max. */
FAMILY(options, t3s, .requirements = IDS(R_6458_8_1_1_01, R_9260_6_3_3_02), .topology = &topology_one_path)
{
	const struct t3 *it = row;
	const struct settings mine = with_rto(t, it->min_ms, it->max_ms);
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_initial, it->min_ms), IS(srto_min, it->min_ms),
		IS(srto_max, it->max_ms));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(data, 0), first = timing_rto_after(&mine, doubled(0)),
		    second = timing_rto_after(&mine, doubled(1));
	expect_quiet(t, first + second / 2);
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, sent));
	mend(t, all_lost(0));
	expect_delivered(t, data, window_sum(timing_t3_rtx(&mine, doubled(0)), timing_t3_rtx(&mine, doubled(1))));
	expect_sent_exactly(t, 3, A, 0, DATA, since(t, sent));
}

/* ------------------------------------------------------------------ INIT */

struct attempts {
	struct row row;
	unsigned attempts, longest_ms;
};

static const struct attempts attempts[] = {
	{ ROW("initmsg-attempts-1", "With sinit_max_attempts 1 two INITs are sent"), .attempts = 1,
		.longest_ms = 4000 },
	{ ROW("initmsg-attempts-3", "With sinit_max_attempts 3 four INITs are sent"), .attempts = 3,
		.longest_ms = 4000 },
	{ ROW("initmsg-timeo", "The time between two INITs is sinit_max_init_timeo at the most"), .attempts = 3,
		.longest_ms = 1000 },
};

FAMILY(options, attempts, .requirements = IDS(R_6458_8_1_3_01, R_6458_5_3_1_03, R_9260_4_04),
	.topology = &topology_one_path, .settings = { QUICK_RTO })
{
	const struct attempts *it = row;
	struct settings mine = *in_force(t);
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));

	mine.max_init_retransmits = it->attempts;
	mine.rto_max = MS(it->longest_ms);
	set_option(t, p.client, SCTP_INITMSG, FUTURE, IS(sinit_max_attempts, it->attempts),
		IS(sinit_max_init_timeo, it->longest_ms));
	start_connect(t, p.client, p.server, 0);
	expect(t, within(after(lost, timing_init_given_up(&mine, 1)), cant_assoc(p.client, ANY)));
	expect_sent_exactly(t, 1 + it->attempts, A, 0, INIT, since(t, lost));
}

struct streams {
	struct row row;
	unsigned client_out, client_in, server_out, server_in, there, back;
};

static const struct streams streams[] = {
	{ ROW("initmsg-streams", "Each end has as many streams as it asked for, when its peer takes so many"),
		.client_out = 5, .client_in = 100, .server_out = 7, .server_in = 100, .there = 5, .back = 7 },
	{ ROW("initmsg-streams-limited-by-server", "A client has no more streams than the server takes"),
		.client_out = 50, .client_in = 100, .server_out = 7, .server_in = 3, .there = 3, .back = 7 },
	{ ROW("initmsg-streams-limited-by-client", "A server has no more streams than the client takes"),
		.client_out = 5, .client_in = 2, .server_out = 60, .server_in = 100, .there = 5, .back = 2 },
	{ ROW("initmsg-streams-65535", "An association has up to 65535 streams each way"), .client_out = 65535,
		.client_in = 65535, .server_out = 65535, .server_in = 65535, .there = 65535, .back = 65535 },
};

FAMILY(options, streams,
	.requirements = IDS(R_6458_8_1_3_01, R_6458_5_3_1_01, R_6458_5_3_1_02, R_6458_4_1_5_02, R_6458_8_2_1_03),
	.topology = &topology_one_path)
{
	const struct streams *it = row;
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_INITMSG, FUTURE, IS(sinit_num_ostreams, it->client_out),
		IS(sinit_max_instreams, it->client_in));
	set_option(t, p.server, SCTP_INITMSG, FUTURE, IS(sinit_num_ostreams, it->server_out),
		IS(sinit_max_instreams, it->server_in));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_option(
		t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_outstrms, it->there), IS(sstat_instrms, it->back));
	expect_option(
		t, p.server, SCTP_STATUS, ASSOCIATION, IS(sstat_outstrms, it->back), IS(sstat_instrms, it->there));
	/* For later associations only. */
	set_option(t, p.client, SCTP_INITMSG, FUTURE, IS(sinit_num_ostreams, 1), IS(sinit_max_instreams, 1));
	expect_option(
		t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_outstrms, it->there), IS(sstat_instrms, it->back));
}

/* ------------------------------------------------------------------ when data is sent, and in which pieces */

struct nodelay {
	struct row row;
	unsigned value;
	struct window delay;
};

static const struct nodelay nodelays[] = {
	{ ROW("nodelay-off", "Without SCTP_NODELAY a small message waits for the acknowledgement of the one before"),
		.value = 0, .delay = { 120000000, 200000000, 0 } },
	{ ROW("nodelay-on", "With SCTP_NODELAY a small message is sent at once, whatever is unacknowledged"),
		.value = 1, .delay = { 0, 20000000, 0 } },
};

/* The SACK for the second message is delayed by 200 ms; the third one comes 50 ms after it. */
FAMILY(options, nodelays, .requirements = IDS(R_6458_8_1_5_01), .topology = &topology_one_path)
{
	const struct nodelay *it = row;
	const struct pair p = settled_with(t, &(struct peer_options){ .nagle = true }, NULL);

	expect_option(t, p.client, SCTP_NODELAY, FUTURE, IS(value, 0));
	set_option(t, p.client, SCTP_NODELAY, FUTURE, IS(value, it->value));
	expect_option(t, p.client, SCTP_NODELAY, FUTURE, IS(value, it->value));
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, s(1));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .interval = ms(50) });
	expect_delivered_range(t, data, 0, 0, between(0, ms(20)));
	expect_delivered_range(t, data, 1, 1, it->delay);
}

struct pieces {
	struct row row;
	bool of_association; /* else of the socket, before it connects */
	unsigned maxseg, size, chunks;
};

static const struct pieces pieces[] = {
	{ ROW("maxseg-500", "With SCTP_MAXSEG 500 of the socket a message of 2000 octets is four chunks"),
		.maxseg = 500, .size = 2000, .chunks = 4 },
	{ ROW("maxseg-fits", "A message of exactly SCTP_MAXSEG is one chunk"), .maxseg = 500, .size = 500,
		.chunks = 1 },
	{ ROW("maxseg-one-more", "A message of an octet more than SCTP_MAXSEG is two chunks"), .maxseg = 500,
		.size = 501, .chunks = 2 },
	{ ROW("maxseg-of-association", "SCTP_MAXSEG of an association cuts what it sends from then on"),
		.of_association = true, .maxseg = 700, .size = 2000, .chunks = 3 },
	{ ROW("maxseg-none", "With SCTP_MAXSEG 0 the path MTU alone cuts a message"), .maxseg = 0, .size = 2000,
		.chunks = 2 },
};

FAMILY(options, pieces, .requirements = IDS(R_6458_8_1_16_01), .topology = &topology_one_path)
{
	const struct pieces *it = row;
	const struct pair p = strangers(t);

	if (!it->of_association)
		set_option(t, p.client, SCTP_MAXSEG, FUTURE, IS(assoc_value, it->maxseg));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	if (it->of_association)
		set_option(t, p.client, SCTP_MAXSEG, ASSOCIATION, IS(assoc_value, it->maxseg));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .size = it->size });
	expect_delivered(t, data, promptly());
	expect_sent_exactly(t, it->chunks, A, 0, DATA, since(t, flow_sent_at(data, 0)));
}

CASE(options, "maxseg-association-unlimited", .title = "SCTP_MAXSEG of an association that nobody has limited is 0",
	.requirements = IDS(R_6458_8_1_16_01), .topology = &topology_one_path)
{
	const struct pair p = associated(t);

	expect_option(t, p.client, SCTP_MAXSEG, ASSOCIATION, IS(assoc_value, 0));
}

CASE(options, "fragmentation-point",
	.title = "A message as long as sstat_fragmentation_point is one chunk, and one of an octet more is two",
	.requirements = IDS(R_6458_8_2_1_04), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const int64_t point = ask_option(t, p.client, SCTP_STATUS, ASSOCIATION, "sstat_fragmentation_point");
	const size_t most = point > 100 ? (size_t)point : 100; /* in a rehearsal there is none */
	struct flow *whole = send_messages(t, p.client, p.server, &(struct traffic){ .size = most });

	expect_delivered(t, whole, promptly());
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, flow_sent_at(whole, 0)));
	struct flow *cut = send_messages(t, p.client, p.server, &(struct traffic){ .size = most + 1 });
	expect_delivered(t, cut, promptly());
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, flow_sent_at(cut, 0)));
}

/* ------------------------------------------------------------------ SACKs */

struct delay {
	struct row row;
	enum { OF_SOCKET, OF_ONE, OF_ITS_PATHS } of; /* the server's socket, association, paths */
	unsigned delay_ms;
};

static const struct delay delays[] = {
	{ ROW("delayed-sack-400", "A single packet is acknowledged after the delay that the socket was given"),
		.of = OF_SOCKET, .delay_ms = 400 },
	{ ROW("delayed-sack-50", "A single packet is acknowledged after the delay that the association was given"),
		.of = OF_ONE, .delay_ms = 50 },
	{ ROW("peer-addr-params-sack-300", "A single packet is acknowledged after the delay that the paths were given"),
		.of = OF_ITS_PATHS, .delay_ms = 300 },
};

FAMILY(options, delays, .requirements = IDS(R_6458_8_1_19_01), .topology = &topology_one_path)
{
	const struct delay *it = row;
	const struct pair p = strangers(t);

	if (it->of == OF_SOCKET)
		set_option(t, p.server, SCTP_DELAYED_SACK, FUTURE, IS(sack_delay, it->delay_ms));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
	if (it->of == OF_ONE)
		set_option(t, p.server, SCTP_DELAYED_SACK, ASSOCIATION, IS(sack_delay, it->delay_ms));
	if (it->of == OF_ITS_PATHS)
		set_option(t, p.server, SCTP_PEER_ADDR_PARAMS, ASSOCIATION, IS(spp_sackdelay, it->delay_ms),
			IS(spp_flags, SPP_SACKDELAY_ENABLE));
	expect_delivered(t, say(t, p.client, p.server), promptly()); /* acknowledged at once, if it is the first */
	expect_quiet(t, s(1));
	struct flow *data = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(data, 0), due = sent + ms(it->delay_ms);
	expect_delivered(t, data, promptly());
	expect_quiet(t, s(1));
	expect_not_sent(t, B, 0, SACK, between(sent, due - ms(1)));
	expect_sent_exactly(t, 1, B, 0, SACK, between(due - ms(1), due + timer_lateness(ms(it->delay_ms)) + ms(5)));
}

struct frequency {
	struct row row;
	bool off; /* SPP_SACKDELAY_DISABLE */
	unsigned frequency, sacks;
};

static const struct frequency frequencies[] = {
	{ ROW("delayed-sack-every-packet", "With a frequency of 1 each packet is acknowledged", R_6458_8_1_19_02),
		.frequency = 1, .sacks = 6 },
	{ ROW("delayed-sack-every-second", "With a frequency of 2 every second packet is acknowledged"), .frequency = 2,
		.sacks = 3 },
	{ ROW("delayed-sack-every-third", "With a frequency of 3 every third packet is acknowledged"), .frequency = 3,
		.sacks = 2 },
	{ ROW("peer-addr-params-sack-off", "With SPP_SACKDELAY_DISABLE each packet is acknowledged"), .off = true,
		.sacks = 6 },
};

/* Six packets in 50 ms, that is within the delay. */
FAMILY(options, frequencies, .requirements = IDS(R_6458_8_1_19_01), .topology = &topology_one_path)
{
	const struct frequency *it = row;
	const struct pair p = settled(t);

	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, s(1));
	if (it->off)
		set_option(t, p.server, SCTP_PEER_ADDR_PARAMS, ASSOCIATION, IS(spp_flags, SPP_SACKDELAY_DISABLE));
	else
		set_option(t, p.server, SCTP_DELAYED_SACK, ASSOCIATION, IS(sack_freq, it->frequency));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 6, .interval = ms(10) });
	expect_delivered(t, data, promptly());
	expect_quiet(t, ms(500));
	expect_sent_exactly(t, it->sacks, B, 0, SACK, since(t, flow_sent_at(data, 0)));
}
