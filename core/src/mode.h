/* SPDX-License-Identifier: Apache-2.0 */
/* mode.h - the counting rules of the delivery modes. Pure functions of their arguments. */
#ifndef GEN_SCTP_SRC_MODE_H
#define GEN_SCTP_SRC_MODE_H

#include "gen_sctp.h"

#include <stdbool.h>

/* What is to become of the next message: .n is what is left, 0 in other modes than GS_ACTIVE_N.
 * Sets it as GS_OPT_ACTIVE does; *told when the owner is to be told that it is passive now. -EINVAL
 * changes nothing. */
int gs_mode_set(struct gs_active *mode, const struct gs_active *wish, bool *told);

/* One more has been delivered. True when the owner is to be told that it is passive now. */
bool gs_mode_count(struct gs_active *mode);

#endif
