/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake.c - `entente intake`: a news report's text as a STIX report, with the place of all
 * that was read in it.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "codec/source.h"
#include "exchange/collection.h"
#include "exchange/holdings.h"
#include "intake/wire.h"

#define READ_AT_ONCE ((size_t)256 << 10)
#define OUT_MAX      ((size_t)4 << 30)
#define SHOWN        160 /* characters of an item in a line for people */

static const struct ent_option options[] = {
	{ "review", NULL, "print each item with its line and column, to be checked", 0, false },
	{ "date", "DATE", "the report's day or year, where its text doesn't say", 0, false },
	{ "source", "NAME", "the agency, where the text doesn't say", 0, false },
	{ "store", NULL, "take the bundle into the node's holdings", 0, false },
	{ "collection", "ID", "put it on this collection too: id, alias or ROOT/ALIAS", 0,
	  false },
	{ 0 },
};

static int
read_text(const char *path, struct ent_buf *b, struct ent_err *err)
{
	struct ent_source *s = NULL;
	int rc = ent_source_open(path, &s, err);
	ptrdiff_t got = 1;

	while (rc == 0 && got > 0) {
		char *to = b->n > ENT_WIRE_MAX ? NULL : ent_buf_room(b, READ_AT_ONCE);

		if (!to) {
			rc = ent_fail(err, ENT_ELIMIT,
			              "more than %zu MiB: a report is smaller, and "
			              "a file of many is to be cut into them",
			              ENT_WIRE_MAX >> 20);
			break;
		}
		got = ent_source_read(s, to, READ_AT_ONCE, err);
		if (got < 0)
			rc = (int)got;
		else
			ent_buf_grew(b, (size_t)got);
	}
	ent_source_close(s);
	return rc;
}

/* YYYY, YYYY-MM or YYYY-MM-DD */
static int
date_option(const struct ent_cli *c, struct ent_wire_date *out, struct ent_err *err)
{
	struct ent_str s = ent_cli_value(c, "date"), part;
	uint64_t n[3] = { 0, 0, 0 };
	static const uint64_t most[] = { 2100, 12, 31 };

	if (!s.p)
		return 0;
	for (size_t i = 0; i < 3 && s.n; i++)
		if (!ent_str_next(&s, '-', &part) || part.n != (i ? 2u : 4u) ||
		    ent_str_u64(part, most[i], &n[i]) || !n[i])
			n[0] = 0, s.n = 0;
	if (n[0] < 1900 || s.n)
		return ent_fail(err, ENT_EINVAL,
		                "--date: \"%.*s\" is not a day or year like 2021-09-11 or 2021",
		                ENT_FMT(ent_cli_value(c, "date")));
	*out = (struct ent_wire_date){ (int16_t)n[0], (uint8_t)n[1], (uint8_t)n[2] };
	return 0;
}

/* ---- for people ---- */

static const struct ent_column columns[] = {
	{ NULL, "PLACE", false },
	{ NULL, "KIND", false },
	{ NULL, "WHAT", false },
};

static int
review(struct ent_cli *c, const struct ent_wire_report *r, struct ent_err *err)
{
	struct ent_arena *each = ent_arena_new((size_t)256 << 20);
	struct ent_wire_places *places = ent_wire_places_new(c->arena, r->text);
	int rc = 0;

	if (!each || !places)
		rc = ent_cli_nomem(err);
	else
		ent_out_list(&c->out, "items", ENT_COLUMNS(columns));
	for (size_t i = 0; rc == 0 && i < r->n_items; i++) {
		uint64_t line, column;
		struct ent_str what, place;

		ent_arena_reset(each);
		ent_wire_line(places, r->items[i].at.from, &line, &column);
		place = ent_arena_printf(each, "%llu:%llu", (unsigned long long)line,
		                         (unsigned long long)column);
		what = ent_wire_line_of(r, each, &r->items[i]);
		if (!place.p || !what.p) {
			rc = ent_cli_nomem(err);
			break;
		}
		ent_cell(&c->out, place);
		ent_cell_c(&c->out, ent_wire_kind_name(r->items[i].kind));
		ent_cell(&c->out, what);
	}
	if (rc == 0) {
		ent_out_list_end(&c->out, "Nothing was found in this text.");
		if (r->dropped)
			ent_out_line(&c->out, "\n%zu more items are beyond the limit of %d.",
			             r->dropped, ENT_WIRE_ITEMS);
	}
	ent_arena_free(each);
	return rc;
}

/* ---- storing ---- */

struct refused {
	size_t n;
	struct ent_err first;
};

static void
on_refused(void *self, size_t index, struct ent_str id, const struct ent_err *why)
{
	struct refused *r = self;

	(void)index;
	(void)id;
	if (!r->n++)
		r->first = *why;
}

