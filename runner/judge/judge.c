/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - see judge.h: from captures to a judgement. */
#include "runner/judge/judge.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "runner/judge/sightings.h"
#include "runner/referee/tsn.h"
#include "sentence.h"

enum { PLACES = 1 << 12 };

struct judging {
	struct judgement *judgement;
	struct sightings *sightings;
	struct account *at_ports[PLACES]; /* the last association between two ports and addresses */
	bool is_over;                     /* there are no more packets */
	int status;
};

/* ------------------------------------------------------------------ associations */

/* The same whichever way a packet goes. */
static size_t place_of(const struct packet *packet)
{
	const struct address from = address_of(&packet->source), to = address_of(&packet->destination);
	uint64_t sum = ((const struct sockaddr_in *)&packet->source)->sin_port ^
		((const struct sockaddr_in *)&packet->destination)->sin_port;
	for (size_t i = 0; i < sizeof(from.bytes); i++)
		sum = sum * 31 + (from.bytes[i] ^ to.bytes[i]);
	return sum * 0x9e3779b97f4a7c15ULL >> 52;
}

/* An INIT between two ends that have an association: one of them has forgotten it. */
static void note_restart(struct judging *judging, struct account *account, const struct step *step)
{
	account->place = place_of(step->packet);
	struct account **before = &judging->at_ports[account->place];
	const bool is_init = step->packet->chunk_count > 0 && step->packet->chunks[0].type == CHUNK_INIT;
	if (is_init && *before && !(*before)->is_ended && (*before)->established.number != 0) {
		(*before)->restarted_as = account->number;
		(*before)->ending = ENDING_RESTART;
		(*before)->is_ended = true;
		(*before)->end_spot = account->first;
		account->restart_of = (*before)->number;
	}
	*before = account;
}

/* For so long an end may be behind what has arrived, on a machine that has other things to do, or where a queue lies
 * between an end and the place of its capture. */
#define LAG_MOST_NS INT64_C(100000000)

/* A SACK that does not know yet what has arrived shows how far its end is behind. */
static void learn_lag(const struct step *step)
{
	struct end *self = step->self;
	if (step->moment != ON_SENDING || step->chunk->type != CHUNK_SACK || !step->chunk->decoded || !self->exact ||
		!self->received.known || !tsn_after(self->received.cumulative, step->chunk->sack.cum_tsn_ack))
		return;
	/* at least since the oldest of those that are known */
	int64_t since_ns = self->n_recent >= RECENT_MAX ? self->recent[self->n_recent % RECENT_MAX].at_ns : step->at_ns;
	for (unsigned i = 0; i < RECENT_MAX && i < self->n_recent; i++)
		if (self->recent[i].tsn == step->chunk->sack.cum_tsn_ack + 1)
			since_ns = self->recent[i].at_ns;
	const int64_t lag_ns = step->at_ns - since_ns;
	if (lag_ns > self->backlog_ns && lag_ns <= LAG_MOST_NS)
		self->backlog_ns = 2 * lag_ns;
}

static void see(void *context, const struct step *step)
{
	struct judging *judging = context;
	struct association *association = step->self->association;
	if (!step->packet)
		return;
	if (!association->note) {
		struct account *account = account_new(association, step);
		if (!account) {
			judging->status = -ENOMEM;
			return;
		}
		association->note = account;
		note_restart(judging, account, step);
	}
	learn_lag(step);
	account_note(association->note, &judging->judgement->options.settings, step);
}

/* Told one by one are the first, and in any case those in which something was found or that lost a path. */
static bool is_kept(const struct judgement *judgement, const struct account *account, bool found)
{
	const bool special = found || account->n_failures > 0 || account->restart_of != 0;
	const size_t most = judgement->options.associations;
	return judgement->n_accounts < most || (special && judgement->n_accounts < 2 * most);
}

static void farewell(void *context, struct association *association)
{
	struct judging *judging = context;
	struct judgement *judgement = judging->judgement;
	struct account *account = association->note;
	judgement->n_associations++;
	if (!account)
		return;
	if (judging->at_ports[account->place] == account)
		judging->at_ports[account->place] = NULL;
	account_close(account, association, &judgement->options.settings, judgement->last_ns);
	account->is_forgotten = !judging->is_over && !association->is_over;
	judgement->n_forgotten += account->is_forgotten;
	association->note = NULL;
	if (!is_kept(judgement, account, association->found != NULL)) {
		judgement->n_left_out++;
		account_free(account);
		return;
	}
	account->next = judgement->accounts;
	judgement->accounts = account;
	judgement->n_accounts++;
}

