/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holdings.h - all that the node keeps: taking STIX in, finding it, showing it.
 *
 * An object never changes; a version is a new row.  The bytes are kept as they came.  A
 * version's sources tell where it came from: "own" (imported or made here) or the UUID of the
 * agreement under which it was received.
 */
#ifndef ENT_EXCHANGE_HOLDINGS_H
#define ENT_EXCHANGE_HOLDINGS_H
#include <entente/stix.h>

#include "exchange/exchange.h"

#define ENT_SOURCE_OWN ENT_STR("own")

enum ent_taken { ENT_TAKEN_NEW, ENT_TAKEN_SAME };

/*
 * Stores one object that is valid and within the limits, inside an open write.  ENT_EUNUSABLE:
 * not valid, with the first finding; ENT_ECONFLICT: the same id and version with other content
 * (the caller notes it: exchange/refusal.h).  *oid and *how may be NULL.
 */
int ent_holdings_put(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v,
                     struct ent_str source, uint64_t *oid, enum ent_taken *how,
                     struct ent_err *err);
/* The two halves of it: whether an object is valid, with *out read from it, and storing it. */
int ent_holdings_check(struct ent_arena *a, const struct ent_json *v, struct ent_object *out,
                       struct ent_err *err);
int ent_holdings_put_checked(struct ent_exchange *x, struct ent_arena *a,
                             const struct ent_object *o, struct ent_str source, uint64_t *oid,
                             enum ent_taken *how, struct ent_err *err);
/* Says that this version is held with other content: ENT_ECONFLICT. */
int ent_holdings_conflict(const struct ent_object *o, struct ent_err *err);
int ent_holdings_put_text(struct ent_exchange *x, struct ent_arena *a, struct ent_str json,
                          struct ent_str source, struct ent_err *err);
/* One write around what work() does: all of it is kept if that returns 0, nothing if not. */
int ent_holdings_write(struct ent_exchange *x, int (*work)(void *self, struct ent_err *err),
                       void *self, struct ent_err *err);

struct ent_import_report {
	size_t objects, fresh, same, refused;
	size_t added; /* to the collection */
	bool kept;    /* false: nothing was stored, because objects were refused and skip wasn't
	                 asked for */
};
struct ent_collection;
struct ent_import_options {
	bool skip_invalid;                       /* store the good ones all the same */
	const struct ent_collection *collection; /* put them on it too; NULL: on none */
	/* Called for each refused object, in order; may be NULL. */
	void (*refused)(void *self, size_t index, struct ent_str id, const struct ent_err *why);
	void (*progress)(void *self, size_t done, size_t total); /* may be NULL */
	void *self;
};
/*
 * Imports one file ("-": standard input): a bundle, an object, an array or an envelope.  One
 * transaction: all of it, or with skip_invalid all that is good, or nothing.  Returns 0 when
 * the file could be read, whatever was refused.
 */
int ent_import(struct ent_exchange *x, const char *path, const struct ent_import_options *o,
               struct ent_import_report *out, struct ent_err *err);
/* The same of a text in memory; name is what failures call it. */
int ent_import_text(struct ent_exchange *x, const char *name, struct ent_str text,
                    const struct ent_import_options *o, struct ent_import_report *out,
                    struct ent_err *err);

/* One held version. */
struct ent_held {
	uint64_t oid;
	struct ent_str id, type, version;
	uint8_t sha256[32];
	struct ent_str bytes; /* absent in lists */
};
/* id, or id at version (absent: the newest); ENT_ENOENT. */
int ent_holdings_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                     struct ent_str version, struct ent_held *out, struct ent_err *err);
int ent_holdings_by_oid(struct ent_exchange *x, struct ent_arena *a, uint64_t oid,
                        struct ent_held *out, struct ent_err *err);
int ent_holdings_sources(struct ent_exchange *x, struct ent_arena *a, uint64_t oid,
                         struct ent_str **sources, size_t *count, struct ent_err *err);
struct ent_holdings_query {
	struct ent_str type, source; /* absent: all */
	uint64_t after;              /* oid */
	size_t limit;
	bool all_versions, with_bytes;
};
int ent_holdings_list(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_holdings_query *q, struct ent_held **out, size_t *count,
                      struct ent_err *err);
/*
 * A digest of what both sides of a channel should hold alike: how many versions the channel
 * carries and the SHA-256 over their SHA-256s in ascending order, so that it doesn't depend on
 * the order of arrival.
 */
int ent_digest(struct ent_exchange *x, struct ent_str agreement, struct ent_str direction,
               size_t *count, uint8_t digest[32], struct ent_err *err);

#endif
