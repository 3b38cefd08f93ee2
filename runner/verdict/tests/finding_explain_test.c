/* SPDX-License-Identifier: Apache-2.0 */
/* finding_explain_test.c - a finding in words, with the packets around it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/verdict/finding_explain.h"

enum { LINK_RAW_IP = 101, PACKETS = 20, LENGTH = 20 + 12 + 16 };

static uint8_t bytes[PACKETS][LENGTH];
static struct captured_packet list[PACKETS];
static const struct captured_packets packets = { list, PACKETS };
static struct catalogue *catalogue;

static const struct rule rule = {
	.id = "sacks.cumulative",
	.title = "SACK acknowledges what has arrived in sequence",
	.level = LEVEL_MUST,
	.requirements = (const char *const[]){ "9260-6.2-05", "9260-6.2-19", "9260-6.2-20", NULL },
};

/* A SACK of that TSN, from 10.0.0.1 to 10.0.0.2. */
static void make_packet(uint8_t *out, uint8_t tsn)
{
	static const uint8_t ip[20] = { 0x45, 0, 0, LENGTH, 0, 0, 0, 0, 64, 132, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };
	uint8_t *sctp = out + sizeof(ip), *chunk = sctp + 12;
	memcpy(out, ip, sizeof(ip));
	chunk[0] = CHUNK_SACK;
	chunk[3] = 16;
	chunk[7] = tsn;
	const uint32_t checksum = packet_crc32c(sctp, LENGTH - sizeof(ip));
	for (unsigned i = 0; i < 4; i++)
		sctp[8 + i] = (uint8_t)(checksum >> 8 * i);
}

/* Each packet leaves a and arrives at b a millisecond later: 0, 0; 1, 1; ... */
static void make_packets(void)
{
	for (unsigned i = 0; i < PACKETS; i++) {
		make_packet(bytes[i], (uint8_t)(i / 2));
		list[i] = (struct captured_packet){
			.at_ns = (int64_t)(i / 2) * 1000000000 + i % 2 * 1000000,
			.end = (int)(i % 2),
			.number = i / 2 + 1,
			.link = LINK_RAW_IP,
			.bytes = bytes[i],
			.length = LENGTH,
		};
	}
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
}

static void close_catalogue(void)
{
	catalogue_close(catalogue);
}

