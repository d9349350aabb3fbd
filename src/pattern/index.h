/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - many patterns at once: the index above the matcher; entente/pattern.h is its
 * manual.
 *
 * For each bracket the index holds anchors: keys one of which an object has if it satisfies the
 * bracket.  An object's values are looked up, and only brackets with a key among them are
 * evaluated, by the matcher's own comparisons; so an anchor may be too wide, never too narrow.
 *
 * - Paths are a tree by type and step (lists: any element, references: followed), 16 steps
 * deep.
 * - Keys of a path: exact strings, bytes and numbers (=, IN); networks by prefix (ISSUBSET);
 *   suffixes that begin with a dot (LIKE '%.example.com'); four bytes of a literal that LIKE or
 *   MATCHES needs, without case, with the literal behind them; else that the path is there.
 *   Every comparison needs its path, but NOT EXISTS, whose key is the type.
 * - Of AND the best operand's keys are taken, of OR those of all.  Of two equally good the one
 *   with fewer brackets on it so far.
 *
 * All keys of all paths are in one table, by a hash under a secret seed.  Literals have a table
 * of their own making, and no multi-pattern matcher of vectorscan's kind: that compiles all
 * expressions anew for each that comes or goes, which takes seconds where this takes a
 * microsecond.
 */
#ifndef ENT_PATTERN_INDEX_H
#define ENT_PATTERN_INDEX_H
#include <entente/pattern.h>

#endif
