/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book.c - ledgers in the store: entries, tiles, the compact range, checkpoints.
 */
#include "exchange/book.h"

#include <inttypes.h>

#include "exchange/behind.h"
#include "exchange/exchange_int.h"
#include "ledger/tiles.h"
#include "ledger/witness.h"

#define RANGE_BYTES(n) (8 + (size_t)(n)*ENT_HASH)
#define VERIFY_BATCH   1024

static int
put_tile(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
         struct ent_err *err)
{
	const struct ent_book *b = self;

	return ent_store_tile_put(b->x->store, b->name, level, index, h->b, err);
}

static int
put_node(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
         struct ent_err *err)
{
	struct ent_tiles tiles = { .put = put_tile, .self = self };

	return ent_tiles_put(&tiles, level, index, h, err);
}

/* A range as bytes: the size, most significant byte first, then the hashes. */
static int
range_read(struct ent_str text, struct ent_range *out)
{
	unsigned count;

	ent_range_init(out);
	if (text.n < 8)
		return ENT_ECORRUPT;
	for (int i = 0; i < 8; i++)
		out->size = out->size << 8 | (uint8_t)text.p[i];
	count = (unsigned)__builtin_popcountll(out->size);
	if (text.n != RANGE_BYTES(count))
		return ENT_ECORRUPT;
	out->count = count;
	memcpy(out->node, text.p + 8, (size_t)count * ENT_HASH);
	return 0;
}

int
ent_book_open(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
              struct ent_book *out, struct ent_err *err)
{
	struct ent_str text;
	uint64_t size;
	int rc;

	*out = (struct ent_book){ .x = x, .name = name };
	ent_range_init(&out->range);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_RANGE, name, &text, err);
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0)
		rc = ent_store_log_size(x->store, name, &size, err);
	if (rc)
		return rc;
	if (range_read(text, &out->range) || out->range.size != size)
		return ent_fail(err, ENT_ECORRUPT,
		                "ledger %.*s: its range and its entries disagree",
		                ENT_FMT(name));
	return 0;
}

int
ent_book_add(struct ent_book *b, struct ent_arena *a, struct ent_str entry, uint64_t *index,
             struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_hash leaf;
	struct ent_str canon;
	uint64_t at;
	int rc;

	if (!entry.p)
		return ent_x_nomem(err);
	rc = b->dirty ? 0 : ent_behind_check(b->x, a, b->name, err);
	if (rc)
		return rc;
	rc = ent_json_parse(a, entry, ENT_ENVELOPE_DEPTH, &v, err);
	if (rc)
		return ent_within(err, rc, "ledger entry");
	canon = ent_json_canon(a, v);
	if (!canon.p)
		return ent_x_nomem(err);
	if (canon.n > ENT_LEDGER_ENTRY_MAX)
		return ent_fail(err, ENT_ELIMIT,
		                "a ledger entry of %zu bytes is above the limit of %d", canon.n,
		                ENT_LEDGER_ENTRY_MAX);
	rc = ent_store_log_append(b->x->store, b->name, canon, &at, err);
	if (rc)
		return rc;
	if (at != b->range.size)
		return ent_fail(err, ENT_ECORRUPT,
		                "ledger %.*s: entry %" PRIu64 " follows a range of %" PRIu64,
		                ENT_FMT(b->name), at, b->range.size);
	ent_leaf_hash(canon, &leaf);
	rc = ent_range_add(&b->range, &leaf, put_node, b, err);
	b->dirty = true;
	if (index)
		*index = at;
	return rc;
}

int
ent_book_close(struct ent_book *b, struct ent_arena *a, struct ent_err *err)
{
	uint8_t *text;

	if (!b->dirty)
		return 0;
	text = ent_arena_alloc(a, RANGE_BYTES(b->range.count));
	if (!text)
		return ent_x_nomem(err);
	for (int i = 0; i < 8; i++)
		text[i] = (uint8_t)(b->range.size >> (56 - 8 * i));
	memcpy(text + 8, b->range.node, (size_t)b->range.count * ENT_HASH);
	b->dirty = false;
	return ent_store_doc_put(
	    b->x->store, ENT_SPACE_RANGE, b->name,
	    (struct ent_str){ (const char *)text, RANGE_BYTES(b->range.count) }, err);
}

