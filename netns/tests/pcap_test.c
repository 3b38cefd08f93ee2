/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcap_test.c - capture files of both byte orders and both resolutions, cut anywhere.
 */
#include "core/tests/suite.h"
#include "netns/packet.h"
#include "netns/tests/guarded.h"

#include <check.h>
#include <errno.h>
#include <string.h>

struct file {
	uint8_t bytes[256];
	size_t length;
	bool swapped;
};

static void add32(struct file *file, uint32_t number)
{
	if (file->swapped)
		number = __builtin_bswap32(number);
	memcpy(file->bytes + file->length, &number, 4);
	file->length += 4;
}

static void add_version(struct file *file, uint16_t major, uint16_t minor)
{
	uint16_t numbers[2] = { major, minor };

	if (file->swapped) {
		numbers[0] = __builtin_bswap16(major);
		numbers[1] = __builtin_bswap16(minor);
	}
	memcpy(file->bytes + file->length, numbers, 4);
	file->length += 4;
}

static void add_record(struct file *file, uint32_t fraction, const char *bytes, uint32_t length)
{
	add32(file, 1700000000);
	add32(file, fraction);
	add32(file, length);
	add32(file, length + 100);
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

static struct file two_records(bool swapped, bool nanoseconds)
{
	struct file file = { .swapped = swapped };

	add32(&file, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
	add_version(&file, 2, 4);
	add32(&file, 0);
	add32(&file, 0);
	add32(&file, 262144);
	add32(&file, 1);
	add_record(&file, 5, "first", 5);
	add_record(&file, 7, "second", 6);
	return file;
}

START_TEST(both_orders_and_resolutions)
{
	struct file file = two_records(_i & 1, _i & 2);
	int64_t unit = _i & 2 ? 1 : 1000;
	struct pcap_reader reader;
	struct pcap_record record;

	ck_assert_int_eq(pcap_open_memory(file.bytes, file.length, &reader), 0);
	ck_assert_int_eq(reader.link, 1);
	ck_assert_int_eq(pcap_next_record(&reader, &record), 1);
	ck_assert_int_eq(record.time_ns, 1700000000000000000 + 5 * unit);
	ck_assert_uint_eq(record.captured, 5);
	ck_assert_uint_eq(record.length, 105);
	ck_assert_mem_eq(record.bytes, "first", 5);
	ck_assert_int_eq(pcap_next_record(&reader, &record), 1);
	ck_assert_int_eq(record.time_ns, 1700000000000000000 + 7 * unit);
	ck_assert_mem_eq(record.bytes, "second", 6);
	ck_assert_int_eq(pcap_next_record(&reader, &record), 0);
	ck_assert_int_eq(pcap_next_record(&reader, &record), 0);
}
END_TEST

/* Whole records before the cut are given; the cut itself is reported unless it falls between
 * records. */
START_TEST(every_prefix)
{
	struct file file = two_records(false, true);
	const size_t ends[] = { 24, 24 + 16 + 5, file.length };

	for (size_t length = 0; length <= file.length; length++) {
		struct guarded bytes = guard(file.bytes, length);
		struct pcap_reader reader;
		struct pcap_record record;
		int status = pcap_open_memory(bytes.bytes, length, &reader), records = 0;
		bool between = length == ends[0] || length == ends[1] || length == ends[2];

		if (length < 24) {
			ck_assert_int_eq(status, -EINVAL);
		} else {
			ck_assert_int_eq(status, 0);
			while ((status = pcap_next_record(&reader, &record)) == 1)
				records++;
			ck_assert_int_eq(status, between ? 0 : -EINVAL);
			ck_assert_int_eq(records, (length >= ends[1]) + (length >= ends[2]));
		}
		unguard(&bytes);
	}
}
END_TEST

START_TEST(what_is_not_a_capture)
{
	struct file file = two_records(false, true);
	struct pcap_reader reader;
	uint32_t pcapng = 0x0a0d0d0a;

	file.bytes[4] = 3; /* version 3, or 0x0003 in the other order */
	file.bytes[5] = 3;
	ck_assert_int_eq(pcap_open_memory(file.bytes, file.length, &reader), -EINVAL);
	memcpy(file.bytes, &pcapng, 4);
	ck_assert_int_eq(pcap_open_memory(file.bytes, file.length, &reader), -EINVAL);
	ck_assert_int_eq(pcap_open_memory(NULL, 0, &reader), -EINVAL);
}
END_TEST

START_TEST(a_record_that_lies)
{
	struct file file = two_records(false, false);
	struct pcap_reader reader;
	struct pcap_record record;
	uint32_t huge = 0xffffffff, million = 1000000;

	ck_assert_int_eq(pcap_open_memory(file.bytes, file.length, &reader), 0);
	memcpy(file.bytes + 24 + 16 + 5 + 8, &huge, 4);
	ck_assert_int_eq(pcap_next_record(&reader, &record), 1);
	ck_assert_int_eq(pcap_next_record(&reader, &record), -EINVAL);
	ck_assert_int_eq(pcap_open_memory(file.bytes, file.length, &reader), 0);
	memcpy(file.bytes + 24 + 4, &million, 4);
	ck_assert_int_eq(pcap_next_record(&reader, &record), -EINVAL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcap");
	TCase *reading = tcase_create("reading");

	tcase_add_loop_test(reading, both_orders_and_resolutions, 0, 4);
	tcase_add_test(reading, every_prefix);
	tcase_add_test(reading, what_is_not_a_capture);
	tcase_add_test(reading, a_record_that_lies);
	suite_add_tcase(suite, reading);
	return run_tests(suite);
}
