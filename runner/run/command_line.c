/* SPDX-License-Identifier: Apache-2.0 */
/* command_line.c - the command line that runs a case of a run again, ready for a shell. */
#include <stdio.h>

#include "runner/host/shell_words.h"
#include "runner/run/run.h"

static void print_option(FILE *out, const char *option, const char *value)
{
	if (!value)
		return;
	fprintf(out, " --%s ", option);
	shell_word_print(value, out);
}

char *run_command_line(const struct run_options *options, const struct kernel_choice *kernel)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	fputs("sctpspec run", out);
	for (size_t i = 0; i < kernel->n_files; i++)
		print_option(out, "kernel", kernel->files[i]);
	print_option(out, "modules", kernel->modules);
	print_option(out, "module", kernel->module);
	if (options->on_host)
		print_option(out, "target", "host");
	else if (options->accel == ACCEL_KVM)
		print_option(out, "accel", "kvm");
	else if (options->clock == CLOCK_REAL_TIME)
		print_option(out, "clock", "real");
	if (options->strict)
		fputs(" --strict", out);
	print_option(out, "tamper", options->tamper);
	return fclose(out) == 0 ? words : NULL;
}
