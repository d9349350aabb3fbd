/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_receipts.c - receipts that are late or missing, that don't fit what was sent, and what
 * becomes of them.
 */
#include "two.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/book.h"
#include "exchange/receipt_alarm.h"
#include "exchange/served.h"
#include "exchange/vitals.h"
#include "proof/envelope.h"

/* North imports and releases so many, numbered from first on. */
static void
send(struct two *t, struct ent_str id, int first, int n)
{
	struct ent_release_report rep;
	struct ent_err err;

	for (int i = first; i < first + n; i++)
		assert_int_equal(
		    two_import(t, NORTH,
		               ent_arena_printf(
				   t->a,
				   "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":"
				   "\"campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e%04d\","
				   "\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":"
				   "\"2018-12-01T00:00:00.000Z\",\"name\":\"x\"}",
				   i)
		                   .p,
		               &err),
		    0);
	two_release_all(t, NORTH, id, &rep);
}

/* What North serves to South: the first limit entries of its channel. */
static struct ent_taxii_page
serve(struct two *t, struct ent_str id, size_t limit)
{
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_query q = {
		.added_after = INT64_MIN, .all = true, .limit = limit, .with_bytes = true
	};
	struct ent_taxii_page p;
	struct ent_err err;

	memset(who.pin, 0x11, sizeof(who.pin)); /* South's */
	if (ent_exchange_port()->page(t->x[NORTH], t->a, &who, id, ENT_STR("outbound"), &q, &p,
	                              &denied, &err) ||
	    ent_served_keep(t->x[NORTH], &err))
		fail_msg("%s", err.msg);
	return p;
}

/* What South claims to have got: true to p, but for what a test changes. */
struct claim {
	struct ent_str agreement, channel;
	uint64_t first, last;
	int64_t count;
	uint8_t root[32];
	const char *at;
};

static struct claim
claim_of(struct two *t, struct ent_str id, const struct ent_taxii_page *p, size_t from,
         size_t n)
{
	uint8_t(*sha256)[32] = ent_arena_array(t->a, n, sizeof(*sha256));
	struct claim c = { .agreement = id,
		           .channel = ent_collection_id(t->a, id, two_party(NORTH), true),
		           .first = p->records[from].seq,
		           .last = p->records[from + n - 1].seq,
		           .count = (int64_t)n,
		           .at = "2019-01-01T00:00:00.000Z" };

	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v;
		struct ent_err err;

		assert_int_equal(ent_json_parse(t->a, p->records[from + i].bytes, 64, &v, &err),
		                 0);
		ent_sha256(ent_json_canon(t->a, v), sha256[i]);
	}
	ent_receipt_root((const uint8_t(*)[32])sha256, n, c.root);
	return c;
}

static struct ent_str
sign(struct two *t, const struct claim *c, int signer)
{
	struct ent_str text, body;
	struct ent_err err;

	body = ent_arena_printf(t->a,
	                        "{\"v\":1,\"kind\":\"receipt\",\"by\":\"%.*s\",\"at\":\"%s\","
	                        "\"agreement\":\"%.*s\","
	                        "\"channel\":\"%.*s\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
	                        ",\"count\":%" PRId64 ",\"refused\":0,\"root\":\"%.*s\"}",
	                        ENT_FMT(two_party(SOUTH)), c->at, ENT_FMT(c->agreement),
	                        ENT_FMT(c->channel), c->first, c->last, c->count,
	                        ENT_FMT(ent_hex_dup(t->a, c->root, 32)));
	if (ent_envelope_make(t->a, ENT_ENV_RECEIPT, body, &t->keys[signer].key[ENT_KEY_SIGN],
	                      &text, NULL, &err))
		fail_msg("%s", err.msg);
	return text;
}

static int
bring(struct two *t, struct ent_str id, const struct claim *c)
{
	struct ent_err err;

	return two_receipt(t, id, sign(t, c, SOUTH), &err);
}

/* ---- what should be there ---- */

struct listed {
	struct ent_receipt r[64];
	size_t n, overdue;
	struct ent_exchange *x;
};

static int
list(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct listed *l = self;

	(void)err;
	assert_true(l->n < 64);
	assert_null(r->envelope.p);
	l->overdue += ent_receipt_overdue(l->x, r);
	l->r[l->n++] = *r;
	return 0;
}

static struct listed
due(struct two *t, struct ent_str id)
{
	struct listed l = { .x = t->x[NORTH] };
	struct ent_err err;

	if (ent_receipts_due(t->x[NORTH], id, list, &l, &err))
		fail_msg("%s", err.msg);
	return l;
}

