/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache.h - what is kept between runs: kernels, images, snapshots (each a folder, named by the
 * digest of what it was made from) and small facts. Any number of processes may use it at once.
 */
#ifndef SCTPSPEC_RUNNER_CACHE_CACHE_H
#define SCTPSPEC_RUNNER_CACHE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/host/closure.h"
#include "runner/host/sha256.h"

/* $SCTPSPEC_CACHE, else $XDG_CACHE_HOME/sctpspec, else ~/.cache/sctpspec; made if missing. */
int cache_directory(char **out, char **error);

/*
 * An entry is either present, and then complete; or this process alone makes it, in the folder
 * `making`, and the others wait in cache_open until that is over. As long as it is open nobody
 * removes it.
 */
struct cache_entry {
	char *path;
	char *making; /* NULL when present */
	bool present;
	int lock;
};

int cache_open(const char *kind, const char *key, struct cache_entry *out, char **error);
/* What was made in `making` becomes the entry. */
int cache_commit(struct cache_entry *entry, char **error);
/* Lets go of it; removes what was made and not committed. */
void cache_close(struct cache_entry *entry);

/*
 * $SCTPSPEC_CACHE_LIMIT ("8G", "500M", bytes), else 8 GiB: what the entries may take together. When
 * something new is committed, what was not used for longest goes, until it fits; never what is open.
 */
int cache_limit(uint64_t *bytes, char **error);
void cache_evict(void);

/* The keys of the entries of a kind, sorted. */
int cache_list(const char *kind, struct path_list *keys, char **error);
/* 0; -EBUSY when somebody has it open, -ENOENT. */
int cache_remove(const char *kind, const char *key);
/* What an entry takes on the disk, in bytes; what all of them take. */
uint64_t cache_entry_size(const char *kind, const char *key);
uint64_t cache_size(void);

/* The answer that was remembered for a question, malloc'd, or NULL. */
char *cache_recall(const char *question);
/* A cache that cannot be written is no error here: the question is asked again next time. */
void cache_remember(const char *question, const char *answer);

/* Of a file; remembered as long as the file's place, size and times stay the same. */
int cache_sha256(const char *path, char out[SHA256_HEX], char **error);
/* A text that differs whenever the file may have another content. 0 or -errno. */
int cache_file_mark(const char *path, char **mark);

#endif
