/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_int.h - the memory backend: plain lists, and a log of old bytes to go back with.
 *
 * Every change is a field of a node that stays where it is: its old bytes are noted first, and
 * put back in reverse order by undo and rollback.  What was added is then out of reach.  All is
 * in one arena, freed on close.
 */
#ifndef ENT_STORE_MEMORY_INT_H
#define ENT_STORE_MEMORY_INT_H
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "store/store_int.h"

/* Pointers to nodes. */
struct mem_list {
	void **at;
	size_t n, cap;
};

struct mem_object {
	struct ent_row row;
	struct mem_list sources; /* struct ent_str */
};

struct mem_entry {
	uint64_t seq;
	int64_t date_added;
	bool removed;
	const struct mem_object *object;
};

struct mem_channel {
	uint64_t transaction, began; /* in this transaction, its entries before it */
	uint64_t live;
	struct mem_list entries;
};

struct mem_note {
	void *at;
	size_t n;
	unsigned char old[16];
};

struct mem_store {
	struct ent_store base;
	struct ent_arena *arena;
	struct ent_map *map; /* every lookup: the first byte of a key says of what */
	struct ent_buf key;
	struct mem_list objects;
	size_t purged; /* of them */
	uint64_t transaction, generation;
	struct mem_note *notes;
	size_t n_notes, cap_notes;
	size_t marks[ENT_STORE_MARKS];
	size_t n_marks;
};

static inline struct mem_store *
ent_memory_of(struct ent_store *s)
{
	return (struct mem_store *)(void *)s;
}

int ent_memory_full(struct ent_err *err);
/* Room for what one operation notes; before its first change. */
int ent_memory_ready(struct mem_store *m, struct ent_err *err);
/* Remembers n <= 16 bytes that are about to change. */
void ent_memory_note(struct mem_store *m, void *at, size_t n);
/* Room for one more; then ent_memory_push can't fail. */
bool ent_memory_reserve(struct mem_store *m, struct mem_list *l);
void ent_memory_push(struct mem_store *m, struct mem_list *l, void *node);

/* The parts of a key; absent and zero ones count too, so that no two kinds of key are the same
 * bytes. */
struct mem_key {
	char kind;
	uint64_t a, b;
	const uint8_t *uuid;
	struct ent_str s, t;
};
/* The node of a key, or NULL; with size > 0 it is made, zeroed, if there is none, and NULL
 * means that memory ran out. */
void *ent_memory_node(struct mem_store *m, const struct mem_key *k, size_t size);

/* A copy for the caller. */
int ent_memory_row(struct ent_arena *a, const struct ent_row *in, bool bytes,
                   struct ent_row *out, struct ent_err *err);

int ent_memory_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                      uint64_t *seq, int64_t *date_added, struct ent_err *err);
int ent_memory_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *q,
                    struct ent_page *out, struct ent_err *err);
int ent_memory_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                     uint64_t last, struct ent_entry **entries, size_t *count,
                     struct ent_err *err);
int ent_memory_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
                   uint64_t *count, struct ent_err *err);
int ent_memory_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                      const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                      size_t n_listed, uint64_t *removed, struct ent_err *err);
int ent_memory_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                          const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                          struct ent_err *err);

int ent_memory_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                          uint64_t *index, struct ent_err *err);
int ent_memory_log_size(struct ent_store *s, struct ent_str log, uint64_t *size,
                        struct ent_err *err);
int ent_memory_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                         uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                         struct ent_err *err);
int ent_memory_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                        const uint8_t hash[32], struct ent_err *err);
int ent_memory_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                        size_t n, uint8_t *hashes, struct ent_err *err);
int ent_memory_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                       struct ent_str value, struct ent_err *err);
int ent_memory_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                       struct ent_str key, struct ent_str *value, struct ent_err *err);
int ent_memory_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                       struct ent_err *err);
int ent_memory_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                    struct ent_str prefix, struct ent_str after, size_t limit,
                    struct ent_doc **docs, size_t *count, struct ent_err *err);

#endif
