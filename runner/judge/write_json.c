/* SPDX-License-Identifier: Apache-2.0 */
/* write_json.c - a judgement for programs: reports/JUDGE.md says what each member means. */
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "reports/log.h"
#include "runner/judge/anatomy.h"
#include "runner/judge/judge.h"
#include "runner/judge/words.h"

static const char *const endings[] = {
	[ENDING_NONE] = "none",
	[ENDING_SHUTDOWN] = "shutdown",
	[ENDING_ABORT] = "abort",
	[ENDING_RESTART] = "restart",
};

/* Of any bytes: a file's name may have them. */
static json_t *text(const char *words)
{
	return words ? result_log_text(words, strlen(words)) : json_null();
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *address(const struct address *which)
{
	return json_string(address_text(which).text);
}

static json_t *end_name(unsigned end)
{
	return json_string(end ? "B" : "A");
}

/* Null: there is none. */
static json_t *spot(const struct spot *spot)
{
	if (spot->number == 0)
		return json_null();
	return json_pack("{s:I, s:I, s:I}", "t_ns", (json_int_t)spot->at_ns, "packet", (json_int_t)spot->number,
		"capture", (json_int_t)spot->capture);
}

/* ------------------------------------------------------------------ captures and settings */

static json_t *own_addresses(const struct source *source)
{
	json_t *array = json_array();
	const struct addresses *own = &source->standpoint.own;
	for (size_t i = 0; own->n > 0 && i < ADDRESSES_SLOTS; i++)
		if (own->taken[i])
			json_array_append_new(array, address(&own->slots[i]));
	return array;
}

static json_t *capture(const struct source *source)
{
	const uint64_t *by = source->by_status;
	return json_pack("{s:o, s:b, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}",
		"file", text(source->name), "from", source->from, "at", own_addresses(source), "how",
		text(source->standpoint.how), "ahead_ns", (json_int_t)source->standpoint.ahead_ns, "packets",
		number(source->packets), "sctp", number(by[PACKET_OK]), "fragments", number(by[PACKET_FRAGMENT]),
		"malformed", number(by[PACKET_MALFORMED]), "strange", number(source->strange), "cut_short",
		number(by[PACKET_TRUNCATED] + source->cut_short), "twice", number(source->twice), "unsummed",
		number(source->unsummed), "late", number(source->late), "latest_ns", (json_int_t)source->latest_ns,
		"clock_set", number(source->set), "trouble", text(source->trouble));
}

static json_t *captures(const struct judgement *judgement)
{
	json_t *array = json_array();
	for (size_t i = 0; i < judgement->reading.n; i++)
		json_array_append_new(array, capture(&judgement->reading.sources[i]));
	return array;
}

static json_t *settings(const struct settings *from)
{
	json_t *object = json_object();
	for (unsigned i = 0; i < SETTINGS; i++)
		json_object_set_new(object, setting_names[i],
			json_pack("{s:I, s:s}", "value", (json_int_t)from->value[i], "from",
				setting_from_names[from->from[i]]));
	return object;
}

/* ------------------------------------------------------------------ an association */

static json_t *end_of(const struct outgoing *way)
{
	json_t *addresses = json_array();
	for (unsigned i = 0; i < way->n_addresses; i++)
		json_array_append_new(addresses, address(&way->addresses[i]));
	return json_pack("{s:o, s:i, s:b, s:I, s:o, s:o}", "addresses", addresses, "port", way->port, "exact",
		way->exact, "lag_ns", (json_int_t)way->lag_ns, "outbound_streams",
		way->has_init ? number(way->outbound_streams) : json_null(), "inbound_streams",
		way->has_init ? number(way->inbound_streams) : json_null());
}

static json_t *traffic(const struct outgoing *way)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "packets",
		number(way->packets), "octets", number(way->octets), "data", number(way->data), "messages",
		number(way->messages), "user_octets", number(way->user_octets), "t3_rtx", number(way->t3), "fast_rtx",
		number(way->fast), "needless_rtx", number(way->needless), "sacks", number(way->sacks), "duplicates",
		number(way->duplicates), "heartbeats", number(way->heartbeats), "setup_again", number(way->setup_again),
		"shutdown_again", number(way->shutdown_again));
}

