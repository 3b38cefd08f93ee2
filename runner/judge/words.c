/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - see words.h. */
#include "runner/judge/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/amount.h"

/* A text that grows. */
struct phrase {
	char *text;
	size_t size;
	FILE *out;
};

static struct phrase *begin(struct phrase *phrase)
{
	*phrase = (struct phrase){ 0 };
	phrase->out = open_memstream(&phrase->text, &phrase->size);
	return phrase->out ? phrase : NULL;
}

__attribute__((format(printf, 2, 3))) static void put(const struct phrase *phrase, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(phrase->out, format, arguments);
	va_end(arguments);
}

static char *end(struct phrase *phrase)
{
	if (fclose(phrase->out) == 0)
		return phrase->text;
	free(phrase->text);
	return NULL;
}

/* "1 packet", "1 234 packets" */
static void put_count(const struct phrase *phrase, uint64_t n, const char *one, const char *many)
{
	put(phrase, "%s %s", amount_grouped((int64_t)n).text, n == 1 ? one : many);
}

/* Behind a comma, unless it is nothing. */
static void put_more(const struct phrase *phrase, uint64_t n, const char *what)
{
	if (n > 0)
		put(phrase, ", %s %s", amount_grouped((int64_t)n).text, what);
}

/* ------------------------------------------------------------------ captures */

static void put_date(const struct phrase *phrase, int64_t ns)
{
	const time_t seconds = (time_t)(ns / 1000000000);
	struct tm broken;
	char text[64] = "?";
	if (gmtime_r(&seconds, &broken))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &broken);
	put(phrase, "%s", text);
}

char *words_of_all(const struct judgement *judgement)
{
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put_count(&phrase, judgement->reading.n, "capture", "captures");
	put(&phrase, ", ");
	put_count(&phrase, judgement->packets, "packet", "packets");
	if (judgement->sctp > 0) {
		put(&phrase, ", %s with SCTP, ", amount_grouped((int64_t)judgement->sctp).text);
		put_count(&phrase, judgement->n_associations, "association", "associations");
		put(&phrase, ", %s s from ", amount_seconds(judgement->last_ns, 3).text);
		put_date(&phrase, judgement->zero_ns);
	}
	return end(&phrase);
}

char *words_of_source(const struct source *source)
{
	const uint64_t *by_status = source->by_status;
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put_count(&phrase, source->packets, "packet", "packets");
	put(&phrase, ", %s with SCTP", amount_grouped((int64_t)by_status[PACKET_OK]).text);
	put_more(&phrase, by_status[PACKET_FRAGMENT], "IP fragments, which are not judged");
	put_more(&phrase, by_status[PACKET_MALFORMED], "malformed");
	if (source->strange > 0)
		put(&phrase, ", %s of a link type that is not read (%d)", amount_grouped((int64_t)source->strange).text,
			source->strange_link);
	put_more(&phrase, by_status[PACKET_TRUNCATED] + source->cut_short, "cut short by the snapshot length");
	put_more(&phrase, source->twice, "seen before elsewhere");
	put_more(&phrase, source->unsummed, "captured before their checksum was filled in");
	if (source->late > 0)
		put(&phrase, ", %s out of order, from packet %u on, by %s s at most",
			amount_grouped((int64_t)source->late).text, source->first_late,
			amount_seconds(source->latest_ns, 6).text);
	if (source->set > 0)
		put(&phrase, "; time went back %s, and goes on from where it was",
			source->set == 1 ? "once" : "several times");
	if (source->standpoint.how && source->standpoint.own.n > 0) {
		put(&phrase, "; taken at");
		bool first = true;
		for (size_t i = 0; i < ADDRESSES_SLOTS; i++)
			if (source->standpoint.own.taken[i]) {
				put(&phrase, "%s %s", first ? "" : ",",
					address_text(&source->standpoint.own.slots[i]).text);
				first = false;
			}
		put(&phrase, ": %s", source->standpoint.how);
	} else if (source->asked_from && !source->from && source->packets > 0) {
		put(&phrase,
			"; nothing tells at which end it was taken: judged as taken anywhere (--from "
			"FILE@ADDRESS says where)");
	}
	if (source->standpoint.ahead_ns != 0)
		put(&phrase, "; its clock is %s %s that of another capture, which is put right",
			amount_duration(llabs(source->standpoint.ahead_ns)).text,
			source->standpoint.ahead_ns > 0 ? "ahead of" : "behind");
	if (source->trouble)
		put(&phrase, "; %s", source->trouble);
	return end(&phrase);
}

