/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - gives every file of a folder to a fuzz target, once. For compilers without libFuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* In a block of exactly its size, so that a sanitizer sees what is read beyond it. */
static int replay(const char *path)
{
	FILE *file = fopen(path, "rbe");
	uint8_t *bytes;
	long length;

	if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) < 0) {
		perror(path);
		return -1;
	}
	rewind(file);
	bytes = malloc(length ? (size_t)length : 1);
	if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length) {
		perror(path);
		return -1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(bytes, (size_t)length);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int count = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
	unsigned replayed = 0;

	for (int i = 0; i < count; i++) {
		char path[4096];

		if (entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
			if (replay(path) < 0)
				return 1;
			replayed++;
		}
		free(entries[i]);
	}
	if (!replayed) {
		fprintf(stderr, "usage: %s CORPUS (a folder with files in it)\n", argv[0]);
		return 1;
	}
	free(entries);
	printf("%u inputs\n", replayed);
	return 0;
}
