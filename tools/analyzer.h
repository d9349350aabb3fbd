/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analyzer.h - what clang-tidy should know and can't see; tools/tidy includes it into each
 * file.
 *
 * The analyzer reads one file at a time.  Without this it takes the path on which ent_fail(err,
 * ENT_EPARSE, ...) returned 0, and reports everything that would go wrong then.
 */
#ifndef ENT_TOOLS_ANALYZER_H
#define ENT_TOOLS_ANALYZER_H
#include <entente/err.h>

#define ent_fail(err, code, ...)                                                               \
	__extension__({                                                                        \
		int failed_with_ = (code);                                                     \
		(void)ent_fail((err), failed_with_, __VA_ARGS__);                              \
		failed_with_;                                                                  \
	})
#define ent_within(err, code, ...)                                                             \
	__extension__({                                                                        \
		int failed_with_ = (code);                                                     \
		(void)ent_within((err), failed_with_, __VA_ARGS__);                            \
		failed_with_;                                                                  \
	})
#endif
