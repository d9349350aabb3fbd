/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book.h - the node's ledgers: one for each agreement, named by its UUID, and "internal"
 * (docs/ledger.md).
 *
 * Entries are canonical JSON and hold the SHA-256 of things, never their content.  They are
 * appended inside the transaction that does what they record.
 */
#ifndef ENT_EXCHANGE_BOOK_H
#define ENT_EXCHANGE_BOOK_H
#include <entente/ledger.h>

#include "base/buf.h"
#include "exchange/exchange.h"
#include "ledger/export.h"

#define ENT_BOOK_INTERNAL ENT_STR("internal")

/* A ledger open for appending: its compact range in memory.  Opened, added to and closed inside
 * one write. */
struct ent_book {
	struct ent_exchange *x;
	struct ent_str name;
	struct ent_range range;
	bool dirty;
};
int ent_book_open(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                  struct ent_book *out, struct ent_err *err);
/* entry: any JSON object; it is put into canonical form.  *index (may be NULL) is its place. */
int ent_book_add(struct ent_book *b, struct ent_arena *a, struct ent_str entry, uint64_t *index,
                 struct ent_err *err);
/* Keeps the range; without it nothing was appended that proofs could find. */
int ent_book_close(struct ent_book *b, struct ent_arena *a, struct ent_err *err);
/* Open, one entry, close. */
int ent_book_note(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                  struct ent_str entry, struct ent_err *err);
/* The same; *index (may be NULL) is its place. */
int ent_book_note_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                     struct ent_str entry, uint64_t *index, struct ent_err *err);
/* "<host>/entente/<name>" */
struct ent_str ent_book_origin(struct ent_arena *a, const char *host, struct ent_str name);
/* Size and root as they stand. */
int ent_book_tip(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 uint64_t *size, struct ent_hash *root, struct ent_err *err);
/* The signed checkpoint of the ledger as it stands. */
int ent_book_checkpoint(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                        struct ent_str *note, uint64_t *size, struct ent_err *err);
/* A consistency proof between two sizes. */
int ent_book_consistency(struct ent_exchange *x, struct ent_str name, uint64_t old,
                         uint64_t size, struct ent_hash *proof, size_t *count,
                         struct ent_err *err);
/* An inclusion proof of an entry at a size. */
int ent_book_inclusion(struct ent_exchange *x, struct ent_str name, uint64_t index,
                       uint64_t size, struct ent_hash *proof, size_t *count,
                       struct ent_err *err);
/* Our checkpoint as it was at an earlier size, signed anew: the same bytes. */
int ent_book_checkpoint_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                           uint64_t size, struct ent_str *note, struct ent_err *err);
/* Entries from first on. */
int ent_book_entries(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                     uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                     struct ent_err *err);
/* Names of all ledgers that have an entry. */
int ent_book_names(struct ent_exchange *x, struct ent_arena *a, struct ent_str **names,
                   size_t *count, struct ent_err *err);
/* Hashes all entries in batches; each (may be NULL) sees them in order, and its failure is
 * returned. */
int ent_book_walk(struct ent_exchange *x, struct ent_str name, struct ent_range *range,
                  int (*each)(void *self, struct ent_str entry), void *self,
                  struct ent_err *err);
/* Recomputes the root over all entries and holds it against the stored range and tiles.
 * ENT_ECORRUPT where they differ.  *clock (may be NULL): whether its times run backwards. */
int ent_book_verify(struct ent_exchange *x, struct ent_str name, uint64_t *size,
                    struct ent_hash *root, struct ent_clock *clock, struct ent_err *err);
/*
 * The ledger in the form of ledger/export.h: all of it; or with cosigned as far as a
 * counterpart has cosigned it, with that checkpoint, so that two parties vouch for it.
 * ENT_ENOENT if there is none.
 */
int ent_book_export(struct ent_exchange *x, struct ent_str name, bool cosigned,
                    struct ent_buf *out, struct ent_err *err);
/* The largest size of ours that a counterpart cosigned; 0 if none. */
int ent_book_last_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                           uint64_t *size, struct ent_err *err);
/*
 * Keeps the cosignature by witness, which was verified with its key pub, of our checkpoint cp,
 * beside those of other witnesses.  ENT_ECONFLICT if our ledger isn't that any more.
 */
int ent_book_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                      const struct ent_checkpoint *cp, struct ent_str witness,
                      const uint8_t pub[32], const struct ent_cosignature *cs,
                      struct ent_err *err);

#endif
