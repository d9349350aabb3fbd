/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_kept.c - dispatches in the store: numbered as they came, found by hash and by kind;
 * and what a counterpart has and has told.
 */
#include "exchange/dispatch_kept.h"

#include <inttypes.h>

#include "exchange/book.h"

#define BATCH 100

/* ---- numbers ---- */

static struct ent_str
seq_key(struct ent_arena *a, struct ent_str agreement, uint64_t seq)
{
	return ent_arena_printf(a, "%.*s/%020" PRIu64, ENT_FMT(agreement), seq);
}

static struct ent_str
hash_key(struct ent_arena *a, struct ent_str agreement, struct ent_str sha256)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(sha256));
}

/* A number that is kept under a key; 0 where there is none. */
static int
number(struct ent_exchange *x, struct ent_arena *a, struct ent_str space, struct ent_str key,
       uint64_t *out, struct ent_err *err)
{
	struct ent_str text;
	int rc =
	    key.p ? ent_store_doc_get(x->store, a, space, key, &text, err) : ent_x_nomem(err);

	*out = 0;
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0 && ent_str_u64(text, UINT64_MAX, out))
		rc = ent_fail(err, ENT_ECORRUPT, "%.*s/%.*s is not a number", ENT_FMT(space),
		              ENT_FMT(key));
	return rc;
}

static int
put_number(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
           struct ent_str key, uint64_t n, struct ent_err *err)
{
	struct ent_str text = ent_arena_printf(a, "%" PRIu64, n);

	return key.p && text.p ? ent_store_doc_put(x->store, space, key, text, err)
	                       : ent_x_nomem(err);
}

/* ---- keeping ---- */

bool
ent_dispatch_known(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   struct ent_str sha256)
{
	uint64_t seq;

	return number(x, a, ENT_SPACE_DISPATCH_HASH, hash_key(a, agreement, sha256), &seq,
	              NULL) == 0 &&
	       seq > 0;
}

static struct ent_str
count_key(struct ent_arena *a, struct ent_str agreement, struct ent_str by,
          enum ent_dispatch_kind kind)
{
	return ent_arena_printf(a, "%.*s/%.*s/%s", ENT_FMT(agreement), ENT_FMT(by),
	                        ent_dispatch_rules[kind].name);
}

int
ent_dispatches_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str by, enum ent_dispatch_kind kind, uint64_t *count,
                  struct ent_err *err)
{
	return number(x, a, ENT_SPACE_DISPATCH_COUNT, count_key(a, agreement, by, kind), count,
	              err);
}

/* One more of an author's. */
static int
count(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
      const struct ent_dispatch *n, struct ent_err *err)
{
	const struct ent_dispatch_rules *rules = &ent_dispatch_rules[n->kind];
	struct ent_str key = count_key(a, g->id, n->by, n->kind);
	uint64_t so_far;
	int rc = number(x, a, ENT_SPACE_DISPATCH_COUNT, key, &so_far, err);

	if (rc == 0 && so_far >= rules->count)
		rc = ent_fail(err, ENT_ELIMIT,
		              "its author has %zu dispatches of this kind already",
		              rules->count);
	return rc ? rc : put_number(x, a, ENT_SPACE_DISPATCH_COUNT, key, so_far + 1, err);
}

/* The next number of an agreement, counted like an author's. */
static int
next_number(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
            uint64_t *seq, struct ent_err *err)
{
	int rc = number(x, a, ENT_SPACE_DISPATCH_COUNT, agreement, seq, err);

	return rc ? rc : put_number(x, a, ENT_SPACE_DISPATCH_COUNT, agreement, ++*seq, err);
}

static int
note_ledger(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
            const struct ent_dispatch *n, struct ent_err *err)
{
	struct ent_str entry = ent_arena_printf(
	    a,
	    "{\"kind\":\"dispatch\",\"dispatch\":\"%s\",\"sha256\":\"%.*s\",\"by\":\"%.*s\"}",
	    ent_dispatch_rules[n->kind].name, ENT_FMT(n->sha256), ENT_FMT(n->by));

	return entry.p ? ent_book_note(x, a, g->id, entry, err) : ent_x_nomem(err);
}

int
ent_dispatch_keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  const struct ent_dispatch *n, struct ent_str envelope, bool *fresh,
                  struct ent_err *err)
{
	const struct ent_dispatch_rules *rules = &ent_dispatch_rules[n->kind];
	struct ent_str of_kind;
	uint64_t seq;
	int rc;

