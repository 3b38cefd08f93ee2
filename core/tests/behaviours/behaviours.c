/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviours - which test proves which behaviour, and what came out on which kernel.
 *
 *	behaviours write LIST.csv SOURCE... [--on KERNEL FILE.tap...]...
 *		writes the table (core/BEHAVIOURS.md) on stdout
 *	behaviours check LIST.csv TABLE.md SOURCE...
 *		every behaviour has a test or a reason why not, no test carries an id that there is
 *		not, and the table names the same behaviours and tests
 *
 * Exit status: 0; 1 with a line on stderr for each thing that is wrong; 2 usage; 3 unreadable.
 */
#include "list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_KERNELS 8
#define MOST_RESULTS 4096

/* What a kernel made of the tests. */
struct kernel {
	const char *name;
	size_t n;
	struct {
		char *test;
		bool passed;
	} results[MOST_RESULTS];
};

struct catalogue {
	struct behaviours behaviours;
	struct names tests;
	struct kernel *kernels[MOST_KERNELS];
	size_t n_kernels;
};

static int n_wrong;

__attribute__((format(printf, 1, 2))) static void wrong(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	n_wrong++;
}

/* ---- results ---- */

static struct kernel *add_kernel(struct catalogue *c, const char *name)
{
	struct kernel *k = c->n_kernels < MOST_KERNELS ? calloc(1, sizeof(*k)) : NULL;

	if (!k) {
		fprintf(stderr, "behaviours: no room for the kernel %s\n", name);
		exit(3);
	}
	k->name = name;
	c->kernels[c->n_kernels++] = k;
	return k;
}

/* A line of Check's TAP: "not ok 3 - some/file.c:suite:test: words" */
static void add_result(struct kernel *k, const char *line)
{
	const bool passed = strncmp(line, "ok ", 3) == 0;
	const char *at = strstr(line, " - ");

	if ((!passed && strncmp(line, "not ok ", 7) != 0) || !at || k->n == MOST_RESULTS)
		return;
	for (int colons = 0; colons < 2 && at; colons++) {
		at = strchr(at, ':');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return;
	k->results[k->n].test = strndup(at, strcspn(at, ":\n"));
	k->results[k->n++].passed = passed;
}

static bool add_results(struct kernel *k, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file) {
		fprintf(stderr, "behaviours: cannot read %s: %s\n", path, strerror(errno));
		return false;
	}
	while (getline(&line, &room, file) > 0)
		add_result(k, line);
	free(line);
	fclose(file);
	return true;
}

/* ---- the table ---- */

/* Of all tests of a behaviour: the worst counts, and one that did not run is not passed. */
static const char *verdict(const struct catalogue *c, const struct kernel *k, const struct behaviour *b)
{
	bool ran = true, passed = true;

	for (size_t t = 0; t < c->tests.n; t++) {
		bool found = false;

		if (!name_carries(c->tests.list[t], b->number))
			continue;
		for (size_t r = 0; r < k->n; r++) {
			if (strcmp(k->results[r].test, c->tests.list[t]) != 0)
				continue;
			found = true;
			passed = passed && k->results[r].passed;
		}
		ran = ran && found;
	}
	return !passed ? "**fail**" : !ran ? "not run" : "pass";
}

static size_t count_tests(const struct catalogue *c, unsigned number)
{
	size_t n = 0;

	for (size_t t = 0; t < c->tests.n; t++)
		n += name_carries(c->tests.list[t], number);
	return n;
}

/* The columns that do not depend on a run. */
static void write_row_head(FILE *to, const struct catalogue *c, const struct behaviour *b)
{
	const char *separator = "";

	fprintf(to, "| %s | %s | %s", b->column[COLUMN_ID], b->column[COLUMN_MARK], b->column[COLUMN_BEHAVIOUR]);
	if (*b->column[COLUMN_NOTE])
		fprintf(to, " *%s*", b->column[COLUMN_NOTE]);
	fputs(" | ", to);
	if (*b->column[COLUMN_NO_TEST])
		fprintf(to, "none: %s", b->column[COLUMN_NO_TEST]);
	for (size_t t = 0; t < c->tests.n; t++) {
		if (!name_carries(c->tests.list[t], b->number))
			continue;
		fprintf(to, "%s`%s`", separator, c->tests.list[t]);
		separator = "<br>";
	}
	fputs(" |", to);
}

static const char introduction[] =
	"<!-- SPDX-License-Identifier: Apache-2.0; made by `cmake --build build --target "
	"behaviours`, not by hand -->\n"
	"# The behaviours of gen_sctp, and the tests that prove them\n\n"
	"Each line is one thing that a caller or a peer of Erlang/OTP's gen_sctp can observe, and "
	"what the tests of this library say about it on a kernel. The tests run in a guest with "
	"that kernel: `ctest -R gen_sctp`.\n\n"
	"- **F**: Erlang's document and code agree, and the library does the same.\n"
	"- **C**: they differ, and the library does as the code.\n"
	"- **D**: the library deviates on purpose; `gen_sctp.h` says so where it is used.\n\n";

