/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_choice.h - which kernels a command line names, by --kernel, --modules and --module.
 *
 * Each --kernel is a kernel of its own, except for the further files of a split package, which belong to the
 * kernel that they stand beside. --modules and --module belong to the --kernel before them; with one kernel it
 * does not matter where they stand. Without any --kernel there is one: the default.
 */
#ifndef SCTPSPEC_RUNNER_RUN_KERNEL_CHOICE_H
#define SCTPSPEC_RUNNER_RUN_KERNEL_CHOICE_H

#include <stddef.h>

#include "runner/kernels/kernel.h"

struct kernel_choice {
	const char **files; /* of one kernel */
	size_t n_files;     /* 0: the default kernel */
	const char *modules, *module;
};

enum kernel_option { KERNEL_OPTION_KERNEL, KERNEL_OPTION_MODULES, KERNEL_OPTION_MODULE };

struct kernel_word {
	enum kernel_option option;
	const char *word;
};

struct kernel_choices {
	struct kernel_word *words; /* as they stood in the command line */
	size_t n_words;
	struct kernel_choice *kernels; /* after kernel_choices_parse, which makes at least one */
	size_t n;
};

/* The next word of the command line. 0 or -ENOMEM. */
int kernel_choices_add(struct kernel_choices *choices, enum kernel_option option, const char *word);
/* From words to kernels. 0; -EINVAL with what is wrong, or of no use, in *error; -ENOMEM. */
int kernel_choices_parse(struct kernel_choices *choices, char **error);
void kernel_choices_free(struct kernel_choices *choices);
struct kernel_request kernel_choice_request(const struct kernel_choice *choice);

#endif
