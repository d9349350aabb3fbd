/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.c - fuzzes checkpoints: what parses still parses, opens and is the same after it was
 * cosigned, and what is signed anew opens.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <entente/ledger.h>

#include "base/limits.h"
#include "crypto/sign.h"

#define NAME "fuzz.example/entente"

static void
same_or_abort(const struct ent_checkpoint *a, const struct ent_checkpoint *b)
{
	if (!ent_str_eq(a->origin, b->origin) || a->size != b->size ||
	    !ent_str_eq(a->text, b->text) || memcmp(&a->root, &b->root, sizeof(a->root)) != 0)
		abort();
}

static void
cosign_again(struct ent_arena *a, const struct ent_keys *k, struct ent_str note,
             const struct ent_checkpoint *cp)
{
	const struct ent_key *l = &k->key[ENT_KEY_LEDGER], *w = &k->key[ENT_KEY_WITNESS];
	bool opens =
	    ent_checkpoint_open(note, l->pub, &(struct ent_checkpoint){ 0 }, NULL) == 0;
	struct ent_cosignature c;
	struct ent_checkpoint re;
	struct ent_str line, longer;
	size_t lines = 1;

	if (ent_cosign(a, note, ENT_STR(NAME), 1790000000, w->pub, w->sec, &line, NULL))
		abort();
	for (size_t i = cp->text.n + 1; i < note.n; i++)
		lines += note.p[i] == '\n';
	if (lines > ENT_NOTE_LINES || note.n + line.n > ENT_NOTE_MAX)
		return;
	longer = ent_arena_printf(a, "%.*s%.*s", ENT_FMT(note), ENT_FMT(line));
	if (!longer.p)
		return;
	if (ent_checkpoint_parse(longer, &re, NULL))
		abort();
	same_or_abort(cp, &re);
	if ((ent_checkpoint_open(longer, l->pub, &re, NULL) == 0) != opens)
		abort();
	/* A bad line by the same name and key may stand in the input: then ours doesn't count
	 * either. */
	if (ent_cosignature_find(note, ENT_STR(NAME), w->pub, &c, NULL) == ENT_ENOENT &&
	    (ent_cosignature_find(longer, ENT_STR(NAME), w->pub, &c, NULL) != 0 ||
	     c.time != 1790000000))
		abort();
}

static void
sign_again(struct ent_arena *a, const struct ent_keys *k, const struct ent_checkpoint *cp)
{
	const struct ent_key *l = &k->key[ENT_KEY_LEDGER];
	struct ent_checkpoint re;
	struct ent_str note;

	if (ent_checkpoint_sign(a, cp->origin, cp->size, &cp->root, l->pub, l->sec, &note,
	                        NULL))
		return; /* an origin that can't be a signer's name */
	if (ent_checkpoint_open(note, l->pub, &re, NULL))
		abort();
	same_or_abort(cp, &re);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str note = { (const char *)data, len };
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	const uint8_t seed[ENT_SEED] = { 1 };
	struct ent_checkpoint cp;
	struct ent_keys k;

	if (a && ent_checkpoint_parse(note, &cp, NULL) == 0) {
		ent_keys_derive(seed, &k);
		cosign_again(a, &k, note, &cp);
		sign_again(a, &k, &cp);
	}
	ent_arena_free(a);
	return 0;
}
