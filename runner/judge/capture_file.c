/* SPDX-License-Identifier: Apache-2.0 */
/* capture_file.c - see capture_file.h: how a file begins, and classic pcap (pcap-savefile(5)). */
#include "runner/judge/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/judge/capture_blocks.h"
#include "sentence.h"

enum { FILE_HEADER = 24, RECORD_HEADER = 16, LONG_RECORD_HEADER = 24 };

#define MAGIC_MICROSECONDS 0xa1b2c3d4U
#define MAGIC_NANOSECONDS 0xa1b23c4dU
#define MAGIC_LONG_RECORDS 0xa1b2cd34U

uint32_t capture_get32(const struct capture_file *file, const uint8_t *bytes)
{
	uint32_t number;
	memcpy(&number, bytes, sizeof(number));
	return file->is_swapped ? __builtin_bswap32(number) : number;
}

uint16_t capture_get16(const struct capture_file *file, const uint8_t *bytes)
{
	uint16_t number;
	memcpy(&number, bytes, sizeof(number));
	return file->is_swapped ? __builtin_bswap16(number) : number;
}

bool capture_trouble(struct capture_file *file, const char *what)
{
	const unsigned number = file->number;
	free(file->trouble);
	file->trouble = NULL;
	if (file->intake.error != 0)
		sentence(&file->trouble, 0, "cannot be read any further after packet %u: %s", number,
			strerror(file->intake.error));
	else if (number == 0)
		sentence(&file->trouble, 0, "%s before its first packet", what);
	else
		sentence(&file->trouble, 0, "%s after packet %u", what, number);
	return false;
}

bool capture_ends(struct capture_file *file, size_t left, const char *what)
{
	return left == 0 && file->intake.error == 0 ? false : capture_trouble(file, what);
}

/* ------------------------------------------------------------------ classic pcap */

static bool recognise(struct capture_file *file, const uint8_t *header)
{
	const uint32_t magic = capture_get32(file, header);
	file->is_nanoseconds = magic == MAGIC_NANOSECONDS;
	file->has_long_records = magic == MAGIC_LONG_RECORDS;
	return file->is_nanoseconds || file->has_long_records || magic == MAGIC_MICROSECONDS;
}

static bool begin_pcap(struct capture_file *file)
{
	const uint8_t *header = intake_want(&file->intake, FILE_HEADER);
	if (!header)
		return false;
	if (!recognise(file, header)) {
		file->is_swapped = true;
		if (!recognise(file, header))
			return false;
	}
	/* the upper bits say whether frames carry a check sequence */
	const struct capture_interface interface = { .link = (int)(capture_get32(file, header + 20) & 0xffff) };
	if (capture_get16(file, header + 4) != 2 || !capture_add_interface(file, &interface))
		return false;
	return intake_skip(&file->intake, FILE_HEADER);
}

static bool next_record(struct capture_file *file, struct captured *out)
{
	const size_t head = file->has_long_records ? LONG_RECORD_HEADER : RECORD_HEADER;
	const uint8_t *header = intake_want(&file->intake, head);
	if (!header)
		return capture_ends(file, intake_left(&file->intake, head), "is cut short");
	const uint32_t captured = capture_get32(file, header + 8);
	if (captured > INTAKE_MOST - head)
		return capture_trouble(file, "is damaged: a packet is too long");
	header = intake_want(&file->intake, head + captured);
	if (!header)
		return capture_trouble(file, "is cut short");
	*out = (struct captured){
		.at_ns = (int64_t)capture_get32(file, header) * 1000000000 +
			(int64_t)capture_get32(file, header + 4) * (file->is_nanoseconds ? 1 : 1000),
		.bytes = header + head,
		.captured = captured,
		.length = capture_get32(file, header + 12),
		.link = file->interfaces[0].link,
	};
	return intake_skip(&file->intake, head + captured);
}

/* ------------------------------------------------------------------ any file */