static const char *base_of(const char *name)
{
	const char *slash = strrchr(name, '/');
	return slash && slash[1] ? slash + 1 : name;
}

/* Unless two files are called the same. */
static const char *short_name(const struct judgement *judgement, unsigned capture)
{
	const char *name = judgement->reading.sources[capture].name;
	for (size_t i = 0; i < judgement->reading.n; i++)
		if (i != capture && strcmp(base_of(judgement->reading.sources[i].name), base_of(name)) == 0)
			return name;
	return base_of(name);
}

char *words_of_packet(const struct judgement *judgement, unsigned number, unsigned capture)
{
	struct phrase phrase;
	if (number == 0)
		return strdup("no packet");
	if (!begin(&phrase))
		return NULL;
	put(&phrase, "packet %u", number);
	if (judgement->reading.n > 1 && capture < judgement->reading.n)
		put(&phrase, " of %s", short_name(judgement, capture));
	return end(&phrase);
}

static void put_packet(const struct phrase *phrase, const struct judgement *judgement, const struct spot *spot)
{
	char *text = words_of_packet(judgement, spot->number, spot->capture);
	put(phrase, " (%s)", text ? text : "?");
	free(text);
}

/* ------------------------------------------------------------------ an association */

static void put_streams(const struct phrase *phrase, const struct account *account)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct outgoing *way = &account->end[i], *peer = &account->end[1 - i];
		if (!way->has_init || !peer->has_init)
			return;
		const unsigned streams =
			way->outbound_streams < peer->inbound_streams ? way->outbound_streams : peer->inbound_streams;
		put(phrase, "%s %u %s from %c to %c", i ? " and" : ";", streams, streams == 1 ? "stream" : "streams",
			"AB"[i], "BA"[i]);
	}
}

char *words_of_beginning(const struct judgement *judgement, const struct account *account)
{
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put(&phrase, "%s s: ", amount_seconds(account->first.at_ns, 6).text);
	if (!account->from_the_start)
		put(&phrase, "in the middle: what came before is not in the capture");
	else
		put(&phrase, "INIT of %c", "AB"[account->opener]);
	put_packet(&phrase, judgement, &account->first);
	if (account->restart_of > 0)
		put(&phrase, ", a restart of association %u", account->restart_of);
	put_more(&phrase, account->end[0].setup_again + account->end[1].setup_again, "times INIT or COOKIE ECHO again");
	if (account->from_the_start && account->established.number)
		put(&phrase, ", established after %s s",
			amount_seconds(account->established.at_ns - account->first.at_ns, 6).text);
	put_streams(&phrase, account);
	return end(&phrase);
}

static void put_ending(const struct phrase *phrase, const struct judgement *judgement, const struct account *account)
{
	put(phrase, "%s s: ", amount_seconds(account->end_spot.at_ns, 6).text);
	if (account->ending == ENDING_ABORT)
		put(phrase, "ABORT of %c", "AB"[account->ender]);
	else if (account->ending == ENDING_RESTART)
		put(phrase, "an INIT between the same ends: restarted as association %u", account->restarted_as);
	else
		put(phrase, "SHUTDOWN of %c", "AB"[account->ender]);
	if (account->has_cause) {
		const char *cause = cause_name(account->cause);
		put(phrase, ", cause %u%s%s", account->cause, cause ? " " : "", cause ? cause : "");
	}
	put_packet(phrase, judgement, &account->end_spot);
	if (account->ending == ENDING_SHUTDOWN && account->is_ended)
		put(phrase, ", complete after %s s",
			amount_seconds(account->last.at_ns - account->end_spot.at_ns, 6).text);
	else if (account->ending == ENDING_SHUTDOWN)
		put(phrase, ", not completed");
	put_more(phrase, account->end[0].shutdown_again + account->end[1].shutdown_again, "times again");
}

char *words_of_end(const struct judgement *judgement, const struct account *account)
{
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	if (account->ending != ENDING_NONE) {
		put_ending(&phrase, judgement, account);
	} else {
		put(&phrase, "%s in the capture; its last packet at %s s",
			account->from_the_start && !account->established.number ? "never established" : "not",
			amount_seconds(account->last.at_ns, 6).text);
		put_packet(&phrase, judgement, &account->last);
	}
	if (account->is_forgotten)
		put(&phrase, ", not followed any further: there were more than --associations");
	return end(&phrase);
}

