/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life_draft.c - tips about threats to life before they are sent: written by one person, sent
 * by another.
 */
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/life_int.h"
#include "exchange/user.h"

#define DRAFTS_MAX 1000

static int
read_draft(const struct ent_doc *doc, struct ent_arena *a, struct ent_life_draft *out,
           struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_json_parse(a, doc->value, ENT_JSON_DEPTH, &v, err);

	if (rc)
		return rc;
	*out = (struct ent_life_draft){ .id = doc->key,
		                        .agreement = ent_json_getstr(v, "agreement"),
		                        .written_by = ent_json_getstr(v, "by"),
		                        .written_at = ent_json_getstr(v, "at") };
	return ent_life_tip_read(v, &out->tip, err);
}

int
ent_life_drafts(struct ent_exchange *x, struct ent_arena *a, struct ent_life_draft **out,
                size_t *count, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	struct ent_doc *docs;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_LIFE, ENT_STR(""), none, DRAFTS_MAX,
	                        &docs, count, err);

	*out = rc ? NULL : ent_arena_array(a, *count, sizeof(**out));
	if (rc == 0 && !*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_draft(&docs[i], a, &(*out)[i], err);
	return rc;
}

static int
find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_life_draft *out,
     struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	struct ent_doc *docs = NULL;
	size_t n = 0;
	int rc = id.n >= 4
	             ? ent_store_docs(x->store, a, ENT_SPACE_LIFE, id, none, 2, &docs, &n, err)
	             : ent_fail(err, ENT_EINVAL, "a draft is named by 4 to 64 digits");

	if (rc)
		return rc;
	if (n != 1)
		return ent_fail(err, n ? ENT_EINVAL : ENT_ENOENT, "%s draft begins with %.*s",
		                n ? "more than one" : "no", ENT_FMT(id));
	return read_draft(&docs[0], a, out, err);
}

static int
note(struct ent_exchange *x, struct ent_arena *a, const char *act, struct ent_str draft,
     struct ent_err *err)
{
	struct ent_str detail = ent_arena_printf(a, "{\"draft\":\"%.*s\"}", ENT_FMT(draft));

	return detail.p ? ent_audit_note(x, a, act, detail, err) : ent_x_nomem(err);
}

static int
write_draft(struct ent_exchange *x, struct ent_arena *a, struct ent_life_draft *d,
            struct ent_err *err)
{
	struct ent_doc doc;
	struct ent_buf b;
	struct ent_jw w;
	int rc;

	ent_buf_init(&b, ENT_DISPATCH_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "agreement", d->agreement);
	ent_jw_kstr(&w, "by", d->written_by);
	ent_jw_kstr(&w, "at", d->written_at);
	ent_life_tip_write(&w, &d->tip);
	ent_jw_end_object(&w);
	doc.value = ent_buf_done(&b, a);
	ent_buf_release(&b);
	doc.key = doc.value.p ? ent_sha256_hex(a, doc.value) : doc.value;
	if (!doc.key.p)
		return ent_fail(err, ENT_ELIMIT, "the tip is too long");
	rc = read_draft(&doc, a, d, err); /* its bounds, as everybody checks them */
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_LIFE, d->id, doc.value, err);
	return rc ? rc : note(x, a, "life-write", d->id, err);
}

int
ent_life_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               const struct ent_life_tip *tip, struct ent_life_draft *out, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	*out = (struct ent_life_draft){ .agreement = agreement,
		                        .written_at = ent_x_at(x, a),
		                        .tip = *tip };
	if (!out->tip.from.p)
		out->tip.from = out->written_at;
	if (rc == 0 && !out->written_at.p)
		rc = ent_x_nomem(err);
	if (rc == 0)
		rc = ent_life_lane(g, err);
	if (rc == 0)
		rc = ent_user_acting(x, a, &out->written_by, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, write_draft(x, a, out, err), err);
}

static int
send(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_str *agreement,
     struct ent_str *tip, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_life_draft d;
	struct ent_str who = { NULL, 0 };
	int rc = g ? ent_user_acting(x, a, &who, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = find(x, a, id, &d, err);
	if (rc == 0 && ent_str_eq(who, d.written_by))
		rc = ent_fail(err, ENT_EDENIED, "%.*s wrote it: another person has to send it",
		              ENT_FMT(who));
	if (rc == 0)
		rc = ent_agreement_load(x, a, d.agreement, g, err);
	if (rc == 0)
		rc = ent_life_dispatch(x, a, g, &d.tip, tip, err);
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_LIFE, d.id, err);
	*agreement = rc ? (struct ent_str){ NULL, 0 } : d.agreement;
	return rc ? rc : note(x, a, "life-send", d.id, err);
}

int
ent_life_send(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
              struct ent_str *agreement, struct ent_str *tip, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, send(x, a, id, agreement, tip, err), err);
}

static int
drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_err *err)
{
	struct ent_life_draft d;
	int rc = find(x, a, id, &d, err);

	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_LIFE, d.id, err);
	return rc ? rc : note(x, a, "life-drop", d.id, err);
}

int
ent_life_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
              struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, drop(x, a, id, err), err);
}

int
ent_life_alarms(struct ent_exchange *x, struct ent_arena *a, struct ent_life_alarms *out,
                struct ent_err *err)
{
	struct ent_life_draft *drafts;
	int rc = ent_life_cries(x, a, out, err);

	return rc ? rc : ent_life_drafts(x, a, &drafts, &out->drafts, err);
}
