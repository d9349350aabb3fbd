/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning_print.c - writes a proof of warning from its parts.
 */
#include <entente/json.h>

#include "base/buf.h"
#include "base/limits.h"
#include "proof/warning.h"
#include "json/write.h"

static void
write_leaf(struct ent_jw *w, const char *key, const struct ent_warning_leaf *l)
{
	ent_jw_key(w, key);
	ent_jw_object(w);
	if (l->entry.p)
		ent_jw_kstr(w, "entry", l->entry);
	ent_jw_kint(w, "index", (int64_t)l->index);
	ent_jw_kraw(w, "proof", l->proof);
	if (l->checkpoint.p)
		ent_jw_kstr(w, "checkpoint", l->checkpoint);
	ent_jw_end_object(w);
}

static void
write_said(struct ent_jw *w, const struct ent_warning_parts *p)
{
	if (p->n_said == 0)
		return;
	ent_jw_key(w, "messages");
	ent_jw_array(w);
	for (size_t i = 0; i < p->n_said; i++) {
		const struct ent_warning_said *s = &p->said[i];

		ent_jw_object(w);
		ent_jw_kraw(w, "object", s->object);
		if (s->salt.p)
			ent_jw_kstr(w, "salt", s->salt);
		write_leaf(w, "release", &s->release);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
write_before(struct ent_jw *w, const char *key, const struct ent_str *cards, size_t n)
{
	if (n == 0)
		return;
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(w, cards[i]);
	ent_jw_end_array(w);
}

struct ent_str
ent_warning_print(struct ent_arena *a, const struct ent_warning_parts *p)
{
	const struct ent_json *v;
	struct ent_str raw;
	struct ent_buf b;
	struct ent_jw w;
	/* an entry of earlier releases is shown in the form of its day */
	int form = memmem(p->release.entry.p, p->release.entry.n, "\"fields\"", 8) ? 2 : 1;

	ent_buf_init(&b, ENT_PROOF_FILE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "entente_proof", form);
	ent_jw_kraw(&w, "object", p->object);
	ent_jw_kraw(&w, "sender", p->cards[0]);
	ent_jw_kraw(&w, "receiver", p->cards[1]);
	write_before(&w, "sender_before", p->before[0], form > 1 ? p->n_before[0] : 0);
	write_before(&w, "receiver_before", p->before[1], form > 1 ? p->n_before[1] : 0);
	ent_jw_kraw(&w, "document", p->document);
	ent_jw_kraw(&w, "sender_accepts", p->statements[0]);
	ent_jw_kraw(&w, "receiver_accepts", p->statements[1]);
	write_leaf(&w, "release", &p->release);
	if (p->salt.p)
		ent_jw_kstr(&w, "salt", p->salt);
	if (p->fields.p)
		ent_jw_kraw(&w, "fields", p->fields);
	ent_jw_kraw(&w, "receipt", p->receipt);
	if (p->page.proof.p)
		write_leaf(&w, "page", &p->page);
	write_leaf(&w, "receipt_entry", &p->receipt_entry);
	ent_jw_kstr(&w, "checkpoint", p->checkpoint);
	if (form > 1 && p->delivery.entry.p)
		write_leaf(&w, "delivery", &p->delivery);
	if (form > 1)
		write_said(&w, p);
	ent_jw_end_object(&w);
	raw = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (!raw.p || ent_json_parse(a, raw, ENT_JSON_DEPTH + 4, &v, NULL))
		return (struct ent_str){ NULL, 0 };
	return ent_json_canon(a, v);
}