char *words_of_view(const struct account *account)
{
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	if (account->end[0].exact && account->end[1].exact)
		put(&phrase, "at both ends");
	else if (account->end[0].exact || account->end[1].exact)
		put(&phrase, "at %c; of %c only what arrived", "BA"[account->end[0].exact],
			"BA"[account->end[1].exact]);
	else
		put(&phrase,
			"somewhere between the ends (--from tells at which end): rules that need to know what "
			"an end had received wait, round trips are from there");
	for (unsigned i = 0; i < 2; i++)
		if (account->end[i].lag_ns > 0)
			put(&phrase, "; %c may be %s behind what has arrived there, as its SACKs show", "AB"[i],
				amount_duration(account->end[i].lag_ns).text);
	return end(&phrase);
}

char *words_of_traffic(const struct account *account, unsigned number)
{
	const struct outgoing *way = &account->end[number];
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put_count(&phrase, way->packets, "packet", "packets");
	put(&phrase, " of %s; ", amount_bytes((int64_t)way->octets).text);
	put_count(&phrase, way->messages, "message", "messages");
	put(&phrase, " of %s in %s DATA", amount_bytes((int64_t)way->user_octets).text,
		amount_grouped((int64_t)(way->data - way->t3 - way->fast - way->needless)).text);
	if (way->t3 + way->fast + way->needless > 0)
		put(&phrase, "; again: %s by T3-rtx, %s fast, %s though acknowledged",
			amount_grouped((int64_t)way->t3).text, amount_grouped((int64_t)way->fast).text,
			amount_grouped((int64_t)way->needless).text);
	put_more(&phrase, way->sacks, "SACK");
	put_more(&phrase, way->duplicates, "duplicates reported");
	return end(&phrase);
}

static void put_rtts(const struct phrase *phrase, const struct rtts *rtts, const char *what)
{
	if (rtts->n == 0)
		return;
	put(phrase, "; RTT by %s %s", amount_grouped((int64_t)rtts->n).text, what);
	put(phrase, " %s", amount_seconds(rtts->least_ns, 6).text);
	put(phrase, " / %s", amount_seconds(rtts_median(rtts), 6).text);
	put(phrase, " / %s s", amount_seconds(rtts->most_ns, 6).text);
}

char *words_of_route(const struct account *account, unsigned number, unsigned which)
{
	const struct outgoing *way = &account->end[number];
	const struct route *route = &way->routes[which];
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put_count(&phrase, route->packets, "packet", "packets");
	put(&phrase, ", %s DATA", amount_grouped((int64_t)route->data).text);
	if (route->heartbeats > 0)
		put(&phrase, ", %s HEARTBEAT of which %s answered", amount_grouped((int64_t)route->heartbeats).text,
			amount_grouped((int64_t)route->heartbeats_answered).text);
	put_more(&phrase, route->strikes, route->strikes == 1 ? "timeout" : "timeouts");
	/* Of an end without a capture, where its peer has one, what looks like a round trip is the peer's own time. */
	if (way->exact || !account->end[1 - number].exact) {
		put_rtts(&phrase, &route->heartbeat_rtts, "HEARTBEAT");
		put_rtts(&phrase, &route->data_rtts, "DATA, with the delay of SACKs,");
	}
	return end(&phrase);
}

char *words_of_failure(const struct account *account, const struct failure *failure)
{
	const struct outgoing *way = &account->end[failure->end];
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	put(&phrase, "failure of the path %c -> %s: ", "AB"[failure->end],
		failure -> route < way -> n_routes ? address_text(&way->routes[failure->route].address).text : "?");
	put_count(&phrase, failure->n_strikes, "timeout", "timeouts");
	put(&phrase, failure->given_up.number ? ", given up" : failure->moved.number ? ", DATA went elsewhere" : "");
	put(&phrase, failure->found.number ? ", found again" : ", not found again");
	return end(&phrase);
}

/* "0.2 s", "30 s" */
static void put_milliseconds(const struct phrase *phrase, int64_t ms)
{
	struct amount amount = amount_seconds(ms * 1000000, 3);
	size_t length = strlen(amount.text);
	while (amount.text[length - 1] == '0')
		length--;
	length -= amount.text[length - 1] == '.';
	put(phrase, "%.*s s", (int)length, amount.text);
}

