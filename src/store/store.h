/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - where records are kept: one interface, several backends.
 *
 * The store doesn't parse STIX or JSON.  It holds bytes and the columns that its callers filter
 * on, in five shapes: objects (each version of each object once), sources (where a version came
 * from), channels (append-only sequences of objects), logs (append-only entries and their tree
 * hashes), and documents (named bytes in named spaces).  The memory backend is the reference:
 * tests/store runs the same cases over all of them.
 *
 * A struct ent_store belongs to one thread; several, in several threads and processes, may
 * share one database.  All writing stands between begin and commit; reads outside see a
 * committed state, reads inside also the transaction's own writes. What a function puts into an
 * arena lives as long as the arena.
 */
#ifndef ENT_STORE_STORE_H
#define ENT_STORE_STORE_H
#include <entente/arena.h>

struct ent_store;

/*
 * "memory:" or "sqlite:PATH", with "?busy=MILLISECONDS" behind it where another writer isn't to
 * be waited for ten seconds. Makes the database if there is none (mode 0600), brings an older
 * one up to date (each migration one transaction), refuses one from a newer program and another
 * program's, both untouched.  ENT_ECORRUPT, ENT_EBUSY, ENT_EFULL, ENT_ESTORE with the path and
 * what to do.
 */
int ent_store_open(const char *url, struct ent_store **out, struct ent_err *err);
/* NULL is fine; an open transaction is rolled back. */
void ent_store_close(struct ent_store *s);

/* Begins a write transaction: waits up to ten seconds for another writer, then ENT_EBUSY.  No
 * nesting. */
int ent_store_begin(struct ent_store *s, struct ent_err *err);
/*
 * Durable when it returns 0 (synchronous FULL).  On failure nothing of the transaction is kept.
 * After the disk failed inside it, it takes nothing more and commit fails: undo to a mark from
 * before, or roll back.
 */
int ent_store_commit(struct ent_store *s, struct ent_err *err);
/* Nothing happens if no transaction is open. */
void ent_store_rollback(struct ent_store *s);
/* Inside a transaction: a point to go back to, so that one of several jobs in a transaction can
 * fail alone. */
int ent_store_mark(struct ent_store *s, struct ent_err *err);
/* Marks nest as a stack.  keep forgets the last one and keeps the writes since; undo takes the
 * writes back too. */
int ent_store_keep(struct ent_store *s, struct ent_err *err);
void ent_store_undo(struct ent_store *s);
bool ent_store_writing(const struct ent_store *s);
/*
 * Reads from here on see one committed state, and cost less each, until ent_store_look_end or
 * the next begin: for reads that belong together.  Not for long: the write-ahead log can't be
 * folded back meanwhile.  Nothing happens inside a transaction, or where it is so already; if
 * it can't be done each read is by itself as ever.
 */
void ent_store_look(struct ent_store *s);
void ent_store_look_end(struct ent_store *s);
/* A number that differs from an earlier one whenever another connection has committed since:
 * what a cache is valid for. Own commits change it too.  Costs no disk access. */
uint64_t ent_store_generation(struct ent_store *s);
/* Checkpoints the write-ahead log, where a backend has one; for a thread of its own. */
int ent_store_checkpoint(struct ent_store *s, struct ent_err *err);
/* Reads all and checks the database's own structure; ENT_ECORRUPT with what is wrong. */
int ent_store_check(struct ent_store *s, struct ent_err *err);

/* ---- objects: (type, uuid, vkey) is unique ---- */
struct ent_row {
	uint64_t oid; /* given by the store, from 1, never used again */
	struct ent_str type;
	uint8_t uuid[16];
	struct ent_str vkey;    /* the version's order key (base/time.h ent_time_key), or "" */
	struct ent_str version; /* its text as it came; "" for what has no version */
	struct ent_str spec;    /* "2.1" */
	uint8_t sha256[32];     /* of the canonical form */
	int64_t added;          /* microseconds */
	struct ent_str bytes;   /* as received */
};