static json_t *rtt(const struct rtts *rtts)
{
	if (rtts->n == 0)
		return json_null();
	return json_pack("{s:o, s:I, s:I, s:I}", "n", number(rtts->n), "min_ns", (json_int_t)rtts->least_ns,
		"median_ns", (json_int_t)rtts_median(rtts), "max_ns", (json_int_t)rtts->most_ns);
}

static void add_paths(json_t *array, const struct account *account, unsigned end)
{
	const struct outgoing *way = &account->end[end];
	const bool whole = way->exact || !account->end[1 - end].exact;
	for (unsigned i = 0; i < way->n_routes; i++) {
		const struct route *route = &way->routes[i];
		if (!route->is_used)
			continue;
		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "end", end_name(end), "to",
				address(&route->address), "packets", number(route->packets), "octets",
				number(route->octets), "data", number(route->data), "heartbeats",
				number(route->heartbeats), "heartbeats_answered", number(route->heartbeats_answered),
				"timeouts", number(route->strikes), "heartbeat_rtt",
				whole ? rtt(&route->heartbeat_rtts) : json_null(), "data_rtt",
				whole ? rtt(&route->data_rtts) : json_null()));
	}
}

static json_t *moments(const struct account *account, const struct failure *failure, const struct settings *from)
{
	struct moment list[MOMENTS_MAX];
	const unsigned n = anatomy_moments(account, failure, from, list);
	json_t *array = json_array();
	for (unsigned i = 0; i < n; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:I, s:o, s:s}", "kind", moment_names[list[i].kind], "t_ns",
				(json_int_t)list[i].spot.at_ns, "packet", spot(&list[i].spot), "text", list[i].text));
	return array;
}

static json_t *parts(const struct failure *failure, enum until until)
{
	struct part list[PARTS_MAX];
	int64_t total_ns;
	const unsigned n = anatomy_parts(failure, until, list, &total_ns);
	json_t *array = json_array();
	if (n == 0) {
		json_decref(array);
		return json_null();
	}
	for (unsigned i = 0; i < n; i++)
		json_array_append_new(
			array, json_pack("{s:s, s:I}", "kind", part_names[list[i].kind], "ns", (json_int_t)list[i].ns));
	return json_pack("{s:I, s:o}", "total_ns", (json_int_t)total_ns, "parts", array);
}

static json_t *failures(const struct account *account, const struct settings *from)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < account->n_failures; i++) {
		const struct failure *failure = &account->failures[i];
		const struct outgoing *way = &account->end[failure->end];
		json_t *times = json_object();
		for (unsigned until = 0; until < UNTILS; until++)
			json_object_set_new(times, until_names[until], parts(failure, (enum until)until));
		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "end", end_name(failure->end),
				"to",
				failure->route < way->n_routes ? address(&way->routes[failure->route].address)
							       : json_null(),
				"timeouts", number(failure->n_strikes), "alive", spot(&failure->life), "suspect",
				spot(&failure->suspect), "given_up", spot(&failure->given_up), "moved",
				spot(&failure->moved), "found", spot(&failure->found), "times", times, "moments",
				moments(account, failure, from)));
	}
	return array;
}

static json_t *requirements(const struct rule *rule)
{
	json_t *array = json_array();
	for (const char *const *id = rule->requirements; id && *id; id++)
		json_array_append_new(array, json_string(*id));
	return array;
}

static json_t *findings(const struct judgement *judgement, const struct account *account)
{
	json_t *array = json_array();
	size_t at = 0;
	for (const struct finding *finding; (finding = judgement_finding(judgement, account, &at));) {
		const struct spot where = { finding->at_ns, finding->number, finding->capture };
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "rule", finding->rule->id,
				"title", finding->rule->title, "level", words_of_level(finding->rule->level),
				"requirements", requirements(finding->rule), "end", end_name((unsigned)finding->end),
				"t_ns", (json_int_t)finding->at_ns, "packet", spot(&where), "expected",
				text(finding->expected), "got", text(finding->got), "times", number(finding->times),
				"known", text(finding->deviation ? finding->deviation->what : NULL)));
	}
	return array;
}

