/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family.h - a family of cases from a table: what they share is said once, and each row is a case with its own id.
 *
 *	struct limit {
 *		struct row row; // first
 *		int option;
 *		int64_t value;
 *	};
 *	static const struct limit limits[] = {
 *		{ ROW("sack-delay-501", "A SACK delay above 500 ms is refused"), .option = SCTP_DELAYED_SACK,
 *			.value = 501 },
 *		{ ROW("rto-min-above-max", "An RTO.Min above RTO.Max is refused", R_6458_8_1_1_01),
 *			.option = SCTP_RTOINFO, .value = 61000 },
 *	};
 *	FAMILY(options, limits, .requirements = IDS(R_6458_8_05), .topology = &topology_one_path)
 *	{
 *		const struct limit *limit = row;
 *		...
 *	}
 *
 * The requirements of a case are its row's, its family's and its area's together. Settings, tags and topology of a row,
 * where it has any, are said behind the title's ROW() as members of `row`:
 *
 *		{ ROW("three-paths", "..."), .row.topology = &topology_three_paths, ... }
 *
 * Cases that are alike in their steps and differ in what is called are better off as VARIANT()s (case.h).
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_FAMILY_H
#define SCTPSPEC_RUNNER_ENGINE_FAMILY_H

#include "runner/engine/case.h"

/* What each row of a family begins with. NULL and zero: as the family. */
struct row {
	const char *name, *title;
	const char *const *requirements;
	int line;
	const char *const *etsi;
	const char *const *tags;
	const struct topology *topology;
	struct settings settings, at_a, at_b; /* beside the family's */
};

/* A row's name and title, and requirements that only it is about. */
#define ROW(name_, title_, ...)                                                                                     \
	.row.name = (name_), .row.title = (title_), .row.line = __LINE__, .row.requirements = (const char *const[]) \
	{                                                                                                           \
		__VA_ARGS__ __VA_OPT__(, ) NULL                                                                     \
	}

struct family {
	struct test_case common; /* what its cases share; its id is none */
	const void *rows;
	size_t count, size; /* of rows; of one of them */
};

/* A family of an area, of all rows of a table; its members beside these are a case's. The body has `t` and `row`. */
#define FAMILY(area_, rows_, ...)                                                                    \
	static void CASE_JOIN(family_body_, __LINE__)(struct trial * t, const void *row);            \
	static const struct family CASE_JOIN(family_, __LINE__) = {                                  \
		.common = { .area = #area_,                                                          \
			.file = __FILE__,                                                            \
			.of_row = CASE_JOIN(family_body_, __LINE__),                                 \
			__VA_ARGS__ },                                                               \
		.rows = (rows_),                                                                     \
		.count = sizeof(rows_) / sizeof(*(rows_)),                                           \
		.size = sizeof(*(rows_)),                                                            \
	};                                                                                           \
	_Static_assert(__builtin_types_compatible_p(__typeof__((rows_)->row), struct row) &&         \
			offsetof(__typeof__(*(rows_)), row) == 0,                                    \
		"a row begins with its struct row");                                                 \
	static const struct family *const CASE_JOIN(family_entry_, __LINE__)                         \
		__attribute__((used, section("sctpspec_families"))) = &CASE_JOIN(family_, __LINE__); \
	static void CASE_JOIN(family_body_, __LINE__)(struct trial * t, const void *row)

/* Requirements of every case of an area: AREA(options, R_6458_8_01, ...); said in one file of it. */
struct area {
	const char *name;
	const char *const *requirements;
};

#define AREA(area_, ...)                                                                    \
	static const struct area CASE_JOIN(area_, __LINE__) = { #area_, IDS(__VA_ARGS__) }; \
	static const struct area *const CASE_JOIN(area_entry_, __LINE__)                    \
		__attribute__((used, section("sctpspec_areas"))) = &CASE_JOIN(area_, __LINE__)

#endif
