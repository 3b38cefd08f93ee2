/* SPDX-License-Identifier: Apache-2.0 */
/* closure.c - does what ldd does: asks a program's own loader which libraries it would load. */
#include "runner/host/closure.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/host/program.h"
#include "sentence.h"

#define LONGEST_LOADER 256

bool path_list_has(const struct path_list *list, const char *path)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->paths[i], path) == 0)
			return true;
	}
	return false;
}

int path_list_add(struct path_list *list, const char *path)
{
	char **more, *copy;

	if (path_list_has(list, path))
		return 0;
	copy = strdup(path);
	more = realloc(list->paths, (list->n + 1) * sizeof(*more));
	if (more)
		list->paths = more;
	if (!more || !copy) {
		free(copy);
		return -ENOMEM;
	}
	list->paths[list->n++] = copy;
	return 0;
}

void path_list_free(struct path_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->paths[i]);
	free(list->paths);
	*list = (struct path_list){ 0 };
}

/* The loader that the file asks for; "" for a static program; -ENOEXEC for something else. */
static int read_loader(int fd, char loader[LONGEST_LOADER])
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	*loader = '\0';
	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(segment))
		return -ENOEXEC;
	for (int i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)(header.e_phoff + (size_t)i * sizeof(segment));

		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return -ENOEXEC;
		if (segment.p_type != PT_INTERP)
			continue;
		if (segment.p_filesz >= LONGEST_LOADER ||
			pread(fd, loader, segment.p_filesz, (off_t)segment.p_offset) != (ssize_t)segment.p_filesz)
			return -ENOEXEC;
		loader[segment.p_filesz] = '\0';
	}
	return 0;
}

/* "libc.so.6 => /lib/libc.so.6 (0x7f...)", "/lib64/ld-linux.so.2 (0x7f...)" */
static int add_line(const char *program, const char *line, struct path_list *list, char **error)
{
	const char *path = strchr(line, '/');
	char *copy;
	int status;

	if (strstr(line, "=> not found"))
		return sentence(error, -ENOENT, "%s needs a library that is not installed:%s", program, line);
	if (!path)
		return 0; /* the vdso */
	if (strstr(line, " => "))
		path = strstr(line, " => ") + 4;
	copy = strndup(path, strcspn(path, " "));
	status = copy ? path_list_add(list, copy) : -ENOMEM;
	free(copy);
	return status < 0 ? no_memory(error) : 0;
}

int closure_add(const char *program, struct path_list *list, char **error)
{
	char loader[LONGEST_LOADER];
	/* What is preloaded here is no part of the guest. */
	const char *argv[] = { "env", "-u", "LD_PRELOAD", loader, "--list", program, NULL };
	char *text = NULL, *rest, *line;
	int fd = open(program, O_RDONLY | O_CLOEXEC);
	int status;

	if (fd < 0)
		return sentence(error, -errno, "cannot read %s: %m", program);
	status = read_loader(fd, loader);
	close(fd);
	if (status < 0)
		return sentence(error, status, "%s is no program for x86-64", program);
	if (!*loader)
		return 0;
	status = program_run(argv, NULL, &text, error);
	if (status == 0 && path_list_add(list, loader) < 0)
		status = no_memory(error);
	rest = text;
	while (status == 0 && (line = strsep(&rest, "\n")))
		status = add_line(program, line, list, error);
	free(text);
	return status;
}
