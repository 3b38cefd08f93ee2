/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearse_test.c - every case is well formed: it can be rehearsed, which computes each of its windows, and its
 * metadata are complete. And what is not well formed is refused.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/case.h"
#include "runner/engine/tests/run_tests.h"

/* What the rehearsal printed; to be freed. */
static char *rehearse(const struct test_case *test_case, int *status, int64_t *longest_ns)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	*status = case_rehearse(test_case, out, longest_ns);
	fclose(out);
	return text;
}

/* ------------------------------------------------------------------ the cases that there are */

START_TEST(there_are_cases_in_the_order_of_their_ids)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	ck_assert_uint_gt(count, 0);
	for (size_t i = 1; i < count; i++)
		ck_assert_msg(
			strcmp(cases[i - 1]->id, cases[i]->id) < 0, "%s, then %s", cases[i - 1]->id, cases[i]->id);
	for (size_t i = 0; i < count; i++)
		ck_assert_ptr_eq(case_by_id(cases[i]->id), cases[i]);
	ck_assert_ptr_null(case_by_id("no.such-case"));
	ck_assert_ptr_null(case_by_id(""));
}
END_TEST

START_TEST(every_case_can_be_rehearsed)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		int64_t longest_ns = -1;
		int status;
		char *text = rehearse(cases[i], &status, &longest_ns);

		ck_assert_msg(status == 0, "%s: %s", cases[i]->id, text);
		ck_assert_msg(longest_ns > 0 && longest_ns < s(100000), "%s may take %.3f s", cases[i]->id,
			(double)longest_ns / 1e9);
		ck_assert_msg(strstr(text, "expect ") != NULL, "%s expects nothing:\n%s", cases[i]->id, text);
		free(text);
	}
}
END_TEST

START_TEST(a_rehearsal_is_the_same_each_time)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		int64_t first_ns, second_ns;
		int status;
		char *first = rehearse(cases[i], &status, &first_ns);
		char *second = rehearse(cases[i], &status, &second_ns);

		ck_assert_str_eq(first, second);
		ck_assert_int_eq(first_ns, second_ns);
		free(first);
		free(second);
	}
}
END_TEST

/* Each "within A .. B s" that a rehearsal prints. */
START_TEST(every_window_is_one)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		int64_t longest_ns;
		int status;
		char *text = rehearse(cases[i], &status, &longest_ns);

		for (const char *at = text; (at = strstr(at, " within ")) != NULL; at++) {
			double from, to;

			if (sscanf(at, " within %lf .. %lf s", &from, &to) == 2)
				ck_assert_msg(from >= 0 && from <= to, "%s: %.60s", cases[i]->id, at);
		}
		free(text);
	}
}
END_TEST

START_TEST(ids_are_area_and_name)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);
	regex_t form;

	ck_assert_int_eq(regcomp(&form, "^[a-z0-9-]+\\.[a-z0-9-]+$", REG_EXTENDED | REG_NOSUB), 0);
	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(regexec(&form, cases[i]->id, 0, NULL, 0) == 0, "%s", cases[i]->id);
		ck_assert_msg(strncmp(cases[i]->id, cases[i]->area, strlen(cases[i]->area)) == 0, "%s in area %s",
			cases[i]->id, cases[i]->area);
	}
	regfree(&form);
}
END_TEST

/* The name in quotes stands in the line that a case is said to come from, or, as a compiler may take a macro's last
 * line for its own, in the nearest line above it that begins one. A line that makes several has what their names begin
 * with. */
