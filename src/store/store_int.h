/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_int.h - what a backend implements, and the rules that all backends share.
 *
 * store.c checks what doesn't depend on the backend (a transaction is open, numbers are in
 * range) before it calls one of these; their contracts are those of store.h.
 */
#ifndef ENT_STORE_STORE_INT_H
#define ENT_STORE_STORE_INT_H
#include "store/store.h"

#define ENT_CHANNEL_MAX ((1u << 19) - 1)
#define ENT_SEQ_MAX     ((UINT64_C(1) << 44) - 1)

struct ent_store_ops {
	void (*close)(struct ent_store *s);
	int (*begin)(struct ent_store *s, struct ent_err *err);
	int (*commit)(struct ent_store *s, struct ent_err *err);
	void (*rollback)(struct ent_store *s);
	int (*mark)(struct ent_store *s, struct ent_err *err);
	int (*keep)(struct ent_store *s, struct ent_err *err);
	void (*undo)(struct ent_store *s);
	bool (*look)(struct ent_store *s); /* both may be NULL */
	void (*look_end)(struct ent_store *s);
	uint64_t (*generation)(struct ent_store *s);
	int (*checkpoint)(struct ent_store *s, struct ent_err *err);
	int (*check)(struct ent_store *s, struct ent_err *err);

	int (*put)(struct ent_store *s, const struct ent_row *in, uint64_t *oid,
	           enum ent_put *how, struct ent_err *err);
	int (*get)(struct ent_store *s, struct ent_arena *a, struct ent_str type,
	           const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
	           struct ent_err *err);
	int (*get_oid)(struct ent_store *s, struct ent_arena *a, uint64_t oid,
	               struct ent_row *out, struct ent_err *err);
	int (*list)(struct ent_store *s, struct ent_arena *a, const struct ent_list *q,
	            struct ent_row **rows, size_t *count, struct ent_err *err);
	int (*count)(struct ent_store *s, uint64_t *objects, struct ent_err *err);
	int (*source_add)(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
	                  bool *fresh, struct ent_err *err);
	int (*purge)(struct ent_store *s, uint64_t oid, struct ent_err *err);
	int (*sources)(struct ent_store *s, struct ent_arena *a, uint64_t oid,
	               struct ent_str **sources, size_t *count, struct ent_err *err);

	int (*append)(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
	              uint64_t *seq, int64_t *date_added, struct ent_err *err);
	int (*page)(struct ent_store *s, struct ent_arena *a, const struct ent_query *q,
	            struct ent_page *out, struct ent_err *err);
	int (*range)(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
	             uint64_t last, struct ent_entry **entries, size_t *count,
	             struct ent_err *err);
	int (*tip)(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
	           uint64_t *count, struct ent_err *err);
	int (*remove)(struct ent_store *s, uint32_t channel, struct ent_str type,
	              const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
	              size_t n_listed, uint64_t *removed, struct ent_err *err);
	int (*on_channel)(struct ent_store *s, uint32_t channel, struct ent_str type,
	                  const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
	                  struct ent_err *err);

	int (*log_append)(struct ent_store *s, struct ent_str log, struct ent_str entry,
	                  uint64_t *index, struct ent_err *err);
	int (*log_size)(struct ent_store *s, struct ent_str log, uint64_t *size,
	                struct ent_err *err);
	int (*log_range)(struct ent_store *s, struct ent_arena *a, struct ent_str log,
	                 uint64_t first, size_t count, struct ent_str **entries, size_t *got,
	                 struct ent_err *err);
	int (*tile_put)(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
	                const uint8_t hash[32], struct ent_err *err);
	int (*tile_get)(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
	                size_t n, uint8_t *hashes, struct ent_err *err);

	int (*doc_put)(struct ent_store *s, struct ent_str space, struct ent_str key,
	               struct ent_str value, struct ent_err *err);
	int (*doc_get)(struct ent_store *s, struct ent_arena *a, struct ent_str space,
	               struct ent_str key, struct ent_str *value, struct ent_err *err);
	int (*doc_del)(struct ent_store *s, struct ent_str space, struct ent_str key,
	               struct ent_err *err);
	int (*docs)(struct ent_store *s, struct ent_arena *a, struct ent_str space,
	            struct ent_str prefix, struct ent_str after, size_t limit,
	            struct ent_doc **docs, size_t *count, struct ent_err *err);
};

/* The first member of every backend's own struct. */
struct ent_store {
	const struct ent_store_ops *ops;
	bool writing;
	bool looking; /* a read transaction is open */
	unsigned marks;
};

/* where is what stands behind the colon of the URL. */
int ent_store_memory_open(struct ent_str where, struct ent_store **out, struct ent_err *err);
int ent_store_sqlite_open(struct ent_str where, struct ent_store **out, struct ent_err *err);

/*
 * The date_added of the next entry of a channel whose last one has `last` (INT64_MIN: none).
 * fresh: it is the first of its transaction.  ENT_ELIMIT where time ends.
 */
int ent_store_date(int64_t last, int64_t now, bool fresh, int64_t *date, struct ent_err *err);

struct ent_strs {
	const struct ent_str *list;
	size_t n;
};
bool ent_strs_has(const struct ent_strs *l, struct ent_str s);
/* ENT_WHICH_LISTED: vkey is in the list; for vkey "" also where the key of date_added is. */
bool ent_strs_lists(const struct ent_strs *l, struct ent_str vkey, int64_t date_added);

/* An array in an arena that grows by doubling: room for one more of n things of size bytes, or
 * NULL. */
void *ent_store_room(struct ent_arena *a, void *list, size_t n, size_t *cap, size_t size);

#endif
