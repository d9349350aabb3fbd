/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exports.h - exported ledgers made for tests: alpha's, cosigned by bravo.
 */
#ifndef ENT_TESTS_EXPORTS_H
#define ENT_TESTS_EXPORTS_H
#include "test.h"

#include "base/enc.h"
#include "crypto/sign.h"
#include "ledger/export.h"

#define ALPHA "alpha.example/entente/3f0c"
#define BRAVO "bravo.example/entente"

struct parties {
	struct ent_arena *a;
	struct ent_keys alpha, bravo;
};

static inline void
parties_init(struct parties *p)
{
	uint8_t seed[ENT_SEED] = { 1 };

	p->a = ent_arena_new((size_t)16 << 20);
	ent_keys_derive(seed, &p->alpha);
	seed[0] = 2;
	ent_keys_derive(seed, &p->bravo);
}

/*
 * A ledger of n entries, {"n":0} and so on, of which entry odd (SIZE_MAX: none) is another one;
 * with the checkpoint that belongs to it, cosigned at time (0: not).
 */
static inline struct ent_str
export_of(const struct parties *p, size_t n, size_t odd, int64_t time)
{
	const struct ent_key *k = &p->alpha.key[ENT_KEY_LEDGER],
			     *w = &p->bravo.key[ENT_KEY_WITNESS];
	struct ent_ledger_report head = { .origin = ENT_STR(ALPHA), .size = n, .witnesses = 1 };
	struct ent_str note, line = { "", 0 }, out;
	struct ent_range range;
	struct ent_hash h;
	struct ent_buf b;

	memcpy(head.key, k->pub, sizeof(head.key));
	head.witness[0].name = ENT_STR(BRAVO);
	memcpy(head.witness[0].key, w->pub, sizeof(head.witness[0].key));
	ent_buf_init(&b, (size_t)8 << 20);
	ent_ledger_export_head(&b, &head);
	ent_range_init(&range);
	for (size_t i = 0; i < n; i++) {
		char entry[40];
		int len = snprintf(entry, sizeof(entry), "{\"n\":%zu%s}\n", i,
		                   i == odd ? ",\"odd\":true" : "");

		ent_leaf_hash((struct ent_str){ entry, (size_t)len - 1 }, &h);
		assert_int_equal(ent_range_add(&range, &h, NULL, NULL, NULL), 0);
		ent_buf_put(&b, entry, (size_t)len);
	}
	ent_range_root(&range, &h);
	assert_int_equal(
	    ent_checkpoint_sign(p->a, ENT_STR(ALPHA), n, &h, k->pub, k->sec, &note, NULL), 0);
	if (time)
		assert_int_equal(
		    ent_cosign(p->a, note, ENT_STR(BRAVO), time, w->pub, w->sec, &line, NULL),
		    0);
	ent_buf_ch(&b, '\n');
	ent_buf_str(&b, note);
	ent_buf_str(&b, line);
	out = ent_buf_done(&b, p->a);
	ent_buf_release(&b);
	assert_non_null(out.p);
	return out;
}

/* text with the first from replaced by to. */
static inline struct ent_str
replaced(const struct parties *p, struct ent_str text, const char *from, const char *to)
{
	const char *at = strstr(text.p, from);

	assert_non_null(at);
	return ent_arena_printf(p->a, "%.*s%s%s", (int)(at - text.p), text.p, to,
	                        at + strlen(from));
}

#endif
