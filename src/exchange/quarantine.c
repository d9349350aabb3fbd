/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine.c - objects put aside because their refusal would tell what is held here.
 */
#include "exchange/quarantine.h"

#include "base/enc.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/lineage.h"
#include "json/write.h"

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

/* ---- what is put aside, by agreement, id and version ---- */

static struct ent_str
key_of(struct ent_arena *a, struct ent_str agreement, const struct ent_object *o)
{
	return ent_arena_printf(a, "%.*s/%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(o->id),
	                        ENT_FMT(o->version.p ? ent_time_key(o->version) : ENT_STR("")));
}

static struct ent_str
hash_of(struct ent_arena *a, const struct ent_object *o)
{
	struct ent_str canon = ent_json_canon(a, o->json);

	return canon.p ? ent_sha256_hex(a, canon) : canon;
}

/* The first version of an object that was put aside under an agreement; ENT_ENOENT. */
static int
first_aside(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
            struct ent_str id, struct ent_doc *out, struct ent_err *err)
{
	struct ent_str prefix =
			   ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(agreement), ENT_FMT(id)),
		       none = { NULL, 0 };
	struct ent_doc *docs = NULL;
	size_t n = 0;
	int rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_QUARANTINE, prefix, none, 1,
	                                   &docs, &n, err)
	                  : ent_x_nomem(err);

	*out = (struct ent_doc){ 0 };
	if (rc == 0 && n == 0)
		return ENT_ENOENT;
	if (rc == 0)
		*out = docs[0];
	return rc;
}

int
ent_quarantine_definition(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                          struct ent_str id, const struct ent_json **out, struct ent_err *err)
{
	const struct ent_json *v = NULL;
	struct ent_doc d;
	int rc = first_aside(x, a, agreement, id, &d, err);

	if (rc == 0)
		rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH + 1, &v, err);
	if (rc)
		return rc;
	*out = ent_json_getc(v, "object");
	return *out ? 0 : ENT_ENOENT;
}

/* A marking definition has no versions: a second one contradicts the first. */
static int
judge_definition(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 const struct ent_object *o, struct ent_err *err)
{
	struct ent_doc d;
	int rc = ENT_ENOENT;

	if (ent_str_is(o->type, "marking-definition"))
		rc = first_aside(x, a, agreement, o->id, &d, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	return ent_holdings_conflict(o, err);
}

/* Another creator than that of a version which the sender takes for held. */
static int
judge_creator(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
              const struct ent_object *o, struct ent_err *err)
{
	const struct ent_json *v = NULL;
	struct ent_str creator;
	struct ent_doc d;
	int rc = first_aside(x, a, agreement, o->id, &d, err);

	if (rc == 0)
		rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH + 1, &v, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	creator = ent_json_getstr(v, "created_by");
	return creator.n && !ent_str_eq(creator, o->created_by)
	           ? ent_lineage_other_creator(o, err)
	           : 0;
}

int
ent_quarantine_judge(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     const struct ent_object *o, int why, bool *hidden, struct ent_err *err)
{
	struct ent_str key = key_of(a, agreement, o), hash = hash_of(a, o);
	const struct ent_json *v = NULL;
	struct ent_err now = { 0 };
	int rc = key.p && hash.p ? ent_x_doc(x, a, ENT_SPACE_QUARANTINE, key, &v, &now)
	                         : ent_x_nomem(&now);

	*hidden = false;
	if (rc == 0 && !ent_str_eq(ent_json_getstr(v, "sha256"), hash))
		return ent_holdings_conflict(o, err);
	if (rc == ENT_ENOENT) {
		now = (struct ent_err){ 0 };
		rc = judge_definition(x, a, agreement, o, &now);
		if (rc == 0)
			rc = judge_creator(x, a, agreement, o, &now);
	}
	if (rc) {
		if (err)
			*err = now;
		return rc;
	}
	*hidden = true;
	return why;
}

static struct ent_str
record(const struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
       struct ent_str from, const struct ent_object *o, struct ent_str hash, const char *why,
       bool whole)
{
	struct ent_str out;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_HTTP_ANSWER_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "agreement", agreement);
	ent_jw_kstr(&w, "from", from);
	ent_jw_kstr(&w, "id", o->id);
	ent_jw_kstr(&w, "sha256", hash);
	ent_jw_kstr(&w, "created_by", o->created_by.p ? o->created_by : ENT_STR(""));
	ent_jw_kc(&w, "why", why);
	if (whole)
		ent_jw_kraw(&w, "object", ent_json_raw(o->json));
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
	struct ent_str key, hash, text;
	struct ent_object o;
	int rc = ent_object_read(v, &o, err);

	if (rc)
		return rc;
	key = key_of(a, agreement, &o);
	hash = hash_of(a, &o);
	if (!key.p || !hash.p)
		return ent_x_nomem(err);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_QUARANTINE, key, &text, err);
	if (rc != ENT_ENOENT)
		return rc; /* it is there: the same again */
	text = record(x, a, agreement, from, &o, hash, why->msg, true);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_QUARANTINE, key, text, err)
	              : ent_x_nomem(err);
}