static void assert_line_of(const struct test_case *test_case, FILE *file)
{
	const char *const name = strchr(test_case->id, '.') + 1;
	char text[512], begun[512] = "", quoted[128] = "";
	int line = 0;

	while (line < test_case->line && fgets(text, sizeof(text), file) != NULL) {
		const char *const word = text + strspn(text, " \t{");

		line++;
		if (*word >= 'A' && *word <= 'Z' && strchr(word, '(') != NULL && strchr(word, '"') != NULL)
			strcpy(begun, text);
	}
	if (strchr(begun, '"') != NULL)
		sscanf(strchr(begun, '"'), "\"%127[^\"]\"", quoted);
	ck_assert_msg(line == test_case->line && *quoted && strncmp(name, quoted, strlen(quoted)) == 0 &&
			strchr("-", name[strlen(quoted)]) != NULL,
		"%s is not at %s:%d: %s", test_case->id, test_case->file, test_case->line, begun);
}

START_TEST(cases_are_where_they_say)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		char path[512];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", SOURCE, cases[i]->file);
		file = fopen(path, "r");
		ck_assert_msg(file != NULL, "%s", path);
		assert_line_of(cases[i], file);
		fclose(file);
	}
}
END_TEST

START_TEST(titles_are_sentences_of_their_own)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(cases[i]->title != NULL && strlen(cases[i]->title) > 10, "%s has no title", cases[i]->id);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(cases[i]->title, cases[k]->title) != 0, "%s and %s: %s", cases[k]->id,
				cases[i]->id, cases[i]->title);
	}
}
END_TEST

START_TEST(every_case_covers_requirements)
{
	size_t count;
	const struct test_case *const *cases = case_all(&count);

	for (size_t i = 0; i < count; i++) {
		const char *const *ids = cases[i]->requirements;

		ck_assert_msg(ids != NULL && ids[0] != NULL, "%s covers nothing", cases[i]->id);
		for (size_t k = 0; ids[k] != NULL; k++)
			for (size_t m = 0; m < k; m++)
				ck_assert_msg(strcmp(ids[k], ids[m]) != 0, "%s covers %s twice", cases[i]->id, ids[k]);
		ck_assert_ptr_nonnull(cases[i]->topology);
		ck_assert_ptr_nonnull(cases[i]->body);
	}
}
END_TEST

/* ------------------------------------------------------------------ what is printed, and what is refused */

static void idle_primary_lost(struct trial *t)
{
	struct pair p = associated(t);
	expect_exchange(t, A, INIT, B, INIT_ACK);
	const vtime lost = inject(t, all_lost(0));
	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	expect_not_sent(t, A, 0, DATA, since(t, lost));
	expect_quiet(t, s(2));
}

static void without_a_window(struct trial *t)
{
	struct pair p = associated(t);

	expect(t, addr_unreachable(p.client, 0));
}

static void a_window_that_ends_before_it_begins(struct trial *t)
{
	struct pair p = associated(t);

	expect(t, within(between(s(2), s(1)), addr_unreachable(p.client, 0)));
}

static void a_path_that_is_not_there(struct trial *t)
{
	struct peer *server = open_peer(t, ENDPOINT_B, "server", NULL);

	start_connect(t, open_peer(t, ENDPOINT_A, "client", NULL), server, 2);
}

static void too_many_messages(struct trial *t)
{
	struct pair p = associated(t);

	send_messages(t, p.client, p.server, &(struct traffic){ .count = 1000000 });
}

static void too_many_sockets(struct trial *t)
{
	for (int i = 0; i <= 128; i++)
		open_peer(t, ENDPOINT_A, "client", NULL);
}

static void a_question_without_a_window(struct trial *t)
{
	expect_sent(t, A, 0, DATA, between(0, 0));
}

static void a_question_about_no_path(struct trial *t)
{
	associated(t);
	expect_sent(t, A, 2, DATA, since(t, 0));
}

static void at_least_none(struct trial *t)
{
	associated(t);
	expect_sent_at_least(t, 0, A, 0, DATA, since(t, 0));
}

static void an_exchange_of_half_a_chunk(struct trial *t)
{
	associated(t);
	expect_exchange(t, A, INIT, B);
}

static void an_exchange_with_nobody(struct trial *t)
{
	associated(t);
	expect_exchange(t, SHUTDOWN, A);
}

