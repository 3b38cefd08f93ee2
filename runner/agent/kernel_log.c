/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_log.c - see kernel_log.h.
 *
 * The console shows errors only ("quiet"), and a WARN is none; so the log itself is read. A taint is
 * a second witness: it is set whether or not the message was kept.
 */
#include "runner/agent/kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES_MAX 60
/* A record's prefix begins with level and facility in one number. */
#define LEVEL_BITS 3

static const struct {
	unsigned bit;
	const char *meaning;
} taints[] = {
	{ 4, "a machine check" },
	{ 5, "a bad page" },
	{ 7, "an oops" },
	{ 9, "a warning" },
	{ 14, "a soft lockup" },
};

static unsigned long read_tainted(void)
{
	FILE *file = fopen("/proc/sys/kernel/tainted", "re");
	unsigned long tainted = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu", &tainted) != 1)
		tainted = 0;
	fclose(file);
	return tainted;
}

int kernel_log_begin(struct kernel_log *log, bool of_kernel_only)
{
	*log = (struct kernel_log){ .messages = -1, .of_kernel_only = of_kernel_only, .tainted = read_tainted() };
	log->messages = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->messages < 0 || lseek(log->messages, 0, SEEK_END) < 0)
		return -errno;
	return 0;
}

static void note(struct kernel_log *log, enum kernel_word word, int64_t at_ns, const char *text)
{
	const unsigned place = log->count++;

	if (place >= COMPLAINTS_MAX)
		return;
	log->complaints[place].word = word;
	log->complaints[place].at_ns = at_ns;
	snprintf(log->complaints[place].text, COMPLAINT_TEXT_MAX, "%s", text);
}

/* "4,812,98304127,-;WARNING: …\n SUBSYSTEM=…\n"; what is not text comes as \xNN. */
static void take(struct kernel_log *log, char *record, FILE *out)
{
	char *text = strchr(record, ';');
	unsigned facility_and_level;
	long long at_us;

	if (text == NULL || sscanf(record, "%u,%*u,%lld", &facility_and_level, &at_us) != 2)
		return;
	if (log->of_kernel_only && facility_and_level >> LEVEL_BITS != 0)
		return;
	text++;
	text[strcspn(text, "\n")] = '\0';
	const enum kernel_word word = kernel_word(text, strlen(text));
	if (word != KERNEL_IS_FINE)
		note(log, word, at_us * 1000, text);
	if (log->count > 0 && log->lines++ < LINES_MAX)
		fprintf(out, "[%5lld.%06lld] %s\n", at_us / 1000000, at_us % 1000000, text);
}

static void take_taints(struct kernel_log *log)
{
	const unsigned long fresh = read_tainted() & ~log->tainted;
	char text[COMPLAINT_TEXT_MAX];

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		if (!(fresh & 1UL << taints[i].bit))
			continue;
		snprintf(text, sizeof(text), "the kernel is tainted by %s that its log does not show",
			taints[i].meaning);
		note(log, KERNEL_COMPLAINS, -1, text);
	}
}

void kernel_log_take(struct kernel_log *log, FILE *out)
{
	char record[8192];
	ssize_t n;

	while (log->messages >= 0) {
		n = read(log->messages, record, sizeof(record) - 1);
		if (n < 0 && (errno == EINTR || errno == EPIPE)) /* EPIPE: some were overwritten */
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		take(log, record, out);
	}
}

void kernel_log_read(struct kernel_log *log, FILE *out)
{
	kernel_log_take(log, out);
	if (log->count == 0)
		take_taints(log);
}

void kernel_log_end(struct kernel_log *log)
{
	if (log->messages >= 0)
		close(log->messages);
	log->messages = -1;
}
