/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - the TAXII 2.1 server: routes, media types, queries, envelopes, errors.
 */
#ifndef ENT_TAXII_SERVER_H
#define ENT_TAXII_SERVER_H
#include "http/server.h"
#include "taxii/port.h"

/* Pages that were answered, kept while port->generation stays the same; one for each loop
 * thread. */
struct ent_page_cache;
struct ent_page_cache *ent_page_cache_new(size_t max_bytes);
void ent_page_cache_free(struct ent_page_cache *k);

struct ent_taxii {
	const struct ent_taxii_port *port;
	void *self;                   /* for the port's functions */
	struct ent_page_cache *cache; /* may be NULL */
	struct ent_log *log; /* gets in full what callers aren't told (5xx); may be NULL */
};

/* Whether the path is TAXII's: /taxii2/ or below an API root ("/{root}/" with any root that
 * isn't reserved for others). */
bool ent_taxii_wants(struct ent_str path);
/* Answers a request: the body of an http application's serve.  Never fails. */
void ent_taxii_serve(const struct ent_taxii *t, struct ent_http *rq);
/* The admit of an http application for TAXII's paths: 401, 404, 403, 405, 415, 413 before the
 * body is read. */
int ent_taxii_admit(const struct ent_taxii *t, struct ent_http *rq, size_t *max);
/* Fills rq's answer with an error message resource; error_id may be NULL. */
void ent_taxii_error(struct ent_http *rq, int status, const char *error_id,
                     struct ent_str title, struct ent_str description);
/* The HTTP status of an enum ent_code. */
int ent_taxii_http_status(int code);

#endif
