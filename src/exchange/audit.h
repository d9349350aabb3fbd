/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - who did what and when on this node: entries of the internal ledger
 * (docs/ledger.md).
 *
 * An entry is appended inside the transaction that does what it records, so neither is there
 * without the other.  It holds hashes of things, never their content.
 */
#ifndef ENT_EXCHANGE_AUDIT_H
#define ENT_EXCHANGE_AUDIT_H
#include "base/buf.h"
#include "exchange/exchange.h"
#include "json/write.h"

/* Who acts: "account:NAME" (of this machine), "user:NAME" (of TAXII), "peer:PARTY", "node" (by
 * itself). */
#define ENT_AUDIT_WHO 160

/*
 * Who is acting in this context from here on; every entry has it.  kind: "account", "user",
 * "peer"; or "node", which has no name.  What could end a JSON string becomes '?'.
 */
void ent_audit_as(struct ent_exchange *x, const char *kind, struct ent_str name);
/* The account that runs the program; where it became another one since it logged in, both:
 * "account:root(alice)". */
void ent_audit_as_account(struct ent_exchange *x);

/*
 * Notes an act, inside an open write: {"act":what,"at":now,"detail":detail,"kind":"act",
 * "who":...}.  detail is a JSON object or absent; out of memory if it is a failed text.
 */
int ent_audit_note(struct ent_exchange *x, struct ent_arena *a, const char *what,
                   struct ent_str detail, struct ent_err *err);
/* The same as a write of its own, for acts that write nothing else: exports. */
int ent_audit_act(struct ent_exchange *x, struct ent_arena *a, const char *what,
                  struct ent_str detail, struct ent_err *err);
/* 64 digits that stand for an object's id in entries: SHA-256 of a secret of this node and the
 * id, for some ids can be guessed.  Inside an open write. */
int ent_audit_id(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                 struct ent_str *out, struct ent_err *err);
/* An export of something about one object: act with {"what":...,"object":...}, a write of its
 * own. */
int ent_audit_export(struct ent_exchange *x, struct ent_arena *a, const char *what,
                     struct ent_str name, struct ent_str object, struct ent_err *err);

/* ---- reads ---- */
#define ENT_AUDIT_RED      1u /* TLP:RED, on all of it or on a part */
#define ENT_AUDIT_PERSONAL 2u /* about a person */
/* What an object is, of these; a text that isn't an object is what it claims to be: 0. */
unsigned ent_audit_class(struct ent_arena *scratch, struct ent_str type, struct ent_str bytes);

/* What one request gave out.  Objects that are neither RED nor personal leave no trace. */
struct ent_audit_read {
	struct ent_exchange *x;
	struct ent_arena *scratch; /* reset for each object */
	struct ent_str *ids;       /* borrowed until the note */
	size_t room, n, red, personal;
};
/* Room for so many objects in a; no more are named, all are counted. */
int ent_audit_read_begin(struct ent_audit_read *r, struct ent_exchange *x, struct ent_arena *a,
                         size_t objects, struct ent_err *err);
void ent_audit_read_see(struct ent_audit_read *r, struct ent_str type, struct ent_str id,
                        struct ent_str bytes);
/* Whether there is anything to note. */
static inline bool
ent_audit_read_due(const struct ent_audit_read *r)
{
	return r->red || r->personal;
}
/* Notes it as one entry "read", a write or part of the one that is open; where: what was read,
 * a name of the store's own (a collection, "list").  Nothing is noted where nothing is due. */
int ent_audit_read_note(struct ent_audit_read *r, struct ent_arena *a, struct ent_str where,
                        struct ent_err *err);
void ent_audit_read_end(struct ent_audit_read *r);

/* ---- looking ---- */
struct ent_audit_query {
	int64_t since, until;     /* microseconds; INT64_MIN, INT64_MAX: open */
	struct ent_str who, what; /* a part of who, the whole act; absent: any */
	struct ent_str object;    /* its id: entries in which it stands; absent: any */
};
struct ent_audit_entry {
	uint64_t index;
	struct ent_str at, who, what; /* who absent in entries of older programs */
	struct ent_str detail;        /* JSON; absent if there is none */
	struct ent_str entry;         /* as it stands in the ledger */
};
/* Shows the entries that fit to see(), in order, in memory that doesn't grow with them; ends
 * with what it returns other than 0. */
int ent_audit_each(struct ent_exchange *x, const struct ent_audit_query *q,
                   int (*see)(void *self, const struct ent_audit_entry *e, struct ent_err *err),
                   void *self, struct ent_err *err);

#endif
