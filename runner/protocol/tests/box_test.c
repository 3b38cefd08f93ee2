/* SPDX-License-Identifier: Apache-2.0 */
/* box_test.c - the box: what one side writes the other reads, and damage is seen. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "core/tests/suite.h"
#include "runner/protocol/box.h"

static char folder[] = "/tmp/box_test_XXXXXX";
static char path[64];
static struct box box;

static struct box_header *header(void)
{
	return (struct box_header *)(void *)box.base;
}

static void set_up(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/box", folder);
	ck_assert_int_eq(box_create(path, &box), 0);
}

static void tear_down(void)
{
	char other[80];

	box_unmap(&box);
	unlink(path);
	snprintf(other, sizeof(other), "%s/file", folder);
	unlink(other);
	rmdir(folder);
}

START_TEST(new_box_waits_and_is_private)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_uint_eq((uint64_t)st.st_size, BOX_SIZE);
	ck_assert_int_lt(st.st_blocks * 512, 1 << 20); /* sparse */
	ck_assert_uint_eq(header()->state, BOX_WAIT);
}
END_TEST

START_TEST(order_arrives_with_its_files)
{
	static const char contents[] = "two\0bytes";
	char file[80];
	struct box_payload payloads[] = { { "/run/x", file, 0755 }, { "/run/empty", "/dev/null", 0644 } };
	struct box other;
	FILE *out;
	json_t *order;
	const char *name;
	json_int_t offset, length;
	int mode;

	snprintf(file, sizeof(file), "%s/file", folder);
	out = fopen(file, "w");
	ck_assert_uint_eq(fwrite(contents, 1, sizeof(contents), out), sizeof(contents));
	fclose(out);
	ck_assert_int_eq(box_put_order(&box, "{\"do\":\"exec\",\"seed\":7}", payloads, 2), 0);

	ck_assert_int_eq(box_map_file(path, &other), 0);
	ck_assert_uint_eq(((struct box_header *)(void *)other.base)->state, BOX_RUN);
	order = json_loads((char *)other.base + header()->order_offset, 0, NULL);
	ck_assert_ptr_nonnull(order);
	ck_assert_uint_eq(strlen((char *)other.base + header()->order_offset), header()->order_length);
	ck_assert_str_eq(json_string_value(json_object_get(order, "do")), "exec");
	ck_assert_int_eq(json_integer_value(json_object_get(order, "seed")), 7);
	ck_assert_uint_eq(json_array_size(json_object_get(order, "files")), 2);
	ck_assert_int_eq(json_unpack(json_array_get(json_object_get(order, "files"), 0), "{s:s,s:I,s:I,s:i}", "name",
				 &name, "offset", &offset, "length", &length, "mode", &mode),
		0);
	ck_assert_str_eq(name, "/run/x");
	ck_assert_int_eq(mode, 0755);
	ck_assert_int_eq(length, (json_int_t)sizeof(contents));
	ck_assert_mem_eq(other.base + offset, contents, sizeof(contents));
	json_decref(order);
	box_unmap(&other);
}
END_TEST

START_TEST(order_goes_into_another_box)
{
	const struct box_payload payload = { "/run/x", "/proc/self/cmdline", 0755 };
	char other_path[80];
	struct box other;
	struct box_header *copied;

	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	ck_assert_int_eq(box_create(other_path, &other), 0);
	copied = (struct box_header *)(void *)other.base;
	ck_assert_int_eq(box_put_order(&box, "{\"do\":\"exec\"}", &payload, 1), 0);
	ck_assert_int_eq(box_append(&box, BOX_LOG, "1", 1), 0);
	box_ask_to_stay(&box);
	ck_assert_int_eq(box_copy_order(&other, &box, false), 0);
	ck_assert_uint_eq(copied->state, BOX_RUN);
	ck_assert_uint_eq(copied->committed, 0);
	ck_assert_mem_eq(
		other.base + sizeof(*copied), box.base + sizeof(*copied), header()->results_offset - sizeof(*copied));
	ck_assert(!box_stays(&other));
	ck_assert_int_eq(box_copy_order(&other, &box, true), 0);
	ck_assert(!box_is_done(&other));
	ck_assert(box_stays(&other));
	ck_assert(box_is_done(&other));
	header()->results_offset = BOX_SIZE + 8;
	ck_assert_int_eq(box_copy_order(&other, &box, true), -EPROTO);
	box_unmap(&other);
	unlink(other_path);
}
END_TEST

