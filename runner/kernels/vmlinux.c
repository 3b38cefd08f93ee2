/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmlinux.c - the ELF vmlinux out of a bzImage.
 *
 * The setup header (Linux' Documentation/arch/x86/boot.rst) tells where the compressed kernel is.
 * All compressions but gzip are followed by four bytes with the length of what comes out.
 */
#include "runner/kernels/vmlinux.h"

#include <ctype.h>
#include <errno.h>
#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>

#include "runner/host/tree.h"
#include "sentence.h"

enum setup_header {
	SETUP_SECTORS = 0x1f1,
	SETUP_BOOT_FLAG = 0x1fe,
	SETUP_MAGIC = 0x202,
	SETUP_PROTOCOL = 0x206,
	SETUP_PAYLOAD_OFFSET = 0x248,
	SETUP_PAYLOAD_LENGTH = 0x24c,
	SETUP_END = 0x250,
};

#define SECTOR 512
#define OLDEST_PROTOCOL 0x208 /* the first with a payload offset */
#define LENGTH_WORD 4
#define LARGEST_VMLINUX (1UL << 30)

struct bytes {
	const unsigned char *start;
	size_t length;
};

static uint32_t word(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_elf(const struct bytes *file)
{
	return file->length > sizeof(Elf64_Ehdr) && memcmp(file->start, ELFMAG, SELFMAG) == 0;
}

static bool is_bzimage(const struct bytes *file)
{
	const unsigned char *p = file->start;

	return file->length > SETUP_END && p[SETUP_BOOT_FLAG] == 0x55 && p[SETUP_BOOT_FLAG + 1] == 0xaa &&
		memcmp(p + SETUP_MAGIC, "HdrS", 4) == 0 &&
		(p[SETUP_PROTOCOL] | p[SETUP_PROTOCOL + 1] << 8) >= OLDEST_PROTOCOL;
}

/* The compressed kernel within a bzImage; false when it lies outside of the file. */
static bool find_payload(const struct bytes *file, struct bytes *payload)
{
	size_t sectors = file->start[SETUP_SECTORS] ? file->start[SETUP_SECTORS] : 4;
	size_t offset = (sectors + 1) * SECTOR + word(file->start + SETUP_PAYLOAD_OFFSET);
	size_t length = word(file->start + SETUP_PAYLOAD_LENGTH);

	if (length <= LENGTH_WORD || offset > file->length || length > file->length - offset)
		return false;
	*payload = (struct bytes){ file->start + offset, length };
	return true;
}

/*
 * An archive that gives the payload's contents; what went wrong with it is found when it is read.
 */
static struct archive *open_payload(const struct bytes *payload)
{
	struct archive *archive = archive_read_new();
	bool gzip = payload->start[0] == 0x1f && payload->start[1] == 0x8b;

	if (!archive)
		return NULL;
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	archive_read_open_memory(archive, payload->start, payload->length - (gzip ? 0 : LENGTH_WORD));
	return archive;
}

/* The payload's last word is the length of what comes out, so the room for it is known. */
static int decompress(const char *image, const struct bytes *payload, struct bytes *out, char **error)
{
	size_t expected = word(payload->start + payload->length - LENGTH_WORD), got = 0;
	struct archive *archive = open_payload(payload);
	struct archive_entry *entry;
	unsigned char *room = expected < LARGEST_VMLINUX ? malloc(expected + 1) : NULL;
	la_ssize_t n = archive && archive_read_next_header(archive, &entry) == ARCHIVE_OK ? 0 : -1;
	const char *why = NULL;

	if (n == 0 && room) {
		while (got <= expected && (n = archive_read_data(archive, room + got, expected + 1 - got)) > 0)
			got += (size_t)n;
	}
	*out = (struct bytes){ room, got };
	if (n == 0 && room && got == expected) {
		archive_read_free(archive);
		return 0;
	}
	if (n < 0 && archive)
		why = archive_error_string(archive);
	sentence(error, -EINVAL, "%s is damaged: the kernel in it does not decompress to its %zu bytes (%s)", image,
		expected, why ? why : "wrong length");
	free(room);
	out->start = NULL;
	archive_read_free(archive);
	return -EINVAL;
}

/*
 * "Linux version RELEASE (...) #1 SMP ..." lies in the kernel as text, one line. Kernels from 6.1
 * on have it a second time without the number after '#', from before the last step of their build.
 */
static const char *find_banner(const struct bytes *elf, size_t *line)
{
	static const char words[] = "Linux version ";
	const size_t length = sizeof(words) - 1;
	const unsigned char *p = elf->start, *end = elf->start + elf->length;
	const char *unnumbered = NULL;

	while ((p = memmem(p, (size_t)(end - p), words, length)) != NULL) {
		const char *text = (const char *)p + length, *hash;
		const char *newline = memchr(text, '\n', (size_t)(end - p) - length);

		p += length;
		if (!isdigit((unsigned char)*text) || !newline)
			continue;
		*line = (size_t)(newline - text);
		hash = memchr(text, '#', *line);
		if (hash && isdigit((unsigned char)hash[1]))
			return text;
		unnumbered = text;
	}
	return unnumbered;
}

static int read_banner(const char *image, const struct bytes *elf, struct vmlinux_banner *banner, char **error)
{
	size_t line = 0;
	const char *text = find_banner(elf, &line);
	const char *hash = text ? memchr(text, '#', line) : NULL;

	if (!text)
		return sentence(error, -EINVAL, "%s is no Linux kernel: it does not say its version", image);
	banner->release = strndup(text, strcspn(text, " \n"));
	banner->version = hash ? strndup(hash, line - (size_t)(hash - text)) : strdup("");
	if (!banner->release || !banner->version)
		return no_memory(error);
	return 0;
}

/* A note of Xen's with the entry point for a virtual machine without firmware. */
static bool is_entry_note(const unsigned char *at, size_t left)
{
	static const char owner[] = "Xen";
	enum { PVH_ENTRY = 18 };
	Elf64_Nhdr note;

	if (left < sizeof(note) + sizeof(owner))
		return false;
	memcpy(&note, at, sizeof(note));
	return note.n_type == PVH_ENTRY && note.n_namesz == sizeof(owner) &&
		memcmp(at + sizeof(note), owner, sizeof(owner)) == 0;
}

static bool has_entry(const struct bytes *elf)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	memcpy(&header, elf->start, sizeof(header));
	for (size_t i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof(segment);

		if (header.e_phoff > elf->length || at + sizeof(segment) > elf->length)
			return false;
		memcpy(&segment, elf->start + at, sizeof(segment));
		if (segment.p_type != PT_NOTE || segment.p_offset > elf->length ||
			segment.p_filesz > elf->length - segment.p_offset)
			continue;
		/* notes are aligned to four bytes */
		for (size_t k = 0; k < segment.p_filesz; k += 4) {
			if (is_entry_note(elf->start + segment.p_offset + k, segment.p_filesz - k))
				return true;
		}
	}
	return false;
}

static int write_kernel(const char *image, const struct bytes *file, const struct bytes *elf, const char *out,
	struct vmlinux_banner *banner, char **error)
{
	const struct bytes *start = elf;
	int status;

	if (!is_elf(elf))
		return sentence(error, -EINVAL, "%s: what is compressed in it is no ELF file", image);
	if (((const Elf64_Ehdr *)(const void *)elf->start)->e_machine != EM_X86_64 ||
		elf->start[EI_CLASS] != ELFCLASS64)
		return sentence(error, -EINVAL, "%s is not for x86-64", image);
	if (!has_entry(elf)) {
		if (is_elf(file))
			return sentence(error, -EINVAL,
				"%s cannot be started directly (a kernel without CONFIG_PVH): name "
				"its "
				"bzImage",
				image);
		start = file;
	}
	status = read_banner(image, elf, banner, error);
	if (status < 0)
		return status;
	status = tree_write_file(out, start->start, start->length);
	if (status < 0) {
		vmlinux_banner_free(banner);
		sentence(error, status, "cannot write %s: %s", out, strerror(-status));
	}
	return status;
}

int vmlinux_extract(const char *image, const char *out, struct vmlinux_banner *banner, char **error)
{
	struct bytes file = { 0 }, payload, elf = { 0 };
	char *text = NULL;
	int status = tree_read_file(image, &text, &file.length);

	*banner = (struct vmlinux_banner){ 0 };
	if (status < 0)
		return sentence(error, status, "cannot read %s: %s", image, strerror(-status));
	file.start = (const unsigned char *)text;
	if (is_elf(&file)) {
		status = write_kernel(image, &file, &file, out, banner, error);
	} else if (!is_bzimage(&file)) {
		status = sentence(error, -EINVAL, "%s is no kernel: neither a bzImage nor an ELF vmlinux", image);
	} else if (!find_payload(&file, &payload)) {
		status = sentence(error, -EINVAL, "%s is cut short: %zu bytes", image, file.length);
	} else {
		status = decompress(image, &payload, &elf, error);
		if (status == 0)
			status = write_kernel(image, &file, &elf, out, banner, error);
		free((void *)(uintptr_t)elf.start);
	}
	free(text);
	return status;
}

void vmlinux_banner_free(struct vmlinux_banner *banner)
{
	free(banner->release);
	free(banner->version);
	*banner = (struct vmlinux_banner){ 0 };
}