	*fresh = !ent_dispatch_known(x, a, g->id, n->sha256);
	if (!*fresh)
		return 0;
	rc = count(x, a, g, n, err);
	if (rc == 0)
		rc = next_number(x, a, g->id, &seq, err);
	if (rc)
		return rc;
	of_kind = ent_arena_printf(a, "%.*s/%s/%020" PRIu64, ENT_FMT(g->id), rules->name, seq);
	if (!of_kind.p)
		return ent_x_nomem(err);
	rc = ent_store_doc_put(x->store, ENT_SPACE_DISPATCH, seq_key(a, g->id, seq), envelope,
	                       err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_DISPATCH_KIND, of_kind, n->sha256,
		                       err);
	if (rc == 0)
		rc = put_number(x, a, ENT_SPACE_DISPATCH_HASH, hash_key(a, g->id, n->sha256),
		                seq, err);
	if (rc == 0)
		rc = note_ledger(x, a, g, n, err);
	return rc || !rules->apply ? rc : rules->apply(x, a, g, n, err);
}

/* ---- reading ---- */

static int
by_number(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement, uint64_t seq,
          struct ent_dispatch *out, struct ent_err *err)
{
	struct ent_str key = seq_key(a, agreement, seq), text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_DISPATCH, key, &text, err)
	               : ent_x_nomem(err);

	return rc ? rc : ent_dispatch_read(a, text, out, err);
}

int
ent_dispatch_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 struct ent_str sha256, struct ent_dispatch *out, struct ent_err *err)
{
	uint64_t seq;
	int rc =
	    number(x, a, ENT_SPACE_DISPATCH_HASH, hash_key(a, agreement, sha256), &seq, err);

	if (rc == 0 && seq == 0)
		rc = ent_fail(err, ENT_ENOENT, "no dispatch %.*s", ENT_FMT(sha256));
	return rc ? rc : by_number(x, a, agreement, seq, out, err);
}

int
ent_dispatches_each(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    enum ent_dispatch_kind kind,
                    int (*see)(void *self, const struct ent_dispatch *n, struct ent_err *err),
                    void *self, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/%s/", ENT_FMT(agreement),
	                                         ent_dispatch_rules[kind].name),
		       after = { NULL, 0 };
	size_t n = BATCH;
	int rc = prefix.p ? 0 : ent_x_nomem(err);

	while (rc == 0 && n == BATCH) {
		struct ent_doc *docs;

		rc = ent_store_docs(x->store, a, ENT_SPACE_DISPATCH_KIND, prefix, after, BATCH,
		                    &docs, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			struct ent_dispatch one = { 0 };
			uint64_t seq = 0;

			(void)ent_str_u64(ent_str_from(docs[i].key, prefix.n), UINT64_MAX,
			                  &seq);
			rc = by_number(x, a, agreement, seq, &one, err);
			if (rc == 0)
				rc = see(self, &one, err);
			after = docs[i].key;
		}
	}
	return rc;
}

/* ---- what a counterpart has ---- */

/* Of each counterpart: the last of ours that it says it has ("told"), the last of its that we
 * have ("seen") with its hash. */
static struct ent_str
peer_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party, const char *what)
{
	return ent_arena_printf(a, "%.*s/%.*s/%s", ENT_FMT(agreement), ENT_FMT(party), what);
}

static void
write_seen(struct ent_jw *w, uint64_t n, struct ent_str sha256)
{
	ent_jw_key(w, "dispatches_seen");
	ent_jw_object(w);
	ent_jw_kint(w, "n", (int64_t)n);
	if (n)
		ent_jw_kstr(w, "sha256", sha256);
	ent_jw_end_object(w);
}

int
ent_dispatches_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    uint64_t *n, struct ent_str *sha256, struct ent_err *err)
{
	struct ent_dispatch one = { 0 };
	int rc = number(x, a, ENT_SPACE_DISPATCH_COUNT, agreement, n, err);

	if (rc == 0 && *n)
		rc = by_number(x, a, agreement, *n, &one, err);
	*sha256 = one.sha256;
	return rc;
}

int
ent_dispatches_seen(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str from, uint64_t *n, struct ent_str *sha256,
                    struct ent_err *err)
{
	struct ent_str key = peer_key(a, agreement, from, "seen-hash");
	int rc =
	    number(x, a, ENT_SPACE_DISPATCH_PEER, peer_key(a, agreement, from, "seen"), n, err);

	*sha256 = (struct ent_str){ NULL, 0 };
	if (rc || *n == 0)
		return rc;
	return key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_DISPATCH_PEER, key, sha256, err)
	             : ent_x_nomem(err);
}

int
ent_dispatches_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_str to, struct ent_jw *w, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)), sha256;
	uint64_t told, last, got;
	struct ent_doc *docs;
	size_t n = 0, bytes = 0, i;
	int rc = number(x, a, ENT_SPACE_DISPATCH_PEER, peer_key(a, agreement, to, "told"),
	                &told, err);

	if (rc == 0)
		rc = number(x, a, ENT_SPACE_DISPATCH_COUNT, agreement, &last, err);
	if (rc == 0)
		rc = ent_dispatches_seen(x, a, agreement, to, &got, &sha256, err);
	if (rc == 0 && last > told)
		rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_DISPATCH, prefix,
		                               seq_key(a, agreement, told),
		                               ENT_DISPATCHES_CARRIED, &docs, &n, err)
		              : ent_x_nomem(err);
	if (rc || (last == 0 && got == 0))
		return rc;
	write_seen(w, got, sha256);
	if (n == 0)
		return 0;
	ent_jw_kint(w, "dispatches_first", (int64_t)(told + 1));
	ent_jw_key(w, "dispatches");
	ent_jw_array(w);
	for (i = 0; i < n && bytes < ENT_DISPATCHES_CARRIED_BYTES; i++) {
		ent_jw_raw(w, docs[i].value);
		bytes += docs[i].value.n;
	}
	ent_jw_end_array(w);
	ent_jw_kbool(w, "dispatches_more", told + i < last);
	return 0;
}

