/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screened.c - results of screening, and decisions about them.
 */
#include "exchange/screened.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "json/write.h"

#define ID_BYTES 8 /* of the hash that is a record's id */

const char *
ent_screened_news_name(enum ent_screened_news n)
{
	static const char *const names[] = { "new", "same", "more", "less" };

	return names[n];
}

/* ---- what is asked ---- */

static struct ent_str
id_of(struct ent_arena *a, const struct ent_screened_query *q)
{
	const struct ent_str end = { "\n", 1 };
	const struct ent_str parts[] = { q->name, end,         q->birth, end,    q->country,
		                         end,     q->document, end,      q->type };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(parts, sizeof(parts) / sizeof(parts[0]), hash);
	return ent_hex_dup(a, hash, ID_BYTES);
}

static void
some(struct ent_jw *w, const char *key, struct ent_str s)
{
	if (s.n)
		ent_jw_kstr(w, key, s);
}

static void
write_query(struct ent_jw *w, const struct ent_screened_query *q)
{
	ent_jw_key(w, "query");
	ent_jw_object(w);
	ent_jw_kstr(w, "name", q->name);
	some(w, "birth", q->birth);
	some(w, "country", q->country);
	some(w, "document", q->document);
	some(w, "type", q->type);
	ent_jw_end_object(w);
}

/* ---- what was found ---- */

static int
rank(struct ent_str band)
{
	static const char *const bands[] = { "weak", "possible", "strong", "exact" };

	for (int i = 0; i < 4; i++)
		if (ent_str_is(band, bands[i]))
			return i;
	return 0;
}

/* The band in which a list of hits has an entry; -1 if it hasn't. */
static int
band_in(const struct ent_json *hits, const struct ent_screened_hit *h)
{
	for (size_t i = 0; i < ent_json_count(hits); i++) {
		const struct ent_json *v = ent_json_at(hits, i);

		if (ent_str_eq(ent_json_getstr(v, "object"), h->object) &&
		    ent_str_eq(ent_json_getstr(v, "reference"), h->reference))
			return rank(ent_json_getstr(v, "band"));
	}
	return -1;
}

/* Whether each hit is in the list, in as high a band. */
static bool
covered(const struct ent_json *hits, const struct ent_screened_found *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (band_in(hits, &f->hits[i]) < rank(f->hits[i].band))
			return false;
	return true;
}

static bool
unchanged(const struct ent_json *hits, const struct ent_screened_found *f)
{
	if (ent_json_count(hits) != f->n)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (band_in(hits, &f->hits[i]) != rank(f->hits[i].band))
			return false;
	return true;
}

static const char *
state_of(const struct ent_json *decision, const struct ent_screened_found *f)
{
	if (!f->n)
		return "clear";
	if (!decision || !covered(ent_json_getc(decision, "hits"), f))
		return "open";
	return ent_str_is(ent_json_getstr(decision, "verdict"), "hit") ? "hit" : "cleared";
}

