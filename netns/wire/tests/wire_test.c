/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_test.c - what is built is what is read: each type of chunk, with each of its numbers; and what a packet must be
 * like to be what was expected.
 */
#include "core/tests/suite.h"
#include "netns/wire/chunk_kind.h"
#include "netns/wire/tests/every_chunk.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Builds a packet with it, and reads it again; to be freed. */
static struct wire_chunk *through_the_wire(const struct wire_chunk *chunk, int family)
{
	static uint8_t frame[WIRE_PACKET_MAX];
	static struct packet packet;
	const size_t length = framed(chunk, family, frame, sizeof(frame));

	ck_assert_uint_gt(length, 0);
	ck_assert_int_eq(packet_decode(frame, length, 1, &packet), PACKET_OK);
	ck_assert(packet_checksum_ok(&packet));
	ck_assert_uint_eq(packet.verification_tag, 0xcafe);
	ck_assert_uint_eq(packet.chunk_count, 1);
	ck_assert(packet.chunks[0].decoded);
	return wire_read(&packet);
}

START_TEST(every_type_comes_back_as_it_was_said)
{
	const struct wire_chunk *said = &every_chunk[_i % (int)every_chunk_count];
	struct wire_chunk *got = through_the_wire(said, _i < (int)every_chunk_count ? AF_INET : AF_INET6);

	ck_assert_msg(wire_chunk_fits(said, got), "type %u", said->type);
	free(got);
}
END_TEST

START_TEST(every_number_of_every_type_is_compared)
{
	const struct wire_chunk *said = &every_chunk[_i];
	const struct chunk_kind *kind = chunk_kind(said->type);
	struct wire_chunk *got = through_the_wire(said, AF_INET);

	for (unsigned i = 0; i < kind->row_count; i++) {
		struct wire_chunk other = *said;
		struct field *field = row_field(&kind->rows[i], &other);

		if (!row_is_there(&kind->rows[i], (uint8_t)said->flags.value))
			continue;
		*field = SET(row_field(&kind->rows[i], got)->value ^ 1);
		ck_assert_msg(!wire_chunk_fits(&other, got), "%s of type %u", kind->rows[i].name, said->type);
		*field = FROM_TO(row_field(&kind->rows[i], got)->value, UINT32_MAX);
		ck_assert_msg(wire_chunk_fits(&other, got), "%s of type %u", kind->rows[i].name, said->type);
	}
	free(got);
}
END_TEST

START_TEST(what_is_altered_fits_no_more)
{
	struct wire_chunk said = every_chunk[_i];
	struct wire_chunk *got = through_the_wire(&said, AF_INET);

	said.flags = got->flags;
	ck_assert(wire_chunk_fits(&said, got));
	wire_alter(got);
	ck_assert_msg(!wire_chunk_fits(&said, got), "type %u", said.type);
	free(got);
}
END_TEST

START_TEST(a_copy_is_a_copy)
{
	struct wire_chunk *copy = wire_copy(&every_chunk[_i], 1);

	struct wire_chunk *got = through_the_wire(copy, AF_INET);
	ck_assert(wire_chunk_fits(&every_chunk[_i], got));
	wire_alter(copy); /* which would write to what is constant, if it was none */
	free(copy);
	free(got);
}
END_TEST

static char *printed(const struct wire_chunk *chunk)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	wire_print_chunk(chunk, out);
	fclose(out);
	return text;
}

