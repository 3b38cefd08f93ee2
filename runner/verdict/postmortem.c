/* SPDX-License-Identifier: Apache-2.0 */
/* postmortem.c - the verdict on a case whose agent gave none. */
#include "runner/verdict/postmortem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "runner/protocol/console.h"
#include "runner/protocol/kernel_words.h"

enum {
	EXPLANATION_LINES = 15,
	LAST_WORDS_LINES = 12,
	CONSOLE_LINES = 60,
};

/* Parts of an oops that are of no use to a reader of the summary. */
static const char *const noise_marks[] = {
	"Modules linked in:",
	"Code:",
	"RAX:",
	"RDX:",
	"RBP:",
	"R10:",
	"R13:",
	"FS:",
	"CS:",
	"CR2:",
	"DR0:",
	"DR3:",
	"Hardware name:",
	"Kernel Offset:",
};

static const char kill_init[] = "Attempted to kill init";

static bool line_has(const char *line, size_t length, const char *mark)
{
	return memmem(line, length, mark, strlen(mark)) != NULL;
}

static bool line_has_any(const char *line, size_t length, const char *const *marks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (line_has(line, length, marks[i]))
			return true;
	return false;
}

static size_t line_length(const char *line)
{
	return strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
	line += line_length(line);
	return *line ? line + 1 : line;
}

/* "[    3.141592] BUG: kernel NULL pointer" without its time. */
static const char *without_time(const char *line)
{
	if (line[0] != '[')
		return line;
	const char *end = strchr(line, ']');
	if (!end || end > line + line_length(line))
		return line;
	return end + 1 + strspn(end + 1, " ");
}

static const char *find_word(const char *console, enum kernel_word word)
{
	for (const char *line = console; *line; line = next_line(line)) {
		const char *words = without_time(line);
		size_t length = line_length(words);
		if (kernel_word(words, length) == word && !line_has(words, length, kill_init))
			return line;
	}
	return NULL;
}

const char *console_find_oops(const char *console)
{
	return find_word(console, KERNEL_CRASHES);
}

const char *console_find_complaint(const char *console)
{
	return find_word(console, KERNEL_COMPLAINS);
}

static bool console_says_agent_died(const char *console)
{
	return strstr(console, kill_init) != NULL;
}

static void print_line(FILE *out, const char *line)
{
	size_t length = line_length(line);
	while (length > 0 && line[length - 1] == '\r')
		length--;
	fprintf(out, "%.*s\n", (int)length, line);
}

static bool is_blank(const char *line)
{
	return strspn(line, " \t\r") >= line_length(line);
}

/* The beginning of the last `lines` lines that are not empty. */
static const char *last_lines(const char *console, unsigned lines)
{
	const char *start = console + strlen(console);
	unsigned found = 0;
	while (start > console && found < lines) {
		const char *line = start - 1;
		while (line > console && line[-1] != '\n')
			line--;
		if (!is_blank(line))
			found++;
		start = line;
	}
	return start;
}

static void print_oops(FILE *out, const char *oops, unsigned lines)
{
	unsigned printed = 0;
	for (const char *line = oops; *line && printed < lines; line = next_line(line)) {
		bool noise = line_has_any(
			line, line_length(line), noise_marks, sizeof(noise_marks) / sizeof(noise_marks[0]));
		if (noise || is_blank(line))
			continue;
		print_line(out, line);
		printed++;
	}
}

static void print_from(FILE *out, const char *start, unsigned lines)
{
	unsigned printed = 0;
	for (const char *line = start; *line && printed < lines; line = next_line(line)) {
		if (is_blank(line))
			continue;
		print_line(out, line);
		printed++;
	}
}

static int line_width(const char *line)
{
	size_t length = line_length(line);
	while (length > 0 && line[length - 1] == '\r')
		length--;
	return (int)length;
}

