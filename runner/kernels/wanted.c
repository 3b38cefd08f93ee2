/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/kernels/wanted.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wanted_free(struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		free(wanted->names[i]);
	wanted->n = 0;
}

static bool is_wanted(const struct wanted *wanted, const char *name)
{
	for (size_t i = 0; i < wanted->n; i++) {
		if (strncmp(wanted->names[i], name, strcspn(name, "=")) == 0)
			return true;
	}
	return false;
}

static bool is_kernel_part(const char *name)
{
	static const char *const kinds[] = { WANTED_IMAGE, "linux-binary-", "linux-modules-", "linux-base-" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length) == 0)
			return isdigit((unsigned char)name[length]) != 0;
	}
	return false;
}

bool wanted_is_dispensable(const char *name)
{
	return strncmp(name, "linux-base-", strlen("linux-base-")) == 0;
}

int wanted_add_dependencies(struct wanted *wanted, const char *depends, const char *version)
{
	char *copy = strdup(depends), *rest = copy, *one;
	int status = copy ? 0 : -ENOMEM;

	while (status == 0 && (one = strsep(&rest, ",|"))) {
		char name[256], exact[128] = "";

		if (sscanf(one, " %255[^ (,|] (= %127[^)])", name, exact) < 1 || !is_kernel_part(name) ||
			is_wanted(wanted, name) || wanted->n == WANTED_MOST)
			continue;
		if (asprintf(&wanted->names[wanted->n], "%s=%s", name, *exact ? exact : version) < 0)
			status = -ENOMEM;
		else
			wanted->n++;
	}
	free(copy);
	return status;
}

void wanted_drop(struct wanted *wanted, size_t i)
{
	free(wanted->names[i]);
	wanted->n--;
	memmove(&wanted->names[i], &wanted->names[i + 1], (wanted->n - i) * sizeof(*wanted->names));
}
