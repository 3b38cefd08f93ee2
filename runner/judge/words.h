/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - sentences and phrases of a judgement, the same on a terminal and on a page. All are malloc'd; NULL without
 * memory.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_WORDS_H
#define SCTPSPEC_RUNNER_JUDGE_WORDS_H

#include "runner/judge/judge.h"

char *words_of_all(const struct judgement *judgement); /* "2 captures, 1 234 packets in ..." */
char *words_of_source(const struct source *source);
/* "packet 3 of a.pcap"; 0: "no packet" */
char *words_of_packet(const struct judgement *judgement, unsigned number, unsigned capture);
char *words_of_beginning(const struct judgement *judgement, const struct account *account);
char *words_of_end(const struct judgement *judgement, const struct account *account);
char *words_of_view(const struct account *account); /* of which ends there is a capture */
char *words_of_traffic(const struct account *account, unsigned number);
char *words_of_route(const struct account *account, unsigned number, unsigned which);
char *words_of_failure(const struct account *account, const struct failure *failure);
/* What an end was told, as far as the capture shows it: "RTO.Min about 1 s, inferred from 12 timeouts; ..." */
char *words_of_inferred(const struct account *account, unsigned number);
char *words_of_requirements(const struct rule *rule); /* "RFC 9260 section 6.2: 9260-6.2-05, 9260-6.2-20" */
char *words_of_settings(const struct settings *settings);
char *words_of_verdict(const struct judgement *judgement);
const char *words_of_level(enum level level);
/* 9260 and "6.2" of "9260-6.2-05"; 0: it is no such id. */
unsigned requirement_rfc(const char *id, char section[32]);

#endif
