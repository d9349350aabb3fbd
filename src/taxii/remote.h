/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.h - the client library from inside: the client below it, and how answers become plain
 * data.
 */
#ifndef ENT_TAXII_REMOTE_H
#define ENT_TAXII_REMOTE_H
#include <entente/taxii.h>

#include "taxii/client.h"

/* The client of an ent_remote, which owns it. */
struct ent_taxii_client *ent_remote_client(struct ent_remote *r);
/* ROOT/middle + segment (encoded; absent: none) + tail.  root is as a discovery names it. */
int ent_remote_path(struct ent_arena *a, struct ent_str root, const char *middle,
                    struct ent_str segment, const char *tail, struct ent_str *out,
                    struct ent_err *err);
/* Whether a host is a domain or below it. */
bool ent_remote_within(struct ent_str host, struct ent_str domain);
/* Path and query of a page; ENT_EINVAL, ENT_ELIMIT. */
int ent_remote_page_path(struct ent_arena *a, const struct ent_page_query *q,
                         struct ent_str *out, struct ent_err *err);
/* A status resource as plain data; ENT_EPROTO if it is none. */
int ent_push_read(struct ent_arena *a, const struct ent_json *v, struct ent_push_info *out,
                  struct ent_err *err);

#endif