static json_t *ending(const struct account *account)
{
	return json_pack("{s:s, s:o, s:o, s:b, s:o, s:o}", "how", endings[account->ending], "by",
		account->ending == ENDING_SHUTDOWN || account->ending == ENDING_ABORT ? end_name(account->ender)
										      : json_null(),
		"at", spot(&account->end_spot), "complete", account->is_ended, "cause",
		account->has_cause ? number(account->cause) : json_null(), "restarted_as",
		account->restarted_as ? number(account->restarted_as) : json_null());
}

static json_t *inferred(const struct account *account)
{
	json_t *array = json_array();
	for (unsigned end = 0; end < 2; end++)
		for (unsigned i = 0; i < account->end[end].n_inferred; i++) {
			const struct inference *each = &account->end[end].inferred[i];
			json_array_append_new(array,
				json_pack("{s:o, s:s, s:I, s:I, s:I, s:o, s:s, s:b}", "end", end_name(end), "setting",
					setting_names[each->setting], "value", (json_int_t)each->value, "low",
					(json_int_t)each->low, "high", (json_int_t)each->high, "n", number(each->n),
					"of", each->of, "sure", each->is_sure));
		}
	return array;
}

static json_t *association(const struct judgement *judgement, const struct account *account)
{
	const struct settings *from = &judgement->options.settings;
	json_t *paths = json_array();
	add_paths(paths, account, 0);
	add_paths(paths, account, 1);
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "number",
		number(account->number), "ends",
		json_pack("[o, o]", end_of(&account->end[0]), end_of(&account->end[1])), "first", spot(&account->first),
		"from_the_start", account->from_the_start, "restart_of",
		account->restart_of ? number(account->restart_of) : json_null(), "established",
		spot(&account->established), "ended", ending(account), "last", spot(&account->last), "traffic",
		json_pack("[o, o]", traffic(&account->end[0]), traffic(&account->end[1])), "paths", paths, "failures",
		failures(account, from), "failures_left_out", number(account->failures_left_out), "inferred",
		inferred(account), "findings", findings(judgement, account));
}

/* ------------------------------------------------------------------ all of it */

static json_t *associations(const struct judgement *judgement)
{
	json_t *array = json_array();
	for (const struct account *account = judgement->accounts; account; account = account->next)
		json_array_append_new(array, association(judgement, account));
	return array;
}

static json_t *rules(const struct judgement *judgement)
{
	size_t n;
	const struct rule *const *all = rule_all(&n);
	json_t *array = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o, s:o}", "rule", all[i]->id, "title", all[i]->title, "level",
				words_of_level(all[i]->level), "requirements", requirements(all[i]), "applied",
				number(referee_applied(judgement->referee, all[i]))));
	return array;
}

int write_json(const struct judgement *judgement, FILE *out)
{
	json_t *all = json_pack("{s:i, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"version", 1, "sctpspec", SCTPSPEC_VERSION, "zero_ns", (json_int_t)judgement->zero_ns, "last_ns",
		(json_int_t)judgement->last_ns, "packets", number(judgement->packets), "sctp", number(judgement->sctp),
		"fragments", number(judgement->fragments), "strays", number(referee_strays(judgement->referee)),
		"captures", captures(judgement), "settings", settings(&judgement->options.settings),
		"associations_in_all", number(judgement->n_associations), "associations_left_out",
		number(judgement->n_left_out), "findings_left_out", number(referee_left_out(judgement->referee)),
		"broken", number(judgement->broken), "deviations", number(judgement->deviations), "rules",
		rules(judgement), "associations", associations(judgement));
	if (!all)
		return -ENOMEM;
	int status = json_dumpf(all, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) == 0 ? 0 : -EIO;
	json_decref(all);
	if (status == 0 && fputc('\n', out) == EOF)
		status = -EIO;
	return status;
}
