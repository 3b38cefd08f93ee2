/* SPDX-License-Identifier: Apache-2.0 */
/* options_inherited.c - socket options of one-to-one sockets: what accepted and peeled-off sockets inherit, and ids
 * that are not looked at (RFC 6458 sections 7.2 and 8). */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

#define NOBODY ASSOCIATION_ID(0x7ffffff0)

static const struct peer_options one_to_one = { .one_to_one = true };

struct inherited {
	struct row row;
	int option;
	struct option_value values[4];
	bool of_socket; /* the option has no id */
};

#define RTOINFO .option = SCTP_RTOINFO, .values = { IS(srto_min, 400), IS(srto_max, 9000) }
#define ASSOCINFO .option = SCTP_ASSOCINFO, .values = { IS(sasoc_asocmaxrxt, 4), IS(sasoc_cookie_life, 20000) }
#define PEER_ADDR_PARAMS                                              \
	.option = SCTP_PEER_ADDR_PARAMS,                              \
	.values = { IS(spp_hbinterval, 20000), IS(spp_pathmaxrxt, 3), \
		IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) }
#define THRESHOLDS .option = SCTP_PEER_ADDR_THLDS, .values = { IS(spt_pathmaxrxt, 7), IS(spt_pathpfthld, 2) }
#define MAXSEG .option = SCTP_MAXSEG, .values = { IS(assoc_value, 700) }
#define DELAYED_SACK .option = SCTP_DELAYED_SACK, .values = { IS(sack_delay, 400), IS(sack_freq, 3) }
#define CONTEXT .option = SCTP_CONTEXT, .values = { IS(assoc_value, 77) }
#define MAX_BURST .option = SCTP_MAX_BURST, .values = { IS(assoc_value, 8) }
#define DEFAULT_SNDINFO .option = SCTP_DEFAULT_SNDINFO, .values = { IS(snd_sid, 3), IS(snd_ppid, 7) }
#define DEFAULT_SEND_PARAM .option = SCTP_DEFAULT_SEND_PARAM, .values = { IS(sinfo_stream, 3), IS(sinfo_context, 9) }
#define DEFAULT_PRINFO .option = SCTP_DEFAULT_PRINFO, .values = { IS(pr_policy, SCTP_PR_SCTP_TTL), IS(pr_value, 500) }
#define SCHEDULER .option = SCTP_STREAM_SCHEDULER, .values = { IS(assoc_value, SCTP_SS_RR) }
#define DISABLE_FRAGMENTS .option = SCTP_DISABLE_FRAGMENTS, .values = { IS(value, 1) }, .of_socket = true
#define RECVRCVINFO .option = SCTP_RECVRCVINFO, .values = { IS(value, 1) }, .of_socket = true
#define RECVNXTINFO .option = SCTP_RECVNXTINFO, .values = { IS(value, 1) }, .of_socket = true
#define ADAPTATION .option = SCTP_ADAPTATION_LAYER, .values = { IS(ssb_adaptation_ind, 5) }, .of_socket = true
#define FRAGMENT_INTERLEAVE .option = SCTP_FRAGMENT_INTERLEAVE, .values = { IS(value, 1) }, .of_socket = true
#define DELIVERY_POINT .option = SCTP_PARTIAL_DELIVERY_POINT, .values = { IS(value, 2000) }, .of_socket = true

/* ------------------------------------------------------------------ accepted */

static const struct inherited accepted[] = {
	{ ROW("rtoinfo-accepted", "An accepted socket has the SCTP_RTOINFO of its listener"), RTOINFO },
	{ ROW("associnfo-accepted", "An accepted socket has the SCTP_ASSOCINFO of its listener"), ASSOCINFO },
	{ ROW("peer-addr-params-accepted", "An accepted socket has the SCTP_PEER_ADDR_PARAMS of its listener"),
		PEER_ADDR_PARAMS },
	{ ROW("thresholds-accepted", "An accepted socket has the SCTP_PEER_ADDR_THLDS of its listener"), THRESHOLDS },
	{ ROW("maxseg-accepted", "An accepted socket has the SCTP_MAXSEG of its listener"), MAXSEG },
	{ ROW("delayed-sack-accepted", "An accepted socket has the SCTP_DELAYED_SACK of its listener"), DELAYED_SACK },
	{ ROW("context-accepted", "An accepted socket has the SCTP_CONTEXT of its listener"), CONTEXT },
	{ ROW("max-burst-accepted", "An accepted socket has the SCTP_MAX_BURST of its listener"), MAX_BURST },
	{ ROW("default-sndinfo-accepted", "An accepted socket has the SCTP_DEFAULT_SNDINFO of its listener"),
		DEFAULT_SNDINFO },
	{ ROW("default-send-param-accepted", "An accepted socket has the SCTP_DEFAULT_SEND_PARAM of its listener"),
		DEFAULT_SEND_PARAM },
	{ ROW("default-prinfo-accepted", "An accepted socket has the SCTP_DEFAULT_PRINFO of its listener"),
		DEFAULT_PRINFO },
	{ ROW("stream-scheduler-accepted", "An accepted socket has the SCTP_STREAM_SCHEDULER of its listener"),
		SCHEDULER },
	{ ROW("disable-fragments-accepted", "An accepted socket has the SCTP_DISABLE_FRAGMENTS of its listener"),
		DISABLE_FRAGMENTS },
	{ ROW("recvrcvinfo-accepted", "An accepted socket has the SCTP_RECVRCVINFO of its listener"), RECVRCVINFO },
	{ ROW("recvnxtinfo-accepted", "An accepted socket has the SCTP_RECVNXTINFO of its listener"), RECVNXTINFO },
	{ ROW("adaptation-layer-accepted", "An accepted socket has the SCTP_ADAPTATION_LAYER of its listener"),
		ADAPTATION },
	{ ROW("fragment-interleave-accepted", "An accepted socket has the SCTP_FRAGMENT_INTERLEAVE of its listener"),
		FRAGMENT_INTERLEAVE },
	{ ROW("partial-delivery-point-accepted",
		  "An accepted socket has the SCTP_PARTIAL_DELIVERY_POINT of its listener"),
		DELIVERY_POINT },
};

