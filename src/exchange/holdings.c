/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holdings.c - taking STIX in, finding it.
 */
#include "exchange/holdings.h"

#include "base/enc.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/collection.h"
#include "exchange/exchange_int.h"
#include "exchange/recall.h"
#include "exchange/refusal.h"

#define PROGRESS_EVERY 64

/* The first error among the findings, as a failure. */
static int
first_finding(const struct ent_findings *f, struct ent_str id, struct ent_err *err)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct ent_finding *x = &f->list[i];

		if (x->severity != ENT_MUST_RULE)
			continue;
		return ent_fail(err, ENT_EUNUSABLE, "%.*s%s%.*s: %.*s (%s)%s", ENT_FMT(id),
		                x->pointer.n ? " " : "", ENT_FMT(x->pointer), ENT_FMT(x->text),
		                x->code, f->errors > 1 ? ", and more" : "");
	}
	return ent_fail(err, ENT_EUNUSABLE, "%.*s is not valid STIX", ENT_FMT(id));
}

static int
make_row(const struct ent_exchange *x, struct ent_arena *a, const struct ent_object *o,
         struct ent_row *row, struct ent_err *err)
{
	struct ent_str canon = ent_json_canon(a, o->json);

	if (!canon.p)
		return ent_x_nomem(err);
	*row = (struct ent_row){
		.type = o->type, .spec = o->spec, .bytes = o->bytes, .added = ent_x_now(x)
	};
	row->version = o->version.p ? o->version : ENT_STR("");
	row->vkey = o->version.p ? ent_time_key(o->version) : ENT_STR("");
	memcpy(row->uuid, o->uuid, sizeof(row->uuid));
	ent_sha256(canon, row->sha256);
	return 0;
}

/*
 * The same id and version with other content is an attack on integrity or a grave mistake.  Its
 * record is the caller's to write: what this object began may be undone.
 */
int
ent_holdings_conflict(const struct ent_object *o, struct ent_err *err)
{
	return ent_fail(err, ENT_ECONFLICT,
	                "%.*s%s%.*s is held with other content: an object must not change "
	                "without a new version",
	                ENT_FMT(o->id), o->version.n ? " version " : "", ENT_FMT(o->version));
}

int
ent_holdings_check(struct ent_arena *a, const struct ent_json *v, struct ent_object *o,
                   struct ent_err *err)
{
	struct ent_findings f;
	int rc = ent_object_read(v, o, err);

	if (rc)
		return rc;
	if (o->class_ == ENT_STIX_BUNDLE)
		return ent_fail(err, ENT_EUNUSABLE,
		                "%.*s: a bundle inside a bundle is not STIX", ENT_FMT(o->id));
	ent_findings_init(&f, a);
	rc = ent_stix_check(v, &f, err);
	if (rc == 0 && f.errors)
		rc = first_finding(&f, o->id, err);
	if (rc == 0 && ent_tlp_of(o->id) != ENT_TLP_NONE && !ent_tlp_genuine(v))
		rc = ent_fail(err, ENT_ECONFLICT,
		              "%.*s is a TLP marking with other content than the published one",
		              ENT_FMT(o->id));
	return rc;
}

int
ent_holdings_put(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v,
                 struct ent_str source, uint64_t *oid, enum ent_taken *how, struct ent_err *err)
{
	struct ent_object o;
	int rc = ent_holdings_check(a, v, &o, err);

	return rc ? rc : ent_holdings_put_checked(x, a, &o, source, oid, how, err);
}

/* A marking definition has no versions (STIX 2.1, 7.2.1): whoever holds one under another date
 * holds other content under the same id, and both would mark the same objects. */
