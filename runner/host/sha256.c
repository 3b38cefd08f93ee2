/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/host/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <string.h>
#include <unistd.h>

void sha256_add_text(struct sha256_ctx *sum, const char *text)
{
	sha256_update(sum, strlen(text) + 1, (const uint8_t *)text);
}

void sha256_hex(struct sha256_ctx *sum, char out[SHA256_HEX])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(sum, sizeof(digest), digest);
	base16_encode_update(out, sizeof(digest), digest);
	out[SHA256_HEX - 1] = '\0';
}

int sha256_file(const char *path, char out[SHA256_HEX])
{
	uint8_t buffer[65536];
	struct sha256_ctx sum;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	sha256_init(&sum);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		sha256_update(&sum, (size_t)n, buffer);
	if (n < 0)
		n = -errno;
	close(fd);
	sha256_hex(&sum, out);
	return (int)n;
}
