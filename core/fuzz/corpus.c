/* SPDX-License-Identifier: Apache-2.0 */
/* corpus.c - runs a fuzz target over the files of a directory, each also cut short at every octet.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	static uint8_t bytes[1 << 16];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t n = 0; n <= size; n++) {
		/* its own allocation, so that a sanitizer sees the end of it */
		uint8_t *copy = malloc(n ? n : 1);

		if (!copy)
			return -1;
		memcpy(copy, bytes, n);
		LLVMFuzzerTestOneInput(copy, n);
		free(copy);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int files = 0, failed = 0;
	struct dirent *entry;
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;

	if (!dir) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir))) {
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		failed |= run_file(path);
		files++;
	}
	closedir(dir);
	printf("%d files\n", files);
	/* an empty corpus proves nothing */
	return failed || files == 0;
}
