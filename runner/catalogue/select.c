/* SPDX-License-Identifier: Apache-2.0 */
/* select.c - which cases a command line means. */
#include "runner/catalogue/select.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/nearest.h"
#include "sentence.h"

static const char rfc_prefix[] = "rfc:";

static bool is_rfc(const char *word)
{
	return strncmp(word, rfc_prefix, strlen(rfc_prefix)) == 0;
}

static const char etsi_prefix[] = "etsi:";

static bool is_etsi(const char *word)
{
	return strncmp(word, etsi_prefix, strlen(etsi_prefix)) == 0;
}

static bool carries_out(const struct test_case *test_case, const char *purpose)
{
	for (const char *const *id = test_case->etsi; id && *id; id++)
		if (fnmatch(purpose, *id, 0) == 0)
			return true;
	return false;
}

static bool is_glob(const char *word)
{
	return strpbrk(word, "*?[") != NULL;
}

static bool lists(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* "9260-8.2" covers 9260-8.2-03 and 9260-8.2.1-01, but not 9260-8.20-01. */
static bool covers(const char *section, const char *requirement)
{
	size_t length = strlen(section);
	if (length == 0 || strncmp(section, requirement, length) != 0)
		return false;
	return requirement[length] == '\0' || requirement[length] == '-' || requirement[length] == '.';
}

static bool traces_to(const struct test_case *test_case, const char *section)
{
	for (const char *const *id = test_case->requirements; id && *id; id++)
		if (covers(section, *id))
			return true;
	return false;
}

/* True when the single word selects the case. */
static bool select_matches(const char *word, const struct test_case *test_case)
{
	if (word[0] == '@')
		return lists(test_case->tags, word + 1);
	if (is_rfc(word))
		return traces_to(test_case, word + strlen(rfc_prefix));
	if (is_etsi(word))
		return carries_out(test_case, word + strlen(etsi_prefix));
	if (is_glob(word))
		return fnmatch(word, test_case->id, 0) == 0;
	return strcmp(word, test_case->id) == 0;
}

/* What a name could have been: ids and AREA.* for an id, tags for a tag. */
struct vocabulary {
	char **words;
	size_t n;
};

static void vocabulary_add(struct vocabulary *all, const char *format, const char *word)
{
	char *text;
	if (asprintf(&text, format, word) < 0)
		return;
	char **words = NULL;
	if (!lists((const char *const *)all->words, text))
		words = realloc(all->words, (all->n + 2) * sizeof(*words));
	if (!words) {
		free(text);
		return;
	}
	all->words = words;
	all->words[all->n++] = text;
	all->words[all->n] = NULL;
}

static int unknown_name(const char *word, const struct test_case *const *cases, size_t n_cases, char **error)
{
	struct vocabulary all = { 0 };
	for (size_t i = 0; i < n_cases; i++) {
		for (const char *const *tag = cases[i]->tags; word[0] == '@' && tag && *tag; tag++)
			vocabulary_add(&all, "@%s", *tag);
		if (word[0] != '@') {
			vocabulary_add(&all, "'%s.*'", cases[i]->area);
			vocabulary_add(&all, "%s", cases[i]->id);
		}
	}
	char *hint = nearest_hint(word, (const char *const *)all.words, all.n);
	sentence(error, 0, "there is no %s '%s'%s", word[0] == '@' ? "tag" : "case", word, hint ? hint : "");
	free(hint);
	for (size_t i = 0; i < all.n; i++)
		free(all.words[i]);
	free(all.words);
	return -ENOENT;
}

int select_cases(const struct test_case *const *cases, size_t n_cases, const char *const *words, size_t n_words,
	const struct test_case ***chosen, size_t *n_chosen, char **error)
{
	const struct test_case **list = calloc(n_cases ? n_cases : 1, sizeof(const struct test_case *));
	bool *used = calloc(n_words ? n_words : 1, sizeof(*used));
	size_t n = 0;
	int status = 0;
	if (!list || !used) {
		status = sentence(error, -ENOMEM, "no memory to select from %zu cases", n_cases);
		goto out;
	}
	for (size_t i = 0; i < n_cases; i++) {
		bool wanted = n_words == 0;
		for (size_t w = 0; w < n_words; w++) {
			if (!select_matches(words[w], cases[i]))
				continue;
			wanted = true;
			used[w] = true;
		}
		if (wanted)
			list[n++] = cases[i];
	}
	for (size_t w = 0; w < n_words && status == 0; w++) {
		if (used[w])
			continue;
		if (is_rfc(words[w]))
			status = sentence(error, -ESRCH, "no case traces to a requirement of '%s'", words[w]);
		else if (is_etsi(words[w]))
			status = sentence(error, -ESRCH, "no case carries out a test purpose '%s'",
				words[w] + strlen(etsi_prefix));
		else if (is_glob(words[w]) && words[w][0] != '@')
			status = sentence(error, -ESRCH, "no case id matches '%s'", words[w]);
		else
			status = unknown_name(words[w], cases, n_cases, error);
	}
	if (status == 0 && n == 0)
		status = sentence(error, -ESRCH, "there are no cases");
out:
	free(used);
	if (status != 0) {
		free(list);
		return status;
	}
	*chosen = list;
	*n_chosen = n;
	return 0;
}
