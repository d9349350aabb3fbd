/* SPDX-License-Identifier: Apache-2.0 */
/*
 * waiting.c - documents that wait to be accepted, and finding one by the hash under which it
 * was read.
 */
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"

/* So many digits of a hash name a document: what a person can be expected to copy. */
#define DIGITS_MIN 8

static int
read_all(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
         struct ent_stored **docs, size_t *n_docs, struct ent_statement **s, size_t *n,
         struct ent_err *err)
{
	int rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, docs, n_docs, err);

	return rc ? rc : ent_statements(x, a, id, s, n, err);
}

int
ent_agreement_waiting(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      struct ent_waiting **out, size_t *count, struct ent_err *err)
{
	struct ent_agreement *now = ent_arena_alloc(a, sizeof(*now)),
			     *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_stored *docs;
	struct ent_statement *s;
	size_t n_docs, n;
	bool governed;
	int rc = now && g ? ent_agreement_load(x, a, id, now, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = read_all(x, a, id, &docs, &n_docs, &s, &n, err);
	if (rc)
		return rc;
	*count = 0;
	*out = ent_arena_array(a, n_docs, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	governed = ent_agreement_accepts(now, s, n);
	for (size_t i = 0; i < n_docs; i++) {
		rc = ent_document_read(a, docs[i].body, g, err);
		if (rc)
			return rc;
		g->document = docs[i].sha256;
		if (ent_agreement_accepts(g, s, n) || (governed && g->version <= now->version))
			continue;
		(*out)[(*count)++] =
		    (struct ent_waiting){ .sha256 = g->document,
			                  .by = ent_json_getstr(docs[i].body, "by"),
			                  .at = ent_json_getstr(docs[i].body, "at"),
			                  .version = g->version,
			                  .accepted = g->party[now->self].accepted };
	}
	return 0;
}

int
ent_agreement_document(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                       struct ent_str document, struct ent_agreement *out, struct ent_err *err)
{
	const struct ent_stored *hit = NULL;
	struct ent_stored *docs;
	struct ent_statement *s;
	size_t n_docs, n;
	int self, rc;

	if (document.n < DIGITS_MIN)
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" is too short: give at least %d digits of the hash",
		                ENT_FMT(document), DIGITS_MIN);
	rc = read_all(x, a, id, &docs, &n_docs, &s, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n_docs; i++) {
		if (document.n > docs[i].sha256.n ||
		    memcmp(document.p, docs[i].sha256.p, document.n) != 0)
			continue;
		if (hit)
			return ent_fail(err, ENT_EINVAL,
			                "several documents begin with %.*s: give more digits",
			                ENT_FMT(document));
		hit = &docs[i];
	}
	if (!hit)
		return ent_fail(err, ENT_ENOENT, "agreement %.*s has no document %.*s",
		                ENT_FMT(id), ENT_FMT(document));
	rc = ent_document_read(a, hit->body, out, err);
	if (rc)
		return rc;
	out->document = hit->sha256;
	(void)ent_agreement_accepts(out, s, n);
	self = ent_agreement_party(out, ent_str_c(x->c.party));
	if (self < 0)
		return ent_fail(err, ENT_ECORRUPT, "this node is not a party of document %.*s",
		                ENT_FMT(hit->sha256));
	out->self = (size_t)self;
	return 0;
}
