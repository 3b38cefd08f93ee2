/* SPDX-License-Identifier: Apache-2.0 */
/* The parser of notifications and control messages, fed with what Linux gives and with what it
 * should not. */
#include "core/src/event.h"
#include "suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sctp.h>
#include <stdlib.h>
#include <string.h>

static const union gs_addr peer = {
	.v4 = { .sin_family = AF_INET, .sin_port = 0xd607, .sin_addr = { 0x0100007f } },
};

/* A notification and what follows its fixed part. Its struct ends in a flexible array, so it cannot
 * be a member. */
static const uint8_t *behind(const void *head, size_t head_size, const void *tail, size_t tail_size)
{
	static uint8_t bytes[256];

	memcpy(bytes, head, head_size);
	memcpy(bytes + head_size, tail, tail_size);
	return bytes;
}

START_TEST(assoc_change_is_read_with_its_error_normalised)
{
	const struct sctp_assoc_change given = {
		.sac_type = SCTP_ASSOC_CHANGE,
		.sac_length = sizeof(given),
		.sac_state = SCTP_COMM_LOST,
		.sac_error = htons(12),
		.sac_outbound_streams = 10,
		.sac_inbound_streams = 5,
		.sac_assoc_id = 7,
	};
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), GS_OK);
	ck_assert_uint_eq(e.type, GS_ASSOC_CHANGE);
	ck_assert_uint_eq(e.assoc_change.state, GS_COMM_LOST);
	ck_assert_uint_eq(e.assoc_change.error, 12);
	ck_assert_uint_eq(e.assoc_change.error_raw, htons(12));
	ck_assert_uint_eq(e.assoc_change.outbound_streams, 10);
	ck_assert_uint_eq(e.assoc_change.inbound_streams, 5);
	ck_assert_int_eq(e.assoc_change.assoc_id, 7);
	ck_assert_ptr_null(e.assoc_change.info);
	ck_assert_uint_eq(e.assoc_change.info_length, 0);
	ck_assert_int_eq(gs_event_assoc_id(&e), 7);
	ck_assert(!gs_event_is_error(&e));
}
END_TEST

START_TEST(assoc_change_keeps_the_causes_of_an_abort)
{
	const struct sctp_assoc_change head = { .sac_type = SCTP_ASSOC_CHANGE, .sac_length = 26 };
	static const uint8_t causes[6] = { 0, 12, 0, 6, 'h', 'i' };
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(behind(&head, sizeof(head), causes, sizeof(causes)), 26, &e), GS_OK);
	ck_assert_uint_eq(e.assoc_change.info_length, 6);
	ck_assert_mem_eq(e.assoc_change.info, causes, 6);
}
END_TEST

START_TEST(paddr_change_is_read_from_its_packed_struct)
{
	struct sctp_paddr_change given = {
		.spc_type = SCTP_PEER_ADDR_CHANGE,
		.spc_length = sizeof(given),
		.spc_state = 6,
		.spc_error = 2,
		.spc_assoc_id = 9,
	};
	struct gs_event e;

	ck_assert_uint_eq(sizeof(given), 148);
	memcpy(&given.spc_aaddr, &peer, sizeof(peer));
	ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), GS_OK);
	ck_assert(gs_addr_equal(&e.paddr_change.addr, &peer));
	ck_assert_uint_eq(e.paddr_change.state, GS_ADDR_POTENTIALLY_FAILED);
	ck_assert_uint_eq(e.paddr_change.error, 2);
	ck_assert_int_eq(gs_event_assoc_id(&e), 9);
}
END_TEST

START_TEST(send_failed_carries_the_original_info_and_data)
{
	const struct sctp_send_failed head = {
		.ssf_type = SCTP_SEND_FAILED,
		.ssf_flags = SCTP_DATA_SENT,
		.ssf_length = sizeof(head) + 5,
		.ssf_error = htons(13),
		.ssf_info = { .sinfo_stream = 3,
			.sinfo_flags = 3,
			.sinfo_ppid = htonl(0xdeadbeef),
			.sinfo_context = 44,
			.sinfo_timetolive = 100 },
		.ssf_assoc_id = 4,
	};
	struct gs_event e;

	ck_assert_uint_eq(sizeof(head), 48);
	ck_assert_int_eq(gs_event_read(behind(&head, sizeof(head), "hello", 5), 48 + 5, &e), GS_OK);
	ck_assert_uint_eq(e.send_failed.sent, 1);
	ck_assert_uint_eq(e.send_failed.error, 13);
	ck_assert_uint_eq(e.send_failed.error_raw, htons(13));
	ck_assert_uint_eq(e.send_failed.info.stream, 3);
	ck_assert_uint_eq(e.send_failed.info.ppid, 0xdeadbeef);
	ck_assert_uint_eq(e.send_failed.info.context, 44);
	ck_assert_uint_eq(e.send_failed.info.timetolive, 100);
	ck_assert_uint_eq(e.send_failed.length, 5);
	ck_assert_mem_eq(e.send_failed.bytes, "hello", 5);
	ck_assert_int_eq(gs_event_assoc_id(&e), 4);
	ck_assert(gs_event_is_error(&e));
}
END_TEST

