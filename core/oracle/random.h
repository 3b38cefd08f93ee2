/* SPDX-License-Identifier: Apache-2.0 */
/* random.h - scripts that nobody has written. */
#ifndef GEN_SCTP_ORACLE_RANDOM_H
#define GEN_SCTP_ORACLE_RANDOM_H

#include <stdint.h>

/* The text of a script; malloc'd. The same seed gives the same. */
char *random_script(uint64_t seed);

#endif
