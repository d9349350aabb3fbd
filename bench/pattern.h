/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - the parts of bench_pattern.
 */
#ifndef ENT_BENCH_PATTERN_H
#define ENT_BENCH_PATTERN_H
#include <stddef.h>

/* Sets of 1,000 and of n patterns: made, fed, weighed. */
int bench_set(size_t n);
/* Into a folder n patterns, a log, and exact values, for other programs; and the same log read
 * and fed to a set of the exact values alone, and to one of all patterns. */
int bench_write(size_t n, const char *folder);
int bench_text(size_t n, const char *folder);

#endif
