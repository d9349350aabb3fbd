/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.c - making a package, and which were made and taken.
 */
#include "exchange/package.h"

#include <inttypes.h>

#include "base/time.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/package_int.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"
#include "exchange/spot.h"
#include "exchange/witness.h"

/* Objects and bytes of one page. */
#define PAGE_OBJECTS 1000
#define PAGE_BYTES   ((size_t)8 << 20)

/* ---- kept ---- */

static struct ent_str
space_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party, bool ours)
{
	return ent_arena_printf(a, "%.*s/%.*s/%s/", ENT_FMT(agreement), ENT_FMT(party),
	                        ours ? "out" : "in");
}

int
ent_package_keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_package_head *h,
                 bool ours, uint64_t objects, struct ent_err *err)
{
	struct ent_str prefix = space_key(a, h->agreement, ours ? h->to : h->by, ours), key,
		       value, detail;
	int rc;

	key = ent_arena_printf(a, "%.*s%020" PRId64, ENT_FMT(prefix), h->number);
	value =
	    ent_arena_printf(a, "{\"at\":\"%.*s\",\"objects\":%" PRIu64 ",\"sha256\":\"%.*s\"}",
	                     ENT_FMT(h->at), objects, ENT_FMT(h->sha256));
	detail =
	    ent_arena_printf(a, "{\"number\":%" PRId64 ",\"of\":\"%.*s\",\"sha256\":\"%.*s\"}",
	                     h->number, ENT_FMT(h->agreement), ENT_FMT(h->sha256));
	if (!prefix.p || !key.p || !value.p || !detail.p)
		return ent_x_nomem(err);
	rc = ent_store_doc_put(x->store, ENT_SPACE_PACKAGE, key, value, err);
	if (rc || !h->sha256.n) /* the number alone, before the file is made */
		return rc;
	return ent_audit_note(x, a, ours ? "package-export" : "package-import", detail, err);
}

struct numbers {
	struct ent_str prefix;
	int64_t last, below, wanted;
	struct ent_str sha256; /* of the wanted one */
	struct ent_arena *a;
};

static int
see_number(void *self, struct ent_doc d, struct ent_err *err)
{
	struct numbers *n = self;
	const struct ent_json *v;
	uint64_t number;
	int rc = ent_str_u64(ent_str_from(d.key, n->prefix.n), INT64_MAX, &number)
	             ? ent_fail(err, ENT_ECORRUPT, "a package's record has no number")
	             : 0;

	if (rc)
		return rc;
	n->last = (int64_t)number;
	n->below += n->last < n->wanted;
	if (n->last == n->wanted && (rc = ent_json_parse(n->a, d.value, 8, &v, err)) == 0)
		n->sha256 = ent_arena_dup(n->a, ent_json_getstr(v, "sha256"));
	return rc;
}

static int
count_numbers(struct ent_exchange *x, struct ent_arena *a, struct numbers *n,
              struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };

	n->a = a;
	return n->prefix.p
	           ? ent_x_docs_each(x, ENT_SPACE_PACKAGE, n->prefix, none, see_number, n, err)
	           : ent_x_nomem(err);
}

int
ent_package_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 struct ent_str party, bool ours, int64_t *number, struct ent_err *err)
{
	struct numbers n = { .prefix = space_key(a, agreement, party, ours) };
	int rc = count_numbers(x, a, &n, err);

	*number = n.last;
	return rc;
}

int
ent_package_gaps(struct ent_exchange *x, struct ent_arena *a, const struct ent_package_head *h,
                 int64_t *missing, bool *known, struct ent_err *err)
{
	struct numbers n = { .prefix = space_key(a, h->agreement, h->by, false),
		             .wanted = h->number };
	int rc = count_numbers(x, a, &n, err);

	*missing = h->number - 1 - n.below;
	*known = n.sha256.p && ent_str_eq(n.sha256, h->sha256);
	if (rc == 0 && n.sha256.p && !*known)
		rc = ent_fail(err, ENT_ECONFLICT,
		              "another package with number %" PRId64
		              " came before: was their node restored from an old copy?",
		              h->number);
	return rc;
}

