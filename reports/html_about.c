/* SPDX-License-Identifier: Apache-2.0 */
/* html_about.c - the foot of the page: which kernels were tested, with what, and how to repeat the
 * run. */
#include "reports/html.h"

#include <stdio.h>
#include <stdlib.h>

#include "reports/amount.h"

void html_fact(struct markup *html, const char *name, const char *value)
{
	if (!*value)
		return;
	markup_open(html, "div", NULL);
	markup_leaf(html, "dt", name, NULL);
	markup_leaf(html, "dd", value, NULL);
	markup_close(html);
}

void html_number(struct markup *html, const char *name, int64_t number)
{
	html_fact(html, name, amount_grouped(number).text);
}

static char *join(const struct report_texts *texts, const char *between)
{
	char *line = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&line, &length);

	for (size_t i = 0; out && i < texts->n; i++)
		fprintf(out, "%s%s", i ? between : "", texts->items[i]);
	if (out)
		fclose(out);
	return line;
}

static void put_command(struct markup *html, const char *name, const struct report_texts *texts)
{
	char *line = texts->n ? join(texts, " ") : NULL;

	if (line) {
		markup_open(html, "div", NULL);
		markup_leaf(html, "dt", name, NULL);
		markup_open(html, "dd", NULL);
		markup_leaf(html, "code", line, NULL);
		markup_close(html);
		markup_close(html);
	}
	free(line);
}

static void put_modules(struct markup *html, const struct report_texts *modules)
{
	char *line = modules->n ? join(modules, ", ") : NULL;

	if (line)
		html_fact(html, "modules", line);
	free(line);
}

static void put_sysctls(struct markup *html, const struct report_kernel *kernel)
{
	if (kernel->n_sysctls == 0)
		return;
	markup_open(html, "details", "class", "sysctls", NULL);
	markup_open(html, "summary", NULL);
	markup_format(html, "%zu sysctls in a fresh namespace", kernel->n_sysctls);
	markup_close(html);
	markup_open(html, "dl", "class", "settings", NULL);
	for (size_t i = 0; i < kernel->n_sysctls; i++) {
		markup_leaf(html, "dt", kernel->sysctls[i].name, NULL);
		markup_leaf(html, "dd", kernel->sysctls[i].value, NULL);
	}
	markup_close(html);
	markup_close(html);
}

static void put_kernel(struct markup *html, const struct report_kernel *kernel)
{
	markup_open(html, "h3", NULL);
	markup_format(html, "Linux %s", kernel->label);
	markup_close(html);
	markup_open(html, "dl", "class", "about", NULL);
	html_fact(html, "asked for as", kernel->name);
	html_fact(html, "version", kernel->version);
	html_fact(html, "from", kernel->origin);
	html_fact(html, "SHA-256", kernel->sha256);
	html_fact(html, "configuration's SHA-256", kernel->config_sha256);
	html_fact(html, "did not come up", kernel->failure);
	if (kernel->boot_ns > 0)
		html_fact(html, "boot", amount_duration(kernel->boot_ns).text);
	if (kernel->snapshot_ns > 0)
		html_fact(html, kernel->snapshot_cached ? "snapshot (kept from before)" : "snapshot",
			amount_duration(kernel->snapshot_ns).text);
	html_fact(html, "parameters", kernel->parameters);
	put_modules(html, &kernel->modules);
	markup_close(html);
	put_sysctls(html, kernel);
	markup_raw(html, "\n");
}

void html_about(struct markup *html, const struct report_run *run)
{
	markup_open(html, "footer", NULL);
	markup_leaf(html, "h2", "About this run", NULL);
	for (size_t k = 0; k < run->n_kernels; k++)
		put_kernel(html, run->kernels[k]);
	markup_leaf(html, "h3", "sctpspec", NULL);
	markup_open(html, "dl", "class", "about", NULL);
	html_fact(html, "version", run->sctpspec);
	html_fact(html, "agent's SHA-256", run->agent_sha256);
	put_command(html, "command", &run->command);
	html_fact(html, "started", run->started);
	html_fact(html, "target", run->target);
	html_fact(html, "clock", run->clock);
	html_number(html, "seed", run->seed);
	if (run->jobs > 0)
		html_number(html, "guests at a time", run->jobs);
	html_fact(html, "emulator", run->qemu);
	put_command(html, "its command", &run->qemu_command);
	if (run->exit_status >= 0)
		html_number(html, "exit status", run->exit_status);
	markup_close(html);
	markup_raw(html, "\n");
	markup_leaf(html, "p",
		"Times in cases are virtual seconds, by the clock of the kernel under test, from "
		"the "
		"start of the case. This page was made from results.ndjson, which lies beside it.",
		"class", "legend", NULL);
	markup_close(html);
	markup_raw(html, "\n");
}
