/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_pages.h - which pages of a guest's memory its processor may fetch instructions from.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_CODE_PAGES_H
#define SCTPSPEC_RUNNER_QEMU_CODE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Gives a page of the guest's memory; NULL: there is no such page. */
typedef const unsigned char *page_reader(const void *context, size_t page);

/*
 * Walks the page tables of x86-64 with four levels (Intel SDM volume 3, 4.5) from `root`, the address in CR3, and sets
 * code[i] for each of the n pages that is mapped as executable. Gives the number of these pages.
 */
size_t code_pages_find(page_reader *read, const void *context, uint64_t root, bool *code, size_t n);

#endif
