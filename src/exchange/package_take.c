/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package_take.c - taking a package: line by line, by the functions that take what a sync
 * brings.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "exchange/arrival.h"
#include "exchange/package_int.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"
#include "exchange/receipt_int.h"
#include "exchange/spot.h"
#include "exchange/witness.h"
#include "proof/envelope.h"
#include "proof/keys.h"
#include "json/make.h"

struct taking {
	struct ent_exchange *x;
	struct ent_arena *a, *line; /* line: reset for each */
	struct ent_package_report *out;
	struct ent_package_head *h;
	struct ent_peer from;
	struct ent_cursor at;
	size_t lines;
	bool began, ended; /* the agreement was looked at; the last line came */
};

/* ---- the header ---- */

static int
keys_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str by, struct ent_peer *peer,
        const struct ent_key_history **keys, struct ent_err *err)
{
	int rc;

	if (ent_str_is(by, x->c.party))
		return ent_exchange_keys(x, a, keys, err);
	rc = ent_peer_get(x, a, by, peer, err);
	if (rc == 0 && !peer->confirmed)
		rc = ent_fail(err, ENT_EDENIED, "%.*s is not a confirmed counterpart",
		              ENT_FMT(peer->name));
	*keys = rc ? NULL : peer->keys;
	return rc;
}

static int
open_head(struct ent_exchange *x, struct ent_arena *a, const struct ent_package_file *f,
          struct ent_peer *peer, struct ent_package_head *out, uint8_t seal[ENT_SEAL_HEAD],
          bool *verified, struct ent_err *err)
{
	const struct ent_key_history *keys;
	const struct ent_json *body;
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, f->envelope, &e, err);

	*verified = false;
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc == 0)
		rc = ent_package_head_read(a, body, out, seal, err);
	if (rc)
		return rc;
	out->sha256 = ent_hex_dup(a, e.sha256, ENT_SHA256);
	if (!out->sha256.p)
		return ent_x_nomem(err);
	rc = keys_of(x, a, out->by, peer, &keys, err);
	if (rc == 0)
		rc = ent_envelope_open_new(a, &e, ENT_ENV_PACKAGE, "package", keys, err);
	*verified = rc == 0;
	return rc;
}

