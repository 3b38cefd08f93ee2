/* SPDX-License-Identifier: Apache-2.0 */
/* words_test.c - what people read of observations and of the items of an expectation. */
#include "runner/engine/matcher.h"

#include <string.h>

#include "runner/engine/tests/run_tests.h"

static void assert_observation(struct observation observation, const char *expected)
{
	char text[128];
	FILE *out = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(out);
	observation_print(&observation, out);
	fclose(out);
	ck_assert_str_eq(text, expected);
}

static void assert_item(struct item item, const char *expected)
{
	char text[128];
	FILE *out = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(out);
	item_print(&item, out);
	fclose(out);
	ck_assert_str_eq(text, expected);
}

START_TEST(association_events)
{
	static const char *const words[] = { "comm_up", "comm_lost", "restart", "shutdown_comp", "cant_assoc" };
	struct observation observation = { .kind = OBSERVED_ASSOC_CHANGE };

	for (int state = COMM_UP; state <= CANT_ASSOC; state++) {
		observation.state = state;
		assert_observation(observation, words[state]);
	}
	observation.state = COMM_LOST;
	observation.error = 12;
	assert_observation(observation, "comm_lost, error 12");
	observation.state = 5;
	observation.error = 0;
	assert_observation(observation, "assoc_change of unknown state");
}
END_TEST

START_TEST(address_events)
{
	static const char *const words[] = { "addr_available of path 1 (IPv4)", "addr_unreachable of path 1 (IPv4)",
		"addr_removed of path 1 (IPv4)", "addr_added of path 1 (IPv4)", "addr_made_prim of path 1 (IPv4)",
		"addr_confirmed of path 1 (IPv4)", "addr_potentially_failed of path 1 (IPv4)" };
	struct observation observation = { .kind = OBSERVED_PADDR_CHANGE, .path = 1, .family = 4 };

	for (int state = ADDR_AVAILABLE; state <= ADDR_POTENTIALLY_FAILED; state++) {
		observation.state = state;
		assert_observation(observation, words[state]);
	}
	observation.state = ADDR_CONFIRMED;
	observation.family = 6;
	assert_observation(observation, "addr_confirmed of path 1 (IPv6)");
	observation.path = PATH_UNKNOWN;
	assert_observation(observation, "addr_confirmed of an address outside the topology");
	observation.path = 0;
	observation.state = -1;
	assert_observation(observation, "paddr_change of unknown state of path 0 (IPv6)");
}
END_TEST

START_TEST(failed_messages)
{
	struct observation observation = {
		.kind = OBSERVED_SEND_FAILED, .state = DATA_UNSENT, .message = 3, .intact = true
	};

	assert_observation(observation, "send_failed, unsent, message 3");
	observation.state = DATA_SENT;
	observation.intact = false;
	assert_observation(observation, "send_failed, sent, message 3 with something of it changed");
	observation.message = -1;
	observation.error = 12;
	assert_observation(observation, "send_failed, sent, not a message of ours, error 12");
	observation.state = 2;
	observation.error = 0;
	assert_observation(observation, "send_failed, unknown flag, not a message of ours");
}
END_TEST

START_TEST(other_events)
{
	assert_observation((struct observation){ .kind = OBSERVED_REMOTE_ERROR, .error = 3 }, "remote_error, cause 3");
	assert_observation((struct observation){ .kind = OBSERVED_SHUTDOWN_EVENT }, "shutdown_event");
	assert_observation((struct observation){ .kind = OBSERVED_PDAPI_EVENT, .value = 3 }, "pdapi_event of stream 3");
	assert_observation(
		(struct observation){ .kind = OBSERVED_ADAPTATION_EVENT, .value = 77 }, "adaptation_event, 77");
	assert_observation((struct observation){ .kind = OBSERVED_SENDER_DRY_EVENT }, "sender_dry_event");
	assert_observation((struct observation){ .kind = OBSERVED_AUTHENTICATION_EVENT, .state = FREE_KEY, .value = 7 },
		"authentication_event, free_key of key 7");
	assert_observation(
		(struct observation){
			.kind = OBSERVED_STREAM_RESET_EVENT, .state = RESET_INCOMING | RESET_DENIED, .streams = 0x11 },
		"stream_reset_event, incoming, denied, stream 0, stream 4");
	assert_observation((struct observation){ .kind = OBSERVED_ASSOC_RESET_EVENT, .state = RESET_FAILED },
		"assoc_reset_event, failed");
	assert_observation((struct observation){ .kind = OBSERVED_STREAM_CHANGE_EVENT, .inbound = 2, .outbound = 3 },
		"stream_change_event, 2 in, 3 out");
	assert_observation(
		(struct observation){
			.kind = OBSERVED_SEND_FAILED_EVENT, .state = DATA_SENT, .message = 2, .piece = 1400 },
		"send_failed_event, sent, 1400 octets of message 2");
	assert_observation(
		(struct observation){
			.kind = OBSERVED_ASSOC_CHANGE, .state = COMM_LOST, .error = 12, .reason = "no more" },
		"comm_lost, error 12, \"no more\"");
	assert_observation((struct observation){ .kind = OBSERVED_ERROR, .error = 111 }, "error: Connection refused");
}
END_TEST