static int
one_definition(struct ent_exchange *x, struct ent_arena *a, const struct ent_object *o,
               const struct ent_row *row, struct ent_err *err)
{
	struct ent_str newest = { NULL, 0 };
	struct ent_row held;
	int rc;

	if (!ent_str_is(o->type, "marking-definition"))
		return 0;
	rc = ent_store_get(x->store, a, o->type, o->uuid, newest, &held, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	return ent_str_eq(held.vkey, row->vkey) ? 0 : ent_holdings_conflict(o, err);
}

int
ent_holdings_put_checked(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_object *o, struct ent_str source, uint64_t *oid,
                         enum ent_taken *how, struct ent_err *err)
{
	struct ent_row row;
	enum ent_put put = ENT_PUT_SAME;
	uint64_t at = 0;
	int rc = ent_recall_blocks(x, a, o->id, o->version, source, err);

	if (rc == 0)
		rc = make_row(x, a, o, &row, err);
	if (rc == 0)
		rc = one_definition(x, a, o, &row, err);
	if (rc)
		return rc;
	rc = ent_store_put(x->store, &row, &at, &put, err);
	if (rc == ENT_ECONFLICT)
		return ent_holdings_conflict(o, err);
	if (rc == 0)
		rc = ent_store_source_add(x->store, at, source, row.added, NULL, err);
	if (oid)
		*oid = at;
	if (how)
		*how = put == ENT_PUT_NEW ? ENT_TAKEN_NEW : ENT_TAKEN_SAME;
	return rc;
}

int
ent_holdings_put_text(struct ent_exchange *x, struct ent_arena *a, struct ent_str json,
                      struct ent_str source, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_json_parse(a, json, ENT_JSON_DEPTH, &v, err);

	return rc ? rc : ent_holdings_put(x, a, v, source, NULL, NULL, err);
}

int
ent_holdings_write(struct ent_exchange *x, int (*work)(void *self, struct ent_err *err),
                   void *self, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, work(self, err), err);
}

static void
refuse(const struct ent_import_options *o, size_t i, const struct ent_json *v,
       const struct ent_err *why)
{
	if (o->refused)
		o->refused(o->self, i, ent_json_getstr(v, "id"), why);
}

/* On the collection too, where one was named; a version that is on it stays as it is. */
static int
put_member(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v,
           const struct ent_import_options *o, struct ent_import_report *out,
           enum ent_taken *how, struct ent_err *err)
{
	uint64_t oid = 0, seq;
	int64_t date;
	int rc = ent_holdings_put(x, a, v, ENT_SOURCE_OWN, &oid, how, err);

	if (rc || !o->collection)
		return rc;
	rc = ent_store_append(x->store, o->collection->channel, oid, ent_x_now(x), &seq, &date,
	                      err);
	out->added += rc == 0;
	return rc == ENT_EEXIST ? 0 : rc;
}

static int
import_members(struct ent_exchange *x, const struct ent_json *doc, const struct ent_json *list,
               size_t count, const struct ent_import_options *o, struct ent_import_report *out,
               struct ent_err *err)
{
	struct ent_arena *each = ent_arena_new((size_t)256 << 20);
	struct ent_refusals refusals;
	int rc = each ? 0 : ent_x_nomem(err);

	ent_refusals_begin(&refusals, x, ENT_STR(""), ENT_SOURCE_OWN);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct ent_json *v = list ? ent_json_at(list, i) : doc;
		enum ent_taken how = ENT_TAKEN_SAME;
		struct ent_err why;

		ent_arena_reset(each);
		rc = put_member(x, each, v, o, out, &how, &why);
		if (rc == ENT_EUNUSABLE || rc == ENT_ECONFLICT) {
			refuse(o, i, v, &why);
			out->refused++;
			rc = ent_refusals_add(&refusals, each, i, v, &why, err);
		} else if (rc) {
			(void)ent_fail(err, rc, "%s", why.msg);
		} else {
			out->fresh += how == ENT_TAKEN_NEW;
			out->same += how == ENT_TAKEN_SAME;
		}
		if (o->progress && (i + 1 == count || i % PROGRESS_EVERY == 0))
			o->progress(o->self, i + 1, count);
	}
	out->objects = count;
	if (each)
		ent_arena_reset(each);
	rc = ent_refusals_end(&refusals, each, rc, err);
	ent_arena_free(each);
	return rc;
}

/* Everything inside one write; sets out->kept. */
static int
import_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *doc,
           struct ent_str text, const struct ent_import_options *o,
           struct ent_import_report *out, struct ent_err *err)
{
	const struct ent_json *list;
	struct ent_str detail;
	size_t count;
	int rc = ent_stix_members(doc, &list, &count, err);

	if (rc == 0)
		rc = import_members(x, doc, list, count, o, out, err);
	if (rc)
		return rc;
	out->kept = out->refused == 0 || o->skip_invalid;
	if (!out->kept)
		return 0;
	detail = ent_arena_printf(
	    a, "{\"sha256\":\"%.*s\",\"objects\":%zu,\"new\":%zu,\"same\":%zu,\"refused\":%zu}",
	    ENT_FMT(ent_sha256_hex(a, text)), count, out->fresh, out->same, out->refused);
	return ent_audit_note(x, a, "import", detail, err);
}