int
ent_package_look(struct ent_exchange *x, struct ent_arena *a, const char *path,
                 struct ent_package_head *out, bool *verified, struct ent_err *err)
{
	struct ent_peer *peer = ent_arena_alloc(a, sizeof(*peer));
	struct ent_package_file f;
	uint8_t seal[ENT_SEAL_HEAD];
	int rc = peer ? ent_package_open(path, &f, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = open_head(x, a, &f, peer, out, seal, verified, err);
	if (rc == ENT_ENOENT || rc == ENT_EDENIED) /* of somebody else: what it says unsigned */
		rc = 0;
	ent_package_close(&f);
	return rc;
}

/* ---- lines ---- */

static int
take_statements(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct ent_statements_taken *taken = ent_arena_alloc(t->line, sizeof(*taken));
	int rc = taken ? ent_agreement_take(t->x, t->line, t->h->agreement, t->from.party,
	                                    ent_json_raw(v), taken, err)
	               : ent_x_nomem(err);

	if (rc)
		return rc;
	t->out->statements += taken->fresh;
	t->out->dispatches += taken->dispatches;
	ent_statements_taken_log(t->x, t->h->agreement, t->from.party, taken);
	return 0;
}

/* Before the first line of information: whether it may pass, and how far their channel was
 * read. */
static int
begin(struct taking *t, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(t->line, sizeof(*g));
	struct ent_str origin = ent_arena_printf(
	    t->line, "%.*s/entente/%.*s", ENT_FMT(t->from.host), ENT_FMT(t->h->agreement));
	struct ent_err why = { 0 };
	int rc = g && origin.p ? ent_agreement_load(t->x, t->line, t->h->agreement, g, err)
	                       : ent_x_nomem(err);

	if (rc || t->began)
		return rc;
	t->began = true;
	t->out->open =
	    ent_agreement_open(g, ent_str_c(t->x->c.party), t->from.party, NULL, &why) == 0;
	if (!t->out->open) {
		t->out->why = ent_arena_dup(t->a, ent_str_c(why.msg));
		return t->out->why.p ? 0 : ent_x_nomem(err);
	}
	rc = ent_conflict_check(t->x, t->line, origin, err);
	return rc ? rc
	          : ent_cursor_read(t->x, t->line, t->h->agreement, t->from.party, &t->at, err);
}

static int
take_checkpoint(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct ent_witnessed w;
	int rc = ent_witness_add(t->x, t->line, t->from.party, ent_json_str(v), &w, err);

	if (rc)
		return rc;
	if (w.status == 422)
		return ent_fail(err, ENT_ECONFLICT,
		                "the ledger of %.*s is not the one it showed before: exchange "
		                "stops (`entente ledger conflict` has the evidence)",
		                ENT_FMT(t->from.name));
	if (w.status != 200) /* it went out before what came since: the next one fits */
		ent_log_about(t->x->c.log, ENT_LOG_INFO, t->from.party, t->h->agreement,
		              "the checkpoint of a package does not follow the last one: %.*s",
		              ENT_FMT(w.body));
	return 0;
}

static int
take_cosigned(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	return ent_witness_cosigned(t->x, t->line, t->h->agreement, t->from.party,
	                            ent_json_str(v), err);
}

static int
take_receipt(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	uint64_t next;
	struct ent_err why = { 0 };
	int rc = ent_receipt_take(t->x, t->line, t->h->agreement, t->from.party,
	                          ent_json_raw(v), &next, &why);

	t->out->receipts += rc == 0;
	if (rc == 0)
		return 0;
	if (rc != ENT_EUNUSABLE && rc != ENT_ECONFLICT && rc != ENT_ENOENT)
		return ent_fail(err, rc, "a receipt: %s", why.msg);
	ent_log_about(t->x->c.log, ENT_LOG_WARN, t->from.party, t->h->agreement,
	              "a receipt of a package is not taken: %s", why.msg);
	return 0;
}

/* They have our receipts up to that number: those are owed no more. */
struct settling {
	struct taking *t;
	struct ent_str channel;
	uint64_t upto;
};

static int
settle(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct settling *s = self;

	if (!ent_str_eq(r->channel, s->channel) || r->last > s->upto)
		return 0;
	return ent_receipt_has_it(s->t->x, s->t->line, r, s->t->from.party, err);
}

static int
take_receipted(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct settling s = { .t = t,
		              .channel = ent_collection_id(t->line, t->h->agreement,
		                                           t->from.party, true) };
	int64_t upto;
	int rc = s.channel.p ? 0 : ent_x_nomem(err);

	if (rc == 0 && (!ent_json_int(v, &upto) || upto < 0))
		rc = ent_fail(err, ENT_EPARSE, "\"receipted\" is no number");
	if (rc == 0)
		rc = ent_x_begin(t->x, err);
	if (rc)
		return rc;
	s.upto = (uint64_t)upto;
	return ent_x_end(t->x, ent_receipts_owed(t->x, t->h->agreement, settle, &s, err), err);
}

/* The first part of a page is here already: what is left of it is a page by itself. */
static int
leave_out(struct taking *t, const struct ent_json *v, struct ent_arrival *ar,
          struct ent_err *err)
{
	const struct ent_json *numbers = ent_json_getc(v, "numbers");
	size_t n = ent_json_count(ar->objects), first = 0;
	struct ent_json *rest;
	int64_t number;

