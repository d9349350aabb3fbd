/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_list.c - the register brought to what a list says.
 *
 * What is held of the list is read once: of each entry its object, and a hash of what the
 * authority said.  Then the list is gone through, and only what differs is looked at closer.
 */
#include "base/enc.h"
#include "base/map.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/register_int.h"
#include "json/write.h"

/* What fewer lifted entries than this are is no sign of a file that was cut. */
#define LIFTED_MANY    20
#define PROGRESS_EVERY 256

/* Names of objects that come from lists, as UUIDs: version 5 under this, of party, list and
 * reference number. */
static const uint8_t namespace[16] = { 0x2f, 0x8b, 0x0e, 0x5a, 0x93, 0x41, 0x4c, 0x07,
	                               0xa6, 0x1d, 0x58, 0x30, 0xe9, 0xc2, 0x77, 0x14 };

struct known { /* an entry that is held */
	struct ent_str list, ref;
	uint64_t oid;
	size_t index; /* of its designation in the object */
	uint8_t view[32];
	bool lifted, listed; /* listed: it is on the list that is imported */
	struct known *next;
};

struct job {
	struct ent_exchange *x;
	const struct ent_register_batch *b;
	struct ent_register_report *out;
	struct ent_arena *kept, *each;
	struct ent_map *known;       /* by key() */
	struct ent_map *lists;       /* ids of the lists of the batch */
	struct known *first, **last; /* in the order in which they were made */
	struct ent_str date, now;
	struct ent_buf text;
	struct ent_json_parser *parser;
};

static struct ent_str
key(struct ent_arena *a, struct ent_str list, struct ent_str ref)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(list), ENT_FMT(ref));
}

/* ---- what is held ---- */

static int
learn(void *self, const struct ent_register_item *item, struct ent_err *err)
{
	struct job *j = self;

	if (!ent_str_is(ent_json_getstr(item->object, "created_by_ref"), j->x->c.party))
		return 0;
	for (size_t i = 0; i < ent_json_count(item->designations); i++) {
		const struct ent_json *d = ent_json_at(item->designations, i);
		struct ent_str list = ent_json_getstr(d, "list");
		struct ent_str ref = ent_json_getstr(d, "reference_number");
		struct known *k;
		int rc;

		if (!list.n || !ref.n || !ent_map_get(j->lists, list))
			continue;
		k = ent_arena_alloc(j->kept, sizeof(*k));
		if (!k)
			return ent_x_nomem(err);
		k->oid = item->held.oid;
		k->index = i;
		k->lifted = ent_designation_lifted(d);
		k->list = ent_arena_dup(j->kept, list);
		k->ref = ent_arena_dup(j->kept, ref);
		*j->last = k;
		j->last = &k->next;
		ent_arena_reset(j->each);
		rc = ent_designation_view(j->each, d, k->view, err);
		if (rc)
			return rc;
		if (!k->ref.p || ent_map_put(j->known, key(j->kept, list, ref), k))
			return ent_x_nomem(err);
	}
	return 0;
}

/* Which entries are on the list, before anything is written. */
static int
mark(struct job *j, struct ent_err *err)
{
	size_t active = 0, gone = 0;

	for (size_t i = 0; i < j->b->n; i++) {
		struct known *k;

		ent_arena_reset(j->each);
		k = ent_map_get(j->known,
		                key(j->each, j->b->entries[i].list, j->b->entries[i].ref));
		if (k)
			k->listed = true;
	}
	for (const struct known *k = j->first; k; k = k->next) {
		active += !k->lifted;
		gone += !k->lifted && !k->listed;
	}
	if (!j->b->partial && !j->b->many && gone > LIFTED_MANY && gone > active / 2)
		return ent_fail(
		    err, ENT_ESTATE,
		    "%zu of %zu entries would be lifted: is the file whole? Nothing "
		    "was changed; --lift-many takes it all the same, --partial keeps "
		    "what it doesn't have",
		    gone, active);
	j->out->first = j->first == NULL;
	return 0;
}

/* ---- entries ---- */

static int
tell(struct job *j, enum ent_register_what what, const struct known *k,
     const struct ent_register_entry *e, struct ent_str id, const struct ent_json *was,
     const struct ent_json *is, struct ent_err *err)
{
	struct ent_register_change c = { .what = what,
		                         .list = k ? k->list : e->list,
		                         .ref = k ? k->ref : e->ref,
		                         .id = id,
		                         .was = was,
		                         .is = is };
	size_t *counts[] = { &j->out->fresh, &j->out->changed, &j->out->lifted,
		             &j->out->relisted };

	++*counts[what];
	c.name = ent_designation_name(is ? is : was, ENT_STR(""));
	return j->b->see ? j->b->see(j->b->self, &c, err) : 0;
}

