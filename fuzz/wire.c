/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.c - whatever a report's text is: items lie inside it, on borders of characters and in
 * order, and its bundle is JSON whose objects are valid.
 */
#include <stdlib.h>

#include <entente/stix.h>

#include "intake/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
inside(struct ent_str text, struct ent_wire_span s)
{
	if (s.from > s.to || s.to > text.n)
		abort();
	if (s.to && s.from < text.n && ((unsigned char)text.p[s.from] & 0xc0) == 0x80)
		abort();
	if (s.to < text.n && s.to && ((unsigned char)text.p[s.to] & 0xc0) == 0x80)
		abort();
}

static void
check_items(const struct ent_wire_report *r)
{
	for (size_t i = 0; i < r->n_items; i++) {
		const struct ent_wire_item *it = &r->items[i];

		inside(r->text, it->at);
		inside(r->text, it->subject);
		inside(r->text, it->verb);
		inside(r->text, it->notice);
		if (it->at.from == it->at.to || it->thing >= r->n_things ||
		    it->incident >= r->n_incidents || it->ruling >= r->n_rulings ||
		    (i && r->items[i - 1].at.from > it->at.from))
			abort();
	}
}

static void
check_bundle(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *bundle, *list;
	struct ent_findings f;

	if (ent_json_parse(a, text, 32, &bundle, NULL) == ENT_EPARSE)
		abort();
	list = ent_json_getc(ent_json_getc(bundle, "bundle"), "objects");
	for (size_t i = 0; i < ent_json_count(list); i++) {
		ent_findings_init(&f, a);
		if (ent_stix_check(ent_json_at(list, i), &f, NULL) == 0 && f.errors)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str text = { (const char *)data, len };
	struct ent_wire_report r;
	struct ent_buf b;

	ent_buf_init(&b, (size_t)32 << 20);
	if (a && ent_wire_read(a, text, NULL, &r, NULL) == 0) {
		check_items(&r);
		for (size_t i = 0; i < r.n_items; i++)
			(void)ent_wire_line_of(&r, a, &r.items[i]);
		if (ent_wire_json(&r, a, &b, NULL) == 0)
			check_bundle(a, ent_buf_view(&b));
	}
	ent_buf_release(&b);
	ent_arena_free(a);
	return 0;
}