static int
read_doc(struct ent_arena *a, struct ent_doc d, struct ent_quarantined *out,
         struct ent_err *err)
{
	const struct ent_json *v, *object;
	int rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH + 1, &v, err);

	if (rc)
		return ent_within(err, rc == ENT_ENOMEM ? rc : ENT_ECORRUPT, "quarantine %.*s",
		                  ENT_FMT(d.key));
	object = ent_json_getc(v, "object");
	*out = (struct ent_quarantined){ .sha256 = ent_json_getstr(v, "sha256"),
		                         .agreement = ent_json_getstr(v, "agreement"),
		                         .from = ent_json_getstr(v, "from"),
		                         .at = ent_json_getstr(v, "at"),
		                         .id = ent_json_getstr(v, "id"),
		                         .why = ent_json_getstr(v, "why"),
		                         .object = object ? ent_json_raw(object)
		                                          : (struct ent_str){ NULL, 0 } };
	return out->sha256.n == 2 * ENT_SHA256
	           ? 0
	           : ent_fail(err, ENT_ECORRUPT, "quarantine %.*s is damaged", ENT_FMT(d.key));
}

struct walking {
	struct ent_arena *each; /* reset for each */
	int (*see)(void *self, struct ent_str key, const struct ent_quarantined *q,
	           struct ent_err *err);
	void *self;
};

static int
see_doc(void *self, struct ent_doc d, struct ent_err *err)
{
	const struct walking *w = self;
	struct ent_quarantined q;
	int rc;

	ent_arena_reset(w->each);
	rc = read_doc(w->each, d, &q, err);
	return rc ? rc : w->see(w->self, d.key, &q, err);
}

/* Each record, also those whose object was dropped; key: its key. */
static int
walk(struct ent_exchange *x,
     int (*see)(void *self, struct ent_str key, const struct ent_quarantined *q,
                struct ent_err *err),
     void *self, struct ent_err *err)
{
	struct walking w = { ent_arena_new(ENT_REQUEST_ARENA), see, self };
	int rc = w.each ? ent_x_docs_each(x, ENT_SPACE_QUARANTINE, ENT_STR(""),
	                                  (struct ent_str){ NULL, 0 }, see_doc, &w, err)
	                : ent_x_nomem(err);

	ent_arena_free(w.each);
	return rc;
}

struct showing {
	int (*see)(void *self, const struct ent_quarantined *q, struct ent_err *err);
	void *self;
};

static int
show(void *self, struct ent_str key, const struct ent_quarantined *q, struct ent_err *err)
{
	const struct showing *s = self;

	(void)key;
	return q->object.p ? s->see(s->self, q, err) : 0;
}

int
ent_quarantine_each(struct ent_exchange *x,
                    int (*see)(void *self, const struct ent_quarantined *q,
                               struct ent_err *err),
                    void *self, struct ent_err *err)
{
	struct showing s = { see, self };

	return walk(x, show, &s, err);
}

/* ---- forgetting ---- */

struct dropping {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str hash; /* what it begins with */
	struct ent_str found;
	bool several;
};

static int
look(void *self, struct ent_str key, const struct ent_quarantined *q, struct ent_err *err)
{
	struct dropping *d = self;

	(void)key;
	if (!q->object.p || d->hash.n > q->sha256.n ||
	    memcmp(d->hash.p, q->sha256.p, d->hash.n) != 0)
		return 0;
	d->several |= d->found.p && !ent_str_eq(d->found, q->sha256);
	d->found = ent_arena_dup(d->a, q->sha256);
	return d->found.p ? 0 : ent_x_nomem(err);
}

/* The object goes; that it came stays, for its sender must not be told another story. */
static int
forget(void *self, struct ent_str key, const struct ent_quarantined *q, struct ent_err *err)
{
	struct dropping *d = self;
	const struct ent_json *v;
	struct ent_object o;
	struct ent_str text;
	int rc;

	if (!q->object.p || !ent_str_eq(q->sha256, d->found))
		return 0;
	rc = ent_json_parse(d->a, q->object, ENT_JSON_DEPTH, &v, err);
	if (rc == 0)
		rc = ent_object_read(v, &o, err);
	if (rc)
		return rc;
	text = record(d->x, d->a, q->agreement, q->from, &o, q->sha256, "", false);
	return text.p ? ent_store_doc_put(d->x->store, ENT_SPACE_QUARANTINE, key, text, err)
	              : ent_x_nomem(err);
}

static int
drop(struct dropping *d, struct ent_err *err)
{
	int rc = walk(d->x, look, d, err);

	if (rc)
		return rc;
	if (!d->found.p || d->several)
		return ent_fail(err, d->several ? ENT_EINVAL : ENT_ENOENT,
		                "%s in the quarantine begins with \"%.*s\"",
		                d->several ? "more than one object" : "nothing",
		                ENT_FMT(d->hash));
	rc = walk(d->x, forget, d, err);
	return rc ? rc
	          : ent_audit_note(
			d->x, d->a, "quarantine-drop",
			ent_arena_printf(d->a, "{\"sha256\":\"%.*s\"}", ENT_FMT(d->found)),
			err);
}

int
ent_quarantine_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str sha256,
                    struct ent_err *err)
{
	struct dropping d = { .x = x, .a = a, .hash = sha256 };
	int rc;

	if (sha256.n < 8)
		return ent_fail(err, ENT_EINVAL, "give 8 digits or more of the hash");
	rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, drop(&d, err), err);
}
