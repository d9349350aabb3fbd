/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_case.h - the gate's rules asked without a node: an object, terms and definitions of
 * markings as texts.
 */
#ifndef ENT_TESTS_EXCHANGE_GATE_CASE_H
#define ENT_TESTS_EXCHANGE_GATE_CASE_H
#include "test.h"

#include "exchange/gate_core.h"

/* The parties of every case; North's is the channel. */
#define NORTH_ID "identity--11111111-1111-4111-8111-111111111111"
#define SOUTH_ID "identity--22222222-2222-4222-8222-222222222222"
#define EAST_ID  "identity--33333333-3333-4333-8333-333333333333"

/* Definitions that are held: marking-definition objects. */
struct gate_held {
	const struct ent_json *const *list;
	size_t n;
	struct ent_arena *a;
};
int gate_held_find(void *self, struct ent_str id, const struct ent_handling **out,
                   struct ent_err *err);
/* An agreement between North and South (and East, where three), in force, in which both have
 * these terms. */
struct ent_agreement *gate_agreement(struct ent_arena *a, const char *terms, bool three);
/* A text as a tree; quotes may be written as '. */
const struct ent_json *gate_json(struct ent_arena *a, const char *text);

#endif