START_TEST(remote_error_has_a_cause_in_host_order_and_its_octets)
{
	const struct sctp_remote_error head = {
		.sre_type = SCTP_REMOTE_ERROR, .sre_length = sizeof(head) + 4, .sre_error = htons(1), .sre_assoc_id = 5
	};
	static const uint8_t octets[4] = { 0, 9, 0, 0 };
	struct gs_event e;

	ck_assert_int_eq(
		gs_event_read(behind(&head, sizeof(head), octets, sizeof(octets)), sizeof(head) + 4, &e), GS_OK);
	ck_assert_uint_eq(e.remote_error.error, 1);
	ck_assert_uint_eq(e.remote_error.error_raw, htons(1));
	ck_assert_uint_eq(e.remote_error.length, 4);
	ck_assert_mem_eq(e.remote_error.bytes, octets, 4);
	ck_assert(gs_event_is_error(&e));
}
END_TEST

START_TEST(small_events_are_read)
{
	const struct sctp_shutdown_event shutdown = { SCTP_SHUTDOWN_EVENT, 0, sizeof(shutdown), 3 };
	const struct sctp_pdapi_event pdapi = { SCTP_PARTIAL_DELIVERY_EVENT, 0, sizeof(pdapi), 0, 4, 8, 15 };
	const struct sctp_adaptation_event adaptation = { SCTP_ADAPTATION_INDICATION, 0, sizeof(adaptation), htonl(77),
		5 };
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(&shutdown, sizeof(shutdown), &e), GS_OK);
	ck_assert_int_eq(e.shutdown_event.assoc_id, 3);
	ck_assert(!gs_event_is_error(&e));

	ck_assert_int_eq(gs_event_read(&pdapi, sizeof(pdapi), &e), GS_OK);
	ck_assert_uint_eq(e.pdapi_event.indication, 0);
	ck_assert_uint_eq(e.pdapi_event.stream, 8);
	ck_assert_uint_eq(e.pdapi_event.seq, 15);
	ck_assert_int_eq(gs_event_assoc_id(&e), 4);
	ck_assert(gs_event_is_error(&e));

	ck_assert_int_eq(gs_event_read(&adaptation, sizeof(adaptation), &e), GS_OK);
	ck_assert_uint_eq(e.adaptation_event.adaptation_ind, 77);
	ck_assert_int_eq(gs_event_assoc_id(&e), 5);
}
END_TEST

START_TEST(events_that_gen_sctp_does_not_have_are_read)
{
	const struct sctp_authkey_event key = { SCTP_AUTHENTICATION_EVENT, 0, sizeof(key), 7, 0, SCTP_AUTH_FREE_KEY,
		3 };
	const struct sctp_sender_dry_event dry = { SCTP_SENDER_DRY_EVENT, 0, sizeof(dry), 4 };
	const struct sctp_assoc_reset_event reset = { SCTP_ASSOC_RESET_EVENT, SCTP_ASSOC_RESET_DENIED, sizeof(reset), 5,
		1000, 2000 };
	const struct sctp_stream_change_event change = { SCTP_STREAM_CHANGE_EVENT, SCTP_STREAM_CHANGE_FAILED,
		sizeof(change), 6, 11, 12 };
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(&key, sizeof(key), &e), GS_OK);
	ck_assert_uint_eq(e.authentication_event.indication, GS_AUTH_FREE_KEY);
	ck_assert_uint_eq(e.authentication_event.key, 7);
	ck_assert_int_eq(gs_event_assoc_id(&e), 3);

	ck_assert_int_eq(gs_event_read(&dry, sizeof(dry), &e), GS_OK);
	ck_assert_int_eq(gs_event_assoc_id(&e), 4);
	ck_assert(!gs_event_is_error(&e));

	ck_assert_int_eq(gs_event_read(&reset, sizeof(reset), &e), GS_OK);
	ck_assert_uint_eq(e.assoc_reset_event.flags, GS_RESET_DENIED);
	ck_assert_uint_eq(e.assoc_reset_event.local_tsn, 1000);
	ck_assert_uint_eq(e.assoc_reset_event.remote_tsn, 2000);
	ck_assert_int_eq(gs_event_assoc_id(&e), 5);

	ck_assert_int_eq(gs_event_read(&change, sizeof(change), &e), GS_OK);
	ck_assert_uint_eq(e.stream_change_event.flags, GS_RESET_FAILED);
	ck_assert_uint_eq(e.stream_change_event.inbound_streams, 11);
	ck_assert_uint_eq(e.stream_change_event.outbound_streams, 12);
	ck_assert_int_eq(gs_event_assoc_id(&e), 6);
}
END_TEST

