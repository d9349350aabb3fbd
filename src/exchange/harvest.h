/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harvest.h - pages of other people's collections on their way into the holdings: each page
 * with its mark in one transaction, and what is remembered of where it came from.
 *
 * The bytes of an object stay as they came.  Its source says from where it is, and what the
 * gate makes of that is the gate's affair (docs/taxii.md, Feeds).
 */
#ifndef ENT_EXCHANGE_HARVEST_H
#define ENT_EXCHANGE_HARVEST_H
#include "exchange/collection.h"
#include "taxii/mirror.h"

/* The refused objects of which the reason is kept: the last ones. */
#define ENT_HARVEST_BAD 10

struct ent_bad_object {
	struct ent_str id, why; /* id: "" where it has none */
	int64_t at;             /* microseconds */
};

/* What is kept of a harvest. */
struct ent_harvest_state {
	uint64_t turn; /* changes whenever a page or a run is written */
	struct ent_mirror_mark mark;
	/* microseconds; 0: never */
	int64_t began, ended;                          /* the last run */
	int64_t good;                                  /* when a run last went through */
	int64_t due;                                   /* the next run */
	uint64_t runs, pages, objects, fresh, refused; /* all that there were */
	uint64_t failures;          /* runs that failed, one after the other */
	bool complete;              /* the last run came to the end of what the server had */
	bool undated;               /* the server gives no usable dates: each run reads all */
	struct ent_str code, error; /* of the last run; absent: it went through */
	struct ent_bad_object bad[ENT_HARVEST_BAD];
	size_t n_bad;
};

struct ent_harvest {
	struct ent_exchange *x;
	struct ent_str key;                /* of what is kept; borrowed, as the others */
	struct ent_str source;             /* of the objects */
	const struct ent_collection *into; /* put on it too; NULL: holdings alone */
	uint64_t turn;
	uint64_t objects, fresh, same, added, refused; /* since it was opened */
	/* told of each refused object; may be NULL */
	void (*bad)(void *self, struct ent_str id, const struct ent_err *why);
	void *self;
};

/* What is kept under a key; all zero, and a mark at the start, if nothing is. */
int ent_harvest_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                     struct ent_harvest_state *out, struct ent_err *err);
/* Forgets it, inside an open write. */
int ent_harvest_forget(struct ent_exchange *x, struct ent_str key, struct ent_err *err);
/* Notes that a run begins, and what the state is: in->turn is then its own. */
int ent_harvest_begin(struct ent_harvest *in, struct ent_arena *a,
                      struct ent_harvest_state *out, struct ent_err *err);
/*
 * Takes a page: its objects, its mark and the ledger's entry are durable when it returns 0.  An
 * object that can't be taken is refused and reported, and doesn't stop the others.  ENT_EBUSY
 * if another run has been here in between.
 */
int ent_harvest_page(struct ent_harvest *in, struct ent_arena *a,
                     const struct ent_mirror_page *p, struct ent_err *err);
/* What came of the run: rc and why of the walk, its report, and when the next one is due (0:
 * nobody plans one). */
int ent_harvest_end(struct ent_harvest *in, struct ent_arena *a,
                    const struct ent_mirror_report *r, int rc, const struct ent_err *why,
                    int64_t (*due)(void *self, const struct ent_harvest_state *s), void *self,
                    struct ent_err *err);

#endif
