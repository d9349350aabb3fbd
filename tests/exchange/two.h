/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two.h - two nodes in one process, North and South, over memory stores, enrolled with each
 * other; a clock that the test sets.
 */
#ifndef ENT_TESTS_EXCHANGE_TWO_H
#define ENT_TESTS_EXCHANGE_TWO_H
#include "test.h"

#include "exchange/agreement.h"
#include "exchange/arrival.h"
#include "exchange/exchange.h"
#include "exchange/peer.h"
#include "exchange/port.h"
#include "exchange/receipt.h"
#include "exchange/release.h"
#include "exchange/served.h"

#define T0   INT64_C(1546300800000000) /* 2019-01-01T00:00:00Z */
#define HOUR (INT64_C(3600) * 1000000)
#define DAY  (24 * HOUR)

extern int64_t test_clock;

struct two {
	struct ent_arena *a;
	struct ent_keys keys[3];
	struct ent_exchange *x[3]; /* North, South, and a stranger */
	struct ent_served *served; /* what North served */
	struct ent_peer
	    peer[2]; /* as the other one knows it: peer[0] is South as North knows it */
};

struct two *two_new(void);
void two_free(struct two *t);
/* The same for cmocka: before and after a test. */
int two_setup(void **state);
int two_teardown(void **state);
/* An agreement that both have accepted; terms as in the proposal p, or sensible ones where p is
 * NULL. */
struct ent_str two_agree(struct two *t, const struct ent_proposal *p);
/* Enrols and confirms other at the node at. */
void two_enrol(struct two *t, int at, int other, struct ent_peer *out);
struct ent_str two_party(int node);
struct ent_agreement *two_load(struct two *t, int node, struct ent_str agreement);
/* What node to makes of a bundle: as ent_agreement_take, but anything refused is a failure. */
int two_take(struct two *t, int to, struct ent_str agreement, struct ent_str from,
             struct ent_str bundle, size_t *fresh, struct ent_err *err);
/* Gives one node's documents and statements to the other. */
int two_tell(struct two *t, int from, int to, struct ent_str agreement, struct ent_err *err);
enum ent_state two_state(struct two *t, int node, struct ent_str agreement);
/* Imports one object from text; returns the code. */
int two_import(struct two *t, int node, const char *json, struct ent_err *err);
/* A proposal with sensible terms, for changing. */
struct ent_proposal two_proposal(struct two *t);

/* All receipts that a node keeps; what they hold is the arena's. */
void two_receipts(struct two *t, int node, struct ent_str agreement, struct ent_receipt **r,
                  size_t *n);
/* North takes a receipt that South brings. */
int two_receipt(struct two *t, struct ent_str agreement, struct ent_str envelope,
                struct ent_err *err);

/* A page with one object, as if node had fetched it from the other. */
int two_arrive(struct two *t, int node, struct ent_str id, const char *json, uint64_t first,
               uint64_t last, struct ent_arrival *ar, struct ent_err *err);
/* Whether an entry of a ledger has a text in it. */
bool two_ledger_has(struct two *t, int node, struct ent_str name, const char *text);
/* A node releases all that is its own. */
void two_release_all(struct two *t, int node, struct ent_str id,
                     struct ent_release_report *rep);

#define NORTH    0
#define SOUTH    1
#define STRANGER 2

/* An agreement of all three nodes, accepted by all, North's proposal. */
struct ent_str two_agree_three(struct two *t);

#endif