static void
write_hits(struct ent_jw *w, const struct ent_screened_found *f)
{
	ent_jw_key(w, "hits");
	ent_jw_array(w);
	for (size_t i = 0; i < f->n; i++) {
		const struct ent_screened_hit *h = &f->hits[i];

		ent_jw_object(w);
		ent_jw_kstr(w, "object", h->object);
		some(w, "list", h->list);
		some(w, "reference", h->reference);
		ent_jw_kstr(w, "name", h->name);
		ent_jw_key(w, "score");
		ent_jw_double(w, h->score);
		ent_jw_kstr(w, "band", h->band);
		some(w, "explanation", h->explanation);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

/* A record that there is; NULL if there is none. */
static int
before(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
       const struct ent_json **out, struct ent_err *err)
{
	int rc = ent_x_doc(x, a, ENT_SPACE_SCREENED, id, out, err);

	if (rc != ENT_ENOENT)
		return rc;
	*out = NULL;
	return 0;
}

/* Puts a record that was written, and gives it back as a tree. */
static int
put(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, const struct ent_buf *b,
    const struct ent_json **record, struct ent_err *err)
{
	int rc;

	if (!ent_buf_ok(b))
		return ent_x_nomem(err);
	rc = ent_store_doc_put(x->store, ENT_SPACE_SCREENED, id, ent_buf_view(b), err);
	return rc || !record ? rc
	                     : ent_json_parse(a, ent_buf_view(b), ENT_JSON_DEPTH, record, err);
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_screened_query *q,
     const struct ent_screened_found *f, enum ent_screened_news *news,
     const struct ent_json **record, struct ent_err *err)
{
	struct ent_str id = id_of(a, q), now = ent_x_at(x, a);
	const struct ent_json *last = NULL, *decision, *hits;
	struct ent_buf b;
	struct ent_jw w;
	char mark[65];
	int rc = id.p && now.p ? before(x, a, id, &last, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	decision = ent_json_getc(last, "decision");
	hits = ent_json_getc(last, "hits");
	*news = !last                ? ENT_SCREENED_NEW
	        : unchanged(hits, f) ? ENT_SCREENED_SAME
	        : covered(hits, f)   ? ENT_SCREENED_LESS
	                             : ENT_SCREENED_MORE;
	ent_hex(f->mark, 32, mark);
	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "id", id);
	write_query(&w, q);
	ent_jw_kstr(&w, "first", last ? ent_json_getstr(last, "first") : now);
	ent_jw_kstr(&w, "last", now);
	ent_jw_kc(&w, "register", mark);
	ent_jw_kstr(&w, "result", f->result);
	ent_jw_kc(&w, "state", state_of(decision, f));
	write_hits(&w, f);
	if (decision) {
		ent_jw_key(&w, "decision");
		ent_jw_value(&w, decision);
	}
	ent_jw_end_object(&w);
	rc = put(x, a, id, &b, record, err);
	ent_buf_release(&b);
	return rc;
}

int
ent_screened_keep(struct ent_exchange *x, struct ent_arena *a,
                  const struct ent_screened_query *q, const struct ent_screened_found *found,
                  enum ent_screened_news *news, const struct ent_json **record,
                  struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, keep(x, a, q, found, news, record, err), err);
}

/* ---- what is kept ---- */

struct showing {
	struct ent_arena *a;
	int (*see)(void *self, const struct ent_json *record, struct ent_err *err);
	void *self;
};

static int
show_one(void *self, struct ent_doc d, struct ent_err *err)
{
	struct showing *s = self;
	const struct ent_json *v;
	int rc;

	ent_arena_reset(s->a);
	rc = ent_json_parse(s->a, d.value, ENT_JSON_DEPTH, &v, err);
	return rc ? ent_within(err, rc, "the screening %.*s", ENT_FMT(d.key))
	          : s->see(s->self, v, err);
}

int
ent_screened_each(struct ent_exchange *x,
                  int (*see)(void *self, const struct ent_json *record, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct showing s = { ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX)), see, self };
	int rc;

	if (!s.a)
		return ent_x_nomem(err);
	rc = ent_x_docs_each(x, ENT_SPACE_SCREENED, ENT_STR(""), (struct ent_str){ NULL, 0 },
	                     show_one, &s, err);
	ent_arena_free(s.a);
	return rc;
}

int
ent_screened_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  const struct ent_json **record, struct ent_err *err)
{
	struct ent_doc *docs = NULL;
	size_t n = 0;
	int rc;

	if (!id.n)
		return ent_fail(err, ENT_EINVAL, "name a screening by its id");
	rc = ent_store_docs(x->store, a, ENT_SPACE_SCREENED, id, (struct ent_str){ NULL, 0 }, 2,
	                    &docs, &n, err);

	if (rc == 0 && n != 1)
		return ent_fail(
		    err, n ? ENT_EINVAL : ENT_ENOENT,
		    n ? "several screenings begin with \"%.*s\": give more of the id"
		      : "no screening begins with \"%.*s\": `entente screening list` "
			"shows them",
		    ENT_FMT(id));
	return rc ? rc : ent_json_parse(a, docs[0].value, ENT_JSON_DEPTH, record, err);
}

/* ---- forgotten ---- */

struct forgetting {
	struct ent_exchange *x;
	struct ent_arena *a; /* where ids are kept */
	struct ent_str before;
	struct ent_str *ids;
	size_t n, room;
};

static int
old(void *self, const struct ent_json *record, struct ent_err *err)
{
	struct forgetting *f = self;

	if (ent_str_cmp(ent_json_getstr(record, "last"), f->before) >= 0)
		return 0;
	if (f->n == f->room) {
		size_t room = f->room ? f->room * 2 : 64;
		struct ent_str *more = ent_arena_array(f->a, room, sizeof(*more));

		if (!more)
			return ent_x_nomem(err);
		if (f->n)
			memcpy(more, f->ids, f->n * sizeof(*more));
		f->ids = more;
		f->room = room;
	}
	f->ids[f->n] = ent_arena_dup(f->a, ent_json_getstr(record, "id"));
	return f->ids[f->n++].p ? 0 : ent_x_nomem(err);
}

