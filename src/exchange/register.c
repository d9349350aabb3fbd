/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.c - designations in the holdings: found, added and lifted by hand.
 */
#include "exchange/register.h"

#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/register_int.h"
#include "json/write.h"

#define PAGE 256

/* What an actor can be (docs/extensions). */
static const char *const types[] = { "identity", "intrusion-set", "threat-actor" };

const char *
ent_register_what_name(enum ent_register_what w)
{
	static const char *const names[] = { "new", "changed", "lifted", "relisted" };

	return names[w];
}

struct walk {
	struct ent_exchange *x;
	struct ent_arena *page, *one;
	struct ent_json_parser *parser;
	int (*see)(void *self, const struct ent_register_item *item, struct ent_err *err);
	void *self;
};

static int
show_one(struct walk *w, const struct ent_held *h, struct ent_err *err)
{
	struct ent_register_item item = { .held = *h };
	int rc;

	ent_arena_reset(w->one);
	rc = ent_json_parser_read(w->parser, w->one, h->bytes, ENT_JSON_DEPTH, 0, &item.object,
	                          NULL, err);
	if (rc)
		return ent_within(err, rc, "%.*s", ENT_FMT(h->id));
	item.designations = ent_designations(item.object);
	return item.designations ? w->see(w->self, &item, err) : 0;
}

static int
walk_type(struct walk *w, const char *type, struct ent_str source, struct ent_err *err)
{
	struct ent_holdings_query q = {
		.type = ent_str_c(type), .source = source, .limit = PAGE, .with_bytes = true
	};
	size_t n = PAGE;
	int rc = 0;

	while (rc == 0 && n == PAGE) {
		struct ent_held *list;

		ent_arena_reset(w->page);
		rc = ent_holdings_list(w->x, w->page, &q, &list, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			q.after = list[i].oid;
			rc = show_one(w, &list[i], err);
		}
	}
	return rc;
}

int
ent_register_each(struct ent_exchange *x, struct ent_str source,
                  int (*see)(void *self, const struct ent_register_item *item,
                             struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct walk w = { .x = x,
		          .page = ent_arena_new(ENT_REQUEST_ARENA),
		          .one = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX)),
		          .parser = ent_json_parser_new(),
		          .see = see,
		          .self = self };
	int rc = w.page && w.one && w.parser ? 0 : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < sizeof(types) / sizeof(types[0]); i++)
		rc = walk_type(&w, types[i], source, err);
	ent_json_parser_free(w.parser);
	ent_arena_free(w.page);
	ent_arena_free(w.one);
	return rc;
}

/* ---- writing objects ---- */

void
ent_register_write(struct ent_exchange *x, struct ent_buf *b, const struct ent_register_new *n,
                   struct ent_str id, struct ent_str now, struct ent_str designation)
{
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "type", n->type);
	ent_jw_kc(&w, "spec_version", "2.1");
	ent_jw_kstr(&w, "id", id);
	ent_jw_kc(&w, "created_by_ref", x->c.party);
	ent_jw_kstr(&w, "created", now);
	ent_jw_kstr(&w, "modified", now);
	ent_jw_kstr(&w, "name", n->name);
	if (ent_str_is(n->type, "identity"))
		ent_jw_kstr(&w, "identity_class", n->identity_class);
	if (n->tlp != ENT_TLP_NONE) {
		ent_jw_key(&w, "object_marking_refs");
		ent_jw_array(&w);
		ent_jw_str(&w, ent_tlp_id(n->tlp));
		ent_jw_end_array(&w);
	}
	ent_jw_key(&w, "extensions");
	ent_jw_object(&w);
	ent_jw_key(&w, ENT_EXT_DESIGNATION);
	ent_jw_object(&w);
	ent_jw_kc(&w, "extension_type", "property-extension");
	ent_jw_key(&w, "designations");
	ent_jw_array(&w);
	ent_jw_raw(&w, designation);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
}

/* The extensions of an object, with the index-th designation replaced, or one more where index
 * is their number. */
static void
write_extensions(struct ent_buf *b, const struct ent_json *object, size_t index,
                 struct ent_str designation)
{
	const struct ent_json *all = ent_json_getc(object, "extensions");
	const struct ent_json *list = ent_designations(object);
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	for (size_t i = 0; i < ent_json_count(all); i++)
		if (!ent_str_is(ent_json_key(all, i), ENT_EXT_DESIGNATION)) {
			ent_jw_key_str(&w, ent_json_key(all, i));
			ent_jw_value(&w, ent_json_at(all, i));
		}
	ent_jw_key(&w, ENT_EXT_DESIGNATION);
	ent_jw_object(&w);
	ent_jw_kc(&w, "extension_type", "property-extension");
	ent_jw_key(&w, "designations");
	ent_jw_array(&w);
	for (size_t i = 0; i < ent_json_count(list); i++)
		if (i == index)
			ent_jw_raw(&w, designation);
		else
			ent_jw_value(&w, ent_json_at(list, i));
	if (index >= ent_json_count(list))
		ent_jw_raw(&w, designation);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
}

int
ent_register_next(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *object,
                  size_t index, struct ent_str designation, struct ent_str name,
                  struct ent_err *err)
{
	struct ent_set set[2] = { { .property = ENT_STR("extensions") } };
	struct ent_buf b;
	struct ent_str text;
	size_t n = 1;
	int rc;

