/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_fuzz.c - any bytes, as a capture that was taken somewhere and as one that was taken at an end, are judged and
 * told in all three ways without touching what is not theirs. What must hold whatever the input: no association is
 * lost, and the parts of a time add up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner/judge/anatomy.h"
#include "runner/judge/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void check_times(const struct failure *failure)
{
	struct part parts[PARTS_MAX];
	for (unsigned until = 0; until < UNTILS; until++) {
		int64_t total_ns, sum_ns = 0;
		const unsigned n = anatomy_parts(failure, (enum until)until, parts, &total_ns);
		for (unsigned i = 0; i < n; i++)
			sum_ns += parts[i].ns;
		demand(n == 0 || sum_ns == total_ns);
	}
}

static void check(const struct judgement *judgement)
{
	size_t n = 0;
	for (const struct account *account = judgement->accounts; account; account = account->next) {
		n++;
		for (unsigned i = 0; i < account->n_failures; i++)
			check_times(&account->failures[i]);
	}
	demand(n == judgement->n_accounts);
	demand(judgement->n_accounts + judgement->n_left_out <= judgement->n_associations);
}

static void judge(const char *name, bool from, size_t length, FILE *out)
{
	const struct source_name file = { .name = name, .from = from };
	struct judge_options options = {
		.files = &file,
		.n_files = 1,
		.settings = settings_default(),
		.udp_port = 9899,
		.associations = 8,
		.links_up = from,
	};
	struct judgement *judgement = NULL;
	options.settings.said = from;
	if (judge_captures(&options, &judgement, NULL) != 0)
		return;
	check(judgement);
	demand(write_text(judgement, out, (struct write_style){ .rules = true }) == 0);
	/* they take most of the time: for some */
	demand(file.from || length % 4 != 0 || write_json(judgement, out) == 0);
	demand(file.from || length % 4 != 1 || write_html(judgement, out) == 0);
	judgement_free(judgement);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static FILE *out;
	char name[64];
	const int file = memfd_create("capture", MFD_CLOEXEC);
	if (!out)
		out = fopen("/dev/null", "we");
	demand(out && file >= 0);
	demand(write(file, bytes, length) == (ssize_t)length);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	judge(name, false, length, out);
	judge(name, true, length, out);
	close(file);
	return 0;
}