static int
store(struct ent_cli *c, struct ent_str bundle, struct ent_import_report *report,
      struct ent_err *err)
{
	struct ent_collection collection = { 0 };
	struct refused refused = { 0 };
	struct ent_import_options o = { .refused = on_refused, .self = &refused };
	int rc = ent_cli_open_node(c, err);

	if (rc)
		return rc;
	if (ent_cli_flag(c, "collection")) {
		rc = ent_collection_find(c->x, c->arena, ent_cli_value(c, "collection"),
		                         &collection, err);
		o.collection = &collection;
	}
	if (rc == 0)
		rc = ent_import_text(c->x, c->given.operands[0], bundle, &o, report, err);
	if (rc == 0 && refused.n)
		rc = ent_fail(err, ENT_EUNUSABLE,
		              "%zu objects are refused, so nothing is stored: %s", refused.n,
		              refused.first.msg);
	return rc;
}

/* ---- the command ---- */

static int
print_json(struct ent_cli *c, const struct ent_wire_report *r, struct ent_arena *a,
           struct ent_buf *b, const struct ent_import_report *stored, struct ent_err *err)
{
	int rc = ent_wire_json(r, a, b, err);
	struct ent_str doc;

	if (rc)
		return rc;
	doc = ent_buf_view(b);
	doc.n--; /* the bracket that closes it */
	ent_out_bytes(&c->out, doc);
	ent_buf_clear(b);
	if (stored)
		ent_buf_printf(
		    b, ",\"stored\":{\"objects\":%zu,\"new\":%zu,\"same\":%zu,\"added\":%zu}",
		    stored->objects, stored->fresh, stored->same, stored->added);
	ent_buf_c(b, "}\n");
	ent_out_bytes(&c->out, ent_buf_view(b));
	return 0;
}

static int
work(struct ent_cli *c, const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *b,
     struct ent_err *err)
{
	struct ent_import_report stored = { 0 };
	bool keep = ent_cli_flag(c, "store"), shown = ent_cli_flag(c, "review") && !c->json;
	int rc = 0;

	if (keep || (!shown && !c->json))
		rc = ent_wire_bundle(r, a, b, err);
	if (rc == 0 && keep)
		rc = store(c, ent_buf_view(b), &stored, err);
	if (rc)
		return rc;
	if (c->json) {
		ent_buf_clear(b);
		return print_json(c, r, a, b, keep ? &stored : NULL, err);
	}
	if (shown)
		rc = review(c, r, err);
	if (rc == 0 && keep) {
		ent_out_line(&c->out, "%s%zu objects stored, %zu of them new.",
		             shown ? "\n" : "", stored.objects, stored.fresh);
	} else if (rc == 0 && !shown) {
		ent_buf_ch(b, '\n');
		ent_out_bytes(&c->out, ent_buf_view(b));
	}
	return rc;
}

static int
intake(struct ent_cli *c, struct ent_err *err)
{
	const char *path = c->given.operands[0];
	struct ent_arena *a = ent_arena_new(ENT_WIRE_ARENA);
	struct ent_wire_options o = { .source = ent_cli_value(c, "source") };
	struct ent_wire_report r;
	struct ent_buf in, out;
	int rc;

	ent_buf_init(&in, ENT_WIRE_MAX + 2 * READ_AT_ONCE);
	ent_buf_init(&out, OUT_MAX);
	rc = a ? date_option(c, &o.date, err) : ent_cli_nomem(err);
	if (rc == 0 && ent_cli_flag(c, "collection") && !ent_cli_flag(c, "store"))
		rc = ent_fail(err, ENT_EINVAL, "--collection goes with --store");
	if (rc == 0) {
		rc = read_text(path, &in, err);
		if (rc == 0)
			rc = ent_wire_read(
			    a, ent_buf_view(&in).p ? ent_buf_view(&in) : ENT_STR(""), &o, &r,
			    err);
		if (rc)
			rc = ent_within(err, rc, "%s", path);
	}
	if (rc == 0)
		rc = work(c, &r, a, &out, err);
	ent_buf_release(&in);
	ent_buf_release(&out);
	ent_arena_free(a);
	return rc;
}

const struct ent_command ent_cmd_intake = {
	.name = "intake",
	.help = "read a news report's text as a STIX report",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.json = true,
	.options = options,
	.text =
	    "Prints a bundle: the report, who and what it names, quotations and statements as\n"
	    "notes, attacks with figures as claims, designations.  Nothing is stored without\n"
	    "--store.  With --json one document, "
	    "{\"bundle\":{...},\"source\":{...},\"items\":[...]}:\n"
	    "each item has its kind, its text and its range, [from, to) in characters "
	    "(Unicode\n"
	    "code points).  \"-\" is standard input; gzip and zstd are unpacked.",
	.run = intake,
};