static int by_number(const void *left, const void *right)
{
	const struct account *const *a = left, *const *b = right;
	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static int sort_accounts(struct judgement *judgement)
{
	struct account **sorted = calloc(judgement->n_accounts + 1, sizeof(struct account *));
	size_t n = 0;
	if (!sorted)
		return -ENOMEM;
	for (struct account *each = judgement->accounts; each; each = each->next)
		sorted[n++] = each;
	qsort(sorted, n, sizeof(struct account *), by_number);
	for (size_t i = 0; i < n; i++)
		sorted[i]->next = sorted[i + 1];
	judgement->accounts = sorted[0];
	free(sorted);
	return 0;
}

/* ------------------------------------------------------------------ packets */

/* Bits as in `seen`. */
static unsigned exactness(const struct judgement *judgement, const struct packet *packet)
{
	const struct address from = address_of(&packet->source), to = address_of(&packet->destination);
	unsigned exact = 0;
	for (size_t i = 0; i < judgement->reading.n; i++) {
		const struct source *source = &judgement->reading.sources[i];
		if (!source->from)
			continue;
		exact |= addresses_have(&source->standpoint.own, &from) ? 1U << SEEN_LEAVING : 0;
		exact |= addresses_have(&source->standpoint.own, &to) ? 1U << SEEN_ARRIVING : 0;
	}
	return exact;
}

static int show(struct judging *judging, struct source *source)
{
	struct judgement *judgement = judging->judgement;
	struct packet *packet = &source->packet;
	judgement->packets++;
	judgement->fragments += source->status == PACKET_FRAGMENT;
	if (source->status != PACKET_OK)
		return 0;
	if (judgement->sctp++ == 0)
		judgement->zero_ns = source->head.at_ns;
	const int64_t at_ns = source->head.at_ns - judgement->zero_ns;
	const unsigned capture = (unsigned)(source - judgement->reading.sources);
	if (source->place == SEEN_BETWEEN &&
		sightings_again(judging->sightings, packet, at_ns, capture << 16 ^ source->head.interface)) {
		source->twice++;
		judgement->twice++;
		return 0;
	}
	judgement->last_ns = at_ns;
	packet->unsummed |= judgement->options.no_checksums;
	const struct seen seen = {
		.at_ns = at_ns,
		.number = source->head.number,
		.path = -1,
		.capture = capture,
		.vantage = source->place,
		.sender = -1,
		.exact = exactness(judgement, packet),
		.packet = packet,
	};
	const int status = referee_see(judgement->referee, &seen);
	return status != 0 ? status : judging->status;
}

/* ------------------------------------------------------------------ all of it */

bool finding_is_deviation(const struct finding *finding)
{
	return finding->rule->level != LEVEL_MUST || finding->deviation;
}

static void count_findings(struct judgement *judgement)
{
	const struct finding *findings;
	const size_t n = referee_findings(judgement->referee, &findings);
	for (size_t i = 0; i < n; i++)
		*(finding_is_deviation(&findings[i]) ? &judgement->deviations : &judgement->broken) +=
			findings[i].times;
}

/* By association, and there by time. */
static int by_association(const void *left, const void *right)
{
	const struct finding *const *a = left, *const *b = right;
	if ((*a)->association != (*b)->association)
		return (*a)->association < (*b)->association ? -1 : 1;
	if ((*a)->at_ns != (*b)->at_ns)
		return (*a)->at_ns < (*b)->at_ns ? -1 : 1;
	return (*a > *b) - (*a < *b);
}

static int sort_findings(struct judgement *judgement)
{
	const struct finding *findings;
	judgement->n_findings = referee_findings(judgement->referee, &findings);
	judgement->findings = calloc(judgement->n_findings + 1, sizeof(const struct finding *));
	if (!judgement->findings)
		return -ENOMEM;
	for (size_t i = 0; i < judgement->n_findings; i++)
		judgement->findings[i] = &findings[i];
	qsort(judgement->findings, judgement->n_findings, sizeof(const struct finding *), by_association);
	count_findings(judgement);
	return 0;
}

const struct finding *judgement_finding(const struct judgement *judgement, const struct account *account, size_t *at)
{
	size_t low = *at, high = judgement->n_findings;
	if (low > 0 && judgement->findings[low - 1]->association == account->number)
		high = low;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (judgement->findings[middle]->association < account->number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low >= judgement->n_findings || judgement->findings[low]->association != account->number)
		return NULL;
	*at = low + 1;
	return judgement->findings[low];
}

/* What rules about timers and counts need. Nobody's settings are guessed; and what an end sends into a link that is
 * down is in no capture, so that nothing is said to be missing unless the user vouches for links. */
static void tell_parameters(struct judgement *judgement)
{
	const struct settings *settings = &judgement->options.settings;
	const int64_t *value = settings->value;
	const struct parameters parameters = {
		.known = settings->said,
		.rto_initial_ns = settings_ns(settings, SETTING_RTO_INITIAL),
		.rto_min_ns = settings_ns(settings, SETTING_RTO_MIN),
		.rto_max_ns = settings_ns(settings, SETTING_RTO_MAX),
		.hb_interval_ns = settings_ns(settings, SETTING_HB_INTERVAL),
		.sack_delay_ns = settings_ns(settings, SETTING_SACK_TIMEOUT),
		.valid_cookie_life_ns = settings_ns(settings, SETTING_VALID_COOKIE_LIFE),
		.path_max_retrans = (unsigned)value[SETTING_PATH_MAX_RETRANS],
		.association_max_retrans = (unsigned)value[SETTING_ASSOCIATION_MAX_RETRANS],
		.max_init_retransmits = (unsigned)value[SETTING_MAX_INIT_RETRANSMITS],
		.potentially_failed = value[SETTING_PF_ENABLE] != 0,
		.pf_max_retrans = (unsigned)value[SETTING_PF_RETRANS],
	};
	for (int end = 0; end < 2; end++) {
		referee_tell_parameters(judgement->referee, end, &parameters);
		for (int path = 0; !judgement->options.links_up && path < 32; path++)
			referee_tell_blindness(judgement->referee, &(struct blindness){ .end = end, .path = path });
	}
}

static int read_all(struct judging *judging)
{
	struct judgement *judgement = judging->judgement;
	const struct judge_options *options = &judgement->options;
	int status = reading_open(&judgement->reading, options->files, options->n_files, options->udp_port);
	judgement->referee = referee_new(0);
	judging->sightings = sightings_new();
	if (status != 0 || !judgement->referee || !judging->sightings)
		return -ENOMEM;
	referee_watch(judgement->referee, see, judging);
	referee_follow(judgement->referee, options->associations, farewell, judging);
	tell_parameters(judgement);
	for (struct source *source; status == 0 && (source = reading_next(&judgement->reading));)
		status = show(judging, source);
	judging->is_over = true;
	referee_end(judgement->referee, judgement->last_ns);
	referee_part(judgement->referee);
	return status != 0 ? status : judging->status;
}

int judge_captures(const struct judge_options *options, struct judgement **out, char **error)
{
	struct judging judging = { .judgement = calloc(1, sizeof(struct judgement)) };
	struct judgement *judgement = judging.judgement;
	if (!judgement)
		return no_memory(error);
	judgement->options = *options;
	int status = read_all(&judging);
	sightings_free(judging.sightings);
	if (status == 0 && (sort_accounts(judgement) != 0 || sort_findings(judgement) != 0))
		status = -ENOMEM;
	if (status != 0) {
		judgement_free(judgement);
		return no_memory(error);
	}
	judgement->unreadable = judgement->packets == 0;
	for (size_t i = 0; i < judgement->reading.n; i++)
		judgement->trouble |= judgement->reading.sources[i].trouble != NULL;
	*out = judgement;
	return 0;
}

void judgement_free(struct judgement *judgement)
{
	if (!judgement)
		return;
	referee_free(judgement->referee);
	for (struct account *next, *each = judgement->accounts; each; each = next) {
		next = each->next;
		account_free(each);
	}
	free(judgement->findings);
	reading_close(&judgement->reading);
	free(judgement);
}