int
ent_import_text(struct ent_exchange *x, const char *name, struct ent_str text,
                const struct ent_import_options *o, struct ent_import_report *out,
                struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_DOC_ARENA(text.n));
	const struct ent_json *doc;
	int rc = a ? ent_json_parse(a, text, ENT_JSON_DEPTH, &doc, err) : ent_x_nomem(err);

	*out = (struct ent_import_report){ 0 };
	if (rc)
		(void)ent_within(err, rc, "%s", name);
	else
		rc = ent_x_begin(x, err);
	if (rc == 0) {
		rc = import_all(x, a, doc, text, o, out, err);
		if (rc)
			(void)ent_within(err, rc, "%s", name);
		/* a refusal without skip_invalid undoes the write, and is no failure of the
		 * call */
		if (rc == 0 && !out->kept) {
			(void)ent_x_end(x, ENT_EUNUSABLE, NULL);
			out->fresh = out->same = out->added = 0;
		} else {
			rc = ent_x_end(x, rc, err);
		}
	}
	ent_arena_free(a);
	return rc;
}

int
ent_import(struct ent_exchange *x, const char *path, const struct ent_import_options *o,
           struct ent_import_report *out, struct ent_err *err)
{
	struct ent_arena *file = ent_arena_new(x->c.import_max + 64);
	struct ent_str text;
	int rc;

	*out = (struct ent_import_report){ 0 };
	rc = file ? ent_file_read(file, path, x->c.import_max, &text, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_import_text(x, path, text, o, out, err);
	ent_arena_free(file);
	return rc;
}

static int
held(struct ent_arena *a, const struct ent_row *row, struct ent_held *out, struct ent_err *err)
{
	char uuid[ENT_UUID_TEXT];

	*out = (struct ent_held){
		.oid = row->oid, .type = row->type, .version = row->version, .bytes = row->bytes
	};
	memcpy(out->sha256, row->sha256, sizeof(out->sha256));
	out->id =
	    ent_arena_printf(a, "%.*s--%s", ENT_FMT(row->type), ent_uuid_text(row->uuid, uuid));
	return out->id.p ? 0 : ent_x_nomem(err);
}

int
ent_holdings_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                 struct ent_str version, struct ent_held *out, struct ent_err *err)
{
	struct ent_str type, vkey = { NULL, 0 };
	struct ent_row row;
	uint8_t uuid[16];
	int rc = ent_stix_id_parse(id, &type, uuid);

	if (rc)
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" is not a STIX identifier: type--UUID", ENT_FMT(id));
	if (version.p) {
		if (ent_time_parse(version, NULL, NULL))
			return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not a timestamp",
			                ENT_FMT(version));
		vkey = ent_time_key(version);
	}
	rc = ent_store_get(x->store, a, type, uuid, vkey, &row, err);
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "%.*s%s%.*s is not held here", ENT_FMT(id),
		                version.p ? " version " : "", ENT_FMT(version));
	return rc ? rc : held(a, &row, out, err);
}

int
ent_holdings_by_oid(struct ent_exchange *x, struct ent_arena *a, uint64_t oid,
                    struct ent_held *out, struct ent_err *err)
{
	struct ent_row row;
	int rc = ent_store_get_oid(x->store, a, oid, &row, err);

	return rc ? rc : held(a, &row, out, err);
}

int
ent_holdings_sources(struct ent_exchange *x, struct ent_arena *a, uint64_t oid,
                     struct ent_str **sources, size_t *count, struct ent_err *err)
{
	return ent_store_sources(x->store, a, oid, sources, count, err);
}

int
ent_holdings_list(struct ent_exchange *x, struct ent_arena *a,
                  const struct ent_holdings_query *q, struct ent_held **out, size_t *count,
                  struct ent_err *err)
{
	struct ent_list l = { .type = q->type,
		              .source = q->source,
		              .after = q->after,
		              .limit = q->limit,
		              .latest = !q->all_versions,
		              .with_bytes = q->with_bytes };
	struct ent_row *rows;
	int rc = ent_store_list(x->store, a, &l, &rows, count, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = held(a, &rows[i], &(*out)[i], err);
	return rc;
}