enum ent_put { ENT_PUT_NEW, ENT_PUT_SAME };
/*
 * Stores a version, or finds that it is there: *oid either way.  ENT_ECONFLICT, nothing
 * changed, if the same (type, uuid, vkey) is there with another sha256; *oid is then the one
 * that is there.  in->oid is ignored.
 */
int ent_store_put(struct ent_store *s, const struct ent_row *in, uint64_t *oid,
                  enum ent_put *how, struct ent_err *err);
/* The version with that vkey; vkey absent (.p NULL): the one with the greatest.  ENT_ENOENT if
 * there is none. */
int ent_store_get(struct ent_store *s, struct ent_arena *a, struct ent_str type,
                  const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
                  struct ent_err *err);
int ent_store_get_oid(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                      struct ent_row *out, struct ent_err *err);
/*
 * Up to limit rows with oid > after, ascending; type absent: all types; source absent: all
 * sources.  latest: only the greatest version of each object among those of the source, or
 * among all where source is absent.  with_bytes false leaves .bytes absent.
 */
struct ent_list {
	struct ent_str type, source;
	uint64_t after;
	size_t limit;
	bool latest, with_bytes;
};
int ent_store_list(struct ent_store *s, struct ent_arena *a, const struct ent_list *q,
                   struct ent_row **rows, size_t *count, struct ent_err *err);
int ent_store_count(struct ent_store *s, uint64_t *objects, struct ent_err *err); /* versions */

/* Notes that a version came from source at a time; again is fine, and keeps the first time.
 * *fresh (may be NULL): it was not noted before. */
int ent_store_source_add(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
                         bool *fresh, struct ent_err *err);
/*
 * Takes the content of a version away for good: what stays is its number and its sha256, which
 * ent_store_range still gives.  It has no type, no sources, and is found no more; the same
 * version may be put anew, as another row.  It must be live on no channel.
 * ENT_ENOENT.
 */
int ent_store_purge(struct ent_store *s, uint64_t oid, struct ent_err *err);
int ent_store_sources(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                      struct ent_str **sources, size_t *count, struct ent_err *err);

/* ---- channels ---- */
/* A channel is named by a number that the caller chooses, 1 to 2^19 - 1 (documents map names to
 * numbers).  Its entries are numbered from 1 without gaps; rowid = channel << 44 | seq, so a
 * page is one range scan. */
struct ent_entry {
	uint64_t seq;
	int64_t date_added; /* microseconds, strictly increasing with seq */
	bool removed;       /* only ent_store_range gives such ones */
	struct ent_row row; /* .bytes absent where the query says so */
};
/*
 * Appends.  date_added is now, or the smallest later time that keeps the rules: greater than
 * every earlier one of the channel even when the clock stepped back; the first entry of a
 * transaction begins a fresh millisecond, the next ones a microsecond each
 * (docs/architecture.md, Data).  A version that is on the channel already is ENT_EEXIST, with
 * *seq set. A version that was removed may be appended anew.
 */
int ent_store_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                     uint64_t *seq, int64_t *date_added, struct ent_err *err);

/* clang-format off */
enum ent_which { /* which versions of an object, OR-ed */
	ENT_WHICH_LAST = 1,
	ENT_WHICH_FIRST = 2,
	ENT_WHICH_ALL = 4,
	ENT_WHICH_LISTED = 8
};
/* clang-format on */
struct ent_ids {
	struct ent_str type;
	uint8_t uuid[16];
};
/*
 * A page: entries with seq > after_seq and date_added > after_date, ascending, not removed, seq
 * <= upto (0: no bound), and matching.
 *
 * Of each object, first the specification versions are chosen (specs: any of those listed;
 * none: the greatest that the object has), then last and first are the greatest and smallest
 * vkey of what is left.  Both look at all that is live on the channel up to `upto`, also at
 * what is not after after_seq.  `listed` are vkeys; an entry with vkey "" (an SCO) also matches
 * the ent_time_key of its date_added as six digits, which is the version that TAXII gives it.
 *
 * Stops at limit entries, or (with_bytes) before the one whose bytes would bring the page above
 * max_bytes (0: no bound; at least one entry is given).  *more: another match follows.
 *
 * The cost is that of the entries that are looked at: a filter on types or specs that few match
 * reads the rest of the channel; ids are looked up, and after_date is found by halving.
 */
