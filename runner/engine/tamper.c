/* SPDX-License-Identifier: Apache-2.0 */
/* tamper.c - see tamper.h. */
#include "runner/engine/tamper.h"

#include <stdlib.h>
#include <string.h>

#include "netns/wire/wire.h"
#include "runner/engine/settings.h"

/* Longer than any window: a delayed observation is late wherever it belongs. */
#define DELAY s(100000)

static const struct {
	const char *word;
	enum tampering what;
} words[] = {
	{ "drop:", TAMPER_DROP },
	{ "double:", TAMPER_DOUBLE },
	{ "change:", TAMPER_CHANGE },
	{ "delay:", TAMPER_DELAY },
	{ "panic:", TAMPER_PANIC },
	{ "hang:", TAMPER_HANG },
	{ "crash:", TAMPER_CRASH },
	{ "die:", TAMPER_DIE },
	{ "warn:", TAMPER_WARN },
	{ "taint:", TAMPER_TAINT },
	{ "leak:", TAMPER_LEAK },
	{ "luck:", TAMPER_LUCK },
	{ "assoc:", TAMPER_ASSOC },
};

/* NAME:+N, NAME:-N, NAME:xF */
static bool parse_setting(const char *text, struct tamper *out)
{
	const struct settings defaults = settings_in_force(&(struct settings){ 0 });
	struct tamper tamper = { .what = TAMPER_SETTING };
	uint32_t believed;
	const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
	const char *how = text + length + 1;
	char *end;

	if (length == 0 || length >= sizeof(tamper.name) || text[length] != ':' || *how == '\0' ||
		strchr("+-x", *how) == NULL || how[1] < '0' || how[1] > '9' || strlen(how) > 8)
		return false;
	memcpy(tamper.name, text, length);
	tamper.how = *how;
	tamper.by = strtod(how + 1, &end);
	if (*end != '\0' || !(tamper.by > 0) || tamper.by > 100000 ||
		!settings_believed(&defaults, tamper.name, &believed))
		return false;
	*out = tamper;
	return true;
}

uint32_t tamper_setting(const struct tamper *tamper, uint32_t value)
{
	const double told = tamper->how == 'x' ? value * tamper->by
		: tamper->how == '-'           ? value - tamper->by
					       : value + tamper->by;

	return told < 1 ? 1 : told > INT32_MAX ? INT32_MAX : (uint32_t)told;
}

bool tamper_parse(const char *text, struct tamper *out)
{
	if (strncmp(text, "setting:", strlen("setting:")) == 0)
		return parse_setting(text + strlen("setting:"), out);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const size_t length = strlen(words[i].word);
		char *end;

		if (strncmp(text, words[i].word, length) != 0)
			continue;
		const unsigned long which = strtoul(text + length, &end, 10);
		if (text[length] < '1' || text[length] > '9' || *end != '\0' || which > 100000)
			return false;
		*out = (struct tamper){ .what = words[i].what, .which = (unsigned)which };
		return true;
	}
	return false;
}

/* Each number of its chunks, which are the observation's own. */
static void change_packet(struct wire_packet *packet)
{
	packet->header.verification_tag.value ^= 1;
	packet->header.verification_tag.to ^= 1;
	for (unsigned i = 0; i < packet->count; i++)
		wire_alter((struct wire_chunk *)(uintptr_t)&packet->chunks[i]);
}

static void change(struct observation *observation)
{
	switch (observation->kind) {
	case OBSERVED_PADDR_CHANGE:
		observation->path += 1;
		break;
	case OBSERVED_SEND_FAILED:
	case OBSERVED_SEND_FAILED_EVENT:
		observation->intact = false; /* cases leave its state open */
		break;
	case OBSERVED_SHUTDOWN_EVENT:
	case OBSERVED_SENDER_DRY_EVENT: /* which have nothing but an id */
		observation->kind = OBSERVED_ADAPTATION_EVENT;
		break;
	case OBSERVED_REMOTE_ERROR:
	case OBSERVED_ERROR:
		observation->error += 1;
		break;
	case OBSERVED_ADAPTATION_EVENT:
	case OBSERVED_MESSAGE:
		observation->value += 1;
		break;
	case OBSERVED_PACKET:
		change_packet(observation->packet);
		break;
	case OBSERVED_ASSOC_CHANGE:
	case OBSERVED_PDAPI_EVENT:
	case OBSERVED_AUTHENTICATION_EVENT:
	case OBSERVED_STREAM_RESET_EVENT:
	case OBSERVED_ASSOC_RESET_EVENT:
	case OBSERVED_STREAM_CHANGE_EVENT:
		observation->state += 1;
		break;
	}
}

unsigned tamper_apply(const struct tamper *tamper, unsigned number, struct observation *observation)
{
	if (number != tamper->which)
		return 1;
	switch (tamper->what) {
	case TAMPER_DROP:
		return 0;
	case TAMPER_DOUBLE:
		return 2;
	case TAMPER_CHANGE:
		change(observation);
		break;
	case TAMPER_DELAY:
		observation->t += DELAY;
		break;
	case TAMPER_ASSOC:
		observation->assoc_id += 1;
		break;
	case TAMPER_NOTHING:
	case TAMPER_PANIC:
	case TAMPER_HANG:
	case TAMPER_CRASH:
	case TAMPER_DIE:
	case TAMPER_WARN:
	case TAMPER_TAINT:
	case TAMPER_LEAK:
	case TAMPER_LUCK:
	case TAMPER_SETTING:
		break;
	}
	return 1;
}
