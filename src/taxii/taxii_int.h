/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_int.h - what the parts of the TAXII server share: a call, its query, its cursor, its
 * answer.
 */
#ifndef ENT_TAXII_TAXII_INT_H
#define ENT_TAXII_TAXII_INT_H
#include "base/buf.h"
#include "taxii/server.h"

enum ent_right { ENT_READ = 1, ENT_WRITE = 2 };

/* What a query may say, as bits of a set. */
enum ent_ask {
	ENT_ASK_AFTER = 1,
	ENT_ASK_LIMIT = 2,
	ENT_ASK_NEXT = 4,
	ENT_ASK_ID = 8,
	ENT_ASK_TYPE = 16,
	ENT_ASK_VERSION = 32,
	ENT_ASK_SPEC = 64,
};
#define ENT_ASK_PAGE  (ENT_ASK_AFTER | ENT_ASK_LIMIT | ENT_ASK_NEXT)
#define ENT_ASK_MATCH (ENT_ASK_ID | ENT_ASK_TYPE | ENT_ASK_VERSION | ENT_ASK_SPEC)

struct ent_call;

/* A row of the route table: a method, a path, and who may. */
struct ent_route {
	enum ent_method method;
	const char *path; /* "/{root}/collections/{coll}/objects/" */
	unsigned needs;   /* enum ent_right */
	unsigned asks; /* enum ent_ask: what its query may say; 0: the query isn't looked at */
	bool stix;     /* Accept may name the STIX media type (TAXII 2.1, 5.3) */
	bool cached;   /* a 200 is kept for the next one who asks the same */
	void (*serve)(struct ent_call *c);
};
const struct ent_route *ent_taxii_routes(size_t *count);

/* One request on its way through the server. */
struct ent_call {
	const struct ent_taxii *t;
	struct ent_http *http;
	const struct ent_route *route;
	struct ent_caller who;
	struct ent_str root, coll, object,
	    status; /* from the path, decoded; absent where it has none */
	struct ent_taxii_collection collection; /* where the path has one */
	uint64_t generation;    /* as of before anything was read; 0: don't cache */
	enum ent_coding coding; /* that Accept-Encoding asks for */
};

/* ---- negotiate.c ---- */
struct ent_media {
	struct ent_str type; /* "application/taxii+json" */
	bool has_version;
	char version[16]; /* "" where it is longer than any version of TAXII */
	bool refused;     /* q=0 */
};
/* One media type or range with its parameters (RFC 9110, 8.3.1 and 12.5.1); ENT_EPARSE. */
int ent_media_read(struct ent_str text, struct ent_media *out);
/* Whether it is TAXII's, of a version that is understood here. */
bool ent_media_is_taxii(const struct ent_media *m);
/* Whether TAXII 2.1 may be answered. */
bool ent_accepts(const struct ent_http *rq, bool stix);

/* ---- query.c ---- */
struct ent_asked {
	struct ent_taxii_query q;
	unsigned given; /* enum ent_ask */
	struct ent_str next;
	int64_t cursor_date; /* date_added of the record that next stands behind */
};
/* Reads the query of a URL; ENT_EINVAL with what is wrong with it.  An empty next counts as
 * none. */
int ent_query_read(struct ent_arena *a, struct ent_str text, unsigned asks, size_t page_default,
                   size_t page_max, struct ent_asked *out, struct ent_err *err);

/* ---- url.c ---- */
/* Percent-encodes what isn't unreserved (RFC 3986, 2.3); a slash too. */
void ent_url_put(struct ent_buf *b, struct ent_str s);

/* ---- cursor.c ---- */
/* What a cursor belongs to: it is of no use anywhere else. */
struct ent_scope {
	const char *path; /* the route's */
	struct ent_str root, coll, object;
};
struct ent_position {
	uint64_t seq;
	int64_t date_added;
};
/* The text of next for what follows at; absent if the arena is full. */
struct ent_str ent_cursor_print(struct ent_arena *a, const uint8_t key[32],
                                const struct ent_scope *scope, const struct ent_taxii_query *q,
                                struct ent_position at);
/*
 * Puts what asked->next carries into asked->q.  ENT_EINVAL: not ours, of another place or of
 * another query than the one that came with it.
 */
int ent_cursor_apply(struct ent_arena *a, const uint8_t key[32], const struct ent_scope *scope,
                     size_t page_max, struct ent_asked *asked, struct ent_err *err);

/* ---- errors.c ---- */
/* The answer to a failure of the port; denied may be NULL. */
void ent_refuse(struct ent_call *c, int code, const struct ent_taxii_denied *denied,
                const struct ent_err *err);
/* The answer to what the server itself finds wrong. */
void ent_refuse_status(struct ent_call *c, int status, const char *description);

/* ---- envelope.c ---- */
void ent_get_page(struct ent_call *c); /* objects, object, versions and manifest */

/* ---- resources.c ---- */
void ent_get_discovery(struct ent_call *c);
void ent_get_root(struct ent_call *c);
void ent_get_status(struct ent_call *c);
void ent_get_collections(struct ent_call *c);
void ent_get_collection(struct ent_call *c);
void ent_post_objects(struct ent_call *c);
void ent_delete_object(struct ent_call *c);
/* Sends what is in b, which is released, as the body of an answer. */
void ent_send(struct ent_call *c, int status, struct ent_buf *b);

/* ---- cache.c ---- */
/* True: the answer to the same target by the same caller, who asks for the same coding, while
 * the generation is the same, is in rq. */
bool ent_page_cache_get(struct ent_page_cache *k, const struct ent_caller *who,
                        enum ent_coding coding, uint64_t generation, struct ent_http *rq);
/* Keeps rq's answer, whose body has to be a blob, if there is room. */
void ent_page_cache_put(struct ent_page_cache *k, const struct ent_caller *who,
                        enum ent_coding coding, uint64_t generation, const struct ent_http *rq);

#endif
