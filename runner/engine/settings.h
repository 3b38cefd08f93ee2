/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - the protocol parameters of a case (RFC 9260 section 16) as net.sctp.* sysctls, which both
 * endpoints get before their sockets exist.
 *
 * A case states what differs from the kernel's defaults; zero means the default.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_SETTINGS_H
#define SCTPSPEC_RUNNER_ENGINE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/engine/vtime.h"

enum on_off { DEFAULTED, OFF, ON };
enum pf_expose { PF_EXPOSE_DEFAULT, PF_EXPOSE_OFF, PF_EXPOSE_ON };

struct settings {
	struct milliseconds rto_initial, rto_min, rto_max;
	struct milliseconds hb_interval;
	uint32_t path_max_retrans, association_max_retrans, max_init_retransmits;
	struct milliseconds valid_cookie_life, sack_timeout;
	enum on_off pf_enable;
	uint32_t pf_retrans;                   /* strikes beyond which a path is potentially failed; default 0 */
	enum pf_expose pf_expose;              /* are PF events raised? default no */
	enum on_off addip, addip_noauth, auth; /* ASCONF and AUTH; default off */
};

/* Every member filled in, the defaults being Linux's. */
struct settings settings_in_force(const struct settings *stated);

/* One sysctl for each parameter that the case states; `value` is what to write. */
struct sysctl {
	const char *name; /* without "net.sctp." */
	uint32_t value;
};
#define SETTINGS_SYSCTLS_MAX 16
/* What a case believes of a sysctl, also where that is 0. False: nothing. */
bool settings_believed(const struct settings *in_force, const char *sysctl, uint32_t *value);
size_t settings_sysctls(const struct settings *stated, struct sysctl out[SETTINGS_SYSCTLS_MAX]);

#endif
