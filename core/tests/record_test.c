/* SPDX-License-Identifier: Apache-2.0 */
/* Option records against the kernel's structs, whose layout has traps, and the rules about fields
 * not given. */
#include "core/src/option.h"
#include "suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sctp.h>
#include <string.h>

static char kernel[RECORD_SIZE];

static const union gs_addr peer = {
	.v4 = { .sin_family = AF_INET, .sin_port = 0xd607, .sin_addr = { 0x0100007f } },
};

START_TEST(peer_addr_params_go_where_the_packed_struct_wants_them)
{
	const struct gs_option option = {
		.name = GS_OPT_PEER_ADDR_PARAMS,
		.peer_addr_params =
			{
				.assoc_id = 5,
				.address = peer,
				.hbinterval = GS_SET(30000),
				.pathmaxrxt = GS_SET(5),
				.pathmtu = GS_SET(1400),
				.sackdelay = GS_SET(200),
				.flags = GS_SET(GS_HB_ENABLE | GS_PMTUD_DISABLE),
			},
	};
	const struct sctp_paddrparams *p = (const void *)kernel;

	ck_assert_int_eq(gs_record_encode(gs_row_find(option.name), &option, kernel), GS_OK);
	ck_assert_int_eq(p->spp_assoc_id, 5);
	ck_assert_mem_eq(kernel + 4, &peer, sizeof(struct sockaddr_in));
	ck_assert_uint_eq(p->spp_hbinterval, 30000);
	ck_assert_uint_eq(p->spp_pathmaxrxt, 5);
	ck_assert_uint_eq(p->spp_pathmtu, 1400);
	ck_assert_uint_eq(p->spp_sackdelay, 200);
	ck_assert_uint_eq(p->spp_flags, 1 | 16);
	ck_assert_uint_eq(offsetof(struct sctp_paddrparams, spp_pathmtu), 138);
}
END_TEST

START_TEST(thresholds_have_their_address_at_offset_8)
{
	const struct gs_option option = {
		.name = GS_OPT_PEER_ADDR_THLDS,
		.peer_addr_thlds = { .address = peer,
			.path_max_retrans = GS_SET(2),
			.pf_threshold = GS_SET(1),
			.primary_switchover = GS_SET(65535) },
	};
	const struct sctp_paddrthlds_v2 *t = (const void *)kernel;

	ck_assert_int_eq(gs_record_encode(gs_row_find(option.name), &option, kernel), GS_OK);
	ck_assert_mem_eq(kernel + 8, &peer, sizeof(struct sockaddr_in));
	ck_assert_uint_eq(t->spt_pathmaxrxt, 2);
	ck_assert_uint_eq(t->spt_pathpfthld, 1);
	ck_assert_uint_eq(t->spt_pathcpthld, 65535);
}
END_TEST

START_TEST(ppid_is_in_network_order_in_the_kernel)
{
	struct gs_option option = {
		.name = GS_OPT_DEFAULT_SEND_PARAM,
		.default_send_param = { .ppid = GS_SET(0xdeadbeef), .context = GS_SET(3) },
	};
	const struct sctp_sndrcvinfo *i = (const void *)kernel;
	const struct row *row = gs_row_find(option.name);

	ck_assert_int_eq(gs_record_encode(row, &option, kernel), GS_OK);
	ck_assert_uint_eq(i->sinfo_ppid, htonl(0xdeadbeef));
	ck_assert_uint_eq(i->sinfo_context, 3);
	memset(&option.default_send_param, 0, sizeof(option.default_send_param));
	gs_record_decode(row, kernel, &option);
	ck_assert_int_eq(option.default_send_param.ppid.value, 0xdeadbeef);
	ck_assert_uint_eq(option.default_send_param.ppid.given, 1);
}
END_TEST

START_TEST(events_not_given_are_on_but_adaptation)
{
	const struct gs_option option = { .name = GS_OPT_EVENTS, .events = { .address = GS_SET(0) } };
	static const char expected[8] = { 1, 1, 0, 1, 1, 1, 1, 0 };
	const struct row *row = gs_row_find(option.name);

	ck_assert_uint_eq(row->size, 8);
	ck_assert_int_eq(gs_record_encode(row, &option, kernel), GS_OK);
	ck_assert_mem_eq(kernel, expected, 8);
}
END_TEST

START_TEST(a_value_that_does_not_fit_names_its_field)
{
	static const struct {
		struct gs_initmsg record;
		int field;
	} samples[] = {
		{ { .num_ostreams = GS_SET(65536) }, 1 },
		{ { .max_instreams = GS_SET(-1) }, 2 },
		{ { .max_attempts = GS_SET(1LL << 40) }, 3 },
		{ { .max_init_timeo = GS_SET(INT64_MIN) }, 4 },
		{ { .num_ostreams = GS_SET(65535) }, 0 },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct gs_option option = { .name = GS_OPT_INITMSG, .initmsg = samples[i].record };
		const int status = gs_record_encode(gs_row_find(option.name), &option, kernel);

		ck_assert_int_eq(gs_field_of(status), samples[i].field);
		ck_assert_int_eq(status == GS_OK, samples[i].field == 0);
	}
}
END_TEST

