/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine.c - objects put aside because their refusal would tell what is held here.
 */
#include "exchange/quarantine.h"

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "json/write.h"

/* Documents that are read at once. */
#define BATCH 64

/* Whether what stands under the id on the inbound channel came under the agreement: local users
 * may put their own there. */
static bool
came_under(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
           struct ent_str type, const uint8_t uuid[16])
{
	struct ent_str none = { NULL, 0 }, *sources;
	struct ent_entry *e;
	uint64_t seq;
	size_t n = 0, from = 0;

	if (ent_store_on_channel(x->store, g->inbound, type, uuid, none, &seq, NULL) ||
	    ent_store_range(x->store, a, g->inbound, seq, seq, &e, &n, NULL) || n == 0 ||
	    ent_store_sources(x->store, a, e[0].row.oid, &sources, &from, NULL))
		return false;
	for (size_t i = 0; i < from; i++)
		if (ent_str_eq(sources[i], g->id))
			return true;
	return false;
}

bool
ent_quarantine_hides(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_json *v)
{
	struct ent_str id = ent_json_getstr(v, "id"), type, none = { NULL, 0 };
	uint8_t uuid[16];
	uint64_t seq;

	if (ent_stix_id_parse(id, &type, uuid) || ent_tlp_of(id) != ENT_TLP_NONE)
		return false; /* nothing can be held under it; everybody has those */
	return ent_store_on_channel(x->store, g->outbound, type, uuid, none, &seq, NULL) != 0 &&
	       !came_under(x, a, g, type, uuid);
}

static struct ent_str
record(const struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
       struct ent_str from, const struct ent_json *v, struct ent_str canon,
       const struct ent_err *why)
{
	struct ent_str out;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, 2 * ENT_QUARANTINE_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "agreement", agreement);
	ent_jw_kstr(&w, "from", from);
	ent_jw_kstr(&w, "id", ent_json_getstr(v, "id"));
	ent_jw_kc(&w, "why", why->msg);
	if (canon.n <= ENT_QUARANTINE_BYTES)
		ent_jw_kraw(&w, "object", canon);
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

int
ent_quarantine_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   struct ent_str from, const struct ent_json *v, const struct ent_err *why,
                   struct ent_err *err)
{
	struct ent_str canon = ent_json_canon(a, v), key, text;

	if (!canon.p)
		return ent_x_nomem(err);
	if (!ent_x_daily(x, a, "quarantine", from, ENT_QUARANTINE_DAY))
		return 0; /* the refusal is in the log */
	key = ent_arena_printf(a, "%.*s/%.*s/%.*s", ENT_FMT(ent_sha256_hex(a, canon)),
	                       ENT_FMT(agreement), ENT_FMT(from));
	text = record(x, a, agreement, from, v, canon, why);
	return key.p && text.p
	           ? ent_store_doc_put(x->store, ENT_SPACE_QUARANTINE, key, text, err)
	           : ent_x_nomem(err);
}

static int
see_doc(struct ent_arena *a, struct ent_doc d, struct ent_quarantined *out, struct ent_err *err)
{
	const struct ent_json *v, *object;
	int rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH + 1, &v, err);

	if (rc)
		return ent_within(err, rc == ENT_ENOMEM ? rc : ENT_ECORRUPT, "quarantine %.*s",
		                  ENT_FMT(d.key));
	object = ent_json_getc(v, "object");
	*out = (struct ent_quarantined){ .sha256 = { d.key.p, 2 * ENT_SHA256 },
		                         .agreement = ent_json_getstr(v, "agreement"),
		                         .from = ent_json_getstr(v, "from"),
		                         .at = ent_json_getstr(v, "at"),
		                         .id = ent_json_getstr(v, "id"),
		                         .why = ent_json_getstr(v, "why"),
		                         .object = object ? ent_json_raw(object)
		                                          : (struct ent_str){ NULL, 0 } };
	return d.key.n > 2 * ENT_SHA256
	           ? 0
	           : ent_fail(err, ENT_ECORRUPT, "a key of the quarantine is damaged");
}

int
ent_quarantine_each(struct ent_exchange *x,
                    int (*see)(void *self, const struct ent_quarantined *q,
                               struct ent_err *err),
                    void *self, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_str after = { NULL, 0 };
	size_t n = BATCH;
	char last[256];
	int rc = a ? 0 : ent_x_nomem(err);

	while (rc == 0 && n == BATCH) {
		struct ent_doc *docs;

		ent_arena_reset(a);
		rc = ent_store_docs(x->store, a, ENT_SPACE_QUARANTINE, ENT_STR(""), after,
		                    BATCH, &docs, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			struct ent_quarantined q;

			rc = see_doc(a, docs[i], &q, err);
			if (rc == 0)
				rc = see(self, &q, err);
		}
		if (rc || n < BATCH || docs[n - 1].key.n > sizeof(last))
			break;
		memcpy(last, docs[n - 1].key.p, docs[n - 1].key.n);
		after = (struct ent_str){ last, docs[n - 1].key.n };
	}
	ent_arena_free(a);
	return rc;
}

static int
drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str sha256, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_QUARANTINE, sha256,
	                        (struct ent_str){ NULL, 0 }, 2, &docs, &n, err);

	if (rc)
		return rc;
	if (n != 1)
		return ent_fail(err, n ? ENT_EINVAL : ENT_ENOENT,
		                "%s in the quarantine begins with \"%.*s\"",
		                n ? "more than one object" : "nothing", ENT_FMT(sha256));
	rc = ent_store_doc_del(x->store, ENT_SPACE_QUARANTINE, docs[0].key, err);
	return rc ? rc
	          : ent_book_act(x, a, "quarantine-drop",
	                         ent_arena_printf(a, "{\"sha256\":\"%.*s\"}",
	                                          (int)(2 * ENT_SHA256), docs[0].key.p),
	                         err);
}

int
ent_quarantine_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str sha256,
                    struct ent_err *err)
{
	int rc;

	if (sha256.n < 8)
		return ent_fail(err, ENT_EINVAL, "give 8 digits or more of the hash");
	rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, drop(x, a, sha256, err), err);
}
