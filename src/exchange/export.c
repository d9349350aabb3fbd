/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - a ledger as one file, for an auditor.
 */
#include "ledger/export.h"

#include <inttypes.h>

#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"

/* Our checkpoint of exactly that size which a counterpart has cosigned, if there is one. */
static struct ent_str
cosigned_note(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, uint64_t size)
{
	struct ent_str key = ent_arena_printf(a, "%.*s/%020" PRIu64, ENT_FMT(name), size);
	struct ent_str note = { NULL, 0 };

	if (key.p && ent_store_doc_get(x->store, a, ENT_SPACE_COSIGNED, key, &note, NULL))
		note.p = NULL;
	return note;
}

struct exporting {
	struct ent_buf *out;
	uint64_t left; /* entries that are still wanted */
};

static int
export_entry(void *self, struct ent_str entry)
{
	struct exporting *e = self;

	if (e->left == 0)
		return 0;
	e->left--;
	ent_buf_str(e->out, entry);
	ent_buf_ch(e->out, '\n');
	return 0;
}

/* With each key that it has had: a cosignature stays when a key goes. */
static bool
name_witness(struct ent_arena *a, const struct ent_peer *p, struct ent_ledger_report *what)
{
	struct ent_str name = ent_arena_printf(a, "%.*s/entente", ENT_FMT(p->host));

	for (size_t i = 0; i < p->keys->n && what->witnesses < ENT_WITNESSES_MAX; i++) {
		struct ent_ledger_witness *w = &what->witness[what->witnesses++];

		w->name = name;
		memcpy(w->key, p->keys->period[i].witness, sizeof(w->key));
	}
	return name.p != NULL;
}

/* What stands above the entries: our key, and the keys of those who may have cosigned. */
static int
export_head(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, uint64_t size,
            struct ent_buf *out, struct ent_err *err)
{
	struct ent_ledger_report *what = ent_arena_alloc(a, sizeof(*what));
	struct ent_peer *peers;
	size_t n;
	int rc = what ? ent_peers(x, a, &peers, &n, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	what->origin = ent_book_origin(a, x->c.host, name);
	what->size = size;
	memcpy(what->key, x->c.keys->key[ENT_KEY_LEDGER].pub, sizeof(what->key));
	for (size_t i = 0; i < n; i++)
		if (peers[i].confirmed && !name_witness(a, &peers[i], what))
			return ent_x_nomem(err);
	if (!what->origin.p)
		return ent_x_nomem(err);
	ent_ledger_export_head(out, what);
	return 0;
}

/* The first size entries, which is what the note is for. */
static int
export_to(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, uint64_t size,
          struct ent_str note, struct ent_buf *out, struct ent_err *err)
{
	struct exporting e = { out, size };
	struct ent_range range;
	int rc = export_head(x, a, name, size, out, err);

	if (rc == 0)
		rc = ent_book_walk(x, name, &range, export_entry, &e, err);
	if (rc == 0 && e.left)
		rc = ent_fail(err, ENT_ECORRUPT,
		              "ledger %.*s has fewer entries than were signed", ENT_FMT(name));
	if (rc)
		return rc;
	ent_buf_ch(out, '\n');
	ent_buf_str(out, note);
	return ent_buf_ok(out) ? 0 : ent_x_nomem(err);
}

int
ent_book_export(struct ent_exchange *x, struct ent_str name, bool cosigned, struct ent_buf *out,
                struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str note = { NULL, 0 }, theirs;
	uint64_t size = 0;
	int rc = a ? ent_book_checkpoint(x, a, name, &note, &size, err) : ent_x_nomem(err);

	if (rc == 0 && size == 0)
		rc = ent_fail(err, ENT_ENOENT, "there is no ledger %.*s with an entry",
		              ENT_FMT(name));
	if (rc == 0 && cosigned)
		rc = ent_book_last_cosigned(x, a, name, &size, err);
	if (rc == 0 && size == 0)
		rc = ent_fail(err, ENT_ENOENT,
		              "nobody has cosigned ledger %.*s yet: sync first", ENT_FMT(name));
	if (rc == 0) {
		theirs = cosigned_note(x, a, name, size);
		rc = export_to(x, a, name, size, theirs.p ? theirs : note, out, err);
	}
	ent_arena_free(a);
	return rc;
}
