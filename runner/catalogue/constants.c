/* SPDX-License-Identifier: Apache-2.0 */
/*
 * constants.c - writes cases/requirements.h, at build time: for each requirement of the catalogue a constant, which is
 * its id, and beside it what it requires: R_9260_8_2_03 is "9260-8.2-03". So a case cannot trace to what does not
 * exist, and an editor shows its reader what it traces to.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/catalogue/catalogue.h"

static void put_constant(const struct requirement *requirement, FILE *out)
{
	fputs("#define R_", out);
	for (const char *at = requirement->id; *at != '\0'; at++)
		fputc(isalnum((unsigned char)*at) ? *at : '_', out);
	fprintf(out, " \"%s\" /* %s: ", requirement->id, requirement->level);
	/* In a comment no star may stand beside a slash. */
	for (const char *at = requirement->summary; *at != '\0'; at++) {
		fputc(*at, out);
		if ((at[0] == '*' && at[1] == '/') || (at[0] == '/' && at[1] == '*'))
			fputc(' ', out);
	}
	fputs(" */\n", out);
}

int main(int argc, char **argv)
{
	struct catalogue *catalogue;
	char *error = NULL;
	size_t count;
	FILE *out;

	if (argc != 2) {
		fprintf(stderr, "usage: %s HEADER\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (catalogue_open(&catalogue, &error) != 0) {
		fprintf(stderr, "%s\n", error);
		free(error);
		return EXIT_FAILURE;
	}
	out = fopen(argv[1], "w");
	if (out == NULL) {
		perror(argv[1]);
		catalogue_close(catalogue);
		return EXIT_FAILURE;
	}
	const struct requirement *requirements = catalogue_all(catalogue, &count);
	fputs("/* Generated from the files of cases/requirements: what the cases trace to. */\n#pragma once\n", out);
	for (size_t i = 0; i < count; i++)
		put_constant(&requirements[i], out);
	catalogue_close(catalogue);
	if (ferror(out) | fclose(out)) {
		perror(argv[1]);
		remove(argv[1]);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
