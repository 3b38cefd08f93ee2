/* SPDX-License-Identifier: Apache-2.0 */
/* amount.c - numbers for people: see amount.h. Pure. */
#include "reports/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S 1000000000ULL

static uint64_t magnitude(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static struct amount with_unit(struct amount amount, const char *unit)
{
	strncat(amount.text, unit, sizeof(amount.text) - strlen(amount.text) - 1);
	return amount;
}

struct amount amount_seconds(int64_t ns, int decimals)
{
	struct amount amount;
	uint64_t unit = NS_PER_S; /* of the last digit, in nanoseconds */

	for (int i = 0; i < decimals; i++)
		unit /= 10;

	const uint64_t digits = magnitude(ns) / unit + (magnitude(ns) % unit >= (unit + 1) / 2);
	const uint64_t per_second = NS_PER_S / unit;
	const char *sign = ns < 0 && digits ? "-" : "";

	if (decimals == 0)
		snprintf(amount.text, sizeof(amount.text), "%s%" PRIu64, sign, digits);
	else
		snprintf(amount.text, sizeof(amount.text), "%s%" PRIu64 ".%0*" PRIu64, sign, digits / per_second,
			decimals, digits % per_second);
	return amount;
}

struct amount amount_grouped(int64_t number)
{
	struct amount amount;
	char digits[24];
	const int n = snprintf(digits, sizeof(digits), "%" PRIu64, magnitude(number));
	size_t length = 0;

	if (number < 0)
		amount.text[length++] = '-';
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			amount.text[length++] = ' ';
		amount.text[length++] = digits[i];
	}
	amount.text[length] = '\0';
	return amount;
}

struct amount amount_duration(int64_t ns)
{
	const uint64_t size = magnitude(ns);
	const int64_t second = (int64_t)NS_PER_S;
	struct amount amount;

	if (size >= 10 * NS_PER_S)
		amount = amount_grouped(ns / second + ns % second / (second / 2));
	else
		amount = amount_seconds(ns, size >= NS_PER_S ? 1 : size >= NS_PER_S / 100 ? 2 : size ? 3 : 0);
	return with_unit(amount, " s");
}

struct amount amount_bytes(int64_t bytes)
{
	if (magnitude(bytes) >= 10240)
		return with_unit(amount_grouped(bytes / 1024 + bytes % 1024 / 512), " KiB");
	return with_unit(amount_grouped(bytes), bytes == 1 ? " byte" : " bytes");
}
