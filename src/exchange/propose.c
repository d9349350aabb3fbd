/* SPDX-License-Identifier: Apache-2.0 */
/*
 * propose.c - making an agreement's document.
 */
#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "json/write.h"

static const char *const onward_names[] = { "never", "consent", "within-tlp" };

static void
write_list(struct ent_jw *w, const char *key, const struct ent_str *list, size_t n)
{
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(w, list[i]);
	ent_jw_end_array(w);
}

static void
write_terms(struct ent_jw *w, const struct ent_terms *t)
{
	struct ent_str any = ENT_STR("*");

	ent_jw_object(w);
	if (t->all_types)
		write_list(w, "types", &any, 1);
	else
		write_list(w, "types", t->types, t->n_types);
	ent_jw_kc(w, "tlp_max", ent_tlp_name(t->tlp_max));
	if (t->unmarked != ENT_TLP_NONE)
		ent_jw_kc(w, "unmarked", ent_tlp_name(t->unmarked));
	write_list(w, "markings", t->markings, t->n_markings);
	ent_jw_kc(w, "onward", onward_names[t->onward]);
	if (t->retention_days)
		ent_jw_kint(w, "retention_days", t->retention_days);
	if (t->reply_hours)
		ent_jw_kint(w, "reply_hours", t->reply_hours);
	if (t->two_person)
		ent_jw_kbool(w, "two_person", true);
	ent_gate_limits_write(w, &t->gate);
	ent_jw_end_object(w);
}

static void
write_party(struct ent_jw *w, struct ent_str id, struct ent_str name,
            const uint8_t key[ENT_PUB], struct ent_str auspices)
{
	char b64[ENT_B64_LEN(ENT_PUB) + 1];

	ent_b64(key, ENT_PUB, b64);
	ent_jw_object(w);
	ent_jw_kstr(w, "id", id);
	ent_jw_kstr(w, "name", name);
	ent_jw_kc(w, "key", b64);
	if (auspices.n)
		ent_jw_kstr(w, "auspices", auspices);
	ent_jw_end_object(w);
}

/* The name that a counterpart's card gives, not the one under which it is known here: both
 * sides read the same. */
static struct ent_str
card_name(struct ent_arena *a, const struct ent_peer *p)
{
	const struct ent_json *v;

	if (ent_json_parse(a, p->identity, ENT_JSON_DEPTH, &v, NULL))
		return p->name;
	return ent_json_getstr(v, "name");
}

/* The terms of one party: from the given object under its id or name, else those for all. */
static int
terms_of(struct ent_jw *w, const struct ent_proposal *p, const struct ent_json *given,
         struct ent_str id, struct ent_str name, struct ent_err *err)
{
	const struct ent_json *own = ent_json_get(given, id);

	if (!own)
		own = ent_json_get(given, name);
	ent_jw_key_str(w, id);
	if (own)
		ent_jw_value(w, own);
	else if (given)
		return ent_fail(err, ENT_EINVAL, "the terms have no member for %.*s (%.*s)",
		                ENT_FMT(name), ENT_FMT(id));
	else
		write_terms(w, &p->terms);
	return 0;
}

struct draft {
	struct ent_peer peer[ENT_PARTIES_MAX];
	struct ent_str name[ENT_PARTIES_MAX];
	size_t n;
	const struct ent_json *terms;
	struct ent_str id;
	int64_t version;
};

static int
find_peers(struct ent_exchange *x, struct ent_arena *a, const struct ent_proposal *p,
           struct draft *d, struct ent_err *err)
{
	if (p->n_peers == 0 || p->n_peers >= ENT_PARTIES_MAX)
		return ent_fail(err, ENT_EINVAL, "an agreement needs 1 to %d counterparts",
		                ENT_PARTIES_MAX - 1);
	for (size_t i = 0; i < p->n_peers; i++) {
		int rc = ent_peer_find(x, a, p->peers[i], &d->peer[i], err);

		if (rc)
			return rc;
		if (!d->peer[i].confirmed)
			return ent_fail(err, ENT_ESTATE,
			                "%.*s is not confirmed: compare the codes, then "
			                "`entente peer confirm`",
			                ENT_FMT(d->peer[i].name));
		d->name[i] = card_name(a, &d->peer[i]);
	}
	d->n = p->n_peers;
	return 0;
}

static void
write_dates(struct ent_jw *w, struct ent_arena *a, const struct ent_proposal *p)
{
	/* no date where none was asked for: two clocks that differ by a minute must not argue
	 */
	if (p->valid_from != INT64_MIN)
		ent_jw_kstr(w, "valid_from", ent_time_dup(a, p->valid_from, 3));
	if (p->valid_until != INT64_MAX)
		ent_jw_kstr(w, "valid_until", ent_time_dup(a, p->valid_until, 3));
	ent_jw_kint(w, "notice_days", p->notice_days);
	if (p->suspension_days)
		ent_jw_kint(w, "suspension_days", p->suspension_days);
}