START_TEST(order_that_cannot_be_is_refused)
{
	const struct box_payload missing = { "/run/x", "/nowhere/at/all", 0644 };
	const struct box_payload folder_payload = { "/run/x", folder, 0644 };

	ck_assert_int_eq(box_put_order(&box, "no json", NULL, 0), -EINVAL);
	ck_assert_int_eq(box_put_order(&box, "[1]", NULL, 0), -EINVAL);
	ck_assert_int_eq(box_put_order(&box, "{}", &missing, 1), -ENOENT);
	ck_assert_int_eq(box_put_order(&box, "{}", &folder_payload, 1), -EISDIR);
	ck_assert_uint_eq(header()->state, BOX_WAIT);
}
END_TEST

START_TEST(file_larger_than_the_box_is_refused)
{
	char file[80];
	struct box_payload payload = { "/run/x", file, 0644 };

	snprintf(file, sizeof(file), "%s/file", folder);
	fclose(fopen(file, "w"));
	ck_assert_int_eq(truncate(file, (off_t)BOX_SIZE), 0);
	ck_assert_int_eq(box_put_order(&box, "{}", &payload, 1), -EFBIG);
	ck_assert_uint_eq(header()->state, BOX_WAIT);
}
END_TEST

START_TEST(records_come_back_in_order)
{
	static const char text[] = "0123456789";
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged;

	ck_assert_int_eq(box_put_order(&box, "{}", NULL, 0), 0);
	ck_assert(!box_next(&box, &cursor, &record, &payload, &damaged));
	ck_assert(!damaged);
	for (size_t n = 0; n <= 10; n++)
		ck_assert_int_eq(box_append(&box, BOX_LOG, text, n), 0);
	ck_assert_int_eq(box_append2(&box, BOX_FILE, "name", 5, text, 3), 0);
	for (size_t n = 0; n <= 10; n++) {
		ck_assert(box_next(&box, &cursor, &record, &payload, &damaged));
		ck_assert_uint_eq(record.type, BOX_LOG);
		ck_assert_uint_eq(record.length, n);
		ck_assert_mem_eq(payload, text, n);
		ck_assert_uint_eq((uintptr_t)payload % 8, 0);
	}
	ck_assert(box_next(&box, &cursor, &record, &payload, &damaged));
	ck_assert_uint_eq(record.type, BOX_FILE);
	ck_assert_uint_eq(record.length, 8);
	ck_assert_mem_eq(payload,
		"name\0"
		"012",
		8);
	ck_assert(!box_next(&box, &cursor, &record, &payload, &damaged));
	ck_assert(!damaged);
	/* a walk that stopped goes on where it was */
	ck_assert_int_eq(box_append(&box, BOX_END, "\1\0\0", 4), 0);
	ck_assert(box_next(&box, &cursor, &record, &payload, &damaged));
	ck_assert_uint_eq(record.type, BOX_END);
}
END_TEST

/* As the agent has it in a guest, but in the file: 4 KiB are mapped at first. */
static struct box a_beginning(void)
{
	struct box part = { .size = BOX_SIZE, .mapped = 4096, .memory = open(path, O_RDWR) };

	ck_assert_int_ge(part.memory, 0);
	part.base = mmap(NULL, part.mapped, PROT_READ | PROT_WRITE, MAP_SHARED, part.memory, 0);
	ck_assert(part.base != MAP_FAILED);
	return part;
}

START_TEST(a_box_of_which_a_beginning_is_mapped_takes_as_much)
{
	static unsigned char data[3000], read_back[3000];
	const unsigned char *payload;
	struct box part = a_beginning();
	struct box_record record;
	uint64_t cursor = 0;
	bool damaged;

	for (int i = 0; i < 100; i++) {
		memset(data, i, sizeof(data));
		ck_assert_int_eq(box_append(&part, BOX_LOG, data, sizeof(data)), 0);
	}
	ck_assert_uint_ge(part.mapped, 100 * sizeof(data));
	ck_assert_uint_lt(part.mapped, BOX_SIZE / 2);
	for (int i = 0; i < 100; i++) {
		ck_assert(box_next(&box, &cursor, &record, &payload, &damaged));
		memset(read_back, i, sizeof(read_back));
		ck_assert_uint_eq(record.length, sizeof(data));
		ck_assert_mem_eq(payload, read_back, sizeof(data));
	}
	ck_assert(!box_next(&box, &cursor, &record, &payload, &damaged) && !damaged);
	ck_assert_int_eq(box_reach(&part, BOX_SIZE), 0);
	ck_assert_mem_eq(part.base, box.base, BOX_SIZE / 64);
	ck_assert_int_eq(box_reach(&part, BOX_SIZE + 1), -ENOSPC);
	box_unmap(&part);
}
END_TEST

