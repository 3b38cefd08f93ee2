/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - names for numbers, and numbers for names. */
#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "term.h"

struct name {
	char *word;
	enum name_kind kind;
	uint32_t number; /* a socket's port, an association's id; 0: none */
	uint32_t first_tsn;
	bool has_tsn;
};

static struct name *find_word(const struct names *names, const char *word, size_t length)
{
	for (size_t i = names->n; i-- > 0;) {
		if (strncmp(names->list[i].word, word, length) == 0 && names->list[i].word[length] == '\0')
			return &names->list[i];
	}
	return NULL;
}

/* The oldest: a socket that was peeled off has its parent's port. */
static struct name *find_number(const struct names *names, enum name_kind kind, uint32_t number)
{
	for (size_t i = 0; i < names->n; i++) {
		if (names->list[i].kind == kind && names->list[i].number == number)
			return &names->list[i];
	}
	return NULL;
}

static struct name *add(struct names *names, const char *word, enum name_kind kind, uint32_t number)
{
	struct name *more = realloc(names->list, (names->n + 1) * sizeof(*more));

	if (!more)
		abort();
	names->list = more;
	more[names->n] = (struct name){ .word = strdup(word), .kind = kind, .number = number };
	return &more[names->n++];
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i].word);
	free(names->list);
	*names = (struct names){ 0 };
}

static size_t word_length(const char *text)
{
	size_t n = 0;

	while (term_is_word_character(text[n]))
		n++;
	return n;
}

/* Copies a quoted text as it is; gives what follows it. */
static const char *copy_text(FILE *out, const char *at)
{
	size_t n = strcspn(at + 1, "\"") + 1;

	n += at[n] == '"';
	fwrite(at, 1, n, out);
	return at + n;
}

/* Writes what the word stands for; NULL, or the name that stands for nothing. */
static const struct name *fill_word(const struct names *names, const char *word, size_t length, FILE *out)
{
	const size_t suffix = strlen(".port");
	const struct name *name = find_word(names, word, length);

	if (name && name->kind == NAME_ASSOC) {
		fprintf(out, "assoc(%u)", name->number);
		return name->number ? NULL : name;
	}
	if (name && name->kind == NAME_SOCKET && !name->number)
		return name;
	name = length > suffix && strncmp(word + length - suffix, ".port", suffix) == 0
		? find_word(names, word, length - suffix)
		: NULL;
	if (name && name->kind == NAME_SOCKET) {
		fprintf(out, "%u", name->number);
		return name->number ? NULL : name;
	}
	fwrite(word, 1, length, out);
	return NULL;
}

char *names_fill_in(const struct names *names, const char *line, char **missing)
{
	char *text = NULL;
	size_t length = 0, n = word_length(line);
	FILE *out = open_memstream(&text, &length);
	const struct name *unbound = NULL;

	if (!out)
		abort();
	/* the name that is given is not one that is used */
	if (line[n + strspn(line + n, " ")] == '=') {
		fwrite(line, 1, n, out);
		line += n;
	}
	while (*line && !unbound) {
		n = word_length(line);
		if (*line == '"') {
			line = copy_text(out, line);
			continue;
		}
		if (n > 0)
			unbound = fill_word(names, line, n, out);
		else
			fputc(*line, out);
		line += n > 0 ? n : 1;
	}
	fclose(out);
	if (unbound) {
		*missing = strdup(unbound->word);
		free(text);
		return NULL;
	}
	return text;
}

/* The number behind the first `mark` that is not 0. */
static uint32_t first_number(const char *answer, char mark)
{
	uint32_t number = 0;

	for (const char *at = strchr(answer, mark); at && number == 0; at = strchr(at + 1, mark))
		number = (uint32_t)strtoul(at + 1, NULL, 10);
	return number;
}

void names_learn(struct names *names, const struct step *step, const char *answer)
{
	struct name *name, *other;

	if (!step->bind)
		return;
	name = find_word(names, step->bind, strlen(step->bind));
	if (!name || name->kind != step->bind_kind)
		name = add(names, step->bind, step->bind_kind, 0);
	name->number = 0;
	if (step->bind_kind == NAME_SOCKET && strncmp(answer, "ok ", 3) == 0)
		name->number = first_number(answer, '@');
	if (step->bind_kind != NAME_ASSOC)
		return;
	/* known by a number so far? */
	const uint32_t number = first_number(answer, '#');

	other = number ? find_number(names, NAME_ASSOC, number) : NULL;
	if (other && other != name) {
		name->first_tsn = other->first_tsn;
		name->has_tsn = other->has_tsn;
		other->number = 0;
	}
	name->number = number;
}

static struct name *association(struct names *names, uint32_t number)
{
	struct name *name = find_number(names, NAME_ASSOC, number);
	char word[24];

	if (name)
		return name;
	snprintf(word, sizeof(word), "assoc%d", ++names->unnamed);
	return add(names, word, NAME_ASSOC, number);
}

static void put_tsn(struct names *names, uint32_t number, uint32_t tsn, FILE *out)
{
	struct name *name = association(names, number);

	if (!name->has_tsn) {
		name->first_tsn = tsn;
		name->has_tsn = true;
	}
	fprintf(out, "first%+d", (int32_t)(tsn - name->first_tsn));
}

/* A marked number; gives what follows it. */
static const char *put_number(struct names *names, const char *at, FILE *out)
{
	const char mark = *at;
	char *end;
	const uint32_t number = (uint32_t)strtoul(at + 1, &end, 10);
	const struct name *socket;

	if (mark == '#' && number) {
		fputs(association(names, number)->word, out);
	} else if (mark == '@' && (socket = find_number(names, NAME_SOCKET, number)) && number) {
		fprintf(out, "%s.port", socket->word);
	} else if (mark == '%' && *end == ':') {
		put_tsn(names, number, (uint32_t)strtoul(end + 1, &end, 10), out);
	} else {
		fprintf(out, "%u", number);
	}
	return end;
}

/* A round trip on the loopback takes less than a tick, of which one may have begun meanwhile: 0 or a tick's length. */
static const char *put_round_trip(const char *at, FILE *out)
{
	enum { A_TICK_MS = 10 };
	char *end;
	const unsigned long ms = strtoul(at + strlen("srtt="), &end, 10);

	fprintf(out, "srtt=%lu", ms <= A_TICK_MS ? 0 : ms);
	return end;
}

char *names_put_in(struct names *names, const char *answer)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	while (*answer) {
		if (*answer == '"')
			answer = copy_text(out, answer);
		else if (strchr("#@%", *answer) && isdigit((unsigned char)answer[1]))
			answer = put_number(names, answer, out);
		else if (strncmp(answer, "srtt=", 5) == 0 && isdigit((unsigned char)answer[5]))
			answer = put_round_trip(answer, out);
		else
			fputc(*answer++, out);
	}
	fclose(out);
	return text;
}
