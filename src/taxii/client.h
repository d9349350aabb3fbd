/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - the TAXII 2.1 client: what entente's own sync and `entente taxii` are made of.
 */
#ifndef ENT_TAXII_CLIENT_H
#define ENT_TAXII_CLIENT_H
#include "http/client.h"
#include "taxii/port.h"

struct ent_taxii_client; /* one server, one kept connection; belongs to one thread */

/* config is copied as far as needed; url is the server's base, "https://host:port". */
int ent_taxii_open(const char *url, const struct ent_client_config *config,
                   struct ent_taxii_client **out, struct ent_err *err);
void ent_taxii_close(struct ent_taxii_client *c); /* NULL is fine */
const char *ent_taxii_url(const struct ent_taxii_client *c);
/* The SPKI pin that the server showed in the last call; ENT_ENOENT if there was none. */
int ent_taxii_pin(struct ent_taxii_client *c, uint8_t pin[32]);

/*
 * The server speaks TAXII 2.0 and not 2.1: it is asked for that version's media types, and its
 * discovery stands at /taxii/.  It is only read: anything but GET is ENT_EINVAL.
 */
void ent_taxii_speak_20(struct ent_taxii_client *c);
/*
 * A server that answers 429 or 503 is asked again, up to so many times, after pauses that
 * double and that are never shorter than its Retry-After (taxii/retry.h).  So is one that has
 * answered before and can't be reached now, where the request only reads.  wait does the
 * waiting, and ends it with the failure by returning false.  Without this, and if the server
 * wants a longer pause than ENT_RETRY_MAX_MS, the failure is returned at once.
 */
struct ent_taxii_patience {
	unsigned tries;
	bool (*wait)(void *self, uint64_t ms, const struct ent_err *why);
	void *self;
};
void ent_taxii_be_patient(struct ent_taxii_client *c, const struct ent_taxii_patience *p);

/*
 * GET of a path below the base (or a whole URL), as JSON.  A TAXII error message resource
 * becomes the text of err, with status and error_id: ENT_EDENIED for 403 (ENT_ESTATE where
 * error_id begins with "agreement-"), ENT_ENOENT 404, ENT_EAUTH 401, ENT_EINVAL 400 and 422,
 * ENT_EBUSY 429 and 503, ENT_ELIMIT 413, else ENT_EPROTO.  An answer of another media type or
 * that isn't JSON is ENT_EPROTO.
 */
int ent_taxii_get(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
                  const struct ent_json **out, struct ent_answer *raw, struct ent_err *err);
int ent_taxii_post(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
                   struct ent_str envelope, const struct ent_json **status,
                   struct ent_err *err);
int ent_taxii_delete(struct ent_taxii_client *c, struct ent_arena *a, const char *path,
                     struct ent_err *err);
/* Any other request of a node to a node (entente's own endpoints), errors mapped as above; raw
 * has the answer. */
int ent_taxii_call(struct ent_taxii_client *c, struct ent_arena *a, const char *method,
                   const char *path, struct ent_str body, const char *type,
                   struct ent_answer *raw, struct ent_err *err);

/* A page of objects. */
struct ent_fetched {
	const struct ent_json *objects; /* array; NULL if empty */
	size_t count;
	bool more;
	struct ent_str next; /* absent if none */
	int64_t first,
	    last; /* X-TAXII-Date-Added-First, -Last, microseconds; INT64_MIN if absent */
	uint64_t seq_first, seq_last; /* Entente-Sequence; 0 if absent */
};
/*
 * One page of ROOT/collections/COLL/objects/.  added_after INT64_MIN: from the start; next
 * absent: none; limit 0: the server's; versions: NULL, or the value of match[version].  A page
 * without Date-Added-Last that has objects, or whose date isn't after added_after, is
 * ENT_EPROTO: a cursor can't advance on it.
 */
int ent_taxii_fetch(struct ent_taxii_client *c, struct ent_arena *a, struct ent_str root,
                    struct ent_str coll, int64_t added_after, struct ent_str next, size_t limit,
                    const char *versions, struct ent_fetched *out, struct ent_err *err);

#endif
