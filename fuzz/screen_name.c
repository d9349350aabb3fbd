/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_name.c - any two names: folding gives Latin words within their bounds, the likeness of
 * two words is the same from both sides, a score is from 0 to 1, and a name is like itself.
 */
#include <stdlib.h>
#include <string.h>

#include "screen/screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
well_formed(const struct ent_name *n)
{
	if (n->n > ENT_NAME_TOKENS)
		abort();
	for (size_t i = 0; i < n->n; i++) {
		const struct ent_token *t = &n->token[i];

		if (!t->n || t->n >= ENT_TOKEN_ROOM || strlen(t->text) != t->n ||
		    strspn(t->text, "abcdefghijklmnopqrstuvwxyz0123456789") != t->n)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ent_folder *f;
	struct ent_str all = { (const char *)data, len };
	size_t cut = ent_str_find(all, '\n');
	struct ent_alignment g;
	struct ent_name a, b;

	if (!f)
		f = ent_folder_new(NULL);
	if (!f || ent_name_fold(f, (struct ent_str){ all.p, cut }, &a, NULL) ||
	    ent_name_fold(f, ent_str_from(all, cut + 1), &b, NULL))
		abort();
	well_formed(&a);
	well_formed(&b);
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = 0; j < b.n; j++) {
			enum ent_pairing x, y;
			double there = ent_token_likeness(&a.token[i], &b.token[j], &x);
			double back = ent_token_likeness(&b.token[j], &a.token[i], &y);

			if (there < back || there > back || x != y || there < 0 || there > 1)
				abort();
		}
	ent_align(&a, &b, &g);
	if (!(g.score >= 0 && g.score <= 1))
		abort();
	ent_align(&a, &a, &g);
	if (a.n && g.score < 0.999)
		abort();
	return 0;
}
