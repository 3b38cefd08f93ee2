/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache.h - what is kept between runs: entries and facts.
 *
 * An entry is a folder KIND/KEY, whose key is the digest of everything that the entry was made from: a kernel, a
 * snapshot, a stage. So an entry is never out of date; when an input changes there is another key. A fact is a small
 * text that answers a question ("sha256 of this file with this size and time"); a lost fact is found out again.
 *
 * The room owns the cache folder and everything below it. kernels/ keeps kernels and apt's state there, guest/
 * snapshots and stages, qemu/ and run/ facts. It calls host/ alone, and does not know what an entry contains.
 *
 * Threads and processes: any number of processes may use one cache at once. Beside each entry lies a lock file. Who
 * looks whether an entry is whole, or makes it, holds one octet of it exclusively, works in KIND/KEY.new, and renames
 * that folder when it is complete and on the disk. The others wait in cache_open() until then. Who uses an entry holds
 * another octet shared. Locks are those of open file descriptions (F_OFD_SETLK), so they also work between the threads
 * of a process.
 *
 * What may go wrong: an entry is damaged: each has a list of digests (digests.h), by which cache_open() sees it; then
 * the entry is removed, made again by its maker, and a line on stderr says so. One that is damaged while others use
 * it is an error. The disk fills up while an entry is made: nothing is committed, and the maker tells why. The maker
 * is killed: what it left is removed when the next process opens an entry. The cache cannot be written: entries that
 * are there are used, and facts are not remembered. Somebody else can write there: it is refused.
 *
 * Size: when something new is committed, the entries that were not used for longest go, until the rest is below the
 * limit; an entry that somebody has open stays. Facts go after 90 days without use.
 *
 * Weaknesses: "used for longest" goes by the time of the folder, which each cache_open() sets. Lock files stay
 * when their entry goes, because somebody may be waiting for them.
 */
#ifndef SCTPSPEC_RUNNER_CACHE_CACHE_H
#define SCTPSPEC_RUNNER_CACHE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/host/closure.h"
#include "runner/host/sha256.h"

/*
 * $SCTPSPEC_CACHE, else $XDG_CACHE_HOME/sctpspec, else ~/.cache/sctpspec; made if missing. Refused when somebody else
 * could write there, for what is in it decides what runs; root's may be lent, read-only.
 */
int cache_directory(char **out, char **error);

/*
 * An open entry is present, that is complete and as it was made; or this process alone makes it, in the folder
 * `making`, and the others wait in cache_open() until it is done. Nobody removes an open entry.
 */
struct cache_entry {
	char *path;
	char *making; /* NULL when present */
	char *damage; /* what was wrong with the damaged entry that it replaces, or NULL */
	bool present;
	bool lent; /* the cache is read-only */
	int lock;
};

/* How an entry is checked before it counts as present. A damaged entry is removed, and has to be made again. */
enum cache_check {
	CACHE_READ,  /* all its files are read and compared with their digests */
	CACHE_KNOWN, /* the same, but only if a file looks changed or the machine has started since the last time */
	CACHE_TAKEN, /* nothing */
};

int cache_open(const char *kind, const char *key, enum cache_check check, struct cache_entry *out, char **error);
/* What was made in `making` becomes the entry, with its digests, once it is on the disk. */
int cache_commit(struct cache_entry *entry, char **error);
/* Releases the entry; removes what was made and not committed. */
void cache_close(struct cache_entry *entry);
/*
 * Reads all of an entry that is present, by its path. 0; -EUCLEAN and a sentence, "vmlinux is not what it was", and
 * whoever opens the entry next finds that too; another -errno and a sentence.
 */
int cache_verify(const char *path, char **error);
/* Gives the digest of one of the entry's files. 0, or -errno and a sentence. */
#define CACHE_DIGEST 33
int cache_digest(const struct cache_entry *entry, const char *file, char out[CACHE_DIGEST], char **error);

/*
 * $SCTPSPEC_CACHE_LIMIT ("8G", "500M", bytes), else 8 GiB: what the entries may take together. When
 * something new is committed, the least recently used entries are removed until the rest fits; never open ones.
 */
int cache_limit(uint64_t *bytes, char **error);
void cache_evict(void);
/* Removes what killed makers have left. */
void cache_sweep(void);

/* The keys of the entries of a kind, sorted. */
int cache_list(const char *kind, struct path_list *keys, char **error);
/* 0; -EBUSY when somebody has it open, -ENOENT. */
int cache_remove(const char *kind, const char *key);
/* What all entries take on the disk, in bytes. */
uint64_t cache_size(void);

/* The answer that was remembered for a question, malloc'd, or NULL. */
char *cache_recall(const char *question);
/* A cache that cannot be written is no error here: the question is asked again next time. */
void cache_remember(const char *question, const char *answer);

/* The digest of a file; remembered as long as the file's path, size and times stay the same. */
int cache_sha256(const char *path, char out[SHA256_HEX], char **error);
/* A text that differs whenever the file may have another content. 0 or -errno. */
int cache_file_mark(const char *path, char **mark);

#endif
