/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_choice.c - which kernels a command line names. */
#include "runner/run/kernel_choice.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sentence.h"

int kernel_choices_add(struct kernel_choices *choices, enum kernel_option option, const char *word)
{
	struct kernel_word *longer = realloc(choices->words, (choices->n_words + 1) * sizeof(*choices->words));
	if (!longer)
		return -ENOMEM;
	longer[choices->n_words++] = (struct kernel_word){ .option = option, .word = word };
	choices->words = longer;
	return 0;
}

static bool is_file(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool begins_with(const char *path, const char *word)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	return strncmp(name, word, strlen(word)) == 0;
}

/* A file of a split package beside the one with the image. */
static bool is_companion(const char *path)
{
	return is_file(path) &&
		(begins_with(path, "linux-modules") || begins_with(path, "linux-base") ||
			begins_with(path, "kernel-modules"));
}

static struct kernel_choice *last(const struct kernel_choices *choices)
{
	return choices->n ? &choices->kernels[choices->n - 1] : NULL;
}

/* The first kernel may consist of nothing but companions so far: then this is its image. */
static void add_kernel(struct kernel_choices *choices, const char *word)
{
	struct kernel_choice *kernel = last(choices);
	bool companion = is_companion(word);
	bool waiting = kernel && kernel->n_files && is_companion(kernel->files[0]);
	if (!kernel || (!companion && !waiting))
		kernel = &choices->kernels[choices->n++];
	if (companion || !waiting) {
		kernel->files[kernel->n_files++] = word;
		return;
	}
	memmove(&kernel->files[1], &kernel->files[0], kernel->n_files * sizeof(*kernel->files));
	kernel->files[0] = word;
	kernel->n_files++;
}

static int set_module(struct kernel_choices *choices, bool several, const struct kernel_word *word, char **error)
{
	const char *option = word->option == KERNEL_OPTION_MODULE ? "module" : "modules";
	struct kernel_choice *kernel = last(choices);
	if (!kernel && several)
		return sentence(error, -EINVAL,
			"--%s %s stands before the first of several --kernel: it belongs after the one that it is for",
			option, word->word);
	if (!kernel) /* the only one: its name comes later, or never */
		kernel = &choices->kernels[0];
	const char **place = word->option == KERNEL_OPTION_MODULE ? &kernel->module : &kernel->modules;
	if (*place)
		return sentence(
			error, -EINVAL, "a kernel has one --%s: '%s' and '%s' are two", option, *place, word->word);
	*place = word->word;
	return 0;
}

static size_t count_kernels(const struct kernel_choices *choices)
{
	size_t n = 0;
	for (size_t i = 0; i < choices->n_words; i++)
		n += choices->words[i].option == KERNEL_OPTION_KERNEL && !is_companion(choices->words[i].word);
	return n;
}

static bool same_word(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_kernel(const struct kernel_choice *a, const struct kernel_choice *b)
{
	if (a->n_files != b->n_files || !same_word(a->modules, b->modules) || !same_word(a->module, b->module))
		return false;
	for (size_t i = 0; i < a->n_files; i++)
		if (strcmp(a->files[i], b->files[i]) != 0)
			return false;
	return true;
}

struct kernel_request kernel_choice_request(const struct kernel_choice *choice)
{
	return (struct kernel_request){
		.files = choice->files,
		.n_files = choice->n_files,
		.modules = choice->modules,
		.module = choice->module,
	};
}

static int check(const struct kernel_choices *choices, char **error)
{
	for (size_t i = 0; i < choices->n; i++) {
		const struct kernel_request request = kernel_choice_request(&choices->kernels[i]);
		int status = kernel_request_check(&request, error);
		if (status != 0)
			return status;
		for (size_t k = 0; k < i; k++)
			if (same_kernel(&choices->kernels[i], &choices->kernels[k]))
				return sentence(
					error, -EINVAL, "the kernel '%s' is named twice", choices->kernels[i].files[0]);
	}
	return 0;
}

int kernel_choices_parse(struct kernel_choices *choices, char **error)
{
	bool several = count_kernels(choices) > 1;
	int status = 0;
	choices->kernels = calloc(choices->n_words + 1, sizeof(*choices->kernels));
	for (size_t i = 0; choices->kernels && i <= choices->n_words; i++) {
		choices->kernels[i].files = calloc(choices->n_words + 1, sizeof(char *));
		if (!choices->kernels[i].files)
			status = -ENOMEM;
	}
	if (!choices->kernels || status != 0)
		return sentence(error, -ENOMEM, "no memory for %zu kernels", choices->n_words);
	for (size_t i = 0; status == 0 && i < choices->n_words; i++) {
		const struct kernel_word *word = &choices->words[i];
		if (word->option == KERNEL_OPTION_KERNEL)
			add_kernel(choices, word->word);
		else
			status = set_module(choices, several, word, error);
	}
	if (choices->n == 0)
		choices->n = 1;
	return status == 0 ? check(choices, error) : status;
}

void kernel_choices_free(struct kernel_choices *choices)
{
	for (size_t i = 0; choices->kernels && i <= choices->n_words; i++)
		free(choices->kernels[i].files);
	free(choices->kernels);
	free(choices->words);
	*choices = (struct kernel_choices){ 0 };
}
