/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists.h - what holds of every list, for the fuzzers of its formats.
 */
#ifndef ENT_FUZZ_LISTS_H
#define ENT_FUZZ_LISTS_H
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "intake/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct list_seen {
	uint64_t records, names, weak;
};

static inline void
check_text(struct ent_str s)
{
	if (ent_utf8_valid(s) != s.n || (s.n && !s.p) || (s.n && memchr(s.p, '\n', s.n)) ||
	    (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ')))
		abort();
}

static inline void
check_day(struct ent_listed_day d)
{
	if (d.month > 12 || d.day > 31 || (d.day && !d.month) || (d.month && !d.year))
		abort();
}

static inline int
check_listed(void *self, const struct ent_listed *r, struct ent_err *err)
{
	struct list_seen *seen = self;

	(void)err;
	if (!r->n_names || !r->ref.n || !r->list || !r->line)
		abort();
	check_text(r->ref);
	check_text(r->remarks);
	for (size_t i = 0; i < r->n_names; i++) {
		check_text(r->names[i].text);
		if (!r->names[i].text.n ||
		    (r->names[i].quality == ENT_NAME_PRIMARY) != (i == 0))
			abort();
		seen->weak += r->names[i].quality == ENT_NAME_WEAK;
	}
	for (size_t i = 0; i < r->n_births; i++) {
		check_day(r->births[i].from);
		check_day(r->births[i].to);
		check_text(r->births[i].note);
	}
	for (size_t i = 0; i < r->n_documents; i++)
		check_text(r->documents[i].number);
	for (size_t i = 0; i < r->n_addresses; i++)
		check_text(r->addresses[i].street);
	seen->records++;
	seen->names += r->n_names;
	return 0;
}

static inline int
check_list(const char *name, const uint8_t *data, size_t len)
{
	struct ent_str text = { (const char *)data, len };
	struct list_seen seen = { 0 };
	struct ent_list_about about;
	struct ent_err err = { 0 };
	int rc = ent_list_text(text, name, NULL, check_listed, &seen, &about, &err);

	if (about.records != seen.records || about.names != seen.names ||
	    about.weak != seen.weak || (rc == 0) != (err.code == 0) || (rc && !err.msg[0]))
		abort();
	return 0;
}

#endif
