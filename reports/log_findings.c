/* SPDX-License-Identifier: Apache-2.0 */
/* log_findings.c - what the referee found in a case: lines of type `finding`, and `rules` of a case's end. */
#include "reports/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reports/members.h"

enum { LEVELS = REPORT_LINUX + 1 };

/* No case has so many packets, and no sum of so many is beyond the type's end. */
#define COUNT_MAX INT64_C(1000000000000)

static const char *const level_names[LEVELS] = {
	[REPORT_MUST] = "MUST",
	[REPORT_SHOULD] = "SHOULD",
	[REPORT_LINUX] = "LINUX",
};

const char *report_level_name(enum report_level level)
{
	return level_names[level];
}

bool report_is_deviation(const struct report_finding *finding)
{
	return finding->level == REPORT_SHOULD || *finding->issue;
}

/* From `least` on; what is missing says nothing, and is 0. */
static int64_t take_count(struct reader *reader, const json_t *object, const char *name, int64_t least)
{
	const int64_t number = reader_integer(reader, object, name, 0);

	if (!reader_member(object, name) || (number >= least && number <= COUNT_MAX))
		return number;
	reader_complain(reader, -EINVAL, "\"%s\" of a line of type \"%s\" is %" PRId64, name, reader->type, number);
	return 0;
}

static void take_deviation(struct reader *reader, const json_t *object, struct report_finding *finding)
{
	const json_t *entry = reader_member(object, "deviation");

	finding->entry = finding->issue = finding->kernels = finding->link = "";
	if (!entry)
		return;
	if (!json_is_object(entry)) {
		reader_wrong_kind(reader, "deviation", entry, "an object");
		return;
	}
	finding->entry = reader_line(reader, entry, "id");
	finding->issue = reader_line(reader, entry, "issue");
	finding->kernels = reader_line(reader, entry, "kernels");
	finding->link = reader_line(reader, entry, "link");
	if (!*finding->issue)
		reader_complain(reader, -EINVAL, "the deviation of a finding has no \"issue\"");
}

static struct report_entry *new_entry(struct reader *reader, struct report_case *test, enum report_entry_kind kind)
{
	struct report_entry *entry = reader_grow(reader, &test->entries, &test->n_entries, sizeof(*test->entries));

	if (entry)
		*entry = (struct report_entry){
			.kind = kind,
			.line = reader->line,
			.text = "",
			.socket = "",
			.event = "",
			.path = -1,
			.commands = "",
			.got = "",
			.at_ns = -1,
			.random_ns = -1,
			.flow = -1,
		};
	return entry;
}

/* One of those around the finding. */
static void take_packet(struct reader *reader, const json_t *object, struct report_case *test, size_t rank)
{
	const struct report_finding *finding = &test->findings[test->n_findings - 1];
	struct report_entry *entry;

	if (!json_is_object(object)) {
		reader_wrong_kind(reader, "packets", object, "an object");
		return;
	}
	entry = new_entry(reader, test, REPORT_PACKET);
	if (!entry)
		return;
	entry->rank = rank;
	entry->t_ns = reader_nanoseconds(reader, object, "t_ns");
	entry->endpoint = reader_endpoint(reader, object);
	entry->path = reader_path(reader, object);
	entry->packet = take_count(reader, object, "packet", 1);
	entry->sent = reader_bool(reader, object, "sent");
	entry->text = reader_line(reader, object, "text");
	entry->here = finding->packet > 0 && entry->packet == finding->packet && entry->path == finding->path &&
		entry->endpoint == finding->endpoint;
}

static size_t take_packets(struct reader *reader, const json_t *object, struct report_case *test)
{
	const json_t *packets = reader_member(object, "packets");
	size_t i;
	json_t *item;

	if (packets && !json_is_array(packets))
		reader_wrong_kind(reader, "packets", packets, "an array");
	json_array_foreach(packets, i, item)
		take_packet(reader, item, test, i);
	return json_array_size(packets);
}

void reader_finding(struct reader *reader, const json_t *object)
{
	struct report_case *test = reader_case(reader, object);
	struct report_finding *finding;
	struct report_entry *entry;

	if (!test || !(finding = reader_grow(reader, &test->findings, &test->n_findings, sizeof(*finding))))
		return;
	const size_t level = reader_choice(reader, object, "level", level_names, LEVELS);
	*finding = (struct report_finding){
		.t_ns = reader_nanoseconds(reader, object, "t_ns"),
		.rule = reader_line(reader, object, "rule"),
		.title = reader_line(reader, object, "title"),
		.expected = reader_line(reader, object, "expected"),
		.got = reader_line(reader, object, "got"),
		.level = level < LEVELS ? (enum report_level)level : REPORT_MUST,
		.requirements = reader_texts(reader, object, "requirements"),
		.endpoint = reader_endpoint(reader, object),
		.association = take_count(reader, object, "association", 1),
		.path = reader_path(reader, object),
		.packet = take_count(reader, object, "packet", 1),
		.times = take_count(reader, object, "times", 1),
	};
	take_deviation(reader, object, finding);
	if (!*finding->rule)
		reader_complain(reader, -EINVAL, "a line of type \"finding\" has no \"rule\"");
	if (finding->times == 0)
		finding->times = 1;

	const size_t packets = take_packets(reader, object, test);
	entry = new_entry(reader, test, REPORT_FINDING);
	if (!entry)
		return;
	entry->t_ns = finding->t_ns;
	entry->rank = packets;
	entry->text = finding->title;
	entry->endpoint = finding->endpoint;
	entry->path = finding->path;
	entry->finding = test->n_findings - 1;
}

void reader_applied(struct reader *reader, const json_t *object, struct report_case *test)
{
	json_t *rules = json_object_get(object, "rules");
	const char *rule;
	json_t *count;

	if (rules && !json_is_null(rules) && !json_is_object(rules))
		reader_wrong_kind(reader, "rules", rules, "an object");
	json_object_foreach(rules, rule, count) {
		struct report_applied *applied = reader_grow(reader, &test->rules, &test->n_rules, sizeof(*applied));

		if (!applied)
			return;
		applied->rule = reader_keep(reader, rule, strlen(rule), TEXT_LINE);
		applied->times = take_count(reader, rules, rule, 0);
	}
}
