/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_file.c - see kernel_file.h. */
#include "runner/kernels/kernel_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "sentence.h"

int kernel_file_check(const char *path, char **error)
{
	const double gib = 1 << 30;
	struct stat st;

	if (stat(path, &st) < 0)
		return sentence(error, -errno, "cannot read %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return sentence(error, -EINVAL, "%s is no file of a kernel: it is no regular file", path);
	if ((double)st.st_size > KERNEL_FILE_GIB * gib)
		return sentence(error, -EINVAL, "%s is no file of a kernel: it has %.1f GiB, and none has more than %d",
			path, (double)st.st_size / gib, KERNEL_FILE_GIB);
	return 0;
}
