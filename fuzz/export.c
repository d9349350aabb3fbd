/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - fuzzes exported ledgers: what verifies has the head that its report prints, its
 * entries under the root, and no longer verifies with a bit of an entry changed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/export.h"

struct seen {
	struct ent_range range;
	const char *last; /* entry */
};

static int
see(void *self, uint64_t index, struct ent_str entry, struct ent_err *err)
{
	struct seen *s = self;
	struct ent_hash h;

	if (index != s->range.size || entry.n == 0 || entry.n > ENT_LEDGER_ENTRY_MAX)
		abort();
	s->last = entry.p;
	ent_leaf_hash(entry, &h);
	return ent_range_add(&s->range, &h, NULL, NULL, err);
}

static void
head_is_as_printed(struct ent_str text, const struct ent_ledger_report *r)
{
	struct ent_str head;
	struct ent_buf b;

	ent_buf_init(&b, (size_t)1 << 20);
	ent_ledger_export_head(&b, r);
	head = ent_buf_view(&b);
	if (!head.p || head.n > text.n || memcmp(head.p, text.p, head.n) != 0)
		abort();
	ent_buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str text = { (const char *)data, len };
	struct ent_ledger_report r, again;
	struct seen s = { .last = NULL };
	struct ent_hash root;
	char *copy;

	ent_range_init(&s.range);
	if (ent_ledger_verify(text, &r, see, &s, NULL))
		return 0;
	ent_range_root(&s.range, &root);
	if (s.range.size != r.size || memcmp(&root, &r.root, sizeof(root)) != 0 ||
	    r.cosignatures > r.witnesses)
		abort();
	head_is_as_printed(text, &r);
	copy = malloc(len);
	if (copy && s.last) {
		memcpy(copy, data, len);
		copy[s.last - text.p] ^= 1;
		if (ent_ledger_verify((struct ent_str){ copy, len }, &again, NULL, NULL,
		                      NULL) == 0)
			abort();
	}
	free(copy);
	return 0;
}