static struct ent_vitals
vitals(struct two *t, int node)
{
	struct ent_vitals v;
	struct ent_err err;

	if (ent_vitals(t->x[node], t->a, &v, &err))
		fail_msg("%s", err.msg);
	return v;
}

static void
a_receipt_that_does_not_come_is_late_and_then_missing(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct claim c;
	struct listed l;

	send(t, id, 0, 5);
	l = due(t, id);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_UNFETCHED);
	p = serve(t, id, 3);
	l = due(t, id);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_AWAITED);
	assert_int_equal(l.r[0].first, 1);
	assert_int_equal(l.r[0].last, p.records[2].seq);
	assert_int_equal(l.r[1].state, ENT_RECEIPT_UNFETCHED);
	assert_int_equal(l.r[1].first, p.records[2].seq + 1);
	assert_int_equal(l.overdue, 0);
	/* reading it again makes it no younger */
	test_clock += HOUR;
	(void)serve(t, id, 2);
	l = due(t, id);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_LATE);
	assert_int_equal(l.overdue, 1);
	assert_int_equal(vitals(t, NORTH).receipts_late, 1);
	test_clock += DAY;
	l = due(t, id);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_MISSING);
	assert_int_equal(l.overdue, 2); /* and what nobody read for a day */
	assert_int_equal(vitals(t, NORTH).receipts_missing, 1);
	/* it comes after all, for a part; the rest is read, and is young */
	c = claim_of(t, id, &p, 0, 2);
	assert_int_equal(bring(t, id, &c), 0);
	p = serve(t, id, 100);
	l = due(t, id);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_MISSING);
	assert_int_equal(l.r[0].first, p.records[2].seq);
	assert_int_equal(l.r[1].state, ENT_RECEIPT_AWAITED);
	assert_int_equal(l.r[1].last, p.records[p.count - 1].seq);
	c = claim_of(t, id, &p, 2, p.count - 2);
	assert_int_equal(bring(t, id, &c), 0);
	assert_int_equal(due(t, id).n, 0);
	assert_int_equal(vitals(t, NORTH).receipts_missing, 0);
}

/* Notes that go on record after the receipt has come leave nothing behind. */
static void
who_receipts_at_once_is_not_on_record(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct claim c;
	struct ent_err err;

	send(t, id, 0, 4);
	p = serve(t, id, 100);
	c = claim_of(t, id, &p, 0, p.count);
	ent_served_note(t->served, id, two_party(SOUTH), c.last, test_clock);
	assert_int_equal(bring(t, id, &c), 0);
	assert_int_equal(ent_served_keep(t->x[NORTH], &err), 0);
	assert_int_equal(due(t, id).n, 0);
	test_clock += 2 * DAY;
	assert_int_equal(vitals(t, NORTH).receipts_missing, 0);
}

/* Of however many pages, the record stays small and forgets no number. */
static void
many_pages_without_a_receipt_are_one_small_record(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct listed l;

	send(t, id, 0, 40);
	for (size_t i = 1; i <= 40; i++) {
		test_clock += 1000000;
		p = serve(t, id, i);
	}
	l = due(t, id);
	assert_int_equal(l.n, ENT_SERVED_STEPS + 1);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.r[i].first, i ? l.r[i - 1].last + 1 : 1);
	assert_int_equal(l.r[ENT_SERVED_STEPS - 1].last, p.records[39].seq);
	assert_int_equal(l.r[ENT_SERVED_STEPS].state, ENT_RECEIPT_UNFETCHED);
}

/* ---- what doesn't fit ---- */

struct alarms {
	struct two *t;
	struct ent_receipt_alarm m[64];
	size_t n, open;
};

static int
see_alarm(void *self, const struct ent_receipt_alarm *m, struct ent_err *err)
{
	struct alarms *s = self;
	struct ent_receipt_alarm *to = &s->m[s->n++];

	(void)err;
	assert_true(s->n <= 64);
	*to = *m;
	to->sha256 = ent_arena_dup(s->t->a, m->sha256);
	to->why = ent_arena_dup(s->t->a, m->why);
	if (m->envelope.p)
		to->envelope = ent_arena_dup(s->t->a, m->envelope);
	if (m->how.p)
		to->how = ent_arena_dup(s->t->a, m->how);
	s->open += !m->closed.p;
	return 0;
}

