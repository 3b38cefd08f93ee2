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
#include "runner/verdict/trace.h"

static const char *const levels[] = { [LEVEL_MUST] = "MUST", [LEVEL_SHOULD] = "SHOULD", [LEVEL_LINUX] = "LINUX" };

static json_t *text(const char *words)
{
	return result_log_text(words ? words : "", words ? strlen(words) : 0);
}

static json_t *requirements_of(const struct rule *rule)
{
	json_t *array = json_array();
	for (const char *const *id = rule->requirements; id && *id; id++)
		json_array_append_new(array, text(*id));
	return array;
}

static json_t *finding_line(const struct finding *finding, struct captured_packets packets)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:s, s:o, s:s, s:i, s:o, s:o, s:o, s:o, s:I, s:o}", "type", "finding",
		"t_ns", (json_int_t)finding->at_ns, "rule", finding->rule->id, "title", finding->rule->title, "level",
		levels[finding->rule->level], "requirements", requirements_of(finding->rule), "endpoint",
		finding->end ? "b" : "a", "association", (int)finding->association, "path",
		finding->path < 0 ? json_null() : json_integer(finding->path), "packet",
		finding->number == 0 ? json_null() : json_integer(finding->number), "expected", text(finding->expected),
		"got", text(finding->got), "times", (json_int_t)finding->times, "packets",
		finding_packets(finding, packets));
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

static int take_findings(const struct referee *referee, const struct catalogue *catalogue, bool strict,
	struct captured_packets packets, struct refereed *out)
{
	const struct finding *findings;
	const size_t n = referee_findings(referee, &findings);
	for (size_t i = 0; i < n; i++) {
		const struct finding *finding = &findings[i];
		if (json_array_append_new(out->findings, finding_line(finding, packets)) != 0)
			return -ENOMEM;
		if (out->reason || (finding->rule->level != LEVEL_MUST && !strict))
			continue;
		out->explanation = finding_explain(catalogue, finding, packets);
		if (!out->explanation ||
			asprintf(&out->reason, "rule broken: %s: expected %s, got %s", finding->rule->id,
				finding->expected ? finding->expected : "", finding->got ? finding->got : "") < 0)
			return -ENOMEM;
	}
	return 0;
}

int refereed_judge(const struct test_case *test_case, const struct catalogue *catalogue, bool strict,
	const json_t *lines, const struct evidence_file *files, size_t n_files, struct refereed *out)
{
	struct refereed made = { .findings = json_array() };
	struct trace trace;
	int status = trace_make(test_case->topology, lines, files, n_files, &trace);
	if (status != 0) {
		json_decref(made.findings);
		return status;
	}
	struct referee *referee = referee_new(trace.exact);
	status = referee && made.findings ? trace_show(&trace, referee) : -ENOMEM;
	if (status == 0)
		status = take_findings(
			referee, catalogue, strict, (struct captured_packets){ trace.packets, trace.n_packets }, &made);
	if (status == 0 && !(made.applied = applied_by(referee)))
		status = -ENOMEM;
	referee_free(referee);
	trace_free(&trace);
	if (status != 0)
		refereed_free(&made);
	else
		*out = made;
	return status;
}

void refereed_free(struct refereed *refereed)
{
	json_decref(refereed->findings);
	json_decref(refereed->applied);
	free(refereed->reason);
	free(refereed->explanation);
	*refereed = (struct refereed){ 0 };
}