/* The designation with its source, and the day on which it was first seen where it has none of
 * its own. */
static int
write_designation(struct job *j, const struct ent_json *d, struct ent_str seen,
                  struct ent_err *err)
{
	struct ent_jw w;
	char hex[65];

	ent_buf_clear(&j->text);
	ent_jw_init(&w, &j->text);
	ent_jw_object(&w);
	for (size_t i = 0; i < ent_json_count(d); i++) {
		ent_jw_key_str(&w, ent_json_key(d, i));
		ent_jw_value(&w, ent_json_at(d, i));
	}
	if (!ent_designation_since(d).n)
		ent_jw_kstr(&w, "first_seen_on", seen.n ? seen : j->date);
	ent_jw_key(&w, "source");
	ent_jw_object(&w);
	ent_jw_kstr(&w, "name", j->b->title);
	if (j->b->n_files) {
		ent_hex(j->b->files[0].sha256, 32, hex);
		ent_jw_kc(&w, "sha256", hex);
	}
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
	return ent_buf_ok(&j->text) ? 0 : ent_x_nomem(err);
}

static struct ent_str
class_of(const struct ent_json *d)
{
	struct ent_str kind = ent_json_getstr(ent_json_getc(d, "entry"), "kind");

	return ent_str_is(kind, "person")         ? ENT_STR("individual")
	       : ent_str_is(kind, "organisation") ? ENT_STR("organization")
	                                          : ENT_STR("unknown");
}

static int
add(struct job *j, const struct ent_register_entry *e, const struct ent_json *d,
    struct ent_err *err)
{
	struct ent_register_new n = { .type = ENT_STR("identity"),
		                      .identity_class = class_of(d),
		                      .name = ent_designation_name(d, e->ref),
		                      .tlp = ENT_TLP_CLEAR };
	struct ent_str of = ent_arena_printf(j->each, "%s\n%.*s\n%.*s", j->x->c.party,
	                                     ENT_FMT(e->list), ENT_FMT(e->ref));
	char text[ENT_UUID_TEXT];
	struct ent_str id;
	uint8_t uuid[16];
	struct ent_buf b;
	int rc;

	if (!of.p)
		return ent_x_nomem(err);
	ent_uuid5(namespace, of, uuid);
	id = ent_arena_printf(j->each, "identity--%s", ent_uuid_text(uuid, text));
	rc = write_designation(j, d, (struct ent_str){ NULL, 0 }, err);
	if (rc == 0 && !j->b->dry) {
		ent_buf_init(&b, ENT_ITEM_MAX);
		ent_register_write(j->x, &b, &n, id, j->now, ent_buf_view(&j->text));
		rc = ent_buf_ok(&b) && id.p
		         ? ent_holdings_put_text(j->x, j->each, ent_buf_view(&b),
		                                 ENT_SOURCE_OWN, err)
		         : ent_x_nomem(err);
		ent_buf_release(&b);
	}
	return rc ? rc : tell(j, ENT_ENTRY_NEW, NULL, e, id, NULL, d, err);
}

/* The object of an entry that is held, and its designation. */
static int
held_object(struct job *j, const struct known *k, struct ent_held *h,
            const struct ent_json **object, const struct ent_json **d, struct ent_err *err)
{
	int rc = ent_holdings_by_oid(j->x, j->each, k->oid, h, err);

	/* an object with several entries of the list may have got a new version just now */
	rc = rc ? rc
	        : ent_holdings_get(j->x, j->each, h->id, (struct ent_str){ NULL, 0 }, h, err);
	rc = rc ? rc : ent_json_parse(j->each, h->bytes, ENT_JSON_DEPTH, object, err);
	*d = rc ? NULL : ent_json_at(ent_designations(*object), k->index);
	return rc;
}

static int
change(struct job *j, const struct known *k, const struct ent_json *d, struct ent_err *err)
{
	enum ent_register_what what = k->lifted ? ENT_ENTRY_RELISTED : ENT_ENTRY_CHANGED;
	const struct ent_json *object, *was;
	struct ent_held h;
	struct ent_str name;
	int rc = held_object(j, k, &h, &object, &was, err);

	rc = rc ? rc : write_designation(j, d, ent_json_getstr(was, "first_seen_on"), err);
	name = ent_designation_name(d, (struct ent_str){ NULL, 0 });
	if (rc == 0 && !j->b->dry)
		rc = ent_register_next(j->x, j->each, object, k->index, ent_buf_view(&j->text),
		                       ent_json_count(ent_designations(object)) == 1
		                           ? name
		                           : (struct ent_str){ NULL, 0 },
		                       err);
	return rc ? rc : tell(j, what, k, NULL, h.id, was, d, err);
}

