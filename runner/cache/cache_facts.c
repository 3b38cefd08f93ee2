/* SPDX-License-Identifier: Apache-2.0 */
/* cache_facts.c - answers to small questions, and what files contain as long as they look the same. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/cache/digests.h"
#include "runner/host/tree.h"
#include "sentence.h"

#define FACT_RECIPE "fact 2"

/* The file that holds the answer. */
static char *fact_path(const char *question)
{
	char name[SHA256_HEX], *cache, *path, *folder = NULL;
	struct sha256_ctx sum;
	struct stat st;

	if (cache_directory(&cache, NULL) < 0)
		return NULL;
	sha256_init(&sum);
	sha256_add_text(&sum, FACT_RECIPE);
	sha256_add_text(&sum, question);
	sha256_hex(&sum, name);
	if (asprintf(&path, "%s/facts/%s", cache, name) < 0)
		path = NULL;
	if (asprintf(&folder, "%s/facts", cache) < 0)
		folder = NULL;
	/* another user's answers are not trusted */
	if (!folder || (stat(folder, &st) == 0 && why_distrusted(&st))) {
		free(path);
		path = NULL;
	}
	free(folder);
	free(cache);
	return path;
}

/* The digest is written before the answer, so a fact that is damaged or incomplete is not taken for one. */
static int digest_fact(const char *question, const char *answer, char out[DIGEST_HEX])
{
	char *both;

	if (asprintf(&both, "%s\n%s", question, answer) < 0)
		return -ENOMEM;
	digest_text(both, out);
	free(both);
	return 0;
}

char *cache_recall(const char *question)
{
	char *path = fact_path(question), *text = NULL, *answer = NULL, digest[DIGEST_HEX];

	if (path && tree_read_file(path, &text, NULL) < 0)
		text = NULL;
	if (text && strlen(text) >= DIGEST_HEX && text[DIGEST_HEX - 1] == '\n' &&
		digest_fact(question, text + DIGEST_HEX, digest) == 0 && strncmp(text, digest, DIGEST_HEX - 1) == 0)
		answer = strdup(text + DIGEST_HEX);
	if (answer)
		utimensat(AT_FDCWD, path, NULL, 0); /* when it was used, for cache_evict */
	free(text);
	free(path);
	return answer;
}

static void write_fact(const char *path, const char *text)
{
	char *temporary;

	if (asprintf(&temporary, "%s.%d.%d", path, (int)getpid(), (int)gettid()) < 0)
		return;
	if (tree_make_above(path) == 0 &&
		(tree_write_file(temporary, text, strlen(text)) < 0 || rename(temporary, path) < 0))
		unlink(temporary);
	free(temporary);
}

void cache_remember(const char *question, const char *answer)
{
	char *path = fact_path(question), *text, digest[DIGEST_HEX];

	if (path && digest_fact(question, answer, digest) == 0 && asprintf(&text, "%s\n%s", digest, answer) >= 0) {
		write_fact(path, text);
		free(text);
	}
	free(path);
}

int cache_file_mark(const char *path, char **mark)
{
	struct stat st;
	char *absolute = realpath(path, NULL);
	int n;

	if (!absolute)
		return -errno;
	if (stat(absolute, &st) < 0) {
		free(absolute);
		return -errno;
	}
	n = asprintf(mark, "%s %lu %lu %ld %ld.%09ld %ld.%09ld", absolute, (unsigned long)st.st_dev,
		(unsigned long)st.st_ino, (long)st.st_size, (long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec,
		(long)st.st_ctim.tv_sec, (long)st.st_ctim.tv_nsec);
	free(absolute);
	return n < 0 ? -ENOMEM : 0;
}

int cache_sha256(const char *path, char out[SHA256_HEX], char **error)
{
	char *mark = NULL, *question = NULL, *known = NULL;
	int status = cache_file_mark(path, &mark);

	if (status == 0 && asprintf(&question, "sha256 %s", mark) < 0)
		status = -ENOMEM;
	if (status == 0)
		known = cache_recall(question);
	if (known && strlen(known) == SHA256_HEX - 1) {
		memcpy(out, known, SHA256_HEX);
	} else if (status == 0) {
		status = sha256_file(path, out);
		if (status == 0)
			cache_remember(question, out);
	}
	free(known);
	free(question);
	free(mark);
	return status < 0 ? sentence(error, status, "cannot read %s: %s", path, strerror(-status)) : 0;
}
