/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_object.c - a relocatable ELF file with one program and its slots, of which it uses the first, as a compiler
 * would write it: libbpf, which tc(8) uses, makes the map for the slots out of the section .data.
 */
#include "netns/chunk_object.h"

#include <assert.h>
#include <elf.h>
#include <string.h>

#include "netns/chunk_program.h"

#ifndef R_BPF_64_64
#define R_BPF_64_64 1
#endif

enum {
	SECTION_NONE,
	SECTION_NAMES,
	SECTION_SYMBOLS,
	SECTION_PROGRAM,
	SECTION_RELOCATIONS,
	SECTION_SLOTS,
	SECTION_LICENSE,
	SECTIONS
};
enum { SYMBOL_NONE, SYMBOL_PROGRAM, SYMBOL_SLOTS, SYMBOLS };

static const char names[] =
	"\0.strtab\0.symtab\0classifier\0.relclassifier\0.data\0license\0" CHUNK_PROGRAM_NAME "\0slots";
static const char license[] = "Apache-2.0";

/* Where a name begins among them. */
static uint32_t name_at(const char *name)
{
	const char *at = names + 1;

	while (strcmp(at, name) != 0) {
		at += strlen(at) + 1;
		assert(at < names + sizeof(names));
	}
	return (uint32_t)(at - names);
}

struct object {
	uint8_t *bytes;
	size_t length;
	Elf64_Shdr sections[SECTIONS];
};

/* Octets of a section, at a multiple of eight. */
static void put(struct object *object, int section, const void *bytes, size_t length)
{
	object->length = (object->length + 7) & ~(size_t)7;
	assert(object->length + length <= CHUNK_OBJECT_MAX);
	memcpy(object->bytes + object->length, bytes, length);
	if (section != SECTION_NONE) {
		object->sections[section].sh_offset = object->length;
		object->sections[section].sh_size = length;
	}
	object->length += length;
}

static void describe_sections(struct object *object)
{
	Elf64_Shdr *of = object->sections;

	for (int i = SECTION_NAMES; i < SECTIONS; i++)
		of[i].sh_addralign = 8;
	of[SECTION_NAMES].sh_name = name_at(".strtab");
	of[SECTION_NAMES].sh_type = SHT_STRTAB;
	of[SECTION_SYMBOLS].sh_name = name_at(".symtab");
	of[SECTION_SYMBOLS].sh_type = SHT_SYMTAB;
	of[SECTION_SYMBOLS].sh_link = SECTION_NAMES;
	of[SECTION_SYMBOLS].sh_info = SYMBOL_PROGRAM; /* the first that is global */
	of[SECTION_SYMBOLS].sh_entsize = sizeof(Elf64_Sym);
	of[SECTION_PROGRAM].sh_name = name_at("classifier");
	of[SECTION_PROGRAM].sh_type = SHT_PROGBITS;
	of[SECTION_PROGRAM].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
	of[SECTION_RELOCATIONS].sh_name = name_at(".relclassifier");
	of[SECTION_RELOCATIONS].sh_type = SHT_REL;
	of[SECTION_RELOCATIONS].sh_link = SECTION_SYMBOLS;
	of[SECTION_RELOCATIONS].sh_info = SECTION_PROGRAM;
	of[SECTION_RELOCATIONS].sh_entsize = sizeof(Elf64_Rel);
	of[SECTION_SLOTS].sh_name = name_at(".data");
	of[SECTION_SLOTS].sh_type = SHT_PROGBITS;
	of[SECTION_SLOTS].sh_flags = SHF_ALLOC | SHF_WRITE;
	of[SECTION_LICENSE].sh_name = name_at("license");
	of[SECTION_LICENSE].sh_type = SHT_PROGBITS;
	of[SECTION_LICENSE].sh_flags = SHF_ALLOC | SHF_WRITE;
}

static void put_sections(struct object *object, const struct chunk_program *program, const struct fault *fault)
{
	const struct chunk_slot slots[CHUNK_SLOTS] = { chunk_slot_for(fault) };
	const size_t program_size = program->count * sizeof(*program->list);
	const Elf64_Sym symbols[SYMBOLS] = {
		[SYMBOL_PROGRAM] = { .st_name = name_at(CHUNK_PROGRAM_NAME),
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			.st_shndx = SECTION_PROGRAM,
			.st_size = program_size },
		[SYMBOL_SLOTS] = { .st_name = name_at("slots"),
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
			.st_shndx = SECTION_SLOTS,
			.st_size = sizeof(slots) },
	};
	const Elf64_Rel relocation = { .r_offset = program->slots * sizeof(*program->list),
		.r_info = ELF64_R_INFO(SYMBOL_SLOTS, R_BPF_64_64) };

	put(object, SECTION_NAMES, names, sizeof(names));
	put(object, SECTION_SYMBOLS, symbols, sizeof(symbols));
	put(object, SECTION_PROGRAM, program->list, program_size);
	put(object, SECTION_RELOCATIONS, &relocation, sizeof(relocation));
	put(object, SECTION_SLOTS, slots, sizeof(slots));
	put(object, SECTION_LICENSE, license, sizeof(license));
}

size_t chunk_object_write(const struct fault *fault, uint8_t out[CHUNK_OBJECT_MAX])
{
	struct object object = { .bytes = out };
	struct chunk_program program;
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = SECTIONS,
		.e_shstrndx = SECTION_NAMES,
	};

	chunk_program_write(&program);
	memset(out, 0, CHUNK_OBJECT_MAX);
	describe_sections(&object);
	put(&object, SECTION_NONE, &header, sizeof(header));
	put_sections(&object, &program, fault);
	header.e_shoff = (object.length + 7) & ~(size_t)7;
	put(&object, SECTION_NONE, object.sections, sizeof(object.sections));
	memcpy(out, &header, sizeof(header));
	return object.length;
}

static void print_base64(const uint8_t *bytes, size_t length, FILE *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		const size_t left = length - i;
		const unsigned group =
			(unsigned)bytes[i] << 16 | (left > 1 ? bytes[i + 1] : 0U) << 8 | (left > 2 ? bytes[i + 2] : 0U);

		fputc(digits[group >> 18], out);
		fputc(digits[group >> 12 & 63], out);
		fputc(left > 1 ? digits[group >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[group & 63] : '=', out);
	}
}

void chunk_object_print_command(const struct fault *fault, FILE *out)
{
	uint8_t bytes[CHUNK_OBJECT_MAX];
	const size_t length = chunk_object_write(fault, bytes);

	fputs("echo ", out);
	print_base64(bytes, length, out);
	fputs(" | base64 -d >" CHUNK_OBJECT_FILE "\n", out);
}
