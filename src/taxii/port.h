/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.h - what a TAXII server needs from below.  Implemented by exchange, so that every read
 * goes through the counterpart's agreement; taxii itself can't see a store.
 *
 * Each function gets the caller and answers 0 or: ENT_ENOENT (unknown, or not to be known:
 * 404), ENT_EDENIED (known, not allowed: 403), ENT_ESTATE (403, error_id "agreement-suspended"
 * or the like in denied->error_id), ENT_EINVAL (400), ENT_ECONFLICT and ENT_EUNUSABLE (422),
 * ENT_EBUSY (503), ENT_EFULL (507) ... as taxii/errors.c maps them.  Memory is the arena's.
 */
#ifndef ENT_TAXII_PORT_H
#define ENT_TAXII_PORT_H
#include <entente/json.h>

#define ENT_TAXII_TYPE "application/taxii+json;version=2.1"
#define ENT_STIX_TYPE  "application/stix+json;version=2.1"

struct ent_login;

/* Who is calling, as far as the connection tells; exchange decides what that may do. */
struct ent_caller {
	bool has_pin;
	uint8_t pin[32];
	struct ent_str user; /* HTTP Basic; absent if none */
	struct ent_str password;
	struct ent_str token; /* Authorization: Bearer; absent if none */
	struct ent_str from;
	/* What was found out about user and password on the way here, the note of the
	 * request; NULL: nothing. */
	const struct ent_login *login;
};

struct ent_taxii_root {
	struct ent_str path; /* one segment, without slashes */
	struct ent_str title, description;
	size_t max_content_length; /* bytes */
};

struct ent_taxii_collection {
	struct ent_str id, alias, title, description; /* alias may be absent */
	bool can_read, can_write;
	const struct ent_str *media; /* n_media 0: STIX 2.1 */
	size_t n_media;
};

/* A query as the URL had it, checked: what next carries too. */
struct ent_taxii_query {
	int64_t added_after; /* microseconds; INT64_MIN if none */
	uint64_t after_seq;  /* from next; 0 if none */
	size_t limit;        /* 1 to the server's maximum */
	const struct ent_str *ids, *types, *specs,
	    *versions; /* versions: timestamps as given */
	size_t n_ids, n_types, n_specs, n_versions;
	bool last, first, all; /* match[version]; all false and n_versions 0: last */
	bool with_bytes;       /* false for manifest and versions */
};

struct ent_taxii_record {
	uint64_t seq;
	int64_t date_added;
	struct ent_str id, version, spec, bytes;
};
struct ent_taxii_page {
	struct ent_taxii_record *records;
	size_t count;
	bool more;
	/* For an agreement's channel: sent as "Entente-Sequence: first-last" by the server. */
	bool sequence;
	/* What was found may be given out only where writing is possible, for that is noted:
	 * nothing else is set, and the writer's thread asks again. */
	bool noted;
};

struct ent_taxii_detail {
	struct ent_str id, version, message; /* message absent for a success */
};
struct ent_taxii_status {
	struct ent_str id; /* UUID */
	int64_t requested; /* microseconds */
	size_t total, success, failure;
	const struct ent_taxii_detail *successes, *failures;
};

/* A reason that the error message resource repeats. */
struct ent_taxii_denied {
	const char *error_id; /* e.g. "agreement-suspended"; NULL if none */
};

struct ent_taxii_port {
	/* self is the application context of the thread (struct ent_http's app holds it). */
	/* Who the caller is: 0, or ENT_EAUTH if credentials are missing or wrong (401), or
	 * ENT_EBUSY after too many wrong ones (429). Called before anything else. */
	int (*login)(void *self, struct ent_arena *a, const struct ent_caller *who,
	             struct ent_err *err);
	/* Title of the server, and the roots that the caller may know of; *def is the index of
	 * the default or -1. */
	int (*discovery)(void *self, struct ent_arena *a, const struct ent_caller *who,
	                 struct ent_str *title, struct ent_str *description,
	                 struct ent_taxii_root **roots, size_t *count, int *def,
	                 struct ent_err *err);
	int (*root)(void *self, struct ent_arena *a, const struct ent_caller *who,
	            struct ent_str path, struct ent_taxii_root *out, struct ent_err *err);
	int (*collections)(void *self, struct ent_arena *a, const struct ent_caller *who,
	                   struct ent_str root, struct ent_taxii_collection **out,
	                   size_t *count, struct ent_taxii_denied *denied, struct ent_err *err);
	/* coll is an id or an alias. */
	int (*collection)(void *self, struct ent_arena *a, const struct ent_caller *who,
	                  struct ent_str root, struct ent_str coll,
	                  struct ent_taxii_collection *out, struct ent_taxii_denied *denied,
	                  struct ent_err *err);
	/* Called after collection() allowed it. */
	int (*page)(void *self, struct ent_arena *a, const struct ent_caller *who,
	            struct ent_str root, struct ent_str coll, const struct ent_taxii_query *q,
	            struct ent_taxii_page *out, struct ent_taxii_denied *denied,
	            struct ent_err *err);
	/* Takes the members of an envelope; each is stored or refused by itself.  Durable when
	 * the batch of the writer is. */
	int (*post)(void *self, struct ent_arena *a, const struct ent_caller *who,
	            struct ent_str root, struct ent_str coll, const struct ent_json *objects,
	            struct ent_taxii_status *out, struct ent_taxii_denied *denied,
	            struct ent_err *err);
	/* q has the versions to go (all where none were asked for) and specs (none: every
	 * specification version). */
	int (*del)(void *self, struct ent_arena *a, const struct ent_caller *who,
	           struct ent_str root, struct ent_str coll, struct ent_str id,
	           const struct ent_taxii_query *q, struct ent_taxii_denied *denied,
	           struct ent_err *err);
	int (*status)(void *self, struct ent_arena *a, const struct ent_caller *who,
	              struct ent_str root, struct ent_str id, struct ent_taxii_status *out,
	              struct ent_err *err);
	/*
	 * A number that changes whenever any answer to the caller may, be it by a write or by
	 * the clock (an agreement that begins or ends): pages are cached for it.  Asked before
	 * anything is read.  0: don't cache.
	 */
	uint64_t (*generation)(void *self, const struct ent_caller *who);
	/* A key for the MAC of next; 32 bytes, the same across restarts and threads. */
	const uint8_t *(*cursor_key)(void *self);
	size_t page_max; /* limit is clamped to it */
	size_t page_default;
};

#endif
