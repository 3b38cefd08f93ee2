/* SPDX-License-Identifier: Apache-2.0 */
/* refereed.c - see refereed.h. */
#include "runner/verdict/refereed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "runner/referee/referee.h"
#include "runner/verdict/finding_explain.h"
#include "runner/verdict/kernel_range.h"
#include "runner/verdict/line.h"

enum { FINDINGS_WITH_PACKETS = 2 };

static const char *const levels[] = { [LEVEL_MUST] = "MUST", [LEVEL_SHOULD] = "SHOULD", [LEVEL_LINUX] = "LINUX" };

static json_t *requirements_of(const struct rule *rule)
{
	json_t *array = json_array();
	for (const char *const *id = rule->requirements; id && *id; id++)
		json_array_append_new(array, line_text(*id));
	return array;
}

/* Whether the association has broken the rule before, so often that more packets would tell nothing new. */
static bool is_worn(const struct finding *findings, size_t i)
{
	unsigned before = 0;
	for (size_t k = 0; k < i; k++)
		before += findings[k].rule == findings[i].rule && findings[k].association == findings[i].association;
	return before >= FINDINGS_WITH_PACKETS;
}

/* The entry that covers the finding: one for that very behaviour, and this kernel. */
static const struct deviation *known_by(const struct refereed_case *of, const struct finding *finding)
{
	const struct deviation *deviation = finding->deviation;
	return deviation && of->release &&
			kernel_range_has(deviation->kernels, of->release, of->version ? of->version : "")
		? deviation
		: NULL;
}

static json_t *deviation_object(const struct deviation *deviation)
{
	return json_pack("{s:s, s:s, s:s, s:s*}", "id", deviation->id, "issue", deviation->what, "kernels",
		deviation->kernels, "link", deviation->link);
}

static json_t *finding_line(
	const struct refereed_case *of, const struct finding *finding, struct captured_packets packets, bool worn)
{
	const struct deviation *known = known_by(of, finding);
	const struct place place = finding_place(finding);
	json_t *line = json_pack("{s:s, s:I, s:s, s:s, s:s, s:o, s:s, s:i, s:o, s:o, s:o, s:o, s:I, s:o}", "type",
		"finding", "t_ns", (json_int_t)finding->at_ns, "rule", finding->rule->id, "title", finding->rule->title,
		"level", levels[finding->rule->level], "requirements", requirements_of(finding->rule), "endpoint",
		finding->end ? "b" : "a", "association", (int)finding->association, "path",
		finding->path < 0 ? json_null() : json_integer(finding->path), "packet",
		finding->number == 0 ? json_null() : json_integer(finding->number), "expected",
		line_text(finding->expected), "got", line_text(finding->got), "times", (json_int_t)finding->times,
		"packets", worn ? json_array() : packets_around_log(&place, packets));
	if (known)
		json_object_set_new(line, "deviation", deviation_object(known));
	return line;
}

static json_t *applied_by(const struct referee *referee)
{
	size_t n;
	const struct rule *const *rules = rule_all(&n);
	json_t *object = json_object();
	for (size_t i = 0; i < n; i++) {
		const uint64_t times = referee_applied(referee, rules[i]);
		if (times > 0)
			json_object_set_new(object, rules[i]->id, json_integer((json_int_t)times));
	}
	return object;
}

static int take_findings(const struct refereed_case *of, const struct referee *referee, struct captured_packets packets,
	struct refereed *out)
{
	const struct finding *findings;
	const size_t n = referee_findings(referee, &findings);
	for (size_t i = 0; i < n; i++) {
		const struct finding *finding = &findings[i];
		if (json_array_append_new(out->findings, finding_line(of, finding, packets, is_worn(findings, i))) != 0)
			return -ENOMEM;
		const bool deviation = finding->rule->level == LEVEL_SHOULD || known_by(of, finding);
		if (out->reason || (deviation && !of->strict))
			continue;
		out->explanation = finding_explain(of->catalogue, finding, packets);
		if (!out->explanation ||
			asprintf(&out->reason, "rule broken: %s: expected %s, got %s", finding->rule->id,
				finding->expected ? finding->expected : "", finding->got ? finding->got : "") < 0)
			return -ENOMEM;
	}
	return 0;
}

int refereed_judge(const struct refereed_case *of, const struct trace *trace, struct refereed *out)
{
	struct refereed made = { .findings = json_array() };
	struct referee *referee = referee_new(trace->exact);
	int status = referee && made.findings ? trace_show(trace, of->test_case, of->real_time, referee) : -ENOMEM;
	if (status == 0)
		status = take_findings(
			of, referee, (struct captured_packets){ trace->packets, trace->n_packets }, &made);
	if (status == 0 && !(made.applied = applied_by(referee)))
		status = -ENOMEM;
	referee_free(referee);
	if (status != 0)
		refereed_free(&made);
	else
		*out = made;
	return status;
}

json_t *refereed_deviations(const char *release, const char *version)
{
	json_t *array = json_array();
	size_t n;
	const struct deviation *const *all = deviation_all(&n);
	for (size_t i = 0; release && i < n; i++)
		if (kernel_range_has(all[i]->kernels, release, version ? version : ""))
			json_array_append_new(array, json_string(all[i]->id));
	return array;
}

void refereed_free(struct refereed *refereed)
{
	json_decref(refereed->findings);
	json_decref(refereed->applied);
	free(refereed->reason);
	free(refereed->explanation);
	*refereed = (struct refereed){ 0 };
}
