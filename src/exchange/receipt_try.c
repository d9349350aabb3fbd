/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_try.c - receipts that didn't get to their sender, or that it refuses: why, how often,
 * and when they go again.
 */
#include "exchange/receipt_int.h"

#include "base/buf.h"
#include "json/write.h"

int
ent_try_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
             struct ent_str key, struct ent_receipt_try *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str text;
	int64_t tries = 0;
	int rc = ent_store_doc_get(x->store, a, space, key, &text, err);

	*out = (struct ent_receipt_try){ .tries = 0 };
	if (rc)
		return rc;
	out->tries = 1;
	out->why = text; /* all that older releases kept */
	rc = ent_json_parse(a, text, ENT_JSON_DEPTH, &v, NULL);
	if (rc == ENT_ENOMEM)
		return ent_x_nomem(err);
	if (rc || !ent_json_is(v, ENT_JSON_OBJECT))
		return 0;
	out->why = ent_json_getstr(v, "why");
	if (ent_json_int(ent_json_getc(v, "tries"), &tries) && tries > 0)
		out->tries = (uint64_t)tries;
	(void)ent_json_int(ent_json_getc(v, "next"), &out->next);
	return 0;
}

int
ent_try_again(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
              struct ent_str key, const char *why, struct ent_receipt_try *out,
              struct ent_err *err)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_try_read(x, a, space, key, out, err);

	if (rc && rc != ENT_ENOENT)
		return rc;
	out->tries++;
	out->next =
	    ent_x_now(x) +
	    ent_backoff(ENT_RECEIPT_BACKOFF, ENT_RECEIPT_BACKOFF_MAX, out->tries) * 1000000;
	ent_buf_init(&b, 65536);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "next", out->next);
	ent_jw_kint(&w, "tries", (int64_t)out->tries);
	ent_jw_kc(&w, "why", why);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, space, key, text, err) : ent_x_nomem(err);
}

bool
ent_try_due(const struct ent_exchange *x, const struct ent_receipt_try *t)
{
	int64_t now = ent_x_now(x);

	/* a clock that was set back keeps nothing waiting for longer than it would */
	return t->next <= now || t->next - now > INT64_C(1000000) * ENT_RECEIPT_BACKOFF_MAX;
}