static int
lift(struct job *j, const struct known *k, struct ent_err *err)
{
	const struct ent_json *object, *was;
	struct ent_held h;
	struct ent_str how = ent_arena_printf(j->each, "not on the list of %.*s (%.*s)",
	                                      ENT_FMT(j->date), ENT_FMT(j->b->title));
	int rc = held_object(j, k, &h, &object, &was, err);

	if (rc == 0 && !j->b->dry) {
		ent_buf_clear(&j->text);
		ent_register_lifted(&j->text, was, j->date, how);
		rc = ent_buf_ok(&j->text) ? ent_register_next(j->x, j->each, object, k->index,
		                                              ent_buf_view(&j->text),
		                                              (struct ent_str){ NULL, 0 }, err)
		                          : ent_x_nomem(err);
	}
	return rc ? rc : tell(j, ENT_ENTRY_LIFTED, k, NULL, h.id, was, NULL, err);
}

static int
one_entry(struct job *j, const struct ent_register_entry *e, struct ent_err *err)
{
	const struct ent_json *d;
	const struct known *k;
	uint8_t view[32];
	int rc;

	ent_arena_reset(j->each);
	k = ent_map_get(j->known, key(j->each, e->list, e->ref));
	rc = ent_json_parser_read(j->parser, j->each, e->designation, ENT_JSON_DEPTH, 0, &d,
	                          NULL, err);
	rc = rc ? rc : ent_designation_view(j->each, d, view, err);
	if (rc)
		return rc;
	if (!k)
		return add(j, e, d, err);
	if (!k->lifted && memcmp(view, k->view, 32) == 0) {
		j->out->same++;
		return 0;
	}
	return change(j, k, d, err);
}

static int
all_entries(struct job *j, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->b->n; i++) {
		const struct ent_register_entry *e = &j->b->entries[i];

		rc = one_entry(j, e, err);
		if (rc)
			return ent_within(err, rc, "%.*s", ENT_FMT(e->ref));
		if (j->b->progress && i % PROGRESS_EVERY == 0)
			j->b->progress(j->b->self, i, j->b->n);
	}
	for (const struct known *k = j->first; rc == 0 && k && !j->b->partial; k = k->next) {
		if (k->listed || k->lifted)
			continue;
		ent_arena_reset(j->each);
		rc = lift(j, k, err);
	}
	return rc;
}

/* ---- what is noted ---- */

/* {"date":...,"files":[...],...}: of the list that is in the register, and for the ledger. */
static int
describe(struct job *j, struct ent_str list, struct ent_err *err)
{
	struct ent_jw w;
	char hex[65];

	ent_buf_clear(&j->text);
	ent_jw_init(&w, &j->text);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "list", list);
	ent_jw_kstr(&w, "date", j->date);
	ent_jw_kbool(&w, "dated", j->b->date.n > 0);
	ent_jw_kbool(&w, "partial", j->b->partial);
	ent_jw_key(&w, "files");
	ent_jw_array(&w);
	for (size_t i = 0; i < j->b->n_files; i++) {
		ent_jw_object(&w);
		ent_jw_kstr(&w, "name", j->b->files[i].name);
		ent_hex(j->b->files[i].sha256, 32, hex);
		ent_jw_kc(&w, "sha256", hex);
		ent_jw_kint(&w, "bytes", (int64_t)j->b->files[i].bytes);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
	ent_jw_kint(&w, "entries", (int64_t)j->b->n);
	ent_jw_kint(&w, "new", (int64_t)j->out->fresh);
	ent_jw_kint(&w, "changed", (int64_t)(j->out->changed + j->out->relisted));
	ent_jw_kint(&w, "lifted", (int64_t)j->out->lifted);
	ent_jw_end_object(&w);
	return ent_buf_ok(&j->text) ? 0 : ent_x_nomem(err);
}

/* Whether files of the same hashes were the last ones. */
static bool
same_files(const struct job *j, const struct ent_json *before)
{
	const struct ent_json *files = ent_json_getc(before, "files");
	char hex[65];

	if (!before || ent_json_count(files) != j->b->n_files)
		return false;
	for (size_t i = 0; i < j->b->n_files; i++) {
		ent_hex(j->b->files[i].sha256, 32, hex);
		if (!ent_str_is(ent_json_getstr(ent_json_at(files, i), "sha256"), hex))
			return false;
	}
	return true;
}