/* Only what is asked for: a document without it is one of before. */
static int
write_course(struct ent_jw *w, struct ent_arena *a, const struct ent_proposal *p,
             struct ent_err *err)
{
	const struct ent_json *v;
	int rc = 0;

	if (p->initialling)
		ent_jw_kbool(w, "initialled", true);
	if (p->provisional)
		ent_jw_kbool(w, "provisional", true);
	if (p->accession)
		ent_jw_kbool(w, "accession", true);
	if (p->ending)
		ent_jw_kc(w, "ending", ent_ending_name(p->ending));
	if (p->ending_days)
		ent_jw_kint(w, "ending_days", p->ending_days);
	if (!p->approvers.p)
		return 0;
	rc = ent_json_parse(a, p->approvers, ENT_ENVELOPE_DEPTH, &v, err);
	if (rc)
		return ent_within(err, rc, "approvers");
	ent_jw_key(w, "approvers");
	ent_jw_value(w, v);
	return 0;
}

static int
write_document(struct ent_exchange *x, struct ent_arena *a, const struct ent_proposal *p,
               const struct draft *d, struct ent_buf *b, struct ent_err *err)
{
	struct ent_str self = ent_str_c(x->c.party), name = ent_str_c(x->c.name);
	struct ent_jw w;
	int rc;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "agreement");
	ent_jw_kstr(&w, "by", self);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "id", d->id);
	ent_jw_kint(&w, "version", d->version);
	ent_jw_kstr(&w, "title", p->title);
	if (p->text.n)
		ent_jw_kstr(&w, "text", p->text);
	ent_jw_kbool(&w, "binding", p->binding);
	if (p->life_ack_minutes) {
		ent_jw_key(&w, "life");
		ent_jw_object(&w);
		ent_jw_kint(&w, "ack_minutes", p->life_ack_minutes);
		ent_jw_kint(&w, "report_hours", p->life_report_hours);
		ent_jw_end_object(&w);
	}
	write_dates(&w, a, p);
	rc = write_course(&w, a, p, err);
	if (rc)
		return rc;
	ent_jw_key(&w, "parties");
	ent_jw_array(&w);
	write_party(&w, self, name, x->c.keys->key[ENT_KEY_SIGN].pub, p->auspices);
	for (size_t i = 0; i < d->n; i++)
		write_party(&w, d->peer[i].party, d->name[i], d->peer[i].sign_pub,
		            (struct ent_str){ NULL, 0 });
	ent_jw_end_array(&w);
	ent_jw_key(&w, "terms");
	ent_jw_object(&w);
	rc = terms_of(&w, p, d->terms, self, name, err);
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		rc = terms_of(&w, p, d->terms, d->peer[i].party, d->name[i], err);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
	return rc;
}

/* Whether what was written is an agreement by our own reading; the same check that the
 * counterpart will make. */
static int
read_back(struct ent_arena *a, struct ent_str body, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	const struct ent_json *v;
	int rc = g ? ent_json_parse(a, body, ENT_ENVELOPE_DEPTH, &v, err) : ent_x_nomem(err);

	return rc ? rc : ent_document_read(a, v, g, err);
}

static int
propose(struct ent_exchange *x, struct ent_arena *a, const struct ent_proposal *p,
        struct draft *d, struct ent_agreement *out, struct ent_err *err)
{
	struct ent_str body;
	struct ent_buf b;
	int rc = 0;

	d->version = 1;
	if (p->amends.p) {
		rc = ent_agreement_find(x, a, p->amends, out, err);
		d->id = out->id;
		d->version = out->version + 1;
	} else {
		d->id = ent_uuid4_dup(a);
	}
	if (rc == 0 && !d->id.p)
		rc = ent_x_nomem(err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	rc = write_document(x, a, p, d, &b, err);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (rc == 0 && !body.p)
		rc = ent_x_nomem(err);
	if (rc == 0)
		rc = read_back(a, body, err);
	if (rc == 0)
		rc = ent_document_sign(x, a, d->id, body, err);
	return rc ? rc : ent_agreement_load(x, a, d->id, out, err);
}

int
ent_agreement_propose(struct ent_exchange *x, struct ent_arena *a, const struct ent_proposal *p,
                      struct ent_agreement *out, struct ent_err *err)
{
	struct draft *d = ent_arena_alloc(a, sizeof(*d));
	int rc = d ? find_peers(x, a, p, d, err) : ent_x_nomem(err);

	if (rc == 0 && p->terms_json.p)
		rc = ent_json_parse(a, p->terms_json, ENT_ENVELOPE_DEPTH, &d->terms, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, propose(x, a, p, d, out, err), err);
}