int
ent_screened_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                    struct ent_str before, size_t *n, struct ent_err *err)
{
	struct forgetting f = { .x = x, .a = a, .before = before };
	const struct ent_json *record = NULL;
	struct ent_str one;
	int rc = ent_x_begin(x, err);

	*n = 0;
	if (rc)
		return rc;
	if (id.p) {
		rc = ent_screened_find(x, a, id, &record, err);
		one = rc ? id : ent_json_getstr(record, "id");
		f.ids = &one;
		f.n = 1;
	} else {
		rc = ent_screened_each(x, old, &f, err);
	}
	for (size_t i = 0; rc == 0 && i < f.n; i++)
		rc = ent_store_doc_del(x->store, ENT_SPACE_SCREENED, f.ids[i], err);
	if (rc == 0 && f.n)
		rc = ent_audit_note(x, a, "screening-forget",
		                    ent_arena_printf(a, "{\"records\":%zu}", f.n), err);
	rc = ent_x_end(x, rc, err);
	*n = rc ? 0 : f.n;
	return rc;
}

/* ---- decisions ---- */

static void
write_decision(struct ent_jw *w, const struct ent_json *record, bool hit, struct ent_str reason,
               struct ent_str by, struct ent_str now)
{
	const struct ent_json *hits = ent_json_getc(record, "hits");

	ent_jw_key(w, "decision");
	ent_jw_object(w);
	ent_jw_kc(w, "verdict", hit ? "hit" : "clear");
	ent_jw_kstr(w, "reason", reason);
	some(w, "by", by);
	ent_jw_kstr(w, "at", now);
	ent_jw_key(w, "hits");
	ent_jw_array(w);
	for (size_t i = 0; i < ent_json_count(hits); i++) {
		const struct ent_json *h = ent_json_at(hits, i);

		ent_jw_object(w);
		ent_jw_kstr(w, "object", ent_json_getstr(h, "object"));
		some(w, "reference", ent_json_getstr(h, "reference"));
		ent_jw_kstr(w, "band", ent_json_getstr(h, "band"));
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
	ent_jw_end_object(w);
}

static int
decide(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *last, bool hit,
       struct ent_str reason, struct ent_str by, const struct ent_json **record,
       struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(last, "id"), detail;
	struct ent_buf b;
	struct ent_jw w;
	int rc;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	for (size_t i = 0; i < ent_json_count(last); i++) {
		struct ent_str key = ent_json_key(last, i);

		if (ent_str_is(key, "decision"))
			continue;
		ent_jw_key_str(&w, key);
		if (ent_str_is(key, "state"))
			ent_jw_c(&w, hit ? "hit" : "cleared");
		else
			ent_jw_value(&w, ent_json_at(last, i));
	}
	write_decision(&w, last, hit, reason, by, ent_x_at(x, a));
	ent_jw_end_object(&w);
	rc = put(x, a, id, &b, record, err);
	if (rc == 0) {
		detail =
		    ent_arena_printf(a, "{\"screening\":\"%.*s\",\"sha256\":\"%.*s\"}",
		                     ENT_FMT(id), ENT_FMT(ent_sha256_hex(a, ent_buf_view(&b))));
		rc = ent_audit_note(x, a, "screening-decision", detail, err);
	}
	ent_buf_release(&b);
	return rc;
}

int
ent_screened_decide(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, bool hit,
                    struct ent_str reason, struct ent_str by, const struct ent_json **record,
                    struct ent_err *err)
{
	const struct ent_json *last = NULL;
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	rc = ent_screened_find(x, a, id, &last, err);
	if (rc == 0 && (!reason.n || reason.n > ENT_REASON_BYTES))
		rc = ent_fail(err, ENT_EINVAL, "a reason has 1 to %d bytes", ENT_REASON_BYTES);
	if (rc == 0 && !ent_json_count(ent_json_getc(last, "hits")))
		rc = ent_fail(err, ENT_ESTATE,
		              "it has found nobody: there is nothing to decide");
	rc = rc ? rc : decide(x, a, last, hit, reason, by, record, err);
	return ent_x_end(x, rc, err);
}
