/* SPDX-License-Identifier: Apache-2.0 */
/* asked_fixture.c - see asked_fixture.h. */
#include "runner/verdict/tests/asked_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/scenario.h"
#include "runner/verdict/tests/judge_box.h"

static const struct test_case test_case = { .id = "verdict.asked",
	.area = "verdict",
	.title = "Packets",
	.requirements = IDS("9260-6.4-01"),
	.topology = &topology_two_paths,
	.file = "cases/wire.c",
	.line = 3 };

struct trial *t;
FILE *captures[2][2];
json_t *lines;
struct answers answers;

static char *octets[2][2];
static size_t lengths[2][2];
static bool missing[2][2];

/* ------------------------------------------------------------------ captures */

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

	topology_link_address(&topology_two_paths, from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A, path, frame.bytes);
	ipv4(&frame);
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++) {
		const struct sockaddr_storage address = topology_address(&topology_two_paths, at, path, IPV4);

		memcpy(frame.bytes + frame.ip + (at == from ? 12 : 16),
			&((const struct sockaddr_in *)(const void *)&address)->sin_addr, 4);
	}
	sctp(&frame);
	return frame;
}

/* Of the IP header, without which a packet is thrown away. */
static void sum_up(struct frame *frame)
{
	uint8_t *const ip = frame->bytes + frame->ip;
	uint32_t sum = 0;

	ip[10] = ip[11] = 0;
	for (unsigned i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	ip[10] = (uint8_t)(~sum >> 8);
	ip[11] = (uint8_t)~sum;
}

void capture(enum endpoint at, unsigned path, vtime instant, struct frame *frame)
{
	FILE *file = captures[at][path];

	finish(frame);
	sum_up(frame);
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
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++) {
			missing[at][path] = false;
			captures[at][path] = open_memstream(&octets[at][path], &lengths[at][path]);
			ck_assert_ptr_nonnull(captures[at][path]);
			write_header(captures[at][path]);
		}
	fake_reset();
	t = scenario_trial(&test_case);
}

static void close_capture(enum endpoint at, unsigned path)
{
	if (captures[at][path] != NULL)
		fclose(captures[at][path]);
	captures[at][path] = NULL;
}

void remove_capture(enum endpoint at, unsigned path)
{
	missing[at][path] = true;
}

void empty_capture(enum endpoint at, unsigned path)
{
	close_capture(at, path);
	lengths[at][path] = 0;
}

void tear_down(void)
{
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++) {
			close_capture(at, path);
			free(octets[at][path]);
		}
	json_decref(lines);
	lines = NULL;
	answers_free(&answers);
	scenario_trial_free(t);
	fake_reset();
}

/* ------------------------------------------------------------------ judging */

static void deliver(enum endpoint at, unsigned path)
{
	char name[32];

	close_capture(at, path);
	if (missing[at][path])
		return;
	snprintf(name, sizeof(name), "%c-path%u.pcap", at == ENDPOINT_A ? 'a' : 'b', path);
	evidence_log(t->box, test_case.id, "capture",
		json_pack("{s:s#, s:i, s:s, s:I}", "endpoint", name, 1, "path", (int)path, "file", name, "began_ns",
			(json_int_t)ORIGIN));
	box_append2(t->box, BOX_FILE, name, strlen(name) + 1, octets[at][path], lengths[at][path]);
}

static void judge(void)
{
	trial_log_questions(t);
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < 2; path++)
			deliver(at, path);
	lines = judge_box(t->box, &test_case, s(9), &answers);
}

const json_t *check(size_t i)
{
	const json_t *line;
	size_t at;

	json_array_foreach(lines, at, line) {
		ck_assert_str_ne(json_string_value(json_object_get(line, "type")), "question");
		if (json_object_get(line, "question") != NULL && i-- == 0)
			return line;
	}
	return NULL;
}

/* The checks say so, too: all that there are hold, or one does not and has what was got. */
static void assert_checks(bool right)
{
	bool hold = true;

	ck_assert_ptr_nonnull(check(0));
	for (size_t i = 0; check(i) != NULL; i++) {
		const bool ok = json_is_true(json_object_get(check(i), "ok"));

		ck_assert(ok == (json_object_get(check(i), "got") == NULL));
		hold &= ok;
	}
	ck_assert(hold == right);
}

static void assert_verdict(enum verdict verdict, const char *got)
{
	judge();
	ck_assert_msg(answers.verdict == verdict, "%s: %s", verdict_name(answers.verdict), answers.explanation);
	if (got != NULL)
		ck_assert_msg(strstr(answers.explanation, got) != NULL, "%s", answers.explanation);
	assert_checks(verdict == VERDICT_NONE);
}

void assert_judged(bool right, const char *got)
{
	assert_verdict(right ? VERDICT_NONE : VERDICT_FAIL, got);
	if (!right)
		ck_assert_str_eq(answers.reason, "the packets are not as expected");
}

void assert_unreadable(const char *got)
{
	assert_verdict(VERDICT_ERROR, got);
	ck_assert_msg(strstr(answers.reason, got) != NULL, "%s", answers.reason);
}
