/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - option records to the kernel's structs and back, by their tables of fields. Pure. */
#include "option.h"

#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* A number of 1, 2, 4 or 8 octets, wherever it lies. */
static uint64_t load(const void *at, size_t width)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (width) {
	case 1:
		memcpy(&u8, at, 1);
		return u8;
	case 2:
		memcpy(&u16, at, 2);
		return u16;
	case 4:
		memcpy(&u32, at, 4);
		return u32;
	}
	memcpy(&u64, at, 8);
	return u64;
}

static void store(void *at, size_t width, uint64_t value)
{
	const uint8_t u8 = (uint8_t)value;
	const uint16_t u16 = (uint16_t)value;
	const uint32_t u32 = (uint32_t)value;

	switch (width) {
	case 1:
		memcpy(at, &u8, 1);
		return;
	case 2:
		memcpy(at, &u16, 2);
		return;
	case 4:
		memcpy(at, &u32, 4);
		return;
	}
	memcpy(at, &value, 8);
}

static bool fits(const struct field *f, int64_t value)
{
	if (value < 0)
		return false;
	if (f->kind == FIELD_FLAGS)
		return (value & ~(int64_t)f->limit) == 0;
	if (f->limit)
		return value <= f->limit;
	return f->width == 8 || (uint64_t)value >> (8 * f->width) == 0;
}

static bool is_maybe(const struct field *f)
{
	return f->kind == FIELD_MAYBE || f->kind == FIELD_FLAGS || f->kind == FIELD_NET || f->kind == FIELD_OFF;
}

static struct gs_maybe maybe_of(const struct field *f, const struct gs_option *option)
{
	struct gs_maybe m;

	memcpy(&m, (const char *)option + f->here, sizeof(m));
	return m;
}

static void encode_addr(const struct field *f, const struct gs_option *option, void *kernel)
{
	union gs_addr addr;

	memcpy(&addr, (const char *)option + f->here, sizeof(addr));
	memcpy((char *)kernel + f->there, &addr, gs_addr_size(&addr));
}

static int encode_maybe(const struct field *f, const struct gs_option *option, void *kernel)
{
	const struct gs_maybe m = maybe_of(f, option);
	const int64_t value = m.given ? m.value : f->fallback;

	if (!fits(f, value))
		return -ERANGE;
	if (f->kind == FIELD_OFF)
		return GS_OK;
	store((char *)kernel + f->there, f->width, f->kind == FIELD_NET ? htonl((uint32_t)value) : (uint64_t)value);
	return GS_OK;
}

static int encode_value(const struct field *f, const struct gs_option *option, void *kernel)
{
	if (!fits(f, option->value))
		return -EINVAL;
	store((char *)kernel + f->there, f->width, (uint64_t)option->value);
	return GS_OK;
}

void gs_record_encode_keys(const struct row *row, const struct gs_option *option, void *kernel)
{
	memset(kernel, 0, row->size);
	for (const struct field *f = row->fields; f->kind != FIELD_END; f++) {
		if (f->kind == FIELD_KEY)
			memcpy((char *)kernel + f->there, (const char *)option + f->here, f->width);
		else if (f->kind == FIELD_ADDR)
			encode_addr(f, option, kernel);
	}
}

int gs_record_encode(const struct row *row, const struct gs_option *option, void *kernel)
{
	gs_record_encode_keys(row, option, kernel);
	for (const struct field *f = row->fields; f->kind != FIELD_END; f++) {
		if (f->kind == FIELD_PLAIN)
			memcpy((char *)kernel + f->there, (const char *)option + f->here, f->width);
		else if (f->kind == FIELD_VALUE && encode_value(f, option, kernel) != GS_OK)
			return -EINVAL;
		else if (is_maybe(f) && encode_maybe(f, option, kernel) != GS_OK)
			return GS_FIELD - (int)(f - row->fields + 1);
	}
	return GS_OK;
}

void gs_record_decode(const struct row *row, const void *kernel, struct gs_option *option)
{
	for (const struct field *f = row->fields; f->kind != FIELD_END; f++) {
		const char *there = (const char *)kernel + f->there;
		char *here = (char *)option + f->here;
		union gs_addr addr;

		if (is_maybe(f)) {
			uint64_t value = f->kind == FIELD_OFF ? 0 : load(there, f->width);

			/* the kernel has flags that are not gen_sctp's */
			if (f->kind == FIELD_FLAGS)
				value &= f->limit;

			const struct gs_maybe m = {
				.value = f->kind == FIELD_NET ? ntohl((uint32_t)value) : (int64_t)value,
				.given = 1,
			};

			memcpy(here, &m, sizeof(m));
		} else if (f->kind == FIELD_VALUE) {
			option->value = (int64_t)load(there, f->width);
		} else if (f->kind == FIELD_ADDR || f->kind == FIELD_RESULT_ADDR) {
			gs_addr_read(&addr, there, sizeof(struct sockaddr_storage));
			memcpy(here, &addr, sizeof(addr));
		} else {
			memcpy(here, there, f->width);
		}
	}
}

bool gs_record_has_gaps(const struct row *row, const struct gs_option *option)
{
	if (!row->fields)
		return false;
	for (const struct field *f = row->fields; f->kind != FIELD_END; f++)
		if (is_maybe(f) && !maybe_of(f, option).given)
			return true;
	return false;
}

void gs_record_fill_gaps(const struct row *row, const struct gs_option *present, struct gs_option *option)
{
	for (const struct field *f = row->fields; f->kind != FIELD_END; f++)
		if (is_maybe(f) && !maybe_of(f, option).given)
			memcpy((char *)option + f->here, (const char *)present + f->here, sizeof(struct gs_maybe));
}