START_TEST(unknown_flags_and_odd_switches_name_their_field)
{
	const struct gs_option flags = { .name = GS_OPT_DEFAULT_SEND_PARAM,
		.default_send_param = { .flags = GS_SET(0x100) } };
	const struct gs_option odd = { .name = GS_OPT_EVENTS, .events = { .shutdown = GS_SET(2) } };

	ck_assert_int_eq(gs_record_encode(gs_row_find(flags.name), &flags, kernel), GS_FIELD - 3);
	ck_assert_int_eq(gs_record_encode(gs_row_find(odd.name), &odd, kernel), GS_FIELD - 6);
}
END_TEST

START_TEST(gaps_are_filled_with_what_is_there)
{
	const struct gs_option present = { .name = GS_OPT_RTOINFO,
		.rtoinfo = { .initial = GS_SET(3000), .max = GS_SET(60000), .min = GS_SET(1000) } };
	struct gs_option option = { .name = GS_OPT_RTOINFO, .rtoinfo = { .max = GS_SET(500) } };
	const struct row *row = gs_row_find(option.name);

	ck_assert(gs_record_has_gaps(row, &option));
	gs_record_fill_gaps(row, &present, &option);
	ck_assert(!gs_record_has_gaps(row, &option));
	ck_assert_int_eq(option.rtoinfo.initial.value, 3000);
	ck_assert_int_eq(option.rtoinfo.max.value, 500);
	ck_assert_int_eq(option.rtoinfo.min.value, 1000);
}
END_TEST

START_TEST(zero_that_is_given_is_not_a_gap)
{
	const struct gs_option option = { .name = GS_OPT_DELAYED_ACK_TIME,
		.delayed_ack = { .delay = GS_SET(0), .frequency = GS_SET(0) } };

	ck_assert(!gs_record_has_gaps(gs_row_find(option.name), &option));
}
END_TEST

START_TEST(reading_asks_with_the_keys_only)
{
	const struct gs_option option = { .name = GS_OPT_PEER_ADDR_PARAMS,
		.peer_addr_params = { .assoc_id = 5, .address = peer, .hbinterval = GS_SET(30000) } };
	const struct sctp_paddrparams *p = (const void *)kernel;

	gs_record_encode_keys(gs_row_find(option.name), &option, kernel);
	ck_assert_int_eq(p->spp_assoc_id, 5);
	ck_assert_mem_eq(&p->spp_address, &peer, sizeof(struct sockaddr_in));
	ck_assert_uint_eq(p->spp_hbinterval, 0);
}
END_TEST

START_TEST(status_reads_back_with_the_primary_inside)
{
	struct sctp_status *s = (void *)kernel;
	struct gs_option option = { .name = GS_OPT_STATUS };

	memset(kernel, 0, sizeof(kernel));
	s->sstat_assoc_id = 5;
	s->sstat_state = GS_STATE_ESTABLISHED;
	s->sstat_unackdata = 2;
	s->sstat_outstrms = 10;
	s->sstat_primary.spinfo_rto = 1000;
	memcpy(&s->sstat_primary.spinfo_address, &peer, sizeof(peer));
	gs_record_decode(gs_row_find(option.name), kernel, &option);
	ck_assert_int_eq(option.status.assoc_id, 5);
	ck_assert_int_eq(option.status.state, GS_STATE_ESTABLISHED);
	ck_assert_uint_eq(option.status.unackdata, 2);
	ck_assert_uint_eq(option.status.outstrms, 10);
	ck_assert_uint_eq(option.status.primary.rto, 1000);
	ck_assert(gs_addr_equal(&option.status.primary.address, &peer));
}
END_TEST

START_TEST(every_field_of_the_statistics_is_read)
{
	struct gs_option option = { .name = GS_OPT_ASSOC_STATS };
	uint64_t sum = 0;

	/* fifteen counters, each 1 in the kernel */
	memset(kernel, 0, sizeof(kernel));
	for (size_t at = offsetof(struct sctp_assoc_stats, sas_maxrto); at < sizeof(struct sctp_assoc_stats); at += 8)
		kernel[at] = 1;
	gs_record_decode(gs_row_find(option.name), kernel, &option);
	for (const uint64_t *n = &option.assoc_stats.max_rto; n <= &option.assoc_stats.in_control_chunks; n++)
		sum += *n;
	ck_assert_uint_eq(sum, 15);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		peer_addr_params_go_where_the_packed_struct_wants_them,
		thresholds_have_their_address_at_offset_8,
		ppid_is_in_network_order_in_the_kernel,
		events_not_given_are_on_but_adaptation,
		a_value_that_does_not_fit_names_its_field,
		unknown_flags_and_odd_switches_name_their_field,
		gaps_are_filled_with_what_is_there,
		zero_that_is_given_is_not_a_gap,
		reading_asks_with_the_keys_only,
		status_reads_back_with_the_primary_inside,
		every_field_of_the_statistics_is_read,
	};

	return RUN_SUITE("gen_sctp option records", tests, NULL);
}