struct listing {
	struct ent_arena *a;
	int (*see)(void *self, const struct ent_package_seen *p, struct ent_err *err);
	void *self;
};

static int
see_package(void *self, struct ent_doc d, struct ent_err *err)
{
	struct listing *l = self;
	struct ent_package_seen p = { .number = 0 };
	struct ent_str rest = d.key, way;
	const struct ent_json *v;
	int64_t objects = 0;
	uint64_t number = 0;
	int rc = ent_json_parse(l->a, d.value, 8, &v, err);

	if (rc)
		return rc;
	(void)ent_str_next(&rest, '/', &p.agreement);
	(void)ent_str_next(&rest, '/', &p.party);
	(void)ent_str_next(&rest, '/', &way);
	(void)ent_str_u64(rest, INT64_MAX, &number);
	(void)ent_json_int(ent_json_getc(v, "objects"), &objects);
	p.number = (int64_t)number;
	p.ours = ent_str_is(way, "out");
	p.at = ent_json_getstr(v, "at");
	p.sha256 = ent_json_getstr(v, "sha256");
	p.objects = (uint64_t)objects;
	return l->see(l->self, &p, err);
}

int
ent_packages_each(struct ent_exchange *x, struct ent_arena *a,
                  int (*see)(void *self, const struct ent_package_seen *p, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct listing l = { a, see, self };

	return ent_x_docs_each(x, ENT_SPACE_PACKAGE, ENT_STR(""), (struct ent_str){ NULL, 0 },
	                       see_package, &l, err);
}

/* ---- making ---- */

struct making {
	struct ent_exchange *x;
	struct ent_arena *a, *page; /* page: reset for each line */
	const struct ent_agreement *g;
	struct ent_peer to;
	struct ent_package_writer w;
	struct ent_buf line;
	struct ent_package_report *out;
};

/* {"NAME":VALUE}, one line. */
static int
put_line(struct making *m, const char *name, struct ent_str json, bool last,
         struct ent_err *err)
{
	ent_buf_clear(&m->line);
	ent_buf_printf(&m->line, "{\"%s\":", name);
	ent_buf_str(&m->line, json);
	ent_buf_c(&m->line, "}\n");
	if (!ent_buf_ok(&m->line))
		return ent_fail(err, ENT_ELIMIT, "a line of the package is too long");
	return ent_package_line(&m->w, ent_buf_view(&m->line), last, err);
}

static int
put_text(struct making *m, const char *name, struct ent_str text, struct ent_err *err)
{
	struct ent_str json;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, 8 * text.n + 64);
	ent_jw_init(&w, &b);
	ent_jw_str(&w, text);
	json = ent_buf_done(&b, m->page);
	ent_buf_release(&b);
	return json.p ? put_line(m, name, json, false, err) : ent_x_nomem(err);
}

static int
put_statements(struct making *m, struct ent_err *err)
{
	struct ent_str bundle;
	int rc = ent_agreement_bundle(m->x, m->page, m->g->id, m->to.party, NULL, &bundle, err);

	return rc ? rc : put_line(m, "statements", bundle, false, err);
}

/* Our ledger for them to cosign, and their last one with our cosignature. */
static int
put_checkpoints(struct making *m, struct ent_err *err)
{
	struct ent_str origin = ent_arena_printf(m->page, "%.*s/entente/%.*s",
	                                         ENT_FMT(m->to.host), ENT_FMT(m->g->id)),
		       body, note;
	uint64_t old = 0, size;
	int rc = origin.p ? ent_book_last_cosigned(m->x, m->page, m->g->id, &old, err)
	                  : ent_x_nomem(err);

	if (rc == 0)
		rc =
		    ent_witness_request(m->x, m->page, m->g->id, old, &body, &note, &size, err);
	if (rc == 0)
		rc = put_text(m, "checkpoint", body, err);
	if (rc)
		return rc;
	rc = ent_witness_last(m->x, m->page, origin, &size, &note, err);
	if (rc == ENT_ENOENT || (rc == 0 && !note.p))
		return 0; /* they have shown none yet */
	return rc ? rc : put_text(m, "cosigned", note, err);
}

