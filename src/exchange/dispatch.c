/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.c - dispatches as they are signed, verified and kept.
 */
#include "exchange/dispatch.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "exchange/dispatch_kept.h"
#include "exchange/peer.h"
#include "exchange/take_int.h"

const char *
ent_dispatch_kind_name(enum ent_dispatch_kind k)
{
	return ent_dispatch_rules[k].name;
}

static int
bad(struct ent_err *err, const char *what)
{
	return ent_fail(err, ENT_EUNUSABLE, "%s", what);
}

int
ent_dispatch_members(const struct ent_dispatch *n, const char *const *names, size_t count,
                     struct ent_err *err)
{
	static const char *const all[] = { "v", "kind", "by", "at", "agreement" };
	size_t known = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		known += ent_json_getc(n->body, all[i]) != NULL;
	for (size_t i = 0; i < count; i++)
		known += ent_json_getc(n->body, names[i]) != NULL;
	return known == ent_json_count(n->body)
	           ? 0
	           : bad(err, "the dispatch has a member without meaning");
}

static int
kind_of(struct ent_str name, enum ent_dispatch_kind *out, struct ent_err *err)
{
	for (int k = 0; k < ENT_DISPATCH_KINDS; k++)
		if (ent_str_is(name, ent_dispatch_rules[k].name)) {
			*out = (enum ent_dispatch_kind)k;
			return 0;
		}
	return ent_fail(err, ENT_EUNUSABLE, "no kind of dispatch is called \"%.*s\"",
	                ENT_FMT(ent_utf8_cut(name, 40)));
}

/* What every body has. */
static int
read_body(struct ent_arena *a, const uint8_t sha256[ENT_SHA256], const struct ent_json *body,
          struct ent_dispatch *out, struct ent_err *err)
{
	int rc = kind_of(ent_json_getstr(body, "kind"), &out->kind, err);

	if (rc)
		return rc;
	out->body = body;
	out->by = ent_json_getstr(body, "by");
	out->at = ent_json_getstr(body, "at");
	if (!out->by.n || ent_time_parse(out->at, &out->when, NULL))
		return bad(err, "the dispatch has no author or no time");
	out->sha256 = ent_hex_dup(a, sha256, ENT_SHA256);
	return out->sha256.p ? 0 : ent_x_nomem(err);
}

int
ent_dispatch_read(struct ent_arena *a, struct ent_str envelope, struct ent_dispatch *out,
                  struct ent_err *err)
{
	const struct ent_json *body;
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, envelope, &e, err);

	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	return rc ? rc : read_body(a, e.sha256, body, out, err);
}

/* ---- of a counterpart ---- */

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

/* Envelope, signature, time and agreement; then what its kind asks for. */
static int
open_envelope(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              struct ent_envelope *e, struct ent_dispatch *out, struct ent_err *err)
{
	const struct ent_dispatch_rules *rules;
	const struct ent_key_history *keys = NULL;
	const struct ent_json *claimed;
	int rc = ent_json_parse(a, e->body, ENT_ENVELOPE_DEPTH, &claimed, err);

	if (rc == 0)
		rc = kind_of(ent_json_getstr(claimed, "kind"), &out->kind, err);
	if (rc == 0)
		rc = keys_of_author(x, a, g, ent_json_getstr(claimed, "by"), &keys, err);
	if (rc == 0)
		rc = ent_envelope_open_new(a, e, ENT_ENV_DISPATCH,
		                           ent_dispatch_kind_name(out->kind), keys, err);
	if (rc == 0)
		rc = read_body(a, e->sha256, e->json, out, err);
	if (rc)
		return rc;
	rules = &ent_dispatch_rules[out->kind];
	if (e->at > ent_x_now(x) + ENT_SKEW_US)
		return bad(err, "it is dated more than a day ahead");
	if (!ent_str_eq(ent_json_getstr(e->json, "agreement"), g->id))
		return bad(err, "it is about another agreement");
	if (e->body.n > rules->bytes)
		return ent_fail(err, ENT_ELIMIT, "it has more than %zu bytes", rules->bytes);
	return rules->check(x, a, g, out, err);
}

int
ent_dispatch_take(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  const struct ent_json *v, struct ent_str *sha256, bool *fresh,
                  struct ent_err *err)
{
	struct ent_dispatch n = { 0 };
	struct ent_str text;
	struct ent_envelope e;
	int rc = 0;

	*fresh = false;
	if (!ent_json_is(v, ENT_JSON_OBJECT) ||
	    ent_json_raw(v).n > 2 * (size_t)ENT_DISPATCH_BYTES)
		return bad(err, "no envelope, or one that is too long");
	rc = ent_envelope_parse(a, ent_json_raw(v), &e, err);
	if (rc)
		return rc;
	*sha256 = ent_hex_dup(a, e.sha256, ENT_SHA256);
	if (!sha256->p)
		return ent_x_nomem(err);
	if (ent_dispatch_known(x, a, g->id, *sha256))
		return 0;
	rc = open_envelope(x, a, g, &e, &n, err);
	if (rc == 0)
		rc = ent_envelope_remake(a, &e, &text, err);
	return rc ? rc : ent_dispatch_keep(x, a, g, &n, text, fresh, err);
}

/* ---- our own ---- */

static struct ent_str
write_body(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
           enum ent_dispatch_kind kind, void (*write)(struct ent_jw *w, const void *self),
           const void *self)
{
	struct ent_str body;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ent_dispatch_rules[kind].bytes);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", ent_dispatch_rules[kind].name);
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "agreement", g->id);
	write(&w, self);
	ent_jw_end_object(&w);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return body;
}

int
ent_dispatch_make(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  enum ent_dispatch_kind kind,
                  void (*write)(struct ent_jw *w, const void *self), const void *self,
                  struct ent_dispatch *out, struct ent_err *err)
{
	struct ent_str body = write_body(x, a, g, kind, write, self), text;
	bool fresh;
	int rc;

	if (!body.p)
		return ent_fail(err, ENT_ELIMIT, "the dispatch has more than %zu bytes",
		                ent_dispatch_rules[kind].bytes);
	rc = ent_envelope_make(a, ENT_ENV_DISPATCH, body, &x->c.keys->key[ENT_KEY_SIGN], &text,
	                       NULL, err);
	if (rc == 0)
		rc = ent_dispatch_read(a, text, out, err);
	if (rc == 0)
		rc = ent_dispatch_rules[kind].check(x, a, g, out, err);
	return rc ? rc : ent_dispatch_keep(x, a, g, out, text, &fresh, err);
}
