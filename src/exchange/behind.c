/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behind.c - ledgers of this node that went back to an old copy.
 */
#include "exchange/behind.h"

#include <inttypes.h>

#include <entente/ledger.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "json/write.h"

/* ledger: {"note":what was cosigned,"restarted":whether a person has decided} */
#define SPACE ENT_STR("behind")

struct record {
	struct ent_str note;
	bool restarted;
	struct ent_checkpoint cp;
};

/* ENT_ENOENT: there is none. */
static int
read_record(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
            struct record *out, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, SPACE, name, &v, err);

	if (rc)
		return rc;
	out->note = ent_json_getstr(v, "note");
	out->restarted = ent_json_getstr(v, "restarted").p != NULL;
	if (ent_checkpoint_parse(out->note, &out->cp, NULL))
		return ent_fail(err, ENT_ECORRUPT,
		                "what is kept of the lost part of ledger %.*s is damaged",
		                ENT_FMT(name));
	return 0;
}

static int
write_record(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
             struct ent_str note, bool restarted, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "note", note);
	if (restarted)
		ent_jw_kstr(&w, "restarted", ent_x_at(x, a));
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, SPACE, name, text, err) : ent_x_nomem(err);
}

static int
stopped(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
        const struct ent_checkpoint *cp, struct ent_err *err)
{
	uint64_t size = 0;

	(void)ent_store_log_size(x->store, name, &size, NULL);
	(void)a;
	return ent_fail(
	    err, ENT_ESTATE,
	    "ledger %.*s has %" PRIu64 " entries here and the counterpart has "
	    "cosigned %" PRIu64 ": this node was restored from an old copy, and "
	    "nothing is written over what is lost.  Put a newer copy back, or go on "
	    "without it: `entente ledger conflict --restart %.*s --reason TEXT`",
	    ENT_FMT(name), size, cp->size, ENT_FMT(name));
}

int
ent_behind_check(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_err *err)
{
	struct ent_err why = { 0 }; /* that there is none is no failure, and says nothing */
	struct record r;
	int rc = read_record(x, a, name, &r, &why);

	if (rc == ENT_ENOENT || (rc == 0 && r.restarted))
		return 0;
	return rc ? ent_fail(err, rc, "%s", why.msg) : stopped(x, a, name, &r.cp, err);
}

/* Whether our ledger had that root at that size. */
static int
contains(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
         const struct ent_checkpoint *cp, bool *yes, struct ent_err *err)
{
	struct ent_checkpoint ours;
	struct ent_hash root;
	struct ent_str note;
	uint64_t size;
	int rc = ent_book_tip(x, a, name, &size, &root, err);

	*yes = false;
	if (rc || cp->size > size)
		return rc;
	rc = ent_book_checkpoint_at(x, a, name, cp->size, &note, err);
	if (rc == 0)
		rc = ent_checkpoint_parse(note, &ours, err);
	*yes = rc == 0 && memcmp(&ours.root, &cp->root, sizeof(ours.root)) == 0;
	return rc;
}

static int
learn(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, struct ent_str note,
      const struct ent_checkpoint *cp, struct ent_err *err)
{
	struct ent_str detail = ent_arena_printf(
	    a, "{\"of\":\"%.*s\",\"cosigned\":%" PRIu64 ",\"note_sha256\":\"%.*s\"}",
	    ENT_FMT(name), cp->size, ENT_FMT(ent_sha256_hex(a, note)));
	int rc = detail.p ? write_record(x, a, name, note, false, err) : ent_x_nomem(err);

	return rc ? rc : ent_audit_note(x, a, "ledger-behind", detail, err);
}

int
ent_behind_learn(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_str note, struct ent_err *err)
{
	struct ent_str origin = ent_book_origin(a, x->c.host, name);
	struct ent_checkpoint cp;
	struct record r;
	bool yes;
	int rc;

	if (!origin.p)
		return ent_x_nomem(err);
	if (ent_checkpoint_open(note, x->c.keys->key[ENT_KEY_LEDGER].pub, &cp, NULL) ||
	    !ent_str_eq(cp.origin, origin))
		return 0;
	rc = contains(x, a, name, &cp, &yes, err);
	if (rc || yes)
		return rc;
	rc = read_record(x, a, name, &r, err);
	if (rc == 0 && r.cp.size >= cp.size)
		return r.restarted ? 0 : stopped(x, a, name, &r.cp, err);
	if (rc && rc != ENT_ENOENT)
		return rc;
	rc = ent_x_begin(x, err);
	if (rc == 0)
		rc = ent_x_end(x, learn(x, a, name, note, &cp, err), err);
	return rc ? rc : stopped(x, a, name, &cp, err);
}

static int
restart(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, struct ent_str reason,
        struct ent_err *err)
{
	char root[ENT_B64_LEN(ENT_HASH) + 1];
	struct ent_str entry;
	struct record r;
	struct ent_buf b;
	struct ent_jw w;
	int rc = read_record(x, a, name, &r, err);

	if (rc == ENT_ENOENT || (rc == 0 && r.restarted))
		return ent_fail(err, ENT_ENOENT,
		                "nothing of ledger %.*s is known to be lost here",
		                ENT_FMT(name));
	if (rc == 0)
		rc = write_record(x, a, name, r.note, true, err);
	if (rc)
		return rc;
	ent_b64(r.cp.root.b, ENT_HASH, root);
	ent_buf_init(&b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "kind", "restart");
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kint(&w, "lost_size", (int64_t)r.cp.size);
	ent_jw_kc(&w, "lost_root", root);
	ent_jw_kstr(&w, "reason_sha256", ent_sha256_hex(a, reason));
	ent_jw_end_object(&w);
	entry = ent_buf_done(&b, a);
	ent_buf_release(&b);
	rc = entry.p ? ent_book_note(x, a, name, entry, err) : ent_x_nomem(err);
	return rc ? rc
	          : ent_audit_note(x, a, "ledger-restart",
	                           ent_arena_printf(a, "{\"of\":\"%.*s\"}", ENT_FMT(name)),
	                           err);
}

int
ent_behind_restart(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                   struct ent_str reason, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, restart(x, a, name, reason, err), err);
}