static int
put_receipt(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct making *m = self;
	struct ent_str channel = ent_collection_id(m->page, m->g->id, m->to.party, true);

	if (!channel.p)
		return ent_x_nomem(err);
	if (!ent_str_eq(channel, r->channel))
		return 0;
	m->out->receipts++;
	return put_line(m, "receipt", r->envelope, false, err);
}

/* Every receipt that they have not confirmed, and how far we have theirs. */
static int
put_receipts(struct making *m, struct ent_err *err)
{
	uint64_t last;
	int rc = ent_receipts_owed(m->x, m->g->id, put_receipt, m, err);

	if (rc == 0)
		rc = ent_receipted(m->x, m->page, m->g->id, m->to.party, &last, err);
	if (rc)
		return rc;
	return put_line(m, "receipted", ent_arena_printf(m->page, "%" PRIu64, last), false,
	                err);
}

static int
put_page(struct making *m, uint64_t first, const struct ent_page *p, struct ent_err *err)
{
	const struct ent_entry *end = &p->entries[p->count - 1];
	struct ent_str json;
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, ENT_PACKAGE_LINE);
	ent_buf_printf(&b,
	               "{\"first\":%" PRIu64 ",\"last\":%" PRIu64 ",\"date\":%" PRId64
	               ",\"objects\":[",
	               first, end->seq, end->date_added);
	for (size_t i = 0; rc == 0 && i < p->count; i++) {
		const struct ent_json *v;
		struct ent_str canon = { NULL, 0 };

		rc = ent_json_parse(m->page, p->entries[i].row.bytes, ENT_JSON_DEPTH, &v, err);
		if (rc == 0)
			canon = ent_json_canon(m->page, v);
		if (rc == 0 && !canon.p)
			rc = ent_x_nomem(err);
		ent_buf_c(&b, i ? "," : "");
		ent_buf_str(&b, canon);
	}
	ent_buf_c(&b, "],\"numbers\":[");
	for (size_t i = 0; i < p->count; i++)
		ent_buf_printf(&b, "%s%" PRIu64, i ? "," : "", p->entries[i].seq);
	ent_buf_c(&b, "]}");
	json = ent_buf_view(&b);
	if (rc == 0)
		rc = json.p ? put_line(m, "page", json, false, err) : ent_x_nomem(err);
	ent_buf_release(&b);
	m->out->pages += rc == 0;
	m->out->objects += rc == 0 ? p->count : 0;
	return rc;
}

/* All that they have not receipted, in pages as a sync has them. */
static int
put_pages(struct making *m, struct ent_err *err)
{
	struct ent_query q = { .channel = m->g->outbound,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = PAGE_OBJECTS,
		               .max_bytes = PAGE_BYTES,
		               .with_bytes = true };
	struct ent_page p = { .more = true };
	int rc = ent_receipted(m->x, m->page, m->g->id, m->to.party, &q.after_seq, err);

	while (rc == 0 && p.more) {
		ent_arena_reset(m->page);
		rc = ent_store_page(m->x->store, m->page, &q, &p, err);
		if (rc || p.count == 0)
			break;
		/* a receipt's span is bounded: entries that were taken off leave gaps */
		while (p.count > 1 &&
		       p.entries[p.count - 1].seq - q.after_seq > ENT_RECEIPT_SPAN) {
			p.count--;
			p.more = true;
		}
		rc = put_page(m, q.after_seq + 1, &p, err);
		q.after_seq = p.entries[p.count - 1].seq;
	}
	return rc;
}

