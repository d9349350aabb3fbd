/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hearsay.c - what other parties cosigned of a ledger, held against what its owner showed here.
 */
#include <inttypes.h>

#include "exchange/book.h"
#include "exchange/peer.h"
#include "exchange/witness_int.h"
#include "ledger/witness.h"
#include "json/write.h"

/* One party's last cosigned checkpoint of one origin. */
struct heard {
	struct ent_str key, note;
	struct ent_checkpoint c;
	bool linked; /* it belongs to the history that was shown here, or a person let it be */
};

/* The ledger of a party under an agreement. */
struct origin {
	struct ent_str name, key;
};

static int
origin_of(struct ent_arena *a, const struct ent_peer *owner, struct ent_str agreement,
          struct origin *out, struct ent_err *err)
{
	out->name =
	    ent_arena_printf(a, "%.*s/entente/%.*s", ENT_FMT(owner->host), ENT_FMT(agreement));
	out->key = out->name.p ? ent_sha256_hex(a, out->name) : out->name;
	return out->key.p ? 0 : ent_x_nomem(err);
}

static int
read_heard(struct ent_arena *a, struct ent_str key, struct ent_str text, struct heard *out,
           struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_json_parse(a, text, ENT_JSON_DEPTH, &v, err);

	*out = (struct heard){ .key = key };
	if (rc)
		return rc;
	out->note = ent_json_getstr(v, "note");
	(void)ent_json_bool(ent_json_getc(v, "linked"), &out->linked);
	if (ent_checkpoint_parse(out->note, &out->c, NULL))
		return ent_fail(err, ENT_ECORRUPT,
		                "a stored checkpoint that was heard of is damaged");
	return 0;
}

static int
write_heard(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
            struct ent_str note, bool linked, struct ent_err *err)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "note", note);
	ent_jw_kbool(&w, "linked", linked);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_HEARD, key, text, err)
	              : ent_x_nomem(err);
}

static bool
same(const struct ent_checkpoint *a, const struct ent_checkpoint *b)
{
	return a->size == b->size && memcmp(a->root.b, b->root.b, ENT_HASH) == 0;
}

/* Both notes are signed by the owner.  The write is kept, and the caller told. */
static int
two_histories(struct ent_exchange *x, struct ent_arena *a, const struct origin *o,
              struct ent_str held, struct ent_str shown, bool *found, struct ent_err *err)
{
	*found = true;
	return ent_conflict_keep(x, a, o->key, o->name, held, shown, err);
}

static int
say_two(const struct origin *o, struct ent_err *err)
{
	return ent_fail(err, ENT_ECONFLICT,
	                "ledger %.*s has shown two histories, one here and one to another "
	                "party (`entente ledger conflict` has both)",
	                ENT_FMT(o->name));
}

static int
hear(struct ent_exchange *x, struct ent_arena *a, const struct origin *o, struct ent_str key,
     const struct ent_checkpoint *c, struct ent_str note, bool *found, struct ent_err *err)
{
	struct ent_watched w;
	struct ent_str text;
	struct heard before;
	int rc = ent_conflict_check(x, a, o->name, err);

	if (rc) /* a person is to decide about it already */
		return rc == ENT_ECONFLICT ? 0 : rc;
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_HEARD, key, &text, err);
	if (rc == 0)
		rc = read_heard(a, key, text, &before, err);
	if (rc == 0 && same(&before.c, c))
		return 0;
	if (rc == 0 || rc == ENT_ENOENT)
		rc = ent_watched_read(x, a, o->key, &w, err);
	if (rc)
		return rc;
	if (w.last.size == c->size && !same(&w.last, c))
		return two_histories(x, a, o, w.note, note, found, err);
	return write_heard(x, a, key, note, same(&w.last, c), err);
}

int
ent_heard(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
          const struct ent_peer *owner, const struct ent_peer *by, struct ent_str note,
          struct ent_err *err)
{
	struct ent_str witness = ent_arena_printf(a, "%.*s/entente", ENT_FMT(by->host)), key;
	struct ent_cosignature cs;
	struct ent_checkpoint c;
	struct origin o;
	const uint8_t *pub;
	bool found = false;
	int rc = witness.p ? origin_of(a, owner, agreement, &o, err) : ent_x_nomem(err);