/* What is known of the list that is in the register; NULL if none is. */
static int
before(struct job *j, struct ent_str list, const struct ent_json **out, struct ent_err *err)
{
	int rc = ent_x_doc(j->x, j->kept, ENT_SPACE_LIST, list, out, NULL);

	if (rc == ENT_ENOENT) {
		*out = NULL;
		return 0;
	}
	return rc ? ent_fail(err, rc, "what is known of the list %.*s can't be read",
	                     ENT_FMT(list))
	          : 0;
}

/* A list whose date isn't known, or a part of one, is neither older nor newer. */
static int
not_older(struct job *j, struct ent_str list, struct ent_err *err)
{
	const struct ent_json *last;
	struct ent_str date;
	bool dated = false;
	int rc = before(j, list, &last, err);

	if (rc || j->b->older || j->b->partial || !j->b->date.n)
		return rc;
	(void)ent_json_bool(ent_json_getc(last, "dated"), &dated);
	date = ent_json_getstr(last, "date");
	if (dated && ent_str_cmp(j->date, date) < 0)
		return ent_fail(
		    err, ENT_ESTATE,
		    "this is the list of %.*s, and that of %.*s is in the register; "
		    "--older takes it all the same",
		    ENT_FMT(j->date), ENT_FMT(date));
	return 0;
}

static int
note(struct job *j, struct ent_str list, struct ent_err *err)
{
	const struct ent_register_report *r = j->out;
	const struct ent_json *last;
	int rc = before(j, list, &last, err);

	if (rc || (!(r->fresh + r->changed + r->lifted + r->relisted) &&
	           (j->b->partial || same_files(j, last))))
		return rc;
	j->out->written = true;
	rc = describe(j, list, err);
	if (rc == 0 && !j->b->partial)
		rc = ent_store_doc_put(j->x->store, ENT_SPACE_LIST, list,
		                       ent_buf_view(&j->text), err);
	return rc ? rc
	          : ent_audit_note(j->x, j->kept, "list-import", ent_buf_view(&j->text), err);
}

/* ---- all of it ---- */

/* Each list that the batch has entries of, once. */
static int
lists_of(struct job *j, struct ent_str *list, size_t *n, size_t most, struct ent_err *err)
{
	*n = 0;
	for (size_t i = 0; i < j->b->n; i++) {
		struct ent_str id = j->b->entries[i].list;

		if (ent_map_get(j->lists, id))
			continue;
		if (*n == most)
			return ent_fail(err, ENT_ELIMIT, "entries of more than %zu lists",
			                most);
		list[(*n)++] = id;
		if (ent_map_put(j->lists, id, j))
			return ent_x_nomem(err);
	}
	return 0;
}

static int
run(struct job *j, struct ent_err *err)
{
	struct ent_str list[8];
	size_t n = 0;
	int rc = lists_of(j, list, &n, 8, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = not_older(j, list[i], err);
	rc = rc ? rc : ent_register_each(j->x, ENT_SOURCE_OWN, learn, j, err);
	rc = rc ? rc : mark(j, err);
	rc = rc ? rc : all_entries(j, err);
	for (size_t i = 0; rc == 0 && i < n && !j->b->dry; i++)
		rc = note(j, list[i], err);
	return rc;
}

int
ent_register_import(struct ent_exchange *x, const struct ent_register_batch *b,
                    struct ent_register_report *out, struct ent_err *err)
{
	struct job j = { .x = x,
		         .b = b,
		         .out = out,
		         .kept = ent_arena_new(ENT_REGISTER_KNOWN),
		         .each = ent_arena_new(ENT_REQUEST_ARENA),
		         .parser = ent_json_parser_new(),
		         .date = b->date };
	int rc = ent_x_begin(x, err);

	*out = (struct ent_register_report){ 0 };
	j.last = &j.first;
	if (rc == 0) {
		ent_buf_init(&j.text, ENT_ITEM_MAX);
		if (j.kept) {
			j.known = ent_map_new(j.kept);
			j.lists = ent_map_new(j.kept);
			j.now = ent_x_at(x, j.kept);
			if (!j.date.n && j.now.n >= 10)
				j.date = (struct ent_str){ j.now.p, 10 };
		}
		rc = j.known && j.lists && j.each && j.parser && j.now.p ? run(&j, err)
		                                                         : ent_x_nomem(err);
		rc = ent_x_end(x, rc, err);
		ent_buf_release(&j.text);
	}
	ent_json_parser_free(j.parser);
	ent_arena_free(j.kept);
	ent_arena_free(j.each);
	return rc;
}