/* Its only association has them, whatever id is named. */
FAMILY(options, accepted, .requirements = IDS(R_6458_7_2_02, R_6458_8_01), .topology = &topology_one_path)
{
	const struct inherited *it = row;
	const struct pair p = strangers_with(t, &one_to_one, &one_to_one);

	set_option_to(t, p.server, it->option, FUTURE, it->values);
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	struct peer *socket = accept_peer(t, p.server, "accepted");
	expect(t, soon(t, comm_up(socket)));
	expect_option_is(t, socket, it->option, FUTURE, it->values);
	if (!it->of_socket) {
		expect_option_is(t, socket, it->option, NOBODY, it->values);
		set_option_to(t, socket, it->option, NOBODY, it->values);
	}
}

/* ------------------------------------------------------------------ peeled off */

static const struct inherited peeled[] = {
	{ ROW("rtoinfo-peeled", "A peeled-off socket keeps the SCTP_RTOINFO of its association"), RTOINFO },
	{ ROW("associnfo-peeled", "A peeled-off socket keeps the SCTP_ASSOCINFO of its association"), ASSOCINFO },
	{ ROW("peer-addr-params-peeled", "A peeled-off socket keeps the SCTP_PEER_ADDR_PARAMS of its association"),
		PEER_ADDR_PARAMS },
	{ ROW("delayed-sack-peeled", "A peeled-off socket keeps the SCTP_DELAYED_SACK of its association"),
		DELAYED_SACK },
	{ ROW("context-peeled", "A peeled-off socket keeps the SCTP_CONTEXT of its association"), CONTEXT },
	{ ROW("max-burst-peeled", "A peeled-off socket keeps the SCTP_MAX_BURST of its association"), MAX_BURST },
	{ ROW("default-sndinfo-peeled", "A peeled-off socket keeps the SCTP_DEFAULT_SNDINFO of its association"),
		DEFAULT_SNDINFO },
	{ ROW("disable-fragments-peeled", "A peeled-off socket has the SCTP_DISABLE_FRAGMENTS of the socket before"),
		DISABLE_FRAGMENTS },
	{ ROW("recvrcvinfo-peeled", "A peeled-off socket has the SCTP_RECVRCVINFO of the socket before"), RECVRCVINFO },
};

FAMILY(options, peeled, .requirements = IDS(R_6458_8_01), .topology = &topology_one_path)
{
	const struct inherited *it = row;
	const struct pair p = associated(t);

	set_option_to(t, p.server, it->option, it->of_socket ? FUTURE : ASSOCIATION, it->values);
	struct peer *socket = peel_off(t, p.server, p.client, "peeled");
	expect_option_is(t, socket, it->option, FUTURE, it->values);
	if (!it->of_socket)
		expect_option_is(t, socket, it->option, NOBODY, it->values);
	expect_delivered_both_ways(t, (struct pair){ p.client, socket });
}

/* ------------------------------------------------------------------ for one kind of sockets only */

struct one_kind {
	struct row row;
	int option;
	bool reading;
};

static const struct one_kind one_kinds[] = {
	{ ROW("autoclose-one-to-one", "SCTP_AUTOCLOSE is refused on a one-to-one socket", R_6458_8_1_8_02),
		.option = SCTP_AUTOCLOSE },
	{ ROW("assoc-number-one-to-one", "SCTP_GET_ASSOC_NUMBER is refused on a one-to-one socket", R_6458_8_2_5_01),
		.option = SCTP_GET_ASSOC_NUMBER, .reading = true },
	{ ROW("assoc-id-list-one-to-one", "SCTP_GET_ASSOC_ID_LIST is refused on a one-to-one socket", R_6458_8_2_6_01),
		.option = SCTP_GET_ASSOC_ID_LIST, .reading = true },
};

FAMILY(options, one_kinds, .topology = &topology_one_path)
{
	const struct one_kind *it = row;
	struct peer *socket = open_peer(t, A, "socket", &one_to_one);

	if (it->reading)
		expect_option_unreadable(t, socket, it->option, FUTURE, EOPNOTSUPP);
	else
		expect_option_refused(t, socket, it->option, FUTURE, EOPNOTSUPP);
	expect_quiet(t, s(1));
}

CASE(options, "disable-fragments-refuses",
	.title = "With SCTP_DISABLE_FRAGMENTS a message above the fragmentation point is EMSGSIZE, and nothing is sent",
	.requirements = IDS(R_6458_8_1_11_01), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const vtime from = now(t);

	set_option(t, p.client, SCTP_DISABLE_FRAGMENTS, FUTURE, IS(value, 1));
	expect_refused(t, p.client, p.server, &(struct traffic){ .size = 1453 }, EMSGSIZE);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, DATA, since(t, from));
	struct flow *fits = send_messages(t, p.client, p.server, &(struct traffic){ .size = 1452 });
	expect_delivered(t, fits, promptly());
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, from));
	set_option(t, p.client, SCTP_DISABLE_FRAGMENTS, FUTURE, IS(value, 0));
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = 1453 }), promptly());
}