	if (ent_json_count(numbers) != n)
		return ent_fail(err, ENT_EPARSE, "a page of the package has no numbers");
	while (first < n && ent_json_int(ent_json_at(numbers, first), &number) &&
	       number <= (int64_t)t->at.seq)
		first++;
	rest = ent_json_make_array(t->line, n - first);
	if (!rest)
		return ent_x_nomem(err);
	for (size_t i = first; i < n; i++)
		ent_json_set(rest, i - first, (struct ent_str){ NULL, 0 },
		             ent_json_at(ar->objects, i));
	ar->objects = rest;
	ar->seq_first = t->at.seq + 1;
	return 0;
}

/* A page, or what of it was not here yet. */
static int
take_page(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct ent_arrival ar = { .agreement = t->h->agreement,
		                  .from = t->from.party,
		                  .objects = ent_json_getc(v, "objects") };
	int64_t first, last;
	int rc;

	if (!ent_json_int(ent_json_getc(v, "first"), &first) || first < 1 ||
	    !ent_json_int(ent_json_getc(v, "last"), &last) || last < first ||
	    !ent_json_int(ent_json_getc(v, "date"), &ar.date_last) ||
	    !ent_json_is(ar.objects, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPARSE, "a page of the package is not complete");
	if ((uint64_t)last <= t->at.seq)
		return 0; /* it came by another road, or in an earlier package */
	ar.seq_first = (uint64_t)first;
	ar.seq_last = (uint64_t)last;
	if (ar.seq_first > t->at.seq + 1)
		return ent_fail(err, ENT_ESTATE,
		                "entries %" PRIu64 " to %" PRIu64
		                " are missing: import the packages before this one first",
		                t->at.seq + 1, ar.seq_first - 1);
	if (ar.seq_first <= t->at.seq) {
		rc = leave_out(t, v, &ar, err);
		if (rc)
			return rc;
	}
	rc = ent_arrival_page(t->x, t->line, &ar, &t->at, err);
	if (rc)
		return rc;
	t->out->pages++;
	t->out->objects += ent_json_count(ar.objects);
	t->out->fresh += ar.fresh;
	t->out->refused += ar.refused;
	return 0;
}

static int
take_end(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	int64_t lines;

	t->ended = ent_json_int(v, &lines) && lines >= 0 && (size_t)lines == t->lines - 1;
	return t->ended ? 0 : ent_fail(err, ENT_EPARSE, "lines of the package are missing");
}

static const struct {
	const char *name;
	bool information; /* taken only while the agreement is in force */
	int (*take)(struct taking *t, const struct ent_json *v, struct ent_err *err);
} parts[] = {
	{ "statements", false, take_statements },
	{ "checkpoint", true, take_checkpoint },
	{ "cosigned", true, take_cosigned },
	{ "receipt", true, take_receipt },
	{ "receipted", true, take_receipted },
	{ "page", true, take_page },
	{ "end", false, take_end },
};

static int
take_line(void *self, struct ent_str line, struct ent_err *err)
{
	struct taking *t = self;
	const struct ent_json *v;
	int rc;

	ent_arena_reset(t->line);
	t->lines++;
	rc = ent_json_parse(t->line, line, ENT_JSON_DEPTH + ENT_ENVELOPE_DEPTH, &v, err);
	if (rc == 0 && (!ent_json_is(v, ENT_JSON_OBJECT) || ent_json_count(v) != 1 || t->ended))
		rc = ent_fail(err, ENT_EPARSE, "a line of the package is no part of one");
	for (size_t i = 0; rc == 0 && i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct ent_json *part = ent_json_getc(v, parts[i].name);

		if (!part)
			continue;
		if (parts[i].information)
			rc = begin(t, err);
		if (rc == 0 && (!parts[i].information || t->out->open))
			rc = parts[i].take(t, part, err);
		return rc;
	}
	return rc ? rc : ent_fail(err, ENT_EPARSE, "a line of the package has no meaning here");
}

/* ---- the whole ---- */

static int
take_all(struct taking *t, const struct ent_package_file *f, const uint8_t seal[ENT_SEAL_HEAD],
         struct ent_err *err)
{
	int rc = ent_package_gaps(t->x, t->a, t->h, &t->out->missing, &t->out->known, err);

	if (rc == 0)
		rc = ent_package_lines(f, t->h, seal, &t->x->c.keys->key[ENT_KEY_SIGN],
		                       take_line, t, err);
	if (rc == 0 && !t->ended)
		rc = ent_fail(err, ENT_EPARSE, "the package has no end");
	if (rc == 0 && !t->began)
		rc = begin(t, err);
	if (rc || t->out->known)
		return rc;
	rc = ent_x_begin(t->x, err);
	return rc ? rc
	          : ent_x_end(t->x,
	                      ent_package_keep(t->x, t->a, t->h, false, t->out->objects, err),
	                      err);
}

int
ent_package_import(struct ent_exchange *x, struct ent_arena *a, const char *path,
                   struct ent_package_report *out, struct ent_err *err)
{
	struct taking t = { .x = x, .a = a, .out = out, .h = &out->head };
	struct ent_package_file f;
	uint8_t seal[ENT_SEAL_HEAD] = { 0 };
	bool verified;
	int rc = ent_package_open(path, &f, err);

	*out = (struct ent_package_report){ .objects = 0 };
	if (rc)
		return rc;
	t.line = ent_arena_new(ENT_DOC_ARENA((size_t)ENT_PACKAGE_LINE));
	rc =
	    t.line ? open_head(x, a, &f, &t.from, t.h, seal, &verified, err) : ent_x_nomem(err);
	if (rc == ENT_ENOENT)
		rc = ent_fail(err, ENT_EDENIED,
		              "the package is of %.*s, who is no counterpart of "
		              "this node",
		              ENT_FMT(t.h->by));
	if (rc == 0 && !ent_str_is(t.h->to, x->c.party))
		rc = ent_fail(err, ENT_EDENIED, "the package is for %.*s, not for this node",
		              ENT_FMT(t.h->to));
	if (rc == 0)
		rc = take_all(&t, &f, seal, err);
	ent_arena_free(t.line);
	ent_package_close(&f);
	return rc;
}