static struct alarms
alarms(struct two *t, struct ent_str id)
{
	struct alarms s = { .t = t };
	struct ent_err err;

	if (ent_receipt_alarms_each(t->x[NORTH], id, true, see_alarm, &s, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(s.open, vitals(t, NORTH).receipt_alarms);
	return s;
}

enum wrong { ROOT, COUNT_LESS, COUNT_MORE, LAST_MORE, FAR, BACKWARDS, AGREEMENT, CHANNEL };

static void
spoil(struct two *t, struct claim *c, enum wrong how)
{
	switch (how) {
	case ROOT:
		c->root[31] ^= 1;
		break;
	case COUNT_LESS:
		c->count--;
		break;
	case COUNT_MORE:
		c->count++;
		break;
	case LAST_MORE:
		c->last++;
		break;
	case FAR:
		c->last = c->first + ENT_RECEIPT_SPAN;
		break;
	case BACKWARDS:
		c->last = c->first;
		c->first++;
		break;
	case AGREEMENT:
		c->agreement = ENT_STR("6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77");
		break;
	case CHANNEL:
		c->channel = ent_collection_id(t->a, c->agreement, two_party(SOUTH), true);
		break;
	}
}

static void
a_receipt_that_does_not_fit_is_kept_with_both_versions(void **state)
{
	static const struct {
		enum wrong how;
		int rc;
		bool known; /* there is something to hold it against */
	} cases[] = {
		{ ROOT, ENT_ESIG, true },
		{ COUNT_LESS, ENT_ESIG, true },
		{ COUNT_MORE, ENT_EUNUSABLE, true },
		{ LAST_MORE, ENT_ESIG, true },
		{ FAR, ENT_EUNUSABLE, false },
		{ BACKWARDS, ENT_EUNUSABLE, false },
		{ AGREEMENT, ENT_EUNUSABLE, false },
		{ CHANNEL, ENT_EUNUSABLE, false },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct claim right, c;
	struct ent_err err;

	send(t, id, 0, 3);
	p = serve(t, id, 100);
	right = claim_of(t, id, &p, 0, p.count);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str signed_by_south;
		struct alarms s;
		size_t at = SIZE_MAX;

		c = right;
		spoil(t, &c, cases[i].how);
		signed_by_south = sign(t, &c, SOUTH);
		if (two_receipt(t, id, signed_by_south, &err) != cases[i].rc)
			fail_msg("case %zu: %s", i, err.msg);
		/* the same again is no other alarm */
		assert_int_equal(two_receipt(t, id, signed_by_south, &err), cases[i].rc);
		s = alarms(t, id);
		assert_int_equal(s.n, i + 1);
		for (size_t k = 0; k < s.n; k++)
			if (ent_str_eq(s.m[k].envelope, signed_by_south))
				at = k;
		assert_true(at < s.n);
		assert_true(s.m[at].readable);
		assert_int_equal(s.m[at].claimed.first, c.first);
		assert_int_equal(s.m[at].claimed.last, c.last);
		assert_int_equal(s.m[at].claimed.count, c.count);
		assert_memory_equal(s.m[at].claimed.root, c.root, 32);
		assert_int_equal(s.m[at].known, cases[i].known);
		if (cases[i].known) {
			assert_int_equal(s.m[at].count, right.count);
			assert_memory_equal(s.m[at].root, right.root, 32);
		}
		assert_true(s.m[at].why.n > 0);
	}
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "receipt-mismatch"));
	/* the one that fits ends what was wrong about its range, and only that */
	send(t, id, 10, 1);
	p = serve(t, id, 100);
	c = claim_of(t, id, &p, p.count - 1, 1);
	c.root[0] ^= 1;
	assert_int_equal(bring(t, id, &c), ENT_ESIG);
	assert_int_equal(alarms(t, id).open, 9);
	assert_int_equal(bring(t, id, &right), 0);
	assert_int_equal(alarms(t, id).open, 1);
	assert_int_equal(alarms(t, id).n, 9);
	c.root[0] ^= 1;
	assert_int_equal(bring(t, id, &c), 0);
	assert_int_equal(alarms(t, id).open, 0);
	/* what is over isn't raised anew */
	c.root[0] ^= 1;
	assert_int_equal(bring(t, id, &c), ENT_ESIG);
	assert_int_equal(alarms(t, id).open, 0);
}