static struct finding finding_at(size_t packet)
{
	return (struct finding){
		.rule = &rule,
		.at_ns = list[packet].at_ns,
		.number = list[packet].number,
		.end = list[packet].end,
		.association = 1,
		.expected = (char *)"TSN 4",
		.got = (char *)"TSN 3",
		.times = 1,
	};
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;
	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

START_TEST(a_finding_in_words)
{
	const struct finding finding = finding_at(10);
	char *text = finding_explain(catalogue, &finding, packets);
	static const char beginning[] =
		"rule      sacks.cumulative (MUST): SACK acknowledges what has arrived in sequence\n"
		"covers    9260-6.2-05 (MUST NOT, section 6.2); 9260-6.2-19, 9260-6.2-20 (MUST, section 6.2)\n";
	static const char end[] =
		"expected  TSN 4\n"
		"got       TSN 3 (a, packet 6 of path 0)\n"
		"packets       2.000000 s  a sends path 0 #3  SACK(cum=2 a_rwnd=0 gaps=0 dups=0)\n"
		"              2.001000 s  b gets  path 0 #3  SACK(cum=2 a_rwnd=0 gaps=0 dups=0)\n"
		"              3.000000 s  a sends path 0 #4  SACK(cum=3 a_rwnd=0 gaps=0 dups=0)\n"
		"              3.001000 s  b gets  path 0 #4  SACK(cum=3 a_rwnd=0 gaps=0 dups=0)\n"
		"              4.000000 s  a sends path 0 #5  SACK(cum=4 a_rwnd=0 gaps=0 dups=0)\n"
		"              4.001000 s  b gets  path 0 #5  SACK(cum=4 a_rwnd=0 gaps=0 dups=0)\n"
		"              5.000000 s  a sends path 0 #6  SACK(cum=5 a_rwnd=0 gaps=0 dups=0)   <-- here\n"
		"              5.001000 s  b gets  path 0 #6  SACK(cum=5 a_rwnd=0 gaps=0 dups=0)\n"
		"              6.000000 s  a sends path 0 #7  SACK(cum=6 a_rwnd=0 gaps=0 dups=0)\n"
		"              6.001000 s  b gets  path 0 #7  SACK(cum=6 a_rwnd=0 gaps=0 dups=0)\n";
	ck_assert_msg(strncmp(text, beginning, strlen(beginning)) == 0, "%s", text);
	ck_assert_msg(strlen(text) > strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0, "%s", text);
	ck_assert_uint_le(count(text, "\n"), 14);
	free(text);
}
END_TEST

/* Wherever it is, also where there is no packet: at most 14 lines, one of them marked. */
START_TEST(a_finding_has_one_place)
{
	for (size_t i = 0; i < PACKETS; i++) {
		struct finding finding = finding_at(i);
		for (int about_packet = 0; about_packet < 2; about_packet++) {
			if (!about_packet) {
				finding.number = 0;
				finding.path = -1;
			}
			char *text = finding_explain(catalogue, &finding, packets);
			ck_assert_uint_eq(count(text, "<-- here\n"), 1);
			ck_assert_uint_eq(count(text, "\npackets "), 1);
			ck_assert_uint_le(count(text, "\n"), 14);
			free(text);
			finding = finding_at(i);
		}
	}
}
END_TEST

START_TEST(without_packets_there_are_words)
{
	struct finding finding = finding_at(0);
	finding.times = 3;
	char *text = finding_explain(catalogue, &finding, (struct captured_packets){ 0 });
	ck_assert_ptr_nonnull(strstr(text, "got       TSN 3 (a, packet 1 of path 0; and 2 times more)\n"));
	ck_assert_ptr_nonnull(strstr(text, "packets       0.000000 s  <-- here\n"));
	free(text);
}
END_TEST

static json_t *log_of(const struct finding *finding)
{
	const struct place place = finding_place(finding);
	return packets_around_log(&place, packets);
}

START_TEST(the_log_has_six_on_each_side)
{
	static const struct {
		size_t at, first, n;
	} places[] = { { 0, 0, 7 }, { 10, 4, 13 }, { 19, 13, 7 } };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct finding finding = finding_at(places[i].at);
		json_t *array = log_of(&finding);
		ck_assert_uint_eq(json_array_size(array), places[i].n);
		const json_t *first = json_array_get(array, 0);
		const struct captured_packet *packet = &list[places[i].first];
		ck_assert_int_eq(json_integer_value(json_object_get(first, "t_ns")), packet->at_ns);
		ck_assert_int_eq(json_integer_value(json_object_get(first, "packet")), packet->number);
		ck_assert_str_eq(json_string_value(json_object_get(first, "endpoint")), packet->end ? "b" : "a");
		ck_assert_int_eq(json_is_true(json_object_get(first, "sent")), packet->end == 0);
		ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(first, "text")), "SACK(cum="));
		json_decref(array);
	}
}
END_TEST

START_TEST(a_damaged_packet_is_told)
{
	const struct finding finding = finding_at(2);
	list[3].length = 7;
	json_t *array = log_of(&finding);
	const json_t *damaged = json_array_get(array, 3);
	ck_assert_str_eq(json_string_value(json_object_get(damaged, "text")), "not an SCTP packet that can be read");
	json_decref(array);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("finding");
	TCase *tests = tcase_create("finding");
	tcase_add_checked_fixture(tests, make_packets, close_catalogue);
	tcase_add_test(tests, a_finding_in_words);
	tcase_add_test(tests, a_finding_has_one_place);
	tcase_add_test(tests, without_packets_there_are_words);
	tcase_add_test(tests, the_log_has_six_on_each_side);
	tcase_add_test(tests, a_damaged_packet_is_told);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
