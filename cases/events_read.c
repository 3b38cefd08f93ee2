/* SPDX-License-Identifier: Apache-2.0 */
/* events_read.c - how notifications are asked for at first, and read (RFC 6458 sections 6 and 6.2). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

struct piecewise {
	struct row row;
	size_t octets;
};

static const struct piecewise piecewises[] = {
	{ ROW("read-by-8", "A notification is read by 8 octets at a time, with MSG_EOR at its end"), .octets = 8 },
	{ ROW("read-by-1", "A notification is read by one octet at a time, with MSG_EOR at its end"), .octets = 1 },
	{ ROW("read-whole", "One call with room for many notifications gives one of them"), .octets = 900 },
};

FAMILY(events, piecewises, .requirements = IDS(R_6458_6_02, R_6458_6_03, R_6458_5_1_04), .topology = &topology_one_path)
{
	const struct piecewise *it = row;
	const struct pair p = settled(t);

	stop_reading(t, p.server);
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	/* shutdown_event and shutdown_comp, which lie there together */
	expect_event_in_pieces(t, p.server, it->octets);
	expect_event_in_pieces(t, p.server, it->octets);
	expect_nothing_to_read(t, p.server);
}

static void nothing_asked(struct trial *t, bool one_to_one)
{
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *client =
		open_peer(t, A, "client", &(struct peer_options){ .unasked = true, .one_to_one = one_to_one });

	for (int type = DATA_IO_EVENT; type < EVENT_TYPES; type++)
		expect_subscribed(t, client, (enum event_type)type, false);
	listen_on(t, server);
	start_connect(t, client, server, 0);
	expect(t, soon(t, comm_up(server)));
	stop_reading(t, client);
	expect_quiet(t, ms(100));
	expect_nothing_to_read(t, client);
	shut_down_with(t, server, client);
	expect(t, soon(t, shutdown_comp(server)));
	if (!one_to_one)
		expect_nothing_to_read(t, client);
}

#define NOTHING_ASKED(name, what, one_to_one)                                                                         \
	VARIANT(events, name, nothing_asked(t, one_to_one), .title = what " that asks for no notification gets none", \
		.requirements = IDS(R_6458_6_2_1_03), .topology = &topology_one_path)

NOTHING_ASKED("unasked", "A one-to-many socket", false)
NOTHING_ASKED("unasked-one-to-one", "A one-to-one socket", true)
