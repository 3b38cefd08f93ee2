/* SPDX-License-Identifier: Apache-2.0 */
/* fake_kernel.c - makes kernel images and packages for tests. */
#include "runner/kernels/tests/fake_kernel.h"

#include <check.h>
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#define ROOM (1UL << 20)
#define SETUP 1024 /* one setup sector and the boot sector */

void *keep(void *memory)
{
	static struct kept {
		struct kept *next;
		void *memory;
	} * all;
	struct kept *one = malloc(sizeof(*one));

	*one = (struct kept){ all, memory };
	all = one;
	return memory;
}

static void put_word(unsigned char *p, size_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> (8 * i));
}

struct blob fake_vmlinux(int machine, const char *banner)
{
	struct blob out = { keep(calloc(1, ROOM)), 20000 };
	Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)out.bytes;
	/* where QEMU is to start it */
	const Elf64_Phdr notes = { .p_type = PT_NOTE, .p_offset = 200, .p_filesz = 24 };
	static const char entry[24] = "\4\0\0\0\4\0\0\0\22\0\0\0Xen";
	uint32_t seed = 1;

	memcpy(header->e_ident, ELFMAG, SELFMAG);
	header->e_ident[EI_CLASS] = ELFCLASS64;
	header->e_machine = (Elf64_Half)machine;
	header->e_phoff = 64;
	header->e_phnum = 1;
	memcpy(out.bytes + 64, &notes, sizeof(notes));
	memcpy(out.bytes + 200, entry, sizeof(entry));
	/* something that a compressor cannot make nothing of */
	for (size_t i = 4096; i < out.length; i++)
		out.bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
	strcpy(out.bytes + 300, "%s version %s");
	if (banner)
		strcpy(out.bytes + 400, banner);
	return out;
}

struct blob fake_good_vmlinux(void)
{
	return fake_vmlinux(EM_X86_64,
		"Linux version " FAKE_RELEASE " (someone@somewhere) (gcc 1) # SMP Fake\n"
		"Linux version " FAKE_RELEASE " (someone@somewhere) (gcc 1) " FAKE_VERSION "\n");
}

static struct blob compress(struct blob in, const char *filter)
{
	struct blob out = { keep(malloc(ROOM)), 0 };
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_write_set_format_raw(archive);
	ck_assert_int_eq(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
	archive_write_set_bytes_per_block(archive, 0);
	ck_assert_int_eq(archive_write_open_memory(archive, out.bytes, ROOM, &out.length), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_pathname(entry, "x");
	ck_assert_int_eq(archive_write_header(archive, entry), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(archive, in.bytes, in.length), (la_ssize_t)in.length);
	ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	archive_entry_free(entry);
	return out;
}

struct blob fake_bzimage(struct blob vmlinux, const char *filter)
{
	struct blob payload = compress(vmlinux, filter);
	struct blob out = { keep(calloc(1, ROOM)), 0 };
	unsigned char *p = (unsigned char *)out.bytes;
	size_t offset = 64, length = payload.length;

	memcpy(p + SETUP + offset, payload.bytes, payload.length);
	if (strcmp(filter, "gzip") != 0) {
		put_word(p + SETUP + offset + length, vmlinux.length);
		length += 4;
	}
	p[0x1f1] = 1;
	p[0x1fe] = 0x55;
	p[0x1ff] = 0xaa;
	memcpy(p + 0x202, "HdrS", 4);
	p[0x206] = 0x0f;
	p[0x207] = 0x02;
	put_word(p + 0x248, offset);
	put_word(p + 0x24c, length);
	out.length = SETUP + offset + length + 100;
	return out;
}

static struct blob pack(const struct fake_file *files, size_t n, const char *format, const char *filter)
{
	struct blob out = { keep(malloc(4 * ROOM)), 0 };
	struct archive *archive = archive_write_new();

	ck_assert_int_eq(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
	if (filter)
		ck_assert_int_eq(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(archive, 1);
	ck_assert_int_eq(archive_write_open_memory(archive, out.bytes, 4 * ROOM, &out.length), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, files[i].name);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, (la_int64_t)files[i].contents.length);
		ck_assert_msg(archive_write_header(archive, entry) == ARCHIVE_OK, "%s: %s", files[i].name,
			archive_error_string(archive));
		archive_write_data(archive, files[i].contents.bytes, files[i].contents.length);
		archive_entry_free(entry);
	}
	ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	return out;
}

struct blob fake_deb(const char *control, const struct fake_file *files, size_t n, const char *filter)
{
	struct fake_file description = { "./control", { (char *)(uintptr_t)control, strlen(control) } };
	char data[32];
	struct fake_file parts[] = {
		{ "debian-binary", { (char *)(uintptr_t) "2.0\n", 4 } },
		{ "control.tar.gz", pack(&description, 1, "gnutar", "gzip") },
		{ data, pack(files, n, "gnutar", filter) },
	};

	snprintf(data, sizeof(data), "data.tar.%s", filter);
	return pack(parts, 3, "arbsd", NULL);
}

static void put_big(unsigned char *p, size_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> (24 - 8 * i));
}

struct tag {
	unsigned number;
	const char *text;
};

/* A header of an RPM package: an index of tags, then their texts. */
static size_t put_header(unsigned char *to, const struct tag *tags, size_t n)
{
	unsigned char *index = to + 16, *data = index + 16 * n;
	size_t used = 0;

	memcpy(to, "\x8e\xad\xe8\x01", 4);
	put_big(to + 8, n);
	for (size_t i = 0; i < n; i++) {
		put_big(index + 16 * i, tags[i].number);
		put_big(index + 16 * i + 4, 6); /* a text */
		put_big(index + 16 * i + 8, used);
		put_big(index + 16 * i + 12, 1);
		strcpy((char *)data + used, tags[i].text);
		used += strlen(tags[i].text) + 1;
	}
	put_big(to + 12, used);
	return 16 + 16 * n + used;
}

struct blob fake_rpm(
	const char *name, const char *architecture, const struct fake_file *files, size_t n, const char *filter)
{
	const struct tag signature = { 1000, "xyz" };
	const struct tag tags[] = { { 1000, name }, { 1001, "9.8.7" }, { 1002, "1.fc99" }, { 1022, architecture } };
	struct blob out = { keep(calloc(1, 4 * ROOM)), 96 };
	struct blob files_packed = pack(files, n, "newc", filter);
	unsigned char *p = (unsigned char *)out.bytes;

	memcpy(p, "\xed\xab\xee\xdb\x03\x00", 6);
	out.length += put_header(p + out.length, &signature, 1);
	out.length = (out.length + 7) & ~(size_t)7;
	out.length += put_header(p + out.length, tags, 4);
	memcpy(p + out.length, files_packed.bytes, files_packed.length);
	out.length += files_packed.length;
	return out;
}

void blob_write(struct blob blob, const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(blob.bytes, 1, blob.length, file), blob.length);
	ck_assert_int_eq(fclose(file), 0);
}
