/* SPDX-License-Identifier: Apache-2.0 */
/* settings.c - see settings.h. */
#include "runner/judge/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

const char *const setting_names[SETTINGS] = {
	[SETTING_RTO_INITIAL] = "rto_initial",
	[SETTING_RTO_MIN] = "rto_min",
	[SETTING_RTO_MAX] = "rto_max",
	[SETTING_HB_INTERVAL] = "hb_interval",
	[SETTING_SACK_TIMEOUT] = "sack_timeout",
	[SETTING_PATH_MAX_RETRANS] = "path_max_retrans",
	[SETTING_PF_RETRANS] = "pf_retrans",
	[SETTING_ASSOCIATION_MAX_RETRANS] = "association_max_retrans",
	[SETTING_MAX_INIT_RETRANSMITS] = "max_init_retransmits",
	[SETTING_VALID_COOKIE_LIFE] = "valid_cookie_life",
	[SETTING_PF_ENABLE] = "pf_enable",
};

const char *const setting_titles[SETTINGS] = {
	[SETTING_RTO_INITIAL] = "RTO.Initial",
	[SETTING_RTO_MIN] = "RTO.Min",
	[SETTING_RTO_MAX] = "RTO.Max",
	[SETTING_HB_INTERVAL] = "HB.interval",
	[SETTING_SACK_TIMEOUT] = "delay of SACKs",
	[SETTING_PATH_MAX_RETRANS] = "Path.Max.Retrans",
	[SETTING_PF_RETRANS] = "PotentiallyFailed.Max.Retrans",
	[SETTING_ASSOCIATION_MAX_RETRANS] = "Association.Max.Retrans",
	[SETTING_MAX_INIT_RETRANSMITS] = "Max.Init.Retransmits",
	[SETTING_VALID_COOKIE_LIFE] = "Valid.Cookie.Life",
	[SETTING_PF_ENABLE] = "potentially failed state",
};
const char *const setting_from_names[] = { "default", "user", "capture" };

bool setting_is_time(enum setting setting)
{
	return setting <= SETTING_SACK_TIMEOUT || setting == SETTING_VALID_COOKIE_LIFE;
}

/* What Linux has; the same as RFC 9260 section 16 but for rto_initial, which is 1 s there, and pf_retrans, which RFC
 * 7829 adds. */
struct settings settings_default(void)
{
	return (struct settings){ .value = {
					  [SETTING_RTO_INITIAL] = 3000,
					  [SETTING_RTO_MIN] = 1000,
					  [SETTING_RTO_MAX] = 60000,
					  [SETTING_HB_INTERVAL] = 30000,
					  [SETTING_SACK_TIMEOUT] = 200,
					  [SETTING_PATH_MAX_RETRANS] = 5,
					  [SETTING_PF_RETRANS] = 0,
					  [SETTING_ASSOCIATION_MAX_RETRANS] = 10,
					  [SETTING_MAX_INIT_RETRANSMITS] = 8,
					  [SETTING_VALID_COOKIE_LIFE] = 60000,
					  [SETTING_PF_ENABLE] = 1,
				  } };
}

static int unknown(char **error, const char *word, size_t length)
{
	char *list = NULL;
	for (unsigned i = 0; i < SETTINGS; i++)
		sentence(&list, 0, "%s%s%s", list ? list : "", i ? ", " : "", setting_names[i]);
	sentence(error, 0, "there is no setting '%.*s'; there are %s", (int)length, word, list ? list : "others");
	free(list);
	return -EINVAL;
}

int settings_set(struct settings *settings, const char *word, char **error)
{
	const size_t length = strcspn(word, "=");
	unsigned setting = 0;
	while (setting < SETTINGS &&
		(strncmp(setting_names[setting], word, length) != 0 || setting_names[setting][length] != '\0'))
		setting++;
	settings->said = true;
	if (strcmp(word, "defaults") == 0)
		return 0;
	if (word[length] != '=')
		return sentence(
			error, -EINVAL, "--set is NAME=NUMBER, as in path_max_retrans=5, or defaults, not '%s'", word);
	if (setting == SETTINGS)
		return unknown(error, word, length);
	const char *number = word + length + 1;
	if (*number == '\0' || number[strspn(number, "0123456789")] != '\0' || strlen(number) > 9)
		return sentence(
			error, -EINVAL, "%s is a number from 0 to 999999999, not '%s'", setting_names[setting], number);
	settings->value[setting] = strtol(number, NULL, 10);
	settings->from[setting] = FROM_USER;
	return 0;
}

int64_t settings_ns(const struct settings *settings, enum setting setting)
{
	return settings->value[setting] * 1000000;
}