static void
however_many_alarms_end_with_the_one_that_fits(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct claim right, c;

	send(t, id, 0, 3);
	p = serve(t, id, 100);
	right = claim_of(t, id, &p, 0, p.count);
	for (int i = 0; i < 80; i++) {
		c = right;
		c.root[0] ^= (uint8_t)(i + 1);
		assert_int_equal(bring(t, id, &c), ENT_ESIG);
	}
	assert_int_equal(vitals(t, NORTH).receipt_alarms, 80);
	assert_int_equal(bring(t, id, &right), 0);
	assert_int_equal(vitals(t, NORTH).receipt_alarms, 0);
}

static void
what_nobody_signed_is_no_evidence_and_fills_nothing(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct claim c;
	struct alarms s;
	struct ent_err err;

	send(t, id, 0, 2);
	p = serve(t, id, 100);
	c = claim_of(t, id, &p, 0, p.count);
	for (int i = 0; i < 20; i++) {
		c.at = i % 2 ? "2019-01-01T00:00:00.001Z" : "2019-01-01T00:00:00.002Z";
		assert_int_not_equal(two_receipt(t, id, sign(t, &c, STRANGER), &err), 0);
		assert_int_not_equal(two_receipt(t, id, ENT_STR("[]"), &err), 0);
		assert_int_not_equal(two_receipt(t, id, ENT_STR("\xff"), &err), 0);
	}
	s = alarms(t, id);
	assert_int_equal(s.n, 1);
	assert_null(s.m[0].envelope.p);
	assert_false(s.m[0].readable);
	assert_false(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "receipt-mismatch"));
	assert_int_equal(bring(t, id, &c), 0);
	assert_int_equal(alarms(t, id).open, 0);
}

static void
a_person_settles_an_alarm_by_its_hash(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), hash;
	struct ent_taxii_page p;
	struct claim c;
	struct alarms s;
	struct ent_err err;

	send(t, id, 0, 2);
	p = serve(t, id, 100);
	c = claim_of(t, id, &p, 0, p.count);
	c.root[5] ^= 1;
	assert_int_equal(bring(t, id, &c), ENT_ESIG);
	s = alarms(t, id);
	assert_int_equal(s.open, 1);
	hash = (struct ent_str){ s.m[0].sha256.p, 12 };
	assert_int_equal(
	    ent_receipt_settle(t->x[NORTH], t->a, (struct ent_str){ hash.p, 7 }, &err),
	    ENT_EINVAL);
	assert_int_equal(ent_receipt_settle(t->x[NORTH], t->a, ENT_STR("0123456789"), &err),
	                 ENT_ENOENT);
	assert_int_equal(ent_receipt_settle(t->x[NORTH], t->a, hash, &err), 0);
	s = alarms(t, id);
	assert_int_equal(s.open, 0);
	assert_int_equal(s.n, 1);
	assert_true(ent_str_is(s.m[0].how, "settled"));
	assert_true(s.m[0].envelope.n > 0);
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "receipt-settled"));
	assert_int_equal(ent_receipt_settle(t->x[NORTH], t->a, hash, &err), ENT_ENOENT);
}

/* ---- our own ---- */

static int
see_owed(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct listed *l = self;

	(void)err;
	assert_true(r->ours && r->envelope.n > 0);
	l->r[l->n++] = *r;
	return 0;
}

static void
what_is_not_taken_yet_is_in_the_queue(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct listed l = { .n = 0 };
	struct ent_arrival ar;
	struct ent_err err;

	assert_int_equal(
	    two_arrive(t, SOUTH, id,
	               "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--"
	               "2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001\",\"created\":"
	               "\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:00.000Z\","
	               "\"name\":\"x\"}",
	               1, 1, &ar, &err),
	    0);
	assert_int_equal(ent_receipts_owed(t->x[SOUTH], id, see_owed, &l, &err), 0);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.r[0].state, ENT_RECEIPT_UNSENT);
	assert_int_equal(l.r[0].tries, 0);
	assert_int_equal(vitals(t, SOUTH).receipts_waiting, 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, two_setup, two_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_receipt_that_does_not_come_is_late_and_then_missing),
		TEST(who_receipts_at_once_is_not_on_record),
		TEST(many_pages_without_a_receipt_are_one_small_record),
		TEST(a_receipt_that_does_not_fit_is_kept_with_both_versions),
		TEST(however_many_alarms_end_with_the_one_that_fits),
		TEST(what_nobody_signed_is_no_evidence_and_fills_nothing),
		TEST(a_person_settles_an_alarm_by_its_hash),
		TEST(what_is_not_taken_yet_is_in_the_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
