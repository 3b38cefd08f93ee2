/* SPDX-License-Identifier: Apache-2.0 */
/* attempt.c - see attempt.h. */
#include "runner/verdict/attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int copy_exhibit(struct evidence_file *copy, const struct evidence_file *original)
{
	unsigned char *data = malloc(original->length ? original->length : 1);
	char *name = strdup(original->name);
	if (!data || !name) {
		free(data);
		free(name);
		return -ENOMEM;
	}
	memcpy(data, original->data, original->length);
	*copy = (struct evidence_file){ .name = name, .data = data, .length = original->length };
	return 0;
}

int attempt_keep_files(struct attempt *attempt, const struct transcript *transcript)
{
	size_t n = transcript->n_evidence_files;
	int status = 0;
	attempt->evidence_files = calloc(n ? n : 1, sizeof(*attempt->evidence_files));
	if (!attempt->evidence_files)
		return -ENOMEM;
	for (size_t i = 0; status == 0 && i < n; i++) {
		status = copy_exhibit(&attempt->evidence_files[i], &transcript->evidence_files[i]);
		attempt->n_evidence_files += status == 0;
	}
	return status;
}

void attempt_free(struct attempt *attempt)
{
	evidence_files_free(attempt->evidence_files, attempt->n_evidence_files);
	attempt->evidence_files = NULL;
	attempt->n_evidence_files = 0;
	case_result_free(&attempt->result);
}

static bool is_first_of_its_verdict(const struct attempt *attempts, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (attempts[before].done && attempts[before].result.verdict == attempts[i].result.verdict)
			return false;
	return true;
}

void attempts_prune(struct attempt *attempts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (attempts[i].done && !is_first_of_its_verdict(attempts, i))
			attempt_free(&attempts[i]);
}