int
ent_book_note_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_str entry, uint64_t *index, struct ent_err *err)
{
	struct ent_book b;
	int rc = ent_book_open(x, a, name, &b, err);

	if (rc == 0)
		rc = ent_book_add(&b, a, entry, index, err);
	return rc ? rc : ent_book_close(&b, a, err);
}

int
ent_book_note(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
              struct ent_str entry, struct ent_err *err)
{
	return ent_book_note_at(x, a, name, entry, NULL, err);
}

struct ent_str
ent_book_origin(struct ent_arena *a, const char *host, struct ent_str name)
{
	return ent_arena_printf(a, "%s/entente/%.*s", host, ENT_FMT(name));
}

int
ent_book_tip(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, uint64_t *size,
             struct ent_hash *root, struct ent_err *err)
{
	struct ent_book b;
	int rc = ent_book_open(x, a, name, &b, err);

	if (rc)
		return rc;
	*size = b.range.size;
	ent_range_root(&b.range, root);
	return 0;
}

int
ent_book_checkpoint(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                    struct ent_str *note, uint64_t *size, struct ent_err *err)
{
	const struct ent_key *k = &x->c.keys->key[ENT_KEY_LEDGER];
	struct ent_str origin = ent_book_origin(a, x->c.host, name);
	struct ent_hash root;
	int rc = ent_book_tip(x, a, name, size, &root, err);

	if (rc == 0 && !origin.p)
		rc = ent_x_nomem(err);
	return rc ? rc
	          : ent_checkpoint_sign(a, origin, *size, &root, k->pub, k->sec, note, err);
}

struct source {
	struct ent_exchange *x;
	struct ent_str name;
};

static int
get_tile(void *self, unsigned level, uint64_t index, size_t n, struct ent_hash *out,
         struct ent_err *err)
{
	const struct source *s = self;

	return ent_store_tile_get(s->x->store, s->name, level, index, n, out->b, err);
}

/* A ledger's hashes, as proofs and roots are made of them. */
struct tree {
	struct source source;
	struct ent_tiles tiles;
	struct ent_nodes nodes;
};

static const struct ent_nodes *
tree_of(struct tree *t, struct ent_exchange *x, struct ent_str name)
{
	t->source = (struct source){ x, name };
	t->tiles = (struct ent_tiles){ .read = get_tile, .self = &t->source };
	t->nodes = (struct ent_nodes){ ent_tiles_get, &t->tiles };
	return &t->nodes;
}

int
ent_book_consistency(struct ent_exchange *x, struct ent_str name, uint64_t old, uint64_t size,
                     struct ent_hash *proof, size_t *count, struct ent_err *err)
{
	struct tree t;

	*count = 0;
	if (old == 0 || old == size)
		return 0;
	return ent_prove_consistency(tree_of(&t, x, name), old, size, proof, count, err);
}

int
ent_book_inclusion(struct ent_exchange *x, struct ent_str name, uint64_t index, uint64_t size,
                   struct ent_hash *proof, size_t *count, struct ent_err *err)
{
	struct tree t;

	return ent_prove_inclusion(tree_of(&t, x, name), index, size, proof, count, err);
}

int
ent_book_checkpoint_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                       uint64_t size, struct ent_str *note, struct ent_err *err)
{
	const struct ent_key *k = &x->c.keys->key[ENT_KEY_LEDGER];
	struct ent_str origin = ent_book_origin(a, x->c.host, name);
	struct tree t;
	struct ent_hash root;
	int rc =
	    origin.p ? ent_root_at(tree_of(&t, x, name), size, &root, err) : ent_x_nomem(err);

	return rc ? rc : ent_checkpoint_sign(a, origin, size, &root, k->pub, k->sec, note, err);
}

int
ent_book_entries(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                 struct ent_err *err)
{
	return ent_store_log_range(x->store, a, name, first, count, entries, got, err);
}

