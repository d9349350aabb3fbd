/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - the parts of bench_pattern.
 */
#ifndef ENT_BENCH_PATTERN_H
#define ENT_BENCH_PATTERN_H
#include <stddef.h>

/* Sets of 1,000 and of n patterns: made, fed, weighed. */
int bench_set(size_t n);
/* n patterns, a log, and exact values, for other programs. */
int bench_write(size_t n, const char *folder);

#endif