int
ent_dispatches_wait(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str to, bool *out, struct ent_err *err)
{
	uint64_t told, last;
	int rc = number(x, a, ENT_SPACE_DISPATCH_PEER, peer_key(a, agreement, to, "told"),
	                &told, err);

	if (rc == 0)
		rc = number(x, a, ENT_SPACE_DISPATCH_COUNT, agreement, &last, err);
	*out = rc == 0 && last > told;
	return rc;
}

/* What it says it has of ours counts only if we have that too: a node that was restored from an
 * old copy begins anew. */
static int
take_told(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
          struct ent_str from, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str key = peer_key(a, agreement, from, "told");
	struct ent_dispatch one = { 0 };
	uint64_t was;
	int64_t n = 0;
	int rc = number(x, a, ENT_SPACE_DISPATCH_PEER, key, &was, err);

	if (rc == 0 && ent_json_int(ent_json_getc(v, "n"), &n) && n > 0) {
		rc = by_number(x, a, agreement, (uint64_t)n, &one, err);
		if (rc == ENT_ENOENT || !ent_str_eq(one.sha256, ent_json_getstr(v, "sha256")))
			n = 0;
		if (rc == ENT_ENOENT)
			rc = 0;
	}
	if (n < 0)
		n = 0;
	if (rc || (uint64_t)n == was)
		return rc;
	return put_number(x, a, ENT_SPACE_DISPATCH_PEER, key, (uint64_t)n, err);
}

struct arriving {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct ent_str from, last;
	size_t *fresh;
};

static bool
is_its_own_fault(int rc)
{
	return rc == ENT_EPARSE || rc == ENT_ESIG || rc == ENT_EUNUSABLE || rc == ENT_ELIMIT ||
	       rc == ENT_ENOENT || rc == ENT_EDENIED;
}

static int
take_one(struct arriving *r, const struct ent_json *v, struct ent_err *err)
{
	struct ent_err why = { 0 };
	bool fresh = false;
	int rc = ent_dispatch_take(r->x, r->a, r->g, v, &r->last, &fresh, &why);

	*r->fresh += rc == 0 && fresh;
	if (rc == 0)
		return 0;
	if (!is_its_own_fault(rc))
		return ent_fail(err, rc, "%s", why.msg);
	ent_log_about(r->x->c.log, ENT_LOG_WARN, r->from, r->g->id,
	              "a dispatch is not taken: %s", why.msg);
	return 0;
}

/* Nothing is left out between what we have seen and what comes now, or it is asked for again.
 */
static int
note_seen(struct arriving *r, uint64_t first, size_t n, struct ent_err *err)
{
	struct ent_str sha256, key = peer_key(r->a, r->g->id, r->from, "seen-hash");
	uint64_t was;
	int rc = ent_dispatches_seen(r->x, r->a, r->g->id, r->from, &was, &sha256, err);

	if (rc || n == 0 || !r->last.p || first > was + 1)
		return rc;
	rc = put_number(r->x, r->a, ENT_SPACE_DISPATCH_PEER,
	                peer_key(r->a, r->g->id, r->from, "seen"), first + n - 1, err);
	if (rc)
		return rc;
	return key.p
	           ? ent_store_doc_put(r->x->store, ENT_SPACE_DISPATCH_PEER, key, r->last, err)
	           : ent_x_nomem(err);
}

int
ent_dispatches_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str from, const struct ent_json *bundle, size_t *fresh,
                    bool *more, struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(bundle, "dispatches"),
			      *told = ent_json_getc(bundle, "dispatches_seen");
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct arriving r = { .x = x, .a = a, .g = g, .from = from, .fresh = fresh };
	size_t n = ent_json_count(list);
	int64_t first = 0;
	int rc = 0;

	*fresh = 0;
	*more = false;
	if (!list && !told)
		return 0;
	if (n > ENT_DISPATCHES_CARRIED ||
	    (n &&
	     (!ent_json_int(ent_json_getc(bundle, "dispatches_first"), &first) || first < 1)))
		return ent_fail(err, ENT_EPARSE,
		                "its dispatches have no number, or are too many");
	rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = take_told(x, a, agreement, from, told, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take_one(&r, ent_json_at(list, i), err);
	if (rc == 0)
		rc = note_seen(&r, (uint64_t)first, n, err);
	(void)ent_json_bool(ent_json_getc(bundle, "dispatches_more"), more);
	return rc;
}