/* QEMU's own messages, which guest_console() puts behind the console's text. */
static const char *own_words(const char *console)
{
	static const char mark[] = "\nQEMU: ";
	const char *words = NULL;

	if (strncmp(console, mark + 1, sizeof(mark) - 2) == 0)
		words = console + sizeof(mark) - 2;
	for (const char *at = console; (at = strstr(at, mark)); at++)
		words = at + sizeof(mark) - 1;
	return words ? words : "";
}

static void say_status(FILE *out, const struct ending *ending)
{
	char *words = console_last_words(own_words(ending->console));

	if (WIFSIGNALED(ending->status))
		fprintf(out, "%s was killed by signal %d (%s) before the case was over", ending->program,
			WTERMSIG(ending->status), strsignal(WTERMSIG(ending->status)));
	else
		fprintf(out, "%s ended with status %d before the case was over", ending->program,
			WEXITSTATUS(ending->status));
	if (strcmp(ending->program, "QEMU") == 0 && words)
		fprintf(out, ": %s", words);
	free(words);
}

static void say_words(FILE *out, const char *before, const char *line)
{
	const char *words = without_time(line);
	fprintf(out, "%s: %.*s", before, line_width(words), words);
}

static void say_reason(FILE *out, const struct ending *ending, const char *oops, const char *complaint)
{
	if (oops) {
		say_words(out, "the kernel crashed", oops);
	} else if (ending->hung) {
		fprintf(out, "no end: %s", ending->waited);
		if (complaint) /* the complaint may be the cause */
			say_words(out, "; the kernel complained", complaint);
	} else if (ending->starved) {
		fputs(ending->waited, out);
	} else if (ending->judged && complaint) {
		say_words(out, "the kernel complained", complaint);
	} else if (ending->damage) {
		fprintf(out, "%s", ending->damage);
	} else if (console_says_agent_died(ending->console)) {
		fputs("the agent died in the guest", out);
	} else if (ending->finished) {
		fputs("the agent ended without a verdict", out);
	} else {
		say_status(out, ending);
	}
}

static enum verdict verdict_of(const struct ending *ending, const char *oops)
{
	if (oops)
		return VERDICT_CRASH;
	if (ending->judged)
		return VERDICT_FAIL;
	return ending->hung ? VERDICT_TIMEOUT : VERDICT_ERROR;
}

int postmortem_make(const struct ending *ending, struct postmortem *out)
{
	const char *oops = console_find_oops(ending->console);
	const char *complaint = console_find_complaint(ending->console);
	const char *trouble = oops ? oops : ending->judged ? complaint : NULL;
	size_t length;
	struct postmortem made = { .verdict = verdict_of(ending, oops) };

	FILE *reason = open_memstream(&made.reason, &length);
	FILE *explanation = open_memstream(&made.explanation, &length);
	FILE *console = open_memstream(&made.console, &length);
	if (!reason || !explanation || !console)
		goto failed;
	say_reason(reason, ending, oops, complaint);
	if (trouble) {
		print_oops(explanation, trouble, EXPLANATION_LINES);
		print_from(console, trouble, CONSOLE_LINES);
	} else if (*ending->console) {
		fputs("the console's last words:\n", explanation);
		print_from(explanation, last_lines(ending->console, LAST_WORDS_LINES), LAST_WORDS_LINES);
		print_from(console, last_lines(ending->console, CONSOLE_LINES), CONSOLE_LINES);
	} else if (strcmp(ending->program, "QEMU") == 0) {
		fputs("the console said nothing\n", explanation);
	}
	if (fclose(reason) != 0 || fclose(explanation) != 0 || fclose(console) != 0) {
		postmortem_free(&made);
		return -ENOMEM;
	}
	*out = made;
	return 0;

failed:
	if (reason)
		fclose(reason);
	if (explanation)
		fclose(explanation);
	if (console)
		fclose(console);
	postmortem_free(&made);
	return -ENOMEM;
}

void postmortem_free(struct postmortem *postmortem)
{
	free(postmortem->reason);
	free(postmortem->explanation);
	free(postmortem->console);
	*postmortem = (struct postmortem){ 0 };
}
