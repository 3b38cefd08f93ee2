/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/kernels/package_set.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void package_set_free(struct package_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->names[i]);
	set->n = 0;
}

static bool is_wanted(const struct package_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strncmp(set->names[i], name, strcspn(name, "=")) == 0)
			return true;
	}
	return false;
}

static bool is_kernel_part(const char *name)
{
	static const char *const kinds[] = { PACKAGE_SET_IMAGE, "linux-binary-", "linux-modules-", "linux-base-" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length) == 0)
			return isdigit((unsigned char)name[length]) != 0;
	}
	return false;
}

bool package_is_dispensable(const char *name)
{
	return strncmp(name, "linux-base-", strlen("linux-base-")) == 0;
}

int package_set_add_dependencies(struct package_set *set, const char *depends, const char *version)
{
	char *copy = strdup(depends), *rest = copy, *one;
	int status = copy ? 0 : -ENOMEM;

	while (status == 0 && (one = strsep(&rest, ",|"))) {
		char name[256], exact[128] = "";

		if (sscanf(one, " %255[^ (,|] (= %127[^)])", name, exact) < 1 || !is_kernel_part(name) ||
			is_wanted(set, name) || set->n == PACKAGE_SET_MAX)
			continue;
		if (asprintf(&set->names[set->n], "%s=%s", name, *exact ? exact : version) < 0)
			status = -ENOMEM;
		else
			set->n++;
	}
	free(copy);
	return status;
}

void package_set_drop(struct package_set *set, size_t i)
{
	free(set->names[i]);
	set->n--;
	memmove(&set->names[i], &set->names[i + 1], (set->n - i) * sizeof(*set->names));
}