static const struct item anything = { .state = ANY,
	.path = ANY,
	.family = ANY,
	.error = ANY,
	.flow = ANY,
	.message = ANY,
	.inbound = ANY,
	.outbound = ANY,
	.value = ANY,
	.streams = ANY };

START_TEST(items)
{
	struct item item = anything;

	item.kind = OBSERVED_PADDR_CHANGE;
	assert_item(item, "paddr_change");
	item.state = ADDR_UNREACHABLE;
	assert_item(item, "addr_unreachable");
	item.path = 1;
	assert_item(item, "addr_unreachable of path 1");
	item.family = 6;
	assert_item(item, "addr_unreachable of path 1 (IPv6)");
	item.path = ANY;
	assert_item(item, "addr_unreachable (IPv6)");
	item = anything;
	item.kind = OBSERVED_ASSOC_CHANGE;
	item.state = COMM_LOST;
	assert_item(item, "comm_lost");
	item.error = 0;
	assert_item(item, "comm_lost");
	item.error = 12;
	assert_item(item, "comm_lost, error 12");
	item = anything;
	item.kind = OBSERVED_SHUTDOWN_EVENT;
	assert_item(item, "shutdown_event");
}
END_TEST

START_TEST(items_of_failed_messages)
{
	struct item item = anything;

	item.kind = OBSERVED_SEND_FAILED;
	assert_item(item, "send_failed");
	item.state = DATA_UNSENT;
	assert_item(item, "send_failed, unsent");
	item.message = 4;
	assert_item(item, "send_failed, unsent, message 4");
}
END_TEST

START_TEST(items_of_other_events)
{
	struct item item = anything;

	item.kind = OBSERVED_AUTHENTICATION_EVENT;
	item.state = NEW_KEY;
	item.value = 5;
	assert_item(item, "authentication_event, new_key of key 5");
	item = anything;
	item.kind = OBSERVED_STREAM_RESET_EVENT;
	item.state = RESET_OUTGOING;
	item.streams = 2;
	assert_item(item, "stream_reset_event, outgoing, stream 1");
	item = anything;
	item.kind = OBSERVED_STREAM_CHANGE_EVENT;
	item.state = RESET_FAILED;
	item.inbound = 4;
	assert_item(item, "stream_change_event, 4 in, failed");
	item = anything;
	item.kind = OBSERVED_ADAPTATION_EVENT;
	item.value = 9;
	assert_item(item, "adaptation_event, 9");
	item.kind = OBSERVED_PDAPI_EVENT;
	assert_item(item, "pdapi_event of stream 9");
	item = anything;
	item.kind = OBSERVED_SEND_FAILED_EVENT;
	item.message = 1;
	assert_item(item, "send_failed_event, message 1");
	item = anything;
	item.kind = OBSERVED_ERROR;
	item.error = 111;
	assert_item(item, "error: Connection refused");
	item = anything;
	item.kind = OBSERVED_ASSOC_CHANGE;
	item.state = COMM_LOST;
	item.reason = "enough";
	assert_item(item, "comm_lost, \"enough\"");
}
END_TEST

START_TEST(each_mismatch_has_a_name_of_its_own)
{
	for (int i = TOO_EARLY; i <= UNEXPECTED; i++) {
		ck_assert_uint_gt(strlen(mismatch_name((enum mismatch)i)), 0);
		for (int k = TOO_EARLY; k < i; k++)
			ck_assert_str_ne(mismatch_name((enum mismatch)i), mismatch_name((enum mismatch)k));
	}
	ck_assert_str_eq(mismatch_name(NO_MISMATCH), "");
}
END_TEST

int main(void)
{
	return RUN_TESTS("words", association_events, address_events, failed_messages, other_events, items,
		items_of_failed_messages, items_of_other_events, each_mismatch_has_a_name_of_its_own);
}