static void assert_printed(struct wire_chunk chunk, const char *expected)
{
	char *text = printed(&chunk);

	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(what_is_set_is_printed)
{
	assert_printed(an_init(.initiate_tag = SET(0)), "INIT(tag=00000000)");
	assert_printed(a_cookie_ack(), "COOKIE ACK");
	assert_printed(ANY_CHUNK, "any chunk");
	assert_printed(a_data(.tsn = SET(7), .flags = SET(FLAG_E), .payload = BYTES("x")),
		"DATA(flags=0x1 tsn=7 payload=\"x\")");
	assert_printed(a_sack(.cum_tsn_ack = SET(7), .gaps = GAPS({ 2, 3 }), .duplicates = TSNS(1, 1)),
		"SACK(cum=7 gaps={2-3} dups={1, 1})");
	assert_printed(an_error(.causes = CAUSES({ .type = 3, .number = FROM_TO(10, 20) })),
		"ERROR(causes={Stale Cookie(number=10..20)})");
	assert_printed(an_init_ack(.reported = PARAMETERS({ .type = 0xc001 })), "INIT ACK(reported={0xc001})");
	assert_printed(chunk_of(0x3f, .raw = BYTES("\1\2")), "chunk 63(raw=0102)");
}
END_TEST

START_TEST(wrong_things_are_built_as_they_are_said)
{
	uint8_t out[64];

	ck_assert_uint_eq(wire_build_chunk(&a_cookie_ack(.length = SET(3)), out, sizeof(out)), 4);
	ck_assert_mem_eq(out, "\x0b\0\0\3", 4);
	ck_assert_uint_eq(wire_build_chunk(&a_shutdown(.cum_tsn_ack = SET(1), .cut = 2), out, sizeof(out)), 6);
	ck_assert_mem_eq(out, "\x07\0\0\x08\0\0", 6);
	ck_assert_uint_eq(wire_build_chunk(&a_cookie_echo(.cookie = BYTES("12345"), .padding = BYTES("\xff\xff\xff")),
				  out, sizeof(out)),
		12);
	ck_assert_mem_eq(out,
		"\x0a\0\0\x09"
		"12345\xff\xff\xff",
		12);
	ck_assert_uint_eq(wire_build_chunk(&a_sack(.cum_tsn_ack = SET(1), .gap_count = SET(9)), out, sizeof(out)), 16);
	ck_assert_mem_eq(out + 12, "\0\x09\0\0", 4);
	/* no room: nothing, and not a part of it */
	ck_assert_uint_eq(wire_build_chunk(&a_shutdown(.cum_tsn_ack = SET(1)), out, 7), 0);
}
END_TEST

START_TEST(a_pattern_has_its_chunks_in_order_and_others_between)
{
	const struct wire_chunk got[] = { a_cookie_ack(.flags = SET(0)), a_sack(.cum_tsn_ack = SET(1)),
		a_data(.tsn = SET(2)) };
	const struct wire_packet packet = { .chunks = got, .count = 3, .path = 1 };
	const struct wire_chunk wanted[] = { a_cookie_ack(), a_data() }, turned[] = { a_data(), a_cookie_ack() };
	struct wire_pattern pattern = { .packet = { .chunks = wanted, .count = 2, .path = -1 } };

	ck_assert(wire_pattern_fits(&pattern, &packet));
	pattern.packet.path = 1;
	ck_assert(wire_pattern_fits(&pattern, &packet));
	pattern.packet.path = 0;
	ck_assert(!wire_pattern_fits(&pattern, &packet));
	pattern.packet.path = 1;
	pattern.alone = true;
	ck_assert(!wire_pattern_fits(&pattern, &packet));
	pattern.alone = false;
	pattern.packet.chunks = turned;
	ck_assert(!wire_pattern_fits(&pattern, &packet));
	pattern.packet.chunks = wanted;
	pattern.packet.header.verification_tag = SET(3);
	ck_assert(!wire_pattern_fits(&pattern, &packet));
}
END_TEST

START_TEST(reported_parameters_are_those_in_an_init_ack)
{
	const struct wire_chunk said = an_init_ack(.initiate_tag = SET(1),
		.parameters = PARAMETERS({ .type = PARAMETER_UNRECOGNIZED, .value = BYTES("\xc0\1\0\5x") },
			{ .type = PARAMETER_COOKIE, .value = BYTES("c") },
			{ .type = PARAMETER_UNRECOGNIZED, .value = BYTES("\x40\1\0\4") }));
	struct wire_chunk *got = through_the_wire(&said, AF_INET);

	ck_assert(wire_chunk_fits(&an_init_ack(.reported = PARAMETERS({ .type = 0xc001 }, { .type = 0x4001 })), got));
	ck_assert(!wire_chunk_fits(&an_init_ack(.reported = PARAMETERS({ .type = 0xc001 })), got));
	ck_assert(!wire_chunk_fits(&an_init_ack(.reported = NO_PARAMETERS), got));
	ck_assert(wire_chunk_fits(&an_init_ack(.parameters = PARAMETERS({ .type = PARAMETER_COOKIE })), got));
	free(got);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire");
	TCase *chunks = tcase_create("chunks"), *packets = tcase_create("packets");
	const int count = (int)every_chunk_count;

	tcase_add_loop_test(chunks, every_type_comes_back_as_it_was_said, 0, 2 * count);
	tcase_add_loop_test(chunks, every_number_of_every_type_is_compared, 0, count);
	tcase_add_loop_test(chunks, what_is_altered_fits_no_more, 0, count);
	tcase_add_loop_test(chunks, a_copy_is_a_copy, 0, count);
	tcase_add_test(chunks, what_is_set_is_printed);
	tcase_add_test(chunks, wrong_things_are_built_as_they_are_said);
	tcase_add_test(packets, a_pattern_has_its_chunks_in_order_and_others_between);
	tcase_add_test(packets, reported_parameters_are_those_in_an_init_ack);
	suite_add_tcase(suite, chunks);
	suite_add_tcase(suite, packets);
	return run_tests(suite);
}
