/* SPDX-License-Identifier: Apache-2.0 */
/*
 * census.c - see census.h.
 *
 * The slab allocator counts what lies in its processors' queues as used, so each cache is shrunk
 * before it is counted. Its caches must not be merged with others (slab_nomerge).
 */
#include "runner/agent/census.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/agent/run_in_namespace.h"

#define PROC_NET "/proc/thread-self/net/"

/* ------------------------------------------------------------------ ways to count */

/* A table with a heading. */
static long count_lines(const char *path)
{
	FILE *file = fopen(path, "re");
	long lines = -1;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return -1;
	while (getline(&line, &size, file) >= 0)
		lines++;
	free(line);
	fclose(file);
	return lines < 0 ? 0 : lines;
}

/*
 * The sockets of both families: "SCTPv6    1512      3      -1   NI ...". The newest protocols stand first, and the
 * kernel prints as far as it is read: where both are found, there is no need for the rest.
 */
static long count_sockets(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512], name[32];
	long sockets, sum = 0;
	unsigned found = 0;

	if (file == NULL)
		return -1;
	while (found < 2 && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "SCTP", 4) == 0 && sscanf(line, "%31s %*u %ld", name, &sockets) == 2 &&
			(strcmp(name, "SCTP") == 0 || strcmp(name, "SCTPv6") == 0)) {
			sum += sockets;
			found++;
		}
	fclose(file);
	return sum;
}

/* "SctpCurrEstab    2" */
static long count_established(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[128];
	long count = -1;

	if (file == NULL)
		return -1;
	while (count < 0 && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "SctpCurrEstab %ld", &count) != 1)
			count = -1;
	fclose(file);
	return count;
}

/* How many hold the module: "sctp 458752 16 sctp_diag, Live 0x..." */
static long count_holders(const char *module)
{
	FILE *file = fopen("/proc/modules", "re");
	char line[1024], name[64];
	long count = -1, holders;

	if (file == NULL)
		return -1;
	while (count < 0 && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%63s %*u %ld", name, &holders) == 2 && strcmp(name, module) == 0)
			count = holders;
	fclose(file);
	return count;
}

static bool shrink(const char *cache)
{
	char path[96];
	int fd;
	bool done;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", cache);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, "1", 1) == 1;
	close(fd);
	return done;
}

static long count_slab(const char *cache)
{
	char path[96];
	long count = -1;
	FILE *file;

	if (!shrink(cache))
		return -1;
	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/objects", cache);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	if (fscanf(file, "%ld", &count) != 1)
		count = -1;
	fclose(file);
	return count;
}

/* ------------------------------------------------------------------ what is counted */

struct row {
	const char *name;
	long (*count)(const char *what);
	const char *what;
};

static const struct row namespace_rows[] = {
	{ "associations", count_lines, PROC_NET "sctp/assocs" },
	{ "associations established", count_established, PROC_NET "sctp/snmp" },
	{ "endpoints", count_lines, PROC_NET "sctp/eps" },
	{ "sockets", count_sockets, PROC_NET "protocols" },
};

/* A namespace that does not end keeps SCTP's control socket in it, which is an SCTPv6 one. */
static const struct row kernel_rows[] = {
	{ "users of the module sctp", count_holders, "sctp" },
	{ "sockets (SCTP)", count_slab, "SCTP" },
	{ "sockets (SCTPv6)", count_slab, "SCTPv6" },
	{ "bound ports (sctp_bind_bucket)", count_slab, "sctp_bind_bucket" },
	{ "chunks (sctp_chunk)", count_slab, "sctp_chunk" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
_Static_assert(COUNT(namespace_rows) <= CENSUS_ROWS_MAX && COUNT(kernel_rows) <= CENSUS_ROWS_MAX,
	"a census has room for all rows");

static const struct row *rows_of(enum census_of of, size_t *n)
{
	*n = of == CENSUS_KERNEL ? COUNT(kernel_rows) : COUNT(namespace_rows);
	return of == CENSUS_KERNEL ? kernel_rows : namespace_rows;
}

void census_take(enum census_of of, struct census *out)
{
	size_t n;
	const struct row *rows = rows_of(of, &n);

	*out = (struct census){ { 0 } };
	for (size_t i = 0; i < n; i++)
		out->counts[i] = rows[i].count(rows[i].what);
}

static void take_there(void *context)
{
	census_take(CENSUS_NAMESPACE, context);
}

int census_take_at(const struct net *net, enum endpoint endpoint, struct census *out)
{
	return run_in_namespace(net, endpoint, take_there, out);
}

/* One that was not told before may have come with a module: there was none then. */
static bool row_grew(const struct census *before, const struct census *after, size_t i)
{
	const long was = before->counts[i] < 0 ? 0 : before->counts[i];

	return after->counts[i] > was;
}

bool census_grew(enum census_of of, const struct census *before, const struct census *after)
{
	size_t n;

	rows_of(of, &n);
	for (size_t i = 0; i < n; i++)
		if (row_grew(before, after, i))
			return true;
	return false;
}

void census_print_growth(enum census_of of, const struct census *before, const struct census *after, FILE *out)
{
	size_t n;
	const struct row *rows = rows_of(of, &n);
	const char *between = "";

	for (size_t i = 0; i < n; i++) {
		if (!row_grew(before, after, i))
			continue;
		fprintf(out, "%s%s %ld instead of %ld", between, rows[i].name, after->counts[i],
			before->counts[i] < 0 ? 0 : before->counts[i]);
		between = ", ";
	}
}
