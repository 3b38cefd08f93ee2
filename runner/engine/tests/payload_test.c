/* SPDX-License-Identifier: Apache-2.0 */
/* payload_test.c - messages that are recognised by their octets. */
#include <string.h>

#include "runner/engine/payload.h"
#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

static const struct test_case test_case = { .id = "engine.payload",
	.area = "engine",
	.title = "Messages",
	.requirements = IDS("9260-6.4-01"),
	.topology = &topology_two_paths,
	.file = "cases/payload.c",
	.line = 3 };

static unsigned char octets[64];

/* A trial with three messages of 40 octets that did not arrive, and the octets of one of them. */
static struct trial *trial_with(unsigned message)
{
	size_t length;

	fake_reset();
	struct trial *t = scenario_trial(&test_case);
	for (unsigned i = 0; i < 3; i++)
		fake_fate_of(i, FAKE_LOSE);
	struct pair p = associated(t);
	send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .streams = 2, .size = 40 });
	memcpy(octets, fake_sent(message, &length), 40);
	ck_assert_uint_eq(length, 40);
	return t;
}

START_TEST(octets_are_recognised)
{
	struct trial *t = trial_with(1);
	struct payload payload;
	unsigned flow, message;

	ck_assert(payload_parse(octets, 40, &payload));
	ck_assert_uint_eq(payload.flow, 0);
	ck_assert_uint_eq(payload.stream, 1);
	ck_assert_uint_eq(payload.message, 1);
	ck_assert_uint_eq(payload.size, 40);
	ck_assert(flow_recognise(t, octets, 40, 0, &flow, &message));
	/* A capture may be cut short, but not within the first 16 octets. */
	for (size_t length = 0; length < 40; length++)
		ck_assert_msg(payload_parse(octets, length, &payload) == (length >= 16), "%zu octets", length);
	ck_assert(!payload_parse(NULL, 0, &payload));
	scenario_trial_free(t);
}
END_TEST

START_TEST(changed_octets_are_no_message)
{
	struct trial *t = trial_with(2);
	struct payload payload;
	unsigned flow, message;

	for (size_t at = 0; at < 40; at++) {
		octets[at] ^= 0x40;
		ck_assert_msg(!flow_recognise(t, octets, 40, 0, &flow, &message), "octet %zu", at);
		ck_assert(at >= 4 || !payload_parse(octets, 40, &payload));
		octets[at] ^= 0x40;
	}
	ck_assert(flow_recognise(t, octets, 40, 0, &flow, &message));
	scenario_trial_free(t);
}
END_TEST

int main(void)
{
	return RUN_TESTS("payload", octets_are_recognised, changed_octets_are_no_message);
}