struct ent_query {
	uint32_t channel;
	uint64_t after_seq, upto;
	int64_t after_date;        /* INT64_MIN: none */
	const struct ent_ids *ids; /* n_ids 0: any object */
	size_t n_ids;
	const struct ent_str *types, *specs, *listed;
	size_t n_types, n_specs, n_listed;
	unsigned which; /* 0 counts as ENT_WHICH_LAST */
	size_t limit, max_bytes;
	bool with_bytes;
};
struct ent_page {
	struct ent_entry *entries;
	size_t count;
	bool more;
};
int ent_store_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *q,
                   struct ent_page *out, struct ent_err *err);
/* Entries with first <= seq <= last, removed ones too; for receipts. .row.bytes absent. */
int ent_store_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                    uint64_t last, struct ent_entry **entries, size_t *count,
                    struct ent_err *err);
/* The last seq and its date_added (0 and INT64_MIN when empty), and how many entries there are
 * that aren't removed. Any may be NULL. */
int ent_store_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
                  uint64_t *count, struct ent_err *err);
/* Removes entries of an object from a channel (the object stays in holdings): which as in
 * ent_query over all specification versions, 0 meaning all here; *removed counts them.  seq
 * numbers are never given again. ENT_ENOENT if none matched. */
int ent_store_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                     const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                     size_t n_listed, uint64_t *removed, struct ent_err *err);
/* Whether a version (vkey absent: any version) of an object is on a channel and not removed:
 * *seq (of any: of the greatest version), or ENT_ENOENT. */
int ent_store_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                         const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                         struct ent_err *err);

/* ---- logs: ledgers' entries and tree hashes, by a name ---- */
/* Appends an entry; *index is its place, from 0. */
int ent_store_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                         uint64_t *index, struct ent_err *err);
int ent_store_log_size(struct ent_store *s, struct ent_str log, uint64_t *size,
                       struct ent_err *err);
int ent_store_log_get(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                      uint64_t index, struct ent_str *entry, struct ent_err *err);
/* Entries first..first+count-1, fewer at the end. */
int ent_store_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                        uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                        struct ent_err *err);
/* The hash of a complete subtree (include/entente/ledger.h).  Kept as tiles of 256 hashes,
 * height 8 (C2SP tlog-tiles): levels that aren't a multiple of 8 are computed by the caller and
 * never put or got.  Putting the same hash again is fine, another one is ENT_ECONFLICT. */
int ent_store_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                       const uint8_t hash[32], struct ent_err *err);
/* n hashes of a level from index on, all in one tile (index / 256); ENT_ENOENT if they aren't
 * all there. */
int ent_store_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                       size_t n, uint8_t *hashes, struct ent_err *err);

/* ---- documents ---- */
struct ent_doc {
	struct ent_str key, value;
};
int ent_store_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                      struct ent_str value, struct ent_err *err);
/* ENT_ENOENT if there is none. */
int ent_store_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                      struct ent_str key, struct ent_str *value, struct ent_err *err);
/* Nothing happens if there is none. */
int ent_store_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                      struct ent_err *err);
/* Up to limit documents of a space whose key begins with prefix and is > after (absent: from
 * the start), by key. */
int ent_store_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                   struct ent_str prefix, struct ent_str after, size_t limit,
                   struct ent_doc **docs, size_t *count, struct ent_err *err);

#endif