START_TEST(a_stream_reset_names_its_streams)
{
	const struct sctp_stream_reset_event head = { .strreset_type = SCTP_STREAM_RESET_EVENT,
		.strreset_flags = SCTP_STREAM_RESET_OUTGOING_SSN,
		.strreset_length = sizeof(head) + 4,
		.strreset_assoc_id = 8 };
	static const uint16_t streams[2] = { 3, 500 };
	struct gs_event e;

	ck_assert_int_eq(
		gs_event_read(behind(&head, sizeof(head), streams, sizeof(streams)), sizeof(head) + 4, &e), GS_OK);
	ck_assert_uint_eq(e.stream_reset_event.flags, GS_RESET_OUTGOING);
	ck_assert_uint_eq(e.stream_reset_event.n_streams, 2);
	ck_assert_mem_eq(e.stream_reset_event.streams, streams, sizeof(streams));
	ck_assert_int_eq(gs_event_assoc_id(&e), 8);
}
END_TEST

START_TEST(send_failed_event_carries_the_sent_info_and_data)
{
	const struct sctp_send_failed_event head = {
		.ssf_type = SCTP_SEND_FAILED_EVENT,
		.ssf_flags = SCTP_DATA_SENT,
		.ssf_length = sizeof(head) + 5,
		.ssf_error = htons(12),
		.ssfe_info = { .snd_sid = 9, .snd_flags = 3, .snd_ppid = htonl(99), .snd_context = 17 },
		.ssf_assoc_id = 11,
	};
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(behind(&head, sizeof(head), "hello", 5), sizeof(head) + 5, &e), GS_OK);
	ck_assert_uint_eq(e.send_failed_event.sent, 1);
	ck_assert_uint_eq(e.send_failed_event.error, 12);
	ck_assert_uint_eq(e.send_failed_event.error_raw, htons(12));
	ck_assert_uint_eq(e.send_failed_event.stream, 9);
	ck_assert_uint_eq(e.send_failed_event.flags, 3);
	ck_assert_uint_eq(e.send_failed_event.ppid, 99);
	ck_assert_uint_eq(e.send_failed_event.context, 17);
	ck_assert_uint_eq(e.send_failed_event.length, 5);
	ck_assert_mem_eq(e.send_failed_event.bytes, "hello", 5);
	ck_assert_int_eq(gs_event_assoc_id(&e), 11);
	ck_assert(gs_event_is_error(&e));
}
END_TEST

START_TEST(every_truncation_of_every_type_is_refused)
{
	static const struct {
		uint16_t type;
		uint32_t fixed;
	} kinds[] = {
		{ SCTP_ASSOC_CHANGE, 20 },
		{ SCTP_PEER_ADDR_CHANGE, 148 },
		{ SCTP_SEND_FAILED, 48 },
		{ SCTP_REMOTE_ERROR, 16 },
		{ SCTP_SHUTDOWN_EVENT, 12 },
		{ SCTP_PARTIAL_DELIVERY_EVENT, 24 },
		{ SCTP_ADAPTATION_INDICATION, 16 },
		{ SCTP_AUTHENTICATION_EVENT, 20 },
		{ SCTP_SENDER_DRY_EVENT, 12 },
		{ SCTP_STREAM_RESET_EVENT, 12 },
		{ SCTP_ASSOC_RESET_EVENT, 20 },
		{ SCTP_STREAM_CHANGE_EVENT, 16 },
		{ SCTP_SEND_FAILED_EVENT, 32 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (uint32_t n = 0; n <= kinds[i].fixed; n++) {
			/* exactly as long as it says, so that a sanitizer sees a step too far */
			uint8_t *bytes = calloc(1, n ? n : 1);
			struct gs_event e;

			if (n >= 8) {
				memcpy(bytes, &kinds[i].type, 2);
				memcpy(bytes + 4, &n, 4);
			}
			ck_assert_int_eq(gs_event_read(bytes, n, &e), n == kinds[i].fixed ? GS_OK : -EBADMSG);
			free(bytes);
		}
	}
}
END_TEST

START_TEST(a_length_field_beyond_the_octets_is_refused)
{
	struct sctp_shutdown_event given = { SCTP_SHUTDOWN_EVENT, 0, sizeof(given) + 1, 3 };
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), -EBADMSG);
	given.sse_length = 0xffffffff;
	ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), -EBADMSG);
}
END_TEST

START_TEST(a_length_field_below_the_fixed_part_is_refused)
{
	struct sctp_shutdown_event given = { SCTP_SHUTDOWN_EVENT, 0, sizeof(given) - 1, 3 };
	struct gs_event e;

	ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), -EBADMSG);
}
END_TEST