static int
put_all(struct making *m, struct ent_err *err)
{
	struct ent_err why = { 0 };
	int rc = put_statements(m, err);

	ent_arena_reset(m->page);
	m->out->open =
	    ent_agreement_open(m->g, ent_str_c(m->x->c.party), m->to.party, NULL, &why) == 0;
	if (rc == 0 && !m->out->open)
		m->out->why = ent_arena_dup(m->a, ent_str_c(why.msg));
	if (rc == 0 && m->out->open)
		rc = put_checkpoints(m, err);
	if (rc == 0 && m->out->open)
		rc = put_receipts(m, err);
	if (rc == 0 && m->out->open)
		rc = put_pages(m, err);
	return rc ? rc
	          : put_line(m, "end", ent_arena_printf(m->page, "%zu", m->w.lines), true, err);
}

/* Who it is for: named, or the only other party. */
static int
find_reader(struct making *m, struct ent_str to, struct ent_err *err)
{
	const struct ent_agreement *g = m->g;
	int rc;

	if (!to.p && g->parties != 2)
		return ent_fail(err, ENT_EINVAL, "there are several counterparts: --to PARTY");
	if (!to.p)
		to = g->party[!g->self].id;
	rc = ent_peer_find(m->x, m->a, to, &m->to, err);
	if (rc == 0 && ent_agreement_party(g, m->to.party) < 0)
		rc = ent_fail(err, ENT_EINVAL, "%.*s is not a party of this agreement",
		              ENT_FMT(m->to.name));
	if (rc == 0 && !m->to.confirmed)
		rc = ent_fail(err, ENT_ESTATE,
		              "%.*s is not confirmed: compare the codes, then `entente peer "
		              "confirm`",
		              ENT_FMT(m->to.name));
	return rc;
}

/* A number is used once, also by an export that is killed. */
static int
take_number(struct making *m, struct ent_package_head *h, struct ent_err *err)
{
	int rc = ent_x_begin(m->x, err);

	if (rc)
		return rc;
	rc = ent_package_last(m->x, m->a, m->g->id, m->to.party, true, &h->number, err);
	h->number++;
	return ent_x_end(m->x, rc ? rc : ent_package_keep(m->x, m->a, h, true, 0, err), err);
}

static int
make(struct making *m, const char *path, bool sealed, struct ent_err *err)
{
	struct ent_package_head *h = &m->out->head;
	int rc = ent_package_writer_begin(&m->w, sealed ? m->to.sign_pub : NULL, err);

	*h = (struct ent_package_head){ .agreement = m->g->id,
		                        .by = ent_str_c(m->x->c.party),
		                        .to = m->to.party,
		                        .at = ent_x_at(m->x, m->a) };
	if (rc == 0 && !h->at.p)
		rc = ent_x_nomem(err);
	if (rc == 0)
		rc = take_number(m, h, err);
	if (rc == 0)
		rc = put_all(m, err);
	if (rc == 0)
		rc = ent_package_finish(m->x, m->a, &m->w, path, h, err);
	if (rc == 0)
		rc = ent_x_begin(m->x, err);
	if (rc == 0)
		rc = ent_x_end(
		    m->x, ent_package_keep(m->x, m->a, h, true, m->out->objects, err), err);
	ent_package_writer_end(&m->w);
	return rc;
}

int
ent_package_export(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   struct ent_str to, const char *path, bool sealed,
                   struct ent_package_report *out, struct ent_err *err)
{
	struct making m = { .x = x, .a = a, .g = g, .out = out };
	int rc;

	*out = (struct ent_package_report){ .objects = 0 };
	ent_buf_init(&m.line, ENT_PACKAGE_LINE);
	m.page = ent_arena_new(ENT_REQUEST_ARENA);
	rc = m.page ? find_reader(&m, to, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = make(&m, path, sealed, err);
	ent_arena_free(m.page);
	ent_buf_release(&m.line);
	return rc;
}
