/* SPDX-License-Identifier: Apache-2.0 */
/*
 * both.h - a case that runs over every backend.
 */
#ifndef ENT_TESTS_STORE_BOTH_H
#define ENT_TESTS_STORE_BOTH_H
#include "store_test.h"

/* A store of one backend, and an arena; the store's own check must pass at the end. */
struct fixture {
	struct ent_store *s;
	struct ent_arena *a;
	char dir[64];
};

static inline int
open_memory(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = ent_arena_new(64 << 20);
	OK(ent_store_open("memory:", &f->s, E));
	*state = f;
	return 0;
}

static inline int
open_sqlite(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char url[128];

	f->a = ent_arena_new(64 << 20);
	folder_make(f->dir);
	snprintf(url, sizeof(url), "sqlite:%s/s.db", f->dir);
	OK(ent_store_open(url, &f->s, E));
	*state = f;
	return 0;
}

static inline int
close_store(void **state)
{
	struct fixture *f = *state;

	OK(ent_store_check(f->s, E));
	ent_store_close(f->s);
	ent_arena_free(f->a);
	if (f->dir[0])
		folder_drop(f->dir);
	free(f);
	return 0;
}

/* A case whose name says the backend. */
#define CASE(f, backend)                                                                       \
	{                                                                                      \
#f " (" #backend ")", f, open_##backend, close_store, NULL                     \
	}

#endif