START_TEST(other_types_are_to_be_skipped)
{
	static const uint16_t types[] = { 0, SCTP_SN_TYPE_BASE, SCTP_SEND_FAILED_EVENT + 1, 0xffff };
	struct gs_event e;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct sctp_shutdown_event given = { types[i], 0, sizeof(given), 3 };

		ck_assert_int_eq(gs_event_read(&given, sizeof(given), &e), -ENOMSG);
	}
}
END_TEST

START_TEST(notifications_need_not_be_aligned)
{
	const struct sctp_shutdown_event given = { SCTP_SHUTDOWN_EVENT, 0, sizeof(given), 3 };
	uint8_t bytes[sizeof(given) + 1];
	struct gs_event e;

	memcpy(bytes + 1, &given, sizeof(given));
	ck_assert_int_eq(gs_event_read(bytes + 1, sizeof(given), &e), GS_OK);
	ck_assert_int_eq(e.shutdown_event.assoc_id, 3);
}
END_TEST

union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo))];
};

static const struct sctp_sndrcvinfo sndrcv = {
	.sinfo_stream = 2,
	.sinfo_ssn = 5,
	.sinfo_flags = SCTP_UNORDERED,
	.sinfo_ppid = 0x04030201,
	.sinfo_context = 6,
	.sinfo_tsn = 1000,
	.sinfo_cumtsn = 999,
	.sinfo_assoc_id = 8,
};

static void make_control(union control *out)
{
	union control c = {
		.head = { .cmsg_len = CMSG_LEN(sizeof(sndrcv)), .cmsg_level = IPPROTO_SCTP, .cmsg_type = SCTP_SNDRCV }
	};

	memcpy(CMSG_DATA(&c.head), &sndrcv, sizeof(sndrcv));
	*out = c;
}

START_TEST(sndrcvinfo_is_found)
{
	struct gs_sndrcvinfo info;
	union control c;

	make_control(&c);
	ck_assert(gs_sndrcvinfo_find(&c, sizeof(c), &info));
	ck_assert_uint_eq(info.stream, 2);
	ck_assert_uint_eq(info.ssn, 5);
	ck_assert_uint_eq(info.flags, GS_UNORDERED);
	ck_assert_uint_eq(info.ppid, ntohl(0x04030201));
	ck_assert_uint_eq(info.context, 6);
	ck_assert_uint_eq(info.tsn, 1000);
	ck_assert_uint_eq(info.cumtsn, 999);
	ck_assert_int_eq(info.assoc_id, 8);
}
END_TEST

START_TEST(sndrcvinfo_is_found_behind_another)
{
	union control both[2];
	struct gs_sndrcvinfo info;

	make_control(&both[0]);
	make_control(&both[1]);
	both[0].head.cmsg_type = SCTP_NXTINFO;
	ck_assert(gs_sndrcvinfo_find(both, sizeof(both), &info));
	both[1].head.cmsg_level = SOL_SOCKET;
	ck_assert(!gs_sndrcvinfo_find(both, sizeof(both), &info));
}
END_TEST

START_TEST(bad_control_messages_are_not_followed)
{
	static const size_t lengths[] = { 0, 1, sizeof(struct cmsghdr) - 1, CMSG_LEN(1), CMSG_LEN(sizeof(sndrcv)) - 1,
		sizeof(union control) + 1, SIZE_MAX - 3, SIZE_MAX };
	struct gs_sndrcvinfo info;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		union control c;

		make_control(&c);
		c.head.cmsg_len = lengths[i];
		ck_assert(!gs_sndrcvinfo_find(&c, sizeof(c), &info));
	}
	for (size_t n = 0; n < CMSG_LEN(sizeof(sndrcv)); n++) {
		union control c;

		make_control(&c);
		ck_assert(!gs_sndrcvinfo_find(&c, n, &info));
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		assoc_change_is_read_with_its_error_normalised,
		assoc_change_keeps_the_causes_of_an_abort,
		paddr_change_is_read_from_its_packed_struct,
		send_failed_carries_the_original_info_and_data,
		remote_error_has_a_cause_in_host_order_and_its_octets,
		small_events_are_read,
		events_that_gen_sctp_does_not_have_are_read,
		a_stream_reset_names_its_streams,
		send_failed_event_carries_the_sent_info_and_data,
		every_truncation_of_every_type_is_refused,
		a_length_field_beyond_the_octets_is_refused,
		a_length_field_below_the_fixed_part_is_refused,
		other_types_are_to_be_skipped,
		notifications_need_not_be_aligned,
		sndrcvinfo_is_found,
		sndrcvinfo_is_found_behind_another,
		bad_control_messages_are_not_followed,
	};

	return RUN_SUITE("gen_sctp events", tests, NULL);
}