static void put_inference(const struct phrase *phrase, const struct inference *inference)
{
	const bool is_time = setting_is_time(inference->setting);
	put(phrase, "%s %s", setting_titles[inference->setting],
		!inference->is_sure ? "perhaps "
			: is_time   ? "about "
				    : "");
	if (is_time)
		put_milliseconds(phrase, inference->value);
	else
		put(phrase, "%" PRId64, inference->value);
	put(phrase, ", inferred from %s %s", amount_grouped((int64_t)inference->n).text, inference->of);
}

char *words_of_inferred(const struct account *account, unsigned number)
{
	const struct outgoing *way = &account->end[number];
	struct phrase phrase;
	if (way->n_inferred == 0 || !begin(&phrase))
		return NULL;
	for (unsigned i = 0; i < way->n_inferred; i++) {
		put(&phrase, "%s", i ? "; " : "");
		put_inference(&phrase, &way->inferred[i]);
	}
	return end(&phrase);
}

/* ------------------------------------------------------------------ rules and findings */

unsigned requirement_rfc(const char *id, char section[32])
{
	char *end_of_rfc;
	const unsigned long rfc = strtoul(id, &end_of_rfc, 10);
	const char *last = strrchr(id, '-');
	if (*end_of_rfc != '-' || last <= end_of_rfc || last - end_of_rfc > 31 || rfc > 99999)
		return 0;
	snprintf(section, 32, "%.*s", (int)(last - end_of_rfc - 1), end_of_rfc + 1);
	return (unsigned)rfc;
}

char *words_of_requirements(const struct rule *rule)
{
	char section[32] = "", before[32] = "";
	struct phrase phrase;
	if (!begin(&phrase))
		return NULL;
	for (const char *const *id = rule->requirements; id && *id; id++) {
		const unsigned rfc = requirement_rfc(*id, section);
		if (rfc != 0 && strcmp(section, before) != 0)
			put(&phrase, "%sRFC %u section %s: %s", id == rule->requirements ? "" : "; ", rfc, section,
				*id);
		else
			put(&phrase, "%s%s", id == rule->requirements ? "" : ", ", *id);
		memcpy(before, section, sizeof(before));
	}
	return end(&phrase);
}

const char *words_of_level(enum level level)
{
	static const char *const words[] = {
		[LEVEL_MUST] = "MUST",
		[LEVEL_SHOULD] = "SHOULD",
		[LEVEL_LINUX] = "LINUX",
	};
	return words[level];
}

char *words_of_settings(const struct settings *settings)
{
	struct phrase phrase;
	bool first = true;
	if (!begin(&phrase))
		return NULL;
	for (unsigned i = 0; i < SETTINGS; i++, first = false)
		put(&phrase, "%s%s %" PRId64 "%s", first ? "" : ", ", setting_names[i], settings->value[i],
			settings->from[i] == FROM_USER ? " (as you say)" : "");
	put(&phrase,
		settings->said ? "; what you do not say is Linux's default"
			       : "; these are Linux's defaults, which count where nothing is inferred for certain, and "
				 "no rule judges by them: --set says what was set, or that they are");
	return end(&phrase);
}

char *words_of_verdict(const struct judgement *judgement)
{
	struct phrase phrase;
	size_t n, applied = 0;
	uint64_t times = 0;
	const struct rule *const *rules = rule_all(&n);
	if (!begin(&phrase))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const uint64_t of_rule = referee_applied(judgement->referee, rules[i]);
		applied += of_rule > 0;
		times += of_rule;
	}
	if (judgement->broken + judgement->deviations == 0)
		put(&phrase, "nothing found");
	else if (judgement->broken > 0)
		put(&phrase, "a MUST was broken %s %s", amount_grouped((int64_t)judgement->broken).text,
			judgement->broken == 1 ? "time" : "times");
	if (judgement->deviations > 0)
		put(&phrase, "%s%s %s from a SHOULD", judgement->broken ? ", " : "",
			amount_grouped((int64_t)judgement->deviations).text,
			judgement->deviations == 1 ? "deviation" : "deviations");
	put(&phrase, "; %zu of %zu rules were applied, %s times", applied, n, amount_grouped((int64_t)times).text);
	put_more(&phrase, referee_strays(judgement->referee), "packets belong to no association");
	put_more(&phrase, referee_left_out(judgement->referee), "findings are not kept");
	return end(&phrase);
}
