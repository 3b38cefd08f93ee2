/* SPDX-License-Identifier: Apache-2.0 */
/* signature.c - what identifies a failure. */
#include "runner/verdict/signature.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "reports/findings.h"
#include "runner/host/tree.h"
#include "sentence.h"

/* A number behind one of these words belongs to the failure, and is kept. */
static const char *const telling_words[] = { "path ", "stream ", "error ", "IPv" };

static bool ends_with(const char *start, const char *end, const char *word)
{
	size_t length = strlen(word);
	return (size_t)(end - start) >= length && strncmp(end - length, word, length) == 0;
}

static bool is_telling(const char *start, const char *at)
{
	for (size_t i = 0; i < sizeof(telling_words) / sizeof(telling_words[0]); i++)
		if (ends_with(start, at, telling_words[i]))
			return true;
	return false;
}

/* Length of a number as in "5", "5.690", "0xffff88", "sctp+0x12/0x30", or of hexadecimal digits without "0x". */
static size_t number_length(const char *text)
{
	size_t length = strspn(text, "0123456789");
	if (length == 1 && text[0] == '0' && text[1] == 'x')
		return 2 + strspn(text + 2, "0123456789abcdefABCDEF");
	size_t hexadecimal = strspn(text, "0123456789abcdef");
	if (hexadecimal >= 8 && strcspn(text, "0123456789") < hexadecimal)
		return hexadecimal;
	if (length == 0)
		return 0;
	if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
		length += 1 + strspn(text + length + 1, "0123456789");
	return length;
}

char *signature_words(const char *text)
{
	char *words = NULL;
	size_t size;
	FILE *out = open_memstream(&words, &size);
	if (!out)
		return NULL;
	for (const char *at = text; *at;) {
		bool inside = at > text && (isalpha((unsigned char)at[-1]) || at[-1] == '_');
		size_t length = inside && !is_telling(text, at) ? 0 : number_length(at);
		if (length == 0)
			fputc(*at++, out);
		else if (is_telling(text, at))
			fprintf(out, "%.*s", (int)length, at);
		else
			fputc('#', out);
		at += length;
	}
	if (fclose(out) != 0) {
		free(words);
		return NULL;
	}
	return words;
}

char *signature_reason(const char *reason)
{
	const size_t length = rule_broken_length(reason);
	char *copy = length ? strndup(reason, length) : NULL;
	char *words = length && !copy ? NULL : signature_words(copy ? copy : reason);
	free(copy);
	return words;
}

/* What the case expected, or the rule that it broke. */
static char *make_check(const struct failure *failure)
{
	size_t length;
	const char *rule = rule_broken_rule(failure->reason, &length);
	return rule ? strndup(rule, length) : signature_words(failure->check);
}

/* "RIP: 0010:sctp_foo+0x12/0x30 [sctp]": "sctp_foo". */
static char *find_place(const char *text)
{
	const char *rip = text ? strstr(text, "RIP: ") : NULL;
	const char *name = rip ? strchr(rip + strlen("RIP: "), ':') : NULL;
	if (!name)
		return strdup("");
	name++;
	return strndup(name, strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."));
}

/* The check that decided the verdict: the first that did not hold. */
static const char *failed_check(const struct report_case *test)
{
	for (size_t i = 0; i < test->n_entries; i++)
		if (test->entries[i].kind == REPORT_CHECK && !test->entries[i].ok)
			return test->entries[i].text;
	return "";
}

static bool is_whole(const struct signature *signature)
{
	return signature->case_id && signature->verdict && signature->reason && signature->check && signature->place;
}

int signature_of(const struct failure *failure, struct signature *out)
{
	bool crashed = strcmp(failure->verdict, "crash") == 0;
	char *place = crashed ? find_place(failure->console) : strdup("");
	if (crashed && place && !*place) {
		free(place);
		place = find_place(failure->explanation);
	}
	*out = (struct signature){
		.case_id = strdup(failure->case_id),
		.verdict = strdup(failure->verdict),
		.reason = signature_reason(failure->reason),
		.check = make_check(failure),
		.place = place,
	};
	if (is_whole(out))
		return 0;
	signature_free(out);
	return -ENOMEM;
}

int signature_make(const struct report_case *test, struct signature *out)
{
	const struct failure failure = {
		.case_id = test->id,
		.verdict = report_verdict_name(test->verdict),
		.reason = test->reason,
		.explanation = test->explanation,
		.check = failed_check(test),
		.console = test->console,
	};
	return signature_of(&failure, out);
}

bool signature_equal(const struct signature *a, const struct signature *b)
{
	return strcmp(a->case_id, b->case_id) == 0 && strcmp(a->verdict, b->verdict) == 0 &&
		strcmp(a->reason, b->reason) == 0 && strcmp(a->check, b->check) == 0 && strcmp(a->place, b->place) == 0;
}

static char *copy(const json_t *object, const char *name)
{
	const char *words = json_string_value(json_object_get(object, name));
	return words ? strdup(words) : NULL;
}

int signature_read(const char *path, struct signature *out, char **error)
{
	char *text = NULL;
	int status = tree_read_file(path, &text, NULL);
	*out = (struct signature){ 0 };
	if (status == -ENOENT)
		return status;
	if (status != 0)
		return sentence(error, status, "cannot read the signature %s: %s", path, strerror(-status));
	json_t *object = json_loads(text, 0, NULL);
	if (json_integer_value(json_object_get(object, "signature")) == 1)
		*out = (struct signature){
			.case_id = copy(object, "case"),
			.verdict = copy(object, "verdict"),
			.reason = copy(object, "reason"),
			.check = copy(object, "check"),
			.place = copy(object, "place"),
		};
	json_decref(object);
	free(text);
	if (is_whole(out))
		return 0;
	signature_free(out);
	return sentence(error, -EINVAL, "%s is no signature of a failure", path);
}

int signature_write(const char *path, const struct signature *signature, char **error)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "signature", 1, "case", signature->case_id,
		"verdict", signature->verdict, "reason", signature->reason, "check", signature->check, "place",
		signature->place);
	char *text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
	char *lines = NULL;
	int status = !text || asprintf(&lines, "%s\n", text) < 0 ? -ENOMEM : 0;
	if (status == 0)
		status = tree_write_file(path, lines, strlen(lines));
	if (status != 0)
		sentence(error, status, "cannot write the signature %s: %s", path, strerror(-status));
	free(lines);
	free(text);
	json_decref(object);
	return status;
}

void signature_free(struct signature *signature)
{
	free(signature->case_id);
	free(signature->verdict);
	free(signature->reason);
	free(signature->check);
	free(signature->place);
	*signature = (struct signature){ 0 };
}
