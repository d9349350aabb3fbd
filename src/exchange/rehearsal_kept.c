/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal_kept.c - parts of rehearsals as they are read, kept, and carried with the
 * statements.
 */
#include "base/enc.h"
#include "exchange/peer.h"
#include "exchange/rehearsal_int.h"
#include "exchange/take_int.h"

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "rehearsal: %s", what);
}

/* A count: never below 0. */
static int
count(const struct ent_json *v, const char *key, int64_t *out, struct ent_err *err)
{
	return ent_json_int(ent_json_getc(v, key), out) && *out >= 0
	           ? 0
	           : ent_fail(err, ENT_EUNUSABLE, "rehearsal: \"%s\" is no count", key);
}

static int
read_counts(const struct ent_json *v, struct ent_rehearsal *out, struct ent_err *err)
{
	const struct ent_json *rules = ent_json_getc(v, "rules");
	const struct {
		const char *key;
		int64_t *to;
	} counts[] = {
		{ "waits", &out->waits },         { "bytes", &out->bytes },
		{ "expired", &out->expired },     { "approval", &out->approval },
		{ "kept_back", &out->kept_back },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		rc = count(v, counts[i].key, counts[i].to, err);
	for (size_t i = 0; rc == 0 && i < ent_json_count(rules); i++) {
		struct ent_rehearsed_rule *r = &out->rule[out->rules];

		if (out->rules == ENT_RULES)
			return bad(err, "it names more rules than there are");
		r->rule = ent_json_getstr(ent_json_at(rules, i), "rule");
		rc = r->rule.n ? count(ent_json_at(rules, i), "objects", &r->objects, err)
		               : bad(err, "a rule has no name");
		out->rules++;
	}
	return rc;
}

static int
read_keys(const struct ent_json *list, struct ent_rehearsal *out, struct ent_err *err)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *v = ent_json_at(list, i);
		struct ent_rehearsed_key *k = &out->key[out->keys];

		if (out->keys == ENT_PARTIES_MAX)
			return bad(err, "it has the keys of more parties than there can be");
		k->party = ent_json_getstr(v, "party");
		k->fingerprint = ent_json_getstr(v, "fingerprint");
		k->since = ent_json_getstr(v, "since");
		if (!k->party.n || !ent_json_bool(ent_json_getc(v, "changed"), &k->changed) ||
		    !ent_json_bool(ent_json_getc(v, "stands"), &k->stands))
			return bad(err, "what it says of a key is not complete");
		out->keys++;
	}
	return 0;
}

static int
read_suspensions(const struct ent_json *list, struct ent_rehearsal *out, struct ent_err *err)
{
	size_t n = ent_json_count(list);

	if (n == 0 || n > ENT_SUSPENSIONS_REHEARSED)
		return bad(err, "it names no suspension, or too many");
	for (size_t i = 0; i < n; i++) {
		out->suspensions[i] = ent_json_str(ent_json_at(list, i));
		if (out->suspensions[i].n != 64 ||
		    (i && ent_str_cmp(out->suspensions[i - 1], out->suspensions[i]) >= 0))
			return bad(err, "its suspensions are not hashes in order");
	}
	out->n_suspensions = n;
	return 0;
}

int
ent_rehearsal_read_body(const struct ent_json *body, struct ent_rehearsal *out,
                        struct ent_err *err)
{
	int rc;

	out->by = ent_json_getstr(body, "by");
	out->at = ent_json_getstr(body, "at");
	out->document = ent_json_getstr(body, "document");
	if (!out->by.n || ent_time_parse(out->at, &out->when, NULL) || out->document.n != 64)
		return bad(err, "its author, its time or its document is missing");
	rc = read_suspensions(ent_json_getc(body, "suspensions"), out, err);
	if (rc == 0)
		rc = read_counts(ent_json_getc(body, "channel"), out, err);
	return rc ? rc : read_keys(ent_json_getc(body, "keys"), out, err);
}

int
ent_rehearsal_read(struct ent_arena *a, struct ent_str envelope, struct ent_rehearsal *out,
                   struct ent_err *err)
{
	const struct ent_json *body;
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, envelope, &e, err);

	*out = (struct ent_rehearsal){ .envelope = envelope };
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc)
		return rc;
	out->sha256 = ent_hex_dup(a, e.sha256, ENT_SHA256);
	return out->sha256.p ? ent_rehearsal_read_body(body, out, err) : ent_x_nomem(err);
}

/* ---- kept ---- */

/* By party and time, so that the oldest of a party comes first. */
static struct ent_str
key_of(struct ent_arena *a, struct ent_str agreement, const struct ent_rehearsal *r)
{
	return ent_arena_printf(a, "%.*s/%.*s/%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(r->by),
	                        ENT_FMT(ent_time_dup(a, r->when, 6)), ENT_FMT(r->sha256));
}

static int
forget_oldest(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
              struct ent_str by, struct ent_err *err)
{
	struct ent_str prefix =
			   ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(agreement), ENT_FMT(by)),
		       none = { NULL, 0 };
	struct ent_doc *docs;
	size_t n;
	int rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_REHEARSAL, prefix, none,
	                                   ENT_REHEARSALS_KEPT + 1, &docs, &n, err)
	                  : ent_x_nomem(err);

	if (rc || n <= ENT_REHEARSALS_KEPT)
		return rc;
	return ent_store_doc_del(x->store, ENT_SPACE_REHEARSAL, docs[0].key, err);
}