int
ent_book_names(struct ent_exchange *x, struct ent_arena *a, struct ent_str **names,
               size_t *count, struct ent_err *err)
{
	struct ent_doc *docs;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_RANGE, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, 10000, &docs, count, err);

	if (rc)
		return rc;
	*names = ent_arena_array(a, *count, sizeof(**names));
	if (!*names)
		return ent_x_nomem(err);
	for (size_t i = 0; i < *count; i++)
		(*names)[i] = docs[i].key;
	return 0;
}

int
ent_book_walk(struct ent_exchange *x, struct ent_str name, struct ent_range *range,
              int (*each)(void *self, struct ent_str entry), void *self, struct ent_err *err)
{
	struct ent_arena *a =
	    ent_arena_new((size_t)VERIFY_BATCH * (ENT_LEDGER_ENTRY_MAX + 64) + 65536);
	struct ent_str *entries;
	size_t got = VERIFY_BATCH;
	int rc = a ? 0 : ent_x_nomem(err);

	ent_range_init(range);
	while (rc == 0 && got == VERIFY_BATCH) {
		ent_arena_reset(a);
		rc = ent_store_log_range(x->store, a, name, range->size, VERIFY_BATCH, &entries,
		                         &got, err);
		for (size_t i = 0; rc == 0 && i < got; i++) {
			struct ent_hash leaf;

			ent_leaf_hash(entries[i], &leaf);
			rc = ent_range_add(range, &leaf, NULL, NULL, err);
			if (rc == 0 && each)
				rc = each(self, entries[i]);
		}
	}
	ent_arena_free(a);
	return rc;
}

static int
see_clock(void *self, struct ent_str entry)
{
	ent_clock_see(self, entry);
	return 0;
}

int
ent_book_verify(struct ent_exchange *x, struct ent_str name, uint64_t *size,
                struct ent_hash *root, struct ent_clock *clock, struct ent_err *err)
{
	struct ent_clock times = { 0 };
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct tree t;
	struct ent_range range;
	struct ent_hash kept, hashed;
	int rc = a ? ent_book_tip(x, a, name, size, &kept, err) : ent_x_nomem(err);

	ent_arena_free(a);
	if (rc == 0)
		rc = ent_book_walk(x, name, &range, see_clock, &times, err);
	if (clock)
		*clock = times;
	if (rc == 0)
		rc = ent_root_at(tree_of(&t, x, name), *size, &hashed, err);
	if (rc)
		return ent_within(err, rc, "ledger %.*s", ENT_FMT(name));
	ent_range_root(&range, root);
	if (range.size != *size || memcmp(root, &kept, sizeof(kept)) != 0 ||
	    memcmp(root, &hashed, sizeof(hashed)) != 0)
		return ent_fail(err, ENT_ECORRUPT,
		                "ledger %.*s: its %" PRIu64
		                " entries do not make up the tree that was signed: "
		                "an entry was changed, added or removed from outside",
		                ENT_FMT(name), *size);
	return 0;
}

/* The next line of a note, with its line feed; false at the end. */
static bool
next_line(struct ent_str *rest, struct ent_str *line)
{
	size_t n = ent_str_find(*rest, '\n');

	if (n >= rest->n)
		return false;
	*line = (struct ent_str){ rest->p, n + 1 };
	*rest = ent_str_from(*rest, n + 1);
	return true;
}

/* Whether a signature line of a note is by name. */
static bool
signed_by(struct ent_str line, struct ent_str name)
{
	static const char dash[] = "\xe2\x80\x94 ";

	if (!ent_str_starts(line, dash))
		return false;
	line = ent_str_from(line, sizeof(dash) - 1);
	return line.n > name.n && line.p[name.n] == ' ' && memcmp(line.p, name.p, name.n) == 0;
}

/* Behind the text and the empty line. */
static struct ent_str
signatures(struct ent_str note)
{
	const char *end = note.p ? memmem(note.p, note.n, "\n\n", 2) : NULL;

	return end ? ent_str_from(note, (size_t)(end - note.p) + 2) : (struct ent_str){ 0 };
}

