/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - near misses: which of the known words was probably meant. Pure. */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_NEAREST_H
#define SCTPSPEC_RUNNER_CATALOGUE_NEAREST_H

#include <stddef.h>

/* Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
size_t edit_distance(const char *a, const char *b);

/* The up to `room` words nearest to `word`, nearest first and otherwise in their order; words that have
 * nothing in common with it are left out. Gives how many. */
size_t nearest_words(const char *word, const char *const *words, size_t n_words, const char **out, size_t room);

/* "; did you mean a, b or c?", or "" when nothing is near. Malloc'd. */
char *nearest_hint(const char *word, const char *const *words, size_t n_words);

#endif
