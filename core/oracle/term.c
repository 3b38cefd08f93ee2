/* SPDX-License-Identifier: Apache-2.0 */
/* term.c - reads the language of the scripts. */
#include "term.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 16

struct reader {
	const char *at;
	const char *trouble; /* the first */
	int depth;
};

static struct term *read_term(struct reader *r);

bool term_is_word_character(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.:%-", c));
}

static void skip(struct reader *r)
{
	r->at += strspn(r->at, " \t");
}

static bool take(struct reader *r, char c)
{
	skip(r);
	if (*r->at != c)
		return false;
	r->at++;
	skip(r);
	return true;
}

static void *complain(struct reader *r, const char *trouble)
{
	if (!r->trouble)
		r->trouble = trouble;
	return NULL;
}

static void term_free(struct term *term)
{
	while (term) {
		struct term *next = term->next;

		term_free(term->items);
		free(term->key);
		free(term->text);
		free(term);
		term = next;
	}
}

static struct term *make(struct reader *r, enum term_kind kind, const char *text, size_t length)
{
	struct term *term = calloc(1, sizeof(*term));

	if (term)
		term->text = strndup(text, length);
	if (!term || !term->text) {
		free(term);
		return complain(r, "out of memory");
	}
	term->kind = kind;
	term->length = length;
	return term;
}

/* Up to `end`, separated by commas. */
static struct term *read_items(struct reader *r, char end)
{
	struct term *first = NULL, **last = &first;

	if (take(r, end))
		return NULL;
	do {
		*last = read_term(r);
		if (!*last)
			break;
		if ((*last)->kind == TERM_WORD && take(r, '=')) {
			struct term *value = read_term(r);

			if (value)
				value->key = strdup((*last)->text);
			term_free(*last);
			*last = value;
			if (!value)
				break;
		}
		last = &(*last)->next;
	} while (take(r, ','));
	if (!r->trouble && !take(r, end))
		complain(r, end == ')' ? "a ) is missing" : end == ']' ? "a ] is missing" : "a } is missing");
	return first;
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static struct term *read_text(struct reader *r)
{
	struct term *term = make(r, TERM_TEXT, r->at, strcspn(r->at, "\""));
	size_t n = 0;

	if (!term)
		return NULL;
	for (; *r->at && *r->at != '"'; r->at++) {
		if (r->at[0] == '\\' && r->at[1] == 'x' && isxdigit((unsigned char)r->at[2]) &&
			isxdigit((unsigned char)r->at[3])) {
			term->text[n++] = (char)(hex(r->at[2]) * 16 + hex(r->at[3]));
			r->at += 3;
		} else if (*r->at == '\\') {
			complain(r, "behind \\ in a text comes xHH");
			break;
		} else {
			term->text[n++] = *r->at;
		}
	}
	term->text[n] = '\0';
	term->length = n;
	if (!take(r, '"'))
		complain(r, "a text has no end");
	return term;
}

static bool is_number(const char *word, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strncmp(word, "0x", 2) == 0 ? strtoll(word + 2, &end, 16) : strtoll(word, &end, 10);
	return !errno && !*end && (isdigit((unsigned char)word[0]) || word[0] == '-') &&
		isxdigit((unsigned char)end[-1]);
}

static struct term *read_word(struct reader *r)
{
	size_t length = 0;
	struct term *term;

	while (term_is_word_character(r->at[length]))
		length++;
	if (length == 0)
		return complain(r, "a value is missing");
	term = make(r, TERM_WORD, r->at, length);
	r->at += length;
	if (!term)
		return NULL;
	if (take(r, '(')) {
		term->kind = TERM_CALL;
		term->items = read_items(r, ')');
	} else if (is_number(term->text, &term->number)) {
		term->kind = TERM_NUMBER;
	}
	return term;
}

static struct term *read_term(struct reader *r)
{
	struct term *term;

	if (++r->depth > DEEPEST)
		return complain(r, "too deep");
	skip(r);
	if (*r->at == '"') {
		r->at++;
		term = read_text(r);
	} else if (*r->at == '[' || *r->at == '{') {
		const char end = *r->at == '[' ? ']' : '}';

		term = make(r, end == ']' ? TERM_LIST : TERM_RECORD, "", 0);
		r->at++;
		if (term)
			term->items = read_items(r, end);
	} else {
		term = read_word(r);
	}
	r->depth--;
	return term;
}

const char *statement_parse(const char *line, struct statement *out)
{
	struct reader r = { .at = line };

	*out = (struct statement){ 0 };
	out->call = read_term(&r);
	if (out->call && out->call->kind == TERM_WORD && take(&r, '=')) {
		out->name = strdup(out->call->text);
		term_free(out->call);
		out->call = read_term(&r);
	}
	skip(&r);
	if (!r.trouble && *r.at)
		complain(&r, "something follows the call");
	if (!r.trouble && out->call->kind != TERM_CALL)
		complain(&r, "this is no call");
	return r.trouble;
}

void statement_free(struct statement *statement)
{
	free(statement->name);
	term_free(statement->call);
	*statement = (struct statement){ 0 };
}

const struct term *term_at(const struct term *list, size_t n)
{
	const struct term *item = list ? list->items : NULL;

	while (item && n-- > 0)
		item = item->next;
	return item;
}

bool term_is_word(const struct term *term, const char *word)
{
	return term && term->kind == TERM_WORD && strcmp(term->text, word) == 0;
}