	ent_buf_init(&b, ENT_ITEM_MAX);
	write_extensions(&b, object, index, designation);
	if (!ent_buf_ok(&b))
		rc = ent_x_nomem(err);
	else
		rc = ent_json_parse(a, ent_buf_view(&b), ENT_JSON_DEPTH, &set[0].value, err);
	ent_buf_release(&b);
	if (rc == 0 && name.n && !ent_str_eq(name, ent_json_getstr(object, "name"))) {
		set[n].property = ENT_STR("name");
		set[n].value = ent_json_make_str(a, name);
		if (!set[n++].value)
			rc = ent_x_nomem(err);
	}
	if (rc == 0)
		rc = ent_version_next(a, object, set, n, false, ent_x_at(x, a), &text, err);
	return rc ? rc : ent_holdings_put_text(x, a, text, ENT_SOURCE_OWN, err);
}

/* ---- by hand ---- */

/* An object of one's own, as it stands. */
static int
own_object(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
           const struct ent_json **out, struct ent_err *err)
{
	struct ent_held h;
	int rc = ent_holdings_get(x, a, id, (struct ent_str){ NULL, 0 }, &h, err);

	rc = rc ? rc : ent_json_parse(a, h.bytes, ENT_JSON_DEPTH, out, err);
	if (rc == 0 && !ent_str_is(ent_json_getstr(*out, "created_by_ref"), x->c.party))
		rc = ent_fail(err, ENT_EDENIED,
		              "%.*s is not this node's own: only who made an object gives it a "
		              "new version; add a designation of your own without --to",
		              ENT_FMT(id));
	return rc;
}

static int
add_to(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
       struct ent_str designation, struct ent_err *err)
{
	const struct ent_json *object, *list, *d;
	uint8_t mine[32], there[32];
	int rc = own_object(x, a, id, &object, err);

	rc = rc ? rc : ent_json_parse(a, designation, ENT_JSON_DEPTH, &d, err);
	rc = rc ? rc : ent_designation_view(a, d, mine, err);
	list = rc ? NULL : ent_designations(object);
	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++) {
		rc = ent_designation_view(a, ent_json_at(list, i), there, err);
		if (rc == 0 && memcmp(mine, there, 32) == 0)
			rc = ent_fail(err, ENT_EEXIST, "%.*s has this designation already",
			              ENT_FMT(id));
	}
	return rc ? rc
	          : ent_register_next(x, a, object, ent_json_count(list), designation,
	                              (struct ent_str){ NULL, 0 }, err);
}

int
ent_register_add(struct ent_exchange *x, struct ent_arena *a, const struct ent_register_new *n,
                 struct ent_str designation, struct ent_str *id, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_str detail, hidden;
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	if (n->to.p) {
		*id = n->to;
		rc = add_to(x, a, n->to, designation, err);
	} else {
		*id = ent_arena_printf(a, "%.*s--%.*s", ENT_FMT(n->type),
		                       ENT_FMT(ent_uuid4_dup(a)));
		ent_buf_init(&b, ENT_ITEM_MAX);
		ent_register_write(x, &b, n, *id, ent_x_at(x, a), designation);
		rc = ent_buf_ok(&b) && id->p
		         ? ent_holdings_put_text(x, a, ent_buf_view(&b), ENT_SOURCE_OWN, err)
		         : ent_x_nomem(err);
		ent_buf_release(&b);
	}
	detail = ENT_STR("");
	rc = rc ? rc : ent_audit_id(x, a, *id, &hidden, err);
	if (rc == 0)
		detail = ent_arena_printf(a, "{\"object\":\"%.*s\"}", ENT_FMT(hidden));
	rc = rc ? rc : ent_audit_note(x, a, "designate", detail, err);
	return ent_x_end(x, rc, err);
}

void
ent_register_lifted(struct ent_buf *b, const struct ent_json *d, struct ent_str on,
                    struct ent_str instrument)
{
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	for (size_t i = 0; i < ent_json_count(d); i++) {
		ent_jw_key_str(&w, ent_json_key(d, i));
		ent_jw_value(&w, ent_json_at(d, i));
	}
	ent_jw_kstr(&w, "lifted_on", on);
	if (instrument.n)
		ent_jw_kstr(&w, "lifting_instrument", instrument);
	ent_jw_end_object(&w);
}

int
ent_register_lift(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, size_t index,
                  struct ent_str on, struct ent_str instrument, struct ent_err *err)
{
	const struct ent_json *object = NULL, *d;
	struct ent_str detail, hidden;
	struct ent_buf b;
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_ITEM_MAX);
	rc = own_object(x, a, id, &object, err);
	d = ent_json_at(ent_designations(object), index);
	if (rc == 0 && !d)
		rc = ent_fail(err, ENT_ENOENT, "%.*s has %zu designations", ENT_FMT(id),
		              ent_json_count(ent_designations(object)));
	if (rc == 0 && ent_designation_lifted(d))
		rc = ent_fail(err, ENT_ESTATE, "it was lifted on %.*s already",
		              ENT_FMT(ent_json_getstr(d, "lifted_on")));
	if (rc == 0) {
		ent_register_lifted(&b, d, on, instrument);
		rc = ent_buf_ok(&b) ? ent_register_next(x, a, object, index, ent_buf_view(&b),
		                                        (struct ent_str){ NULL, 0 }, err)
		                    : ent_x_nomem(err);
	}
	ent_buf_release(&b);
	detail = ENT_STR("");
	rc = rc ? rc : ent_audit_id(x, a, id, &hidden, err);
	if (rc == 0)
		detail = ent_arena_printf(a, "{\"object\":\"%.*s\",\"on\":\"%.*s\"}",
		                          ENT_FMT(hidden), ENT_FMT(on));
	rc = rc ? rc : ent_audit_note(x, a, "lift", detail, err);
	return ent_x_end(x, rc, err);
}