static const struct {
	const char *begins;
	size_t length;
	const char *what;
} others[] = {
	{ "\x1f\x8b", 2, "is compressed: zcat %s | sctpspec judge -" },
	{ "\x28\xb5\x2f\xfd", 4, "is compressed: zstdcat %s | sctpspec judge -" },
	{ "\xfd"
	  "7zXZ",
		5, "is compressed: xzcat %s | sctpspec judge -" },
	{ "BZh", 3, "is compressed: bzcat %s | sctpspec judge -" },
};

static int refuse(struct capture_file *file, const char *name, char **error)
{
	const size_t left = intake_left(&file->intake, FILE_HEADER);
	const uint8_t *bytes = file->intake.bytes + file->intake.begin;
	char *what = NULL;
	int status = -EINVAL;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others) && !what; i++)
		if (left >= others[i].length && memcmp(bytes, others[i].begins, others[i].length) == 0)
			sentence(&what, 0, others[i].what, name);
	if (file->intake.error != 0)
		status = sentence(error, -file->intake.error, "cannot read %s: %s", name, strerror(file->intake.error));
	else if (left == 0)
		status = sentence(error, -EINVAL, "%s is empty", name);
	else
		status =
			sentence(error, -EINVAL, "%s %s", name, what ? what : "is no capture: neither pcap nor pcapng");
	free(what);
	capture_file_close(file);
	return status;
}

static int begin(struct capture_file *file, const char *name, char **error)
{
	const uint8_t *magic = intake_want(&file->intake, 4);
	if (magic && memcmp(magic, "\x0a\x0d\x0d\x0a", 4) == 0)
		file->is_pcapng = true;
	else if (!begin_pcap(file))
		return refuse(file, name, error);
	return 0;
}

int capture_file_open(const char *name, struct capture_file *out, char **error)
{
	const int file = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (file < 0)
		return sentence(error, -errno, "cannot read %s: %s", name, strerror(errno));
	if (fstat(file, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(file);
		return sentence(error, -EISDIR, "cannot read %s: %s", name, strerror(EISDIR));
	}
	*out = (struct capture_file){ 0 };
	if (intake_begin(&out->intake, file) != 0)
		return no_memory(error);
	return begin(out, file == STDIN_FILENO ? "the standard input" : name, error);
}

int capture_file_open_memory(const uint8_t *bytes, size_t length, struct capture_file *out, char **error)
{
	*out = (struct capture_file){ 0 };
	if (intake_begin_memory(&out->intake, bytes, length) != 0)
		return no_memory(error);
	return begin(out, "the memory", error);
}

/* A cooked header says which way the packet went, and, of version 2, on which interface. */
static void look_at_cooked_header(struct captured *captured)
{
	enum { COOKED = 113, COOKED_2 = 276, TO_US = 0, SENT_BY_US = 4 };
	unsigned type = UINT_MAX;
	if (captured->link == COOKED && captured->captured >= 16)
		type = (unsigned)captured->bytes[0] << 8 | captured->bytes[1];
	if (captured->link == COOKED_2 && captured->captured >= 20) {
		type = captured->bytes[10];
		captured->interface = (unsigned)captured->bytes[6] << 8 | captured->bytes[7];
	}
	if (captured->way == WAY_UNKNOWN)
		captured->way = type == TO_US ? WAY_IN : type == SENT_BY_US ? WAY_OUT : WAY_UNKNOWN;
}

bool capture_file_next(struct capture_file *file, struct captured *out)
{
	if (file->trouble || !(file->is_pcapng ? capture_next_block(file, out) : next_record(file, out)))
		return false;
	look_at_cooked_header(out);
	out->number = ++file->number;
	file->last_ns = out->at_ns;
	return true;
}

int capture_file_hold(struct capture_file *file, size_t room)
{
	return intake_hold(&file->intake, room);
}

void capture_file_replay(struct capture_file *file)
{
	intake_replay(&file->intake);
	file->number = 0;
	file->last_ns = 0;
	free(file->trouble);
	file->trouble = NULL;
	if (file->is_pcapng)
		file->n_interfaces = 0;
	else
		intake_skip(&file->intake, FILE_HEADER);
}

void capture_file_close(struct capture_file *file)
{
	intake_end(&file->intake);
	free(file->interfaces);
	free(file->trouble);
	*file = (struct capture_file){ .intake.file = -1 };
}
