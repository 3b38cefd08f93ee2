/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words.c - see shell_words.h. */
#include "runner/host/shell_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789@%+=:,./_-";

void shell_word_print(const char *word, FILE *out)
{
	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

void shell_words_add(struct shell_words *words, const char *word)
{
	char **longer = realloc(words->words, (words->n + 2) * sizeof(*longer));
	char *copy = strdup(word);
	if (longer)
		words->words = longer;
	if (!longer || !copy) {
		free(copy);
		words->failed = true;
		return;
	}
	longer[words->n++] = copy;
	longer[words->n] = NULL;
}

/* One word, from its first character to behind its last; NULL: not one that was printed. */
static const char *take_word(const char *text, char *word)
{
	bool quoted = false;
	for (; *text && (quoted || *text != ' '); text++) {
		if (*text == '\'')
			quoted = !quoted;
		else if (!quoted && *text == '\\' && text[1])
			*word++ = *++text;
		else if (quoted || strchr(plain, *text))
			*word++ = *text;
		else
			return NULL;
	}
	*word = '\0';
	return quoted ? NULL : text;
}

int shell_words_split(const char *text, struct shell_words *out)
{
	char *word = malloc(strlen(text) + 1);
	int status = word ? 0 : -ENOMEM;
	*out = (struct shell_words){ 0 };
	while (status == 0 && *(text += strspn(text, " "))) {
		text = take_word(text, word);
		if (!text)
			status = -EINVAL;
		else
			shell_words_add(out, word);
		if (!text)
			break;
	}
	free(word);
	if (status == 0 && out->failed)
		status = -ENOMEM;
	if (status != 0)
		shell_words_free(out);
	return status;
}

void shell_words_free(struct shell_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->words[i]);
	free(words->words);
	*words = (struct shell_words){ 0 };
}