	/* whose word it is: without the cosignature anybody could bring an old note for ever */
	if (rc == 0)
		rc = ent_cosignature_by(note, witness, by->keys, &cs, &pub, err);
	if (rc == 0)
		rc = ent_checkpoint_by(note, owner->keys, cs.time, &c, err);
	if (rc == 0 && !ent_str_eq(c.origin, o.name))
		rc = ent_fail(err, ENT_ESIG, "it is of another ledger than %.*s",
		              ENT_FMT(o.name));
	if (rc || c.size == 0)
		return rc;
	key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(o.key), ENT_FMT(by->party));
	rc = key.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	if (rc)
		return rc;
	rc = ent_x_end(x, hear(x, a, &o, key, &c, note, &found, err), err);
	return rc == 0 && found ? say_two(&o, err) : rc;
}

/* All that was heard of an origin, at most one a party. */
static int
all_heard(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin_key,
          struct heard **out, size_t *count, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(origin_key));
	struct ent_doc *docs;
	int rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_HEARD, prefix,
	                                   (struct ent_str){ NULL, 0 }, 1000, &docs, count, err)
	                  : ent_x_nomem(err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_heard(a, docs[i].key, docs[i].value, &(*out)[i], err);
	return rc;
}

int
ent_heard_open(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               const struct ent_peer *owner, uint64_t *size, struct ent_str *key,
               struct ent_err *err)
{
	struct ent_watched w;
	struct origin o;
	struct heard *h;
	size_t n = 0;
	int rc = origin_of(a, owner, agreement, &o, err);

	*size = 0;
	if (rc == 0)
		rc = ent_watched_read(x, a, o.key, &w, err);
	if (rc == 0)
		rc = all_heard(x, a, o.key, &h, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!h[i].linked && h[i].c.size <= w.last.size) {
			*size = h[i].c.size;
			*key = h[i].key;
			break;
		}
	return 0;
}

/*
 * The owner's checkpoint must be the one that we cosigned last: with another one, of a history
 * kept for this question, it could link anything.
 */
static int
linked(struct ent_exchange *x, struct ent_arena *a, const struct origin *o, struct ent_str key,
       const struct ent_add_checkpoint *in, const struct ent_checkpoint *c, bool *found,
       struct ent_err *err)
{
	struct ent_watched w;
	struct ent_str text;
	struct heard h;
	int rc = ent_watched_read(x, a, o->key, &w, err);

	if (rc == 0)
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_HEARD, key, &text, err);
	if (rc == 0)
		rc = read_heard(a, key, text, &h, err);
	if (rc)
		return rc;
	if (c->size != w.last.size || h.c.size > c->size)
		return ent_fail(err, ENT_EBUSY, "their ledger has grown meanwhile");
	if (!same(c, &w.last))
		return two_histories(x, a, o, w.note, in->note, found, err);
	if (in->old != h.c.size ||
	    ent_check_consistency(h.c.size, &h.c.root, c->size, &c->root, in->proof, in->count))
		return two_histories(x, a, o, w.note, h.note, found, err);
	return write_heard(x, a, key, h.note, true, err);
}

int
ent_heard_link(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               const struct ent_peer *owner, struct ent_str key, struct ent_str answer,
               struct ent_err *err)
{
	struct ent_add_checkpoint *in = ent_arena_alloc(a, sizeof(*in));
	struct ent_checkpoint c;
	struct origin o;
	bool found = false;
	int rc = in ? origin_of(a, owner, agreement, &o, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_add_checkpoint_parse(answer, in, err);
	if (rc == 0)
		rc = ent_checkpoint_open(in->note, owner->ledger_pub, &c, err);
	if (rc == 0 && !ent_str_eq(c.origin, o.name))
		rc = ent_fail(err, ENT_EPROTO, "it is of another ledger than %.*s",
		              ENT_FMT(o.name));
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = ent_x_end(x, linked(x, a, &o, key, in, &c, &found, err), err);
	return rc == 0 && found ? say_two(&o, err) : rc;
}

int
ent_heard_settle(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                 struct ent_err *err)
{
	struct ent_str key = ent_sha256_hex(a, origin);
	struct heard *h;
	size_t n = 0;
	int rc = key.p ? all_heard(x, a, key, &h, &n, err) : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = write_heard(x, a, h[i].key, h[i].note, true, err);
	return rc;
}
