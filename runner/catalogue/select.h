/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select.h - which cases a command line means. Pure.
 *
 *	failover.primary-down-idle   one case
 *	'failover.*'                 a glob over ids
 *	@defaults                    a tag
 *	rfc:9260, rfc:9260-8.2       the requirements that a case traces to, with everything below the section
 *	'etsi:sctp-as-*'             the test purposes of ETSI TS 102 369 that it carries out
 */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_SELECT_H
#define SCTPSPEC_RUNNER_CATALOGUE_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/engine/case.h"

/* The cases that any of the words selects, in the order of `cases`, each once; all of them when there is
 * no word. *chosen is malloc'd. A word that selects nothing is an error, so that a typing mistake does not
 * go unseen behind other words: -ENOENT for a name (id or tag) that does not exist, with near misses,
 * -ESRCH for a pattern without a match. */
int select_cases(const struct test_case *const *cases, size_t n_cases, const char *const *words, size_t n_words,
	const struct test_case ***chosen, size_t *n_chosen, char **error);

#endif