/*
 * What is kept: the text and our own signature, made anew, the lines of other witnesses as they
 * were written here, and this one's.  Nothing that a counterpart sent is in it but a signature
 * that was verified.
 */
static struct ent_str
merge(struct ent_arena *a, struct ent_str own, struct ent_str kept, struct ent_str origin,
      struct ent_str witness, struct ent_str cosignature)
{
	struct ent_str rest = signatures(kept), line, out;
	struct ent_buf b;

	ent_buf_init(&b, ENT_NOTE_MAX);
	ent_buf_str(&b, own);
	while (next_line(&rest, &line))
		if (!signed_by(line, origin) && !signed_by(line, witness))
			ent_buf_str(&b, line);
	ent_buf_str(&b, cosignature);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

/* Whether our ledger had that root at that size, as it stands now: it may have been restored
 * from an old copy since it signed. */
static int
check_ours(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
           const struct ent_checkpoint *cp, struct ent_err *err)
{
	struct tree t;
	struct ent_hash root;
	uint64_t size;
	int rc = ent_book_tip(x, a, name, &size, &root, err);

	if (rc == 0 && cp->size <= size)
		rc = ent_root_at(tree_of(&t, x, name), cp->size, &root, err);
	if (rc == 0 && (cp->size > size || memcmp(&root, &cp->root, sizeof(root)) != 0))
		rc = ent_fail(err, ENT_ECONFLICT,
		              "the cosigned checkpoint of %" PRIu64
		              " entries is not of this ledger, which has %" PRIu64
		              ": was this node restored from an old copy?",
		              cp->size, size);
	return rc;
}

static int
keep_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
              const struct ent_checkpoint *cp, struct ent_str witness, struct ent_str line,
              struct ent_err *err)
{
	const struct ent_key *k = &x->c.keys->key[ENT_KEY_LEDGER];
	struct ent_str key = ent_arena_printf(a, "%.*s/%020" PRIu64, ENT_FMT(name), cp->size),
		       origin = ent_book_origin(a, x->c.host, name), kept = { NULL, 0 }, own,
		       note;
	int rc = key.p && origin.p && line.p
	             ? ent_store_doc_get(x->store, a, ENT_SPACE_COSIGNED, key, &kept, err)
	             : ent_x_nomem(err);

	if (rc && rc != ENT_ENOENT)
		return rc;
	rc = ent_checkpoint_sign(a, origin, cp->size, &cp->root, k->pub, k->sec, &own, err);
	if (rc)
		return rc;
	note = merge(a, own, kept, origin, witness, line);
	return note.p ? ent_store_doc_put(x->store, ENT_SPACE_COSIGNED, key, note, err)
	              : ent_x_nomem(err);
}

int
ent_book_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                  const struct ent_checkpoint *cp, struct ent_str witness,
                  const uint8_t pub[32], const struct ent_cosignature *cs, struct ent_err *err)
{
	struct ent_str last = ent_arena_printf(a, "%.*s/last", ENT_FMT(name)),
		       text = ent_arena_printf(a, "%" PRIu64, cp->size);
	uint64_t before;
	int rc = last.p && text.p ? check_ours(x, a, name, cp, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = keep_cosigned(x, a, name, cp, witness,
		                   ent_cosignature_print(a, witness, pub, cs), err);
	if (rc == 0)
		rc = ent_book_last_cosigned(x, a, name, &before, err);
	if (rc == 0 && cp->size > before)
		rc = ent_store_doc_put(x->store, ENT_SPACE_COSIGNED, last, text, err);
	return rc;
}

int
ent_book_last_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                       uint64_t *size, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(a, "%.*s/last", ENT_FMT(name)), text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_COSIGNED, key, &text, err)
	               : ent_x_nomem(err);

	*size = 0;
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0 && ent_str_u64(text, UINT64_MAX, size))
		return ent_fail(err, ENT_ECORRUPT, "stored mark %.*s is damaged", ENT_FMT(key));
	return rc;
}