START_TEST(full_box_takes_no_more)
{
	size_t room = BOX_SIZE - header()->results_offset;
	char *large = calloc(1, room);

	ck_assert_ptr_nonnull(large);
	ck_assert_int_eq(box_append(&box, BOX_FILE, large, room), -ENOSPC);
	ck_assert_int_eq(box_append2(&box, BOX_FILE, large, SIZE_MAX - 4, large, 8), -ENOSPC);
	ck_assert_uint_eq(header()->committed, 0);
	ck_assert_int_eq(box_append(&box, BOX_FILE, large, room - 8), 0);
	ck_assert_uint_eq(header()->committed, room);
	ck_assert_int_eq(box_append(&box, BOX_LOG, "", 0), -ENOSPC);
	free(large);
}
END_TEST

/* What a guest gone wrong may write. The first record, good, is at results_offset. */
static void damage_start(void)
{
	header()->results_offset = 8;
}
static void damage_start_beyond(void)
{
	header()->results_offset = BOX_SIZE + 8;
}
static void damage_start_alignment(void)
{
	header()->results_offset += 4;
}
static void damage_committed(void)
{
	header()->committed = BOX_SIZE;
}
static void damage_committed_alignment(void)
{
	header()->committed += 1;
}
static void damage_committed_huge(void)
{
	header()->committed = UINT64_MAX - 7;
}
static void damage_type(void)
{
	memset(box.base + header()->results_offset, 0, 4);
}
static void damage_type_unknown(void)
{
	memset(box.base + header()->results_offset, 99, 4);
}
static void damage_length(void)
{
	memset(box.base + header()->results_offset + 4, 0xff, 4);
}
static void damage_length_by_one(void)
{
	box.base[header()->results_offset + 4] += 8;
}

static void (*const damages[])(void) = { damage_start, damage_start_beyond, damage_start_alignment, damage_committed,
	damage_committed_alignment, damage_committed_huge, damage_type, damage_type_unknown, damage_length,
	damage_length_by_one };

START_TEST(damage_ends_the_walk)
{
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged = false;
	int steps = 0;

	ck_assert_int_eq(box_put_order(&box, "{}", NULL, 0), 0);
	ck_assert_int_eq(box_append(&box, BOX_LOG, "abcd", 4), 0);
	damages[_i]();
	/* what lies behind the record is empty, so committing too much is seen one record later */
	while (box_next(&box, &cursor, &record, &payload, &damaged) && steps < 3)
		steps++;
	ck_assert(damaged);
	ck_assert_int_le(steps, 1);
}
END_TEST

START_TEST(other_files_are_no_box)
{
	char file[80];
	struct box other;

	snprintf(file, sizeof(file), "%s/file", folder);
	ck_assert_int_eq(box_map_file(file, &other), -ENOENT);
	fclose(fopen(file, "w"));
	ck_assert_int_eq(box_map_file(file, &other), -EPROTO);
	ck_assert_int_eq(truncate(file, 4096), 0);
	ck_assert_int_eq(box_map_file(file, &other), -EPROTO);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("box");
	TCase *tests = tcase_create("box");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, new_box_waits_and_is_private);
	tcase_add_test(tests, order_arrives_with_its_files);
	tcase_add_test(tests, order_goes_into_another_box);
	tcase_add_test(tests, order_that_cannot_be_is_refused);
	tcase_add_test(tests, file_larger_than_the_box_is_refused);
	tcase_add_test(tests, records_come_back_in_order);
	tcase_add_test(tests, a_box_of_which_a_beginning_is_mapped_takes_as_much);
	tcase_add_test(tests, full_box_takes_no_more);
	tcase_add_loop_test(tests, damage_ends_the_walk, 0, sizeof(damages) / sizeof(*damages));
	tcase_add_test(tests, other_files_are_no_box);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