int
ent_rehearsal_keep(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   const struct ent_rehearsal *r, bool *fresh, struct ent_err *err)
{
	struct ent_str key = key_of(a, agreement, r), old;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_REHEARSAL, key, &old, err)
	               : ent_x_nomem(err);

	*fresh = rc == ENT_ENOENT;
	if (rc != ENT_ENOENT)
		return rc;
	rc = ent_store_doc_put(x->store, ENT_SPACE_REHEARSAL, key, r->envelope, err);
	return rc ? rc : forget_oldest(x, a, agreement, r->by, err);
}

static int
stored(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
       struct ent_doc **docs, size_t *n, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)),
		       none = { NULL, 0 };

	return prefix.p
	           ? ent_store_docs(x->store, a, ENT_SPACE_REHEARSAL, prefix, none,
	                            (size_t)ENT_PARTIES_MAX * ENT_REHEARSALS_KEPT, docs, n, err)
	           : ent_x_nomem(err);
}

int
ent_rehearsals_each(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    int (*see)(void *self, const struct ent_rehearsal *r, struct ent_err *err),
                    void *self, struct ent_err *err)
{
	struct ent_rehearsal *r = ent_arena_alloc(a, sizeof(*r));
	struct ent_doc *docs;
	size_t n = 0;
	int rc = r ? stored(x, a, agreement, &docs, &n, err) : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = ent_rehearsal_read(a, docs[i].value, r, err);
		if (rc == 0)
			rc = see(self, r, err);
	}
	return rc;
}

/* ---- carried ---- */

int
ent_rehearsals_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_jw *w, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n = 0;
	int rc = stored(x, a, agreement, &docs, &n, err);

	if (rc || n == 0)
		return rc;
	ent_jw_key(w, "rehearsals");
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(w, docs[i].value);
	ent_jw_end_array(w);
	return 0;
}

/* The keys of whoever says that it is his: a party, and a confirmed counterpart or this node.
 */
static int
keys_of_author(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               struct ent_str by, const struct ent_key_history **keys, struct ent_err *err)
{
	struct ent_peer *p;
	int rc;

	if (ent_agreement_party(g, by) < 0)
		return bad(err, "its author is no party of the agreement");
	if (ent_str_is(by, x->c.party))
		return ent_exchange_keys(x, a, keys, err);
	p = ent_arena_alloc(a, sizeof(*p));
	rc = p ? ent_peer_get(x, a, by, p, err) : ent_x_nomem(err);
	if (rc == 0 && !p->confirmed)
		rc = bad(err, "its author is not a confirmed counterpart");
	*keys = rc ? NULL : p->keys;
	return rc;
}

static int
take_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_json *v, bool *fresh, struct ent_err *err)
{
	const struct ent_key_history *keys = NULL;
	struct ent_rehearsal *r = ent_arena_alloc(a, sizeof(*r));
	struct ent_str text;
	struct ent_envelope e;
	int rc = r ? 0 : ent_x_nomem(err);

	if (rc == 0 && (!ent_json_is(v, ENT_JSON_OBJECT) ||
	                ent_json_raw(v).n > 2 * (size_t)ENT_REHEARSAL_BYTES))
		rc = bad(err, "no envelope, or one that is too long");
	if (rc == 0)
		rc = ent_envelope_parse(a, ent_json_raw(v), &e, err);
	if (rc == 0)
		rc = keys_of_author(x, a, g, ent_envelope_claims(a, &e), &keys, err);
	if (rc == 0)
		rc = ent_envelope_open_new(a, &e, ENT_ENV_REHEARSAL, "rehearsal", keys, err);
	if (rc == 0 && e.at > ent_x_now(x) + ENT_SKEW_US)
		rc = bad(err, "it is dated more than a day ahead");
	if (rc == 0 && !ent_str_eq(ent_json_getstr(e.json, "agreement"), g->id))
		rc = bad(err, "it is about another agreement");
	if (rc == 0)
		rc = ent_envelope_remake(a, &e, &text, err);
	if (rc == 0)
		rc = ent_rehearsal_read(a, text, r, err);
	return rc ? rc : ent_rehearsal_keep(x, a, g->id, r, fresh, err);
}

int
ent_rehearsals_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str from, const struct ent_json *list, size_t *fresh,
                    struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	size_t n = ent_json_count(list);
	int rc = 0;

	*fresh = 0;
	if (n == 0)
		return 0;
	rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);
	if (n > (size_t)ENT_PARTIES_MAX * ENT_REHEARSALS_KEPT)
		n = (size_t)ENT_PARTIES_MAX * ENT_REHEARSALS_KEPT;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_err why = { 0 };
		bool is_new = false;

		rc = take_one(x, a, g, ent_json_at(list, i), &is_new, &why);
		*fresh += rc == 0 && is_new;
		if (rc == ENT_EPARSE || rc == ENT_ESIG || rc == ENT_EUNUSABLE ||
		    rc == ENT_ELIMIT || rc == ENT_ENOENT) {
			ent_log_about(x->c.log, ENT_LOG_WARN, from, agreement,
			              "a rehearsal is not taken: %s", why.msg);
			rc = 0;
		} else if (rc) {
			rc = ent_fail(err, rc, "%s", why.msg);
		}
	}
	return rc;
}
