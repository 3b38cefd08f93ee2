/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - the protocol parameters of a case (RFC 9260 section 16) as net.sctp.* sysctls, which the
 * endpoints get before their sockets exist.
 *
 * A case states what differs from the kernel's defaults, at both endpoints and at one; zero means the default.
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
	/* What no formula needs: where a case does not state it, it believes nothing of it. */
	enum on_off prsctp, reconf, intl, ecn, default_auto_asconf, cookie_preserve, l3mdev_accept;
	enum on_off sndbuf_policy, rcvbuf_policy; /* on: each association has the buffer of the socket */
	uint32_t max_burst, rwnd_update_shift, max_autoclose, ps_retrans, addr_scope_policy;
	uint32_t udp_port, encap_port;
	struct milliseconds plpmtud_probe_interval;
};

/* For a number of the kind that 0 is stated of: `.max_burst = NUMBER_0`. */
#define NUMBER_0 UINT32_MAX

/* Every member filled in of which a case believes anything, the defaults being Linux's. */
struct settings settings_in_force(const struct settings *stated);
/* What an endpoint is told: what is stated of it, and else of both. */
struct settings settings_merge(const struct settings *both, const struct settings *own);
/* The sysctl, if any, of which formulas believe one thing at one end and another at the other; else NULL. */
const char *settings_difference(const struct settings *in_force, const struct settings *other);

/* One sysctl for each parameter that the case states; `value` is what to write. */
struct sysctl {
	const char *name; /* without "net.sctp." */
	uint32_t value;
	bool may_lack; /* a kernel need not have it: the case is skipped there */
};
#define SETTINGS_SYSCTLS_MAX 32
/* What a case believes of a sysctl, also where that is 0. False: nothing. */
bool settings_believed(const struct settings *in_force, const char *sysctl, uint32_t *value);
size_t settings_sysctls(const struct settings *stated, struct sysctl out[SETTINGS_SYSCTLS_MAX]);

#endif
