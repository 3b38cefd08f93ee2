/* SPDX-License-Identifier: Apache-2.0 */
/* wire_cookie.c - what a kernel makes of cookies that are old, or not its own. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

CASE(cookie, "stale",
	.title =
		"A cookie older than Valid.Cookie.Life draws ERROR Stale Cookie with how late it is, and makes nothing",
	.requirements = IDS(R_9260_4_02, R_9260_3_3_10_3_01, R_9260_5_1_5_06), .etsi = IDS("sctp-imh-i-3-6"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init());
	const vtime made = expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	expect_quiet(t, window_cookie_life(in_force(t)) + s(5));
	/* in microseconds (RFC 9260 section 3.3.10.3); the cookie is as old as the INIT ACK, to a tick */
	const vtime late = transmit(t, b, a_cookie_echo()) - made - window_cookie_life(in_force(t));
	expect(t,
		soon(t,
			arrives_alone(b, 0,
				an_error(.causes = CAUSES({ .type = STALE_COOKIE,
						 .number = FROM_TO(
							 (late - ms(20)) / us(1), (late + ms(20)) / us(1)) })))));
	expect_no_association(t, server);
}

/* Octets of the cookie, from its beginning or its end. Linux begins with a MAC of 16 to 32 octets in the room of 36,
 * and what of that room is not used says nothing. */
static const long octets_of_cookie[] = { 0, 1, 15, 36, 37, 40, 60, 64, 100, 150, 200, -2, -1 };

CASE(cookie, "forged", .title = "A cookie with one altered octet is dropped in silence, and the true one still works",
	.requirements = IDS(R_9260_4_01, R_9260_5_1_3_01), .etsi = IDS("sctp-imh-i-3-5"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init());
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	const struct octets cookie = last_cookie(b);
	for (unsigned i = 0; i < sizeof(octets_of_cookie) / sizeof(*octets_of_cookie); i++) {
		transmit(t, b, a_cookie_echo(.cookie = altered(b, &cookie, octets_of_cookie[i])));
		expect_quiet(t, ms(500));
	}
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
	expect_alive(t, b);
}