static void write_totals(const struct catalogue *c)
{
	size_t with = 0;

	for (size_t i = 0; i < c->behaviours.n; i++)
		with += count_tests(c, c->behaviours.rows[i].number) > 0;
	printf("%zu behaviours, %zu with tests", c->behaviours.n, with);
	for (size_t k = 0; k < c->n_kernels; k++) {
		size_t passed = 0;

		for (size_t i = 0; i < c->behaviours.n; i++)
			passed += count_tests(c, c->behaviours.rows[i].number) &&
				strcmp(verdict(c, c->kernels[k], &c->behaviours.rows[i]), "pass") == 0;
		printf("; %s: %zu pass", c->kernels[k]->name, passed);
	}
	fputs(".\n\n", stdout);
}

static int write_table(const struct catalogue *c)
{
	fputs(introduction, stdout);
	write_totals(c);
	fputs("| id | | behaviour | tests |", stdout);
	for (size_t k = 0; k < c->n_kernels; k++)
		printf(" %s |", c->kernels[k]->name);
	fputs("\n| --- | --- | --- | --- |", stdout);
	for (size_t k = 0; k < c->n_kernels; k++)
		fputs(" --- |", stdout);
	fputc('\n', stdout);
	for (size_t i = 0; i < c->behaviours.n; i++) {
		const struct behaviour *b = &c->behaviours.rows[i];

		write_row_head(stdout, c, b);
		for (size_t k = 0; k < c->n_kernels; k++)
			printf(" %s |", count_tests(c, b->number) ? verdict(c, c->kernels[k], b) : "–");
		fputc('\n', stdout);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 3;
}

/* ---- checks ---- */

static void check_behaviours(const struct catalogue *c)
{
	for (size_t i = 0; i < c->behaviours.n; i++) {
		const struct behaviour *b = &c->behaviours.rows[i];
		const size_t n = count_tests(c, b->number);

		if (n == 0 && !*b->column[COLUMN_NO_TEST])
			wrong("%s has no test and no reason: %s", b->column[COLUMN_ID], b->column[COLUMN_BEHAVIOUR]);
		if (n > 0 && *b->column[COLUMN_NO_TEST])
			wrong("%s has a test and a reason to have none", b->column[COLUMN_ID]);
	}
}

static void check_tests(const struct catalogue *c)
{
	for (size_t t = 0; t < c->tests.n; t++) {
		const char *rest = c->tests.list[t];
		unsigned number;

		while ((number = name_number(&rest)))
			if (number > c->behaviours.n)
				wrong("%s: there is no B-%03u", c->tests.list[t], number);
		for (size_t other = 0; other < t; other++)
			if (strcmp(c->tests.list[other], c->tests.list[t]) == 0)
				wrong("two tests are called %s", c->tests.list[t]);
	}
}

static char *row_head(const struct catalogue *c, const struct behaviour *b)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		exit(3);
	write_row_head(memory, c, b);
	fclose(memory);
	return text;
}

/* The table's rows, in order, begin as they would if it were written now. */
static bool check_table(const struct catalogue *c, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, i = 0;

	if (!file) {
		fprintf(stderr, "behaviours: cannot read %s: %s\n", path, strerror(errno));
		return false;
	}
	while (getline(&line, &room, file) > 0) {
		char *head;

		if (strncmp(line, "| B-", 4) != 0 || i == c->behaviours.n)
			continue;
		head = row_head(c, &c->behaviours.rows[i]);
		if (strncmp(line, head, strlen(head)) != 0)
			wrong("%s is out of date at %s: cmake --build build --target behaviours", path,
				c->behaviours.rows[i].column[COLUMN_ID]);
		free(head);
		i++;
	}
	if (i < c->behaviours.n)
		wrong("%s ends before %s", path, c->behaviours.rows[i].column[COLUMN_ID]);
	free(line);
	fclose(file);
	return true;
}

/* ---- command line ---- */

static int usage(void)
{
	fprintf(stderr,
		"usage: behaviours write LIST.csv SOURCE... [--on KERNEL FILE.tap...]...\n"
		"       behaviours check LIST.csv TABLE.md SOURCE...\n");
	return 2;
}

static bool read_arguments(struct catalogue *c, char **words)
{
	struct kernel *kernel = NULL;
	bool ok = true;

	for (; *words && ok; words++) {
		if (strcmp(*words, "--on") == 0 && words[1])
			kernel = add_kernel(c, *++words);
		else if (kernel)
			ok = add_results(kernel, *words);
		else
			ok = names_add_tests(*words, &c->tests);
	}
	return ok;
}

static int run(struct catalogue *c, int argc, char **argv)
{
	const bool check = argc > 1 && strcmp(argv[1], "check") == 0;
	const int first = check ? 4 : 3;

	if (argc <= first || (!check && strcmp(argv[1], "write") != 0))
		return usage();
	if (!behaviours_read(argv[2], &c->behaviours) || !read_arguments(c, argv + first))
		return 3;
	if (!check)
		return write_table(c);
	check_behaviours(c);
	check_tests(c);
	if (!check_table(c, argv[3]))
		return 3;
	return n_wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
	static struct catalogue c;
	const int status = run(&c, argc, argv);

	for (size_t k = 0; k < c.n_kernels; k++) {
		for (size_t r = 0; r < c.kernels[k]->n; r++)
			free(c.kernels[k]->results[r].test);
		free(c.kernels[k]);
	}
	behaviours_free(&c.behaviours);
	names_free(&c.tests);
	return status;
}
