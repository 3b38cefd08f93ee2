/* SPDX-License-Identifier: Apache-2.0 */
/* wire_fixture.c - see wire_fixture.h. */
#include "runner/engine/tests/wire_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/scenario.h"

static const struct test_case test_case = { .id = "engine.wire",
	.area = "engine",
	.title = "Packets",
	.requirements = IDS("9260-6.4-01"),
	.topology = &topology_two_paths,
	.file = "cases/wire.c",
	.line = 3 };

static char directory[32];
struct trial *t;
FILE *captures[2][2];

/* ------------------------------------------------------------------ captures */

static void name_of(enum endpoint at, unsigned path, char *name, size_t size)
{
	snprintf(name, size, "%s/%c-path%u.pcap", directory, at == ENDPOINT_A ? 'a' : 'b', path);
}

void write32(FILE *file, uint32_t number)
{
	ck_assert_uint_eq(fwrite(&number, sizeof(number), 1, file), 1);
}

/* Nanoseconds, Ethernet, in this machine's byte order. */
static void write_header(FILE *file)
{
	write32(file, 0xa1b23c4d);
	write32(file, 2 | 4U << 16);
	write32(file, 0);
	write32(file, 0);
	write32(file, 262144);
	write32(file, 1);
}

struct frame frame_from(enum endpoint from, unsigned path)
{
	struct frame frame = ethernet(0x0800);

	ipv4(&frame);
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++) {
		const struct sockaddr_storage address = topology_address(&topology_two_paths, at, path, IPV4);

		memcpy(frame.bytes + frame.ip + (at == from ? 12 : 16),
			&((const struct sockaddr_in *)(const void *)&address)->sin_addr, 4);
	}
	sctp(&frame);
	return frame;
}

void capture(enum endpoint at, unsigned path, vtime instant, struct frame *frame)
{
	FILE *file = captures[at][path];

	finish(frame);
	write32(file, (uint32_t)((ORIGIN + instant) / 1000000000));
	write32(file, (uint32_t)((ORIGIN + instant) % 1000000000));
	write32(file, (uint32_t)frame->length);
	write32(file, (uint32_t)frame->length);
	ck_assert_uint_eq(fwrite(frame->bytes, frame->length, 1, file), 1);
}

void heartbeat(enum endpoint at, enum endpoint from, unsigned path, vtime instant)
{
	struct frame frame = frame_from(from, path);

	chunk(&frame, CHUNK_HEARTBEAT, 0, "\0\1\0\10info", 8);
	capture(at, path, instant, &frame);
}

void set_up(void)
{
	strcpy(directory, "/tmp/wire-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++) {
			char name[64];

			name_of(at, path, name, sizeof(name));
			captures[at][path] = fopen(name, "w");
			ck_assert_ptr_nonnull(captures[at][path]);
			write_header(captures[at][path]);
		}
	fake_reset();
	t = scenario_trial(&test_case);
}

void close_captures(void)
{
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++)
			if (captures[at][path] != NULL) {
				fclose(captures[at][path]);
				captures[at][path] = NULL;
			}
}

void remove_capture(enum endpoint at, unsigned path)
{
	char name[64];

	name_of(at, path, name, sizeof(name));
	unlink(name);
}

void empty_capture(enum endpoint at, unsigned path)
{
	char name[64];

	close_captures();
	name_of(at, path, name, sizeof(name));
	ck_assert_int_eq(truncate(name, 0), 0);
}

void tear_down(void)
{
	close_captures();
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++)
			remove_capture(at, path);
	rmdir(directory);
	scenario_trial_free(t);
	fake_reset();
}

void read_captures(struct captures *out)
{
	close_captures();
	captures_read(&topology_two_paths, directory, out);
}

static void assert_verdict(enum verdict verdict, const char *got)
{
	struct captures seen;

	read_captures(&seen);
	wire_judge(t, &seen, ORIGIN);
	captures_free(&seen);
	ck_assert_msg(t->evidence->verdict == verdict, "%s: %s", verdict_name(t->evidence->verdict),
		t->evidence->explanation);
	if (got != NULL)
		ck_assert_msg(strstr(t->evidence->explanation, got) != NULL, "%s", t->evidence->explanation);
}

void assert_judged(bool right, const char *got)
{
	assert_verdict(right ? VERDICT_NONE : VERDICT_FAIL, got);
}

void assert_unreadable(const char *got)
{
	assert_verdict(VERDICT_ERROR, got);
}
