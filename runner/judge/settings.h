/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - the protocol's parameters that no packet tells: named, and in the units, of the sysctls net.sctp.*.
 *
 * The user says them, or some follow from what the capture shows, or they are what Linux and RFC 9260 section 16 have;
 * which of these is told with the result.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_SETTINGS_H
#define SCTPSPEC_RUNNER_JUDGE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum setting {
	SETTING_RTO_INITIAL,
	SETTING_RTO_MIN,
	SETTING_RTO_MAX,
	SETTING_HB_INTERVAL,
	SETTING_SACK_TIMEOUT,
	SETTING_PATH_MAX_RETRANS,
	SETTING_PF_RETRANS,
	SETTING_ASSOCIATION_MAX_RETRANS,
	SETTING_MAX_INIT_RETRANSMITS,
	SETTING_VALID_COOKIE_LIFE,
	SETTING_PF_ENABLE,
	SETTINGS
};

enum setting_from { FROM_DEFAULT, FROM_USER, FROM_CAPTURE };

struct settings {
	int64_t value[SETTINGS];
	enum setting_from from[SETTINGS];
	bool said; /* the user has named some, or says that they are the defaults */
};

extern const char *const setting_names[SETTINGS];
extern const char *const setting_titles[SETTINGS]; /* as RFC 9260 section 16 has it: "RTO.Min" */
extern const char *const setting_from_names[];     /* "default", "user", "capture" */
/* Of milliseconds, not of a count or a switch. */
bool setting_is_time(enum setting setting);
struct settings settings_default(void);
/* "path_max_retrans=5", or "defaults". 0, or -EINVAL with a sentence that names what there is. */
int settings_set(struct settings *settings, const char *word, char **error);
/* Of a setting in milliseconds. */
int64_t settings_ns(const struct settings *settings, enum setting setting);

#endif
