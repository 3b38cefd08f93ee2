/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpm.c - an RPM package: a lead, a header with signatures, a header with the package's description,
 * and a compressed cpio archive with its files. libarchive reads the archive and skips the rest, so
 * the description is read here (rpm's documentation, "Package format", version 4).
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "runner/kernels/package.h"
#include "sentence.h"

#define BLOCK 65536

enum {
	LEAD = 96,
	HEADER = 16, /* magic, version, four bytes, number of entries, octets of data */
	INDEX = 16,  /* tag, type, offset, count */
	MOST_ENTRIES = 65536,
	MOST_DATA = 256 << 20,
};

enum tag { TAG_NAME = 1000, TAG_VERSION = 1001, TAG_RELEASE = 1002, TAG_ARCHITECTURE = 1022 };
enum { TYPE_STRING = 6 };

struct header {
	unsigned char *entries;
	char *data;
	size_t n, length;
};

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* 0, or -EINVAL when there is no header. */
static int read_header(FILE *file, struct header *out)
{
	unsigned char intro[HEADER];

	*out = (struct header){ 0 };
	if (fread(intro, 1, sizeof(intro), file) != sizeof(intro) || memcmp(intro, "\x8e\xad\xe8\x01", 4) != 0)
		return -EINVAL;
	out->n = big_endian(intro + 8);
	out->length = big_endian(intro + 12);
	if (out->n > MOST_ENTRIES || out->length > MOST_DATA)
		return -EINVAL;
	out->entries = malloc(out->n * INDEX + 1);
	out->data = malloc(out->length + 1);
	if (!out->entries || !out->data)
		return -ENOMEM;
	if (fread(out->entries, INDEX, out->n, file) != out->n || fread(out->data, 1, out->length, file) != out->length)
		return -EINVAL;
	out->data[out->length] = '\0';
	return 0;
}

static void header_free(struct header *header)
{
	free(header->entries);
	free(header->data);
}

static const char *text_of(const struct header *header, enum tag tag)
{
	for (size_t i = 0; i < header->n; i++) {
		const unsigned char *entry = header->entries + i * INDEX;
		size_t offset = big_endian(entry + 8);

		if (big_endian(entry) == (uint32_t)tag && big_endian(entry + 4) == TYPE_STRING &&
			offset < header->length)
			return header->data + offset;
	}
	return NULL;
}

static int keep_description(const struct header *header, struct package_contents *contents)
{
	const char *name = text_of(header, TAG_NAME), *version = text_of(header, TAG_VERSION),
		   *release = text_of(header, TAG_RELEASE), *architecture = text_of(header, TAG_ARCHITECTURE);

	if (!name || !version || !release || !architecture)
		return -EINVAL;
	contents->package = strdup(name);
	contents->architecture = strdup(architecture);
	if (asprintf(&contents->version, "%s-%s", version, release) < 0)
		contents->version = NULL;
	return contents->package && contents->architecture && contents->version ? 0 : -ENOMEM;
}

static int read_description(const struct unpacking *u)
{
	struct header signatures = { 0 }, description = { 0 };
	FILE *file = fopen(u->path, "re");
	int status = file && fseek(file, LEAD, SEEK_SET) == 0 ? 0 : -EINVAL;

	if (status == 0)
		status = read_header(file, &signatures);
	/* the header after it begins at a multiple of eight octets */
	if (status == 0 && fseek(file, (long)(-signatures.length & 7), SEEK_CUR) < 0)
		status = -EINVAL;
	if (status == 0)
		status = read_header(file, &description);
	if (status == 0)
		status = keep_description(&description, u->contents);
	if (file)
		fclose(file);
	header_free(&signatures);
	header_free(&description);
	if (status == -ENOMEM)
		return no_memory(u->error);
	return status < 0 ? package_damaged(u, NULL) : 0;
}

static int read_files(const struct unpacking *u, struct archive *archive)
{
	struct archive_entry *entry;
	int status = 0, result;

	archive_read_support_filter_all(archive); /* that of RPM's headers, and the compression */
	archive_read_support_format_cpio(archive);
	result = archive_read_open_filename(archive, u->path, BLOCK);
	if (result == ARCHIVE_OK)
		result = archive_read_next_header(archive, &entry);
	while (result == ARCHIVE_OK && status == 0) {
		status = package_take_file(u, archive, entry);
		if (status == 0)
			result = archive_read_next_header(archive, &entry);
	}
	if (status == 0 && result != ARCHIVE_EOF)
		status = package_damaged(u, archive);
	return status;
}

int rpm_unpack(const struct unpacking *u)
{
	struct archive *archive = archive_read_new();
	int status = archive ? read_description(u) : no_memory(u->error);

	if (status == 0)
		status = read_files(u, archive);
	archive_read_free(archive);
	return status;
}