static void an_exchange_in_no_time(struct trial *t)
{
	struct pair p = associated(t);

	shut_down(t, p.client);
	expect_exchange(t, A, SHUTDOWN);
}

static void it_is_skipped(struct trial *t)
{
	skip(t, "not here");
}

static struct test_case with_body(void (*body)(struct trial *t))
{
	static const char *const requirements[] = { "9260-8.2-03", NULL };

	return (struct test_case){ .id = "engine.rehearsed",
		.area = "engine",
		.title = "A title",
		.requirements = requirements,
		.topology = &topology_two_paths,
		.body = body,
		.file = "here",
		.line = 1 };
}

START_TEST(verbs_print_themselves)
{
	const struct test_case test_case = with_body(idle_primary_lost);
	int64_t longest_ns;
	int status;
	char *text = rehearse(&test_case, &status, &longest_ns);

	ck_assert_int_eq(status, 0);
	ck_assert_msg(strstr(text, "  server opens a socket at b with 2 addresses\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "  client connects to the server over path 0\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "  inject ") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "client: addr_unreachable of path 0 within 61.500 .. ") != NULL, "%s", text);
	ck_assert_msg(strstr(text, " s of the fault") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "  expect in the captures: no DATA from a") != NULL, "%s", text);
	ck_assert_msg(strstr(text,
			      "  expect in the captures: INIT from a, then INIT ACK from b and no more of these, "
			      "at both ends within 0.000 .. 0.500 s\n") != NULL,
		"%s", text);
	ck_assert_msg(strstr(text, "  expect quiet for 2.000 s\n") != NULL, "%s", text);
	/* Half a second for the start, the end of the window, and the quiet. */
	const struct settings defaults = settings_in_force(&test_case.settings);
	ck_assert_int_eq(longest_ns, ms(500) + timing_idle_unreachable(&defaults).to + s(2));
	free(text);
}
END_TEST

START_TEST(what_is_not_well_formed_is_refused)
{
	static const struct {
		void (*body)(struct trial *t);
		const char *reason;
	} refused[] = {
		{ without_a_window, "an expectation without a window" },
		{ a_window_that_ends_before_it_begins, "an expectation without a window" },
		{ a_path_that_is_not_there, "server has no address on path 2" },
		{ too_many_messages, "a flow of 1000000 messages" },
		{ too_many_sockets, "more than 128 sockets" },
		{ a_question_without_a_window, "without a window" },
		{ a_question_about_no_path, "of path 2" },
		{ at_least_none, "at least none" },
		{ an_exchange_of_half_a_chunk, "an exchange of 3 words" },
		{ an_exchange_with_nobody, "chunk 1 of an exchange is from nobody" },
		{ an_exchange_in_no_time, "for which no time was given" },
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const struct test_case test_case = with_body(refused[i].body);
		int64_t longest_ns;
		int status;
		char *text = rehearse(&test_case, &status, &longest_ns);

		ck_assert_msg(status != 0, "not refused: %s", refused[i].reason);
		ck_assert_msg(strstr(text, "not well formed: ") && strstr(text, refused[i].reason), "%s", text);
		free(text);
	}
}
END_TEST

START_TEST(what_is_skipped_is_well_formed)
{
	const struct test_case test_case = with_body(it_is_skipped);
	int64_t longest_ns;
	int status;
	char *text = rehearse(&test_case, &status, &longest_ns);

	ck_assert_int_eq(status, 0);
	free(text);
}
END_TEST

int main(void)
{
	return RUN_TESTS("rehearsals", there_are_cases_in_the_order_of_their_ids, every_case_can_be_rehearsed,
		a_rehearsal_is_the_same_each_time, every_window_is_one, ids_are_area_and_name, cases_are_where_they_say,
		titles_are_sentences_of_their_own, every_case_covers_requirements, verbs_print_themselves,
		what_is_not_well_formed_is_refused, what_is_skipped_is_well_formed);
}
