/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_channel.c - a channel whose entries are withheld, receipts of every honest and dishonest
 * kind, and what a counterpart may learn from what is refused.
 */
#include "two.h"

#include <inttypes.h>

#include "base/buf.h"
#include "crypto/hash.h"
#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/caller.h"
#include "exchange/dialogue.h"
#include "exchange/holdings.h"
#include "exchange/quarantine.h"
#include "exchange/release.h"
#include "proof/envelope.h"

#define OLD        "2018-12-01T00:00:00.000Z"
#define NEW        "2018-12-02T00:00:00.000Z"
#define GREEN      "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
#define AMBER      "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
#define CLEAR      "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
#define MARKED(id) "\"object_marking_refs\":[\"" id "\"],"

static const struct ent_str none;

static struct ent_str
campaign_id(struct two *t, int i)
{
	return ent_arena_printf(t->a, "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e%04d", i);
}

static const char *
campaign(struct two *t, int i, const char *more, const char *modified)
{
	return ent_arena_printf(
		   t->a,
		   "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"%.*s\","
		   "%s\"created\":\"" OLD "\",\"modified\":\"%s\",\"name\":\"x\"}",
		   ENT_FMT(campaign_id(t, i)), more, modified)
	    .p;
}

/* North imports and releases one. */
static void
send(struct two *t, struct ent_str id, int i, const char *more)
{
	struct ent_str one = campaign_id(t, i);
	struct ent_release_options o = { .ids = &one, .n_ids = 1 };
	struct ent_release_report rep;
	struct ent_err err;

	if (two_import(t, NORTH, campaign(t, i, more, OLD), &err) ||
	    ent_release(t->x[NORTH], id, &o, &rep, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(rep.denied, 0);
}

/* North proposes new terms for both, South accepts. */
static void
amend(struct two *t, struct ent_str id, enum ent_tlp max, bool two_person)
{
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	test_clock += 1000000;
	p.amends = id;
	p.terms.tlp_max = max;
	p.terms.two_person = two_person;
	if (ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err) ||
	    two_tell(t, NORTH, SOUTH, id, &err) ||
	    ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_ACCEPT, none, none, &err) ||
	    two_tell(t, SOUTH, NORTH, id, &err))
		fail_msg("%s", err.msg);
}

/* What North serves to South from the beginning. */
static size_t
page(struct two *t, struct ent_str id, struct ent_taxii_page *out)
{
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_query q = {
		.added_after = INT64_MIN, .all = true, .limit = 1000, .with_bytes = true
	};
	struct ent_err err;

	memset(who.pin, 0x11, sizeof(who.pin)); /* South's */
	if (ent_exchange_port()->page(t->x[NORTH], t->a, &who, id, ENT_STR("outbound"), &q, out,
	                              &denied, &err))
		fail_msg("%s", err.msg);
	return out->count;
}

/* South's receipt for entries of a page; with so many bytes of rubbish in it. */
static struct ent_str
receipt(struct two *t, struct ent_str id, const struct ent_taxii_page *p, size_t from, size_t n,
        size_t pad)
{
	uint8_t(*sha256)[32] = ent_arena_array(t->a, n, sizeof(*sha256)), root[32];
	struct ent_str text, body;
	struct ent_err err;
	char hex[65];

	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v;

		assert_int_equal(ent_json_parse(t->a, p->records[from + i].bytes, 64, &v, &err),
		                 0);
		ent_sha256(ent_json_canon(t->a, v), sha256[i]);
	}
	ent_receipt_root((const uint8_t(*)[32])sha256, n, root);
	for (int i = 0; i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", root[i]);
	body = ent_arena_printf(
	    t->a,
	    "{\"v\":1,\"kind\":\"receipt\",\"by\":\"%.*s\",\"at\":\"2019-01-01T00:00:00.000Z\","
	    "\"agreement\":\"%.*s\",\"channel\":\"%.*s\",\"first\":%" PRIu64
	    ",\"last\":%" PRIu64
	    ",\"count\":%zu,\"refused\":0,\"root\":\"%s\",\"more\":\"%0*d\"}",
	    ENT_FMT(two_party(SOUTH)), ENT_FMT(id),
	    ENT_FMT(ent_collection_id(t->a, id, two_party(NORTH), true)), p->records[from].seq,
	    p->records[from + n - 1].seq, n, hex, (int)pad, 0);
	if (ent_envelope_make(t->a, ENT_ENV_RECEIPT, body, &t->keys[SOUTH].key[ENT_KEY_SIGN],
	                      &text, NULL, &err))
		fail_msg("%s", err.msg);
	return text;
}

/* ---- the window ---- */

static void
what_is_withheld_takes_no_place_in_the_window(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct ent_err err;

	/* the window of these nodes has 1,000 entries */
	for (int i = 0; i < 1100; i++)
		send(t, id, i, MARKED(AMBER));
	for (int i = 1100; i < 1103; i++)
		send(t, id, i, "");
	assert_int_equal(page(t, id, &p), 1000);
	amend(t, id, ENT_TLP_GREEN, false);
	/* with the marking of the withheld ones, which went before them */
	assert_in_range(page(t, id, &p), 3, 5);
	assert_true(p.records[p.count - 1].seq > 1100);
	/* a receipt for the last of them leaves nothing out that is still there */
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 0, p.count, 1), &err), 0);
	send(t, id, 2000, "");
	assert_true(page(t, id, &p) >= 4);
}

/* ---- receipts ---- */

static void
a_receipt_fits_the_channel_of_any_time(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), first, second, third;
	struct ent_taxii_page p;
	struct ent_err err;
	size_t n, checked;

	send(t, id, 0, MARKED(CLEAR));
	send(t, id, 1, MARKED(AMBER));
	send(t, id, 2, MARKED(GREEN));
	send(t, id, 3, MARKED(CLEAR));
	n = page(t, id, &p);
	first = receipt(t, id, &p, 0, n, 1);
	amend(t, id, ENT_TLP_GREEN, false);
	assert_true(page(t, id, &p) < n);
	n = page(t, id, &p);
	second = receipt(t, id, &p, 0, n, 1);
	amend(t, id, ENT_TLP_CLEAR, false);
	assert_true(page(t, id, &p) < n);
	third = receipt(t, id, &p, 0, p.count, 1);
	assert_int_equal(two_receipt(t, id, first, &err), 0);
	assert_int_equal(two_receipt(t, id, second, &err), 0);
	assert_int_equal(two_receipt(t, id, third, &err), 0);
	assert_int_equal(ent_receipts_verify(t->x[NORTH], id, &checked, &err), 0);
	assert_int_equal(checked, 3);
	/* but not what never stood there together: one of them is left out */
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 1, p.count - 1, 1), &err), 0);
	p.records[1] = p.records[0];
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 0, p.count, 2), &err), ENT_ESIG);
}

static void
a_receipt_is_small_and_brought_by_its_signer(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), fat;
	struct ent_taxii_page p;
	struct ent_receipt *r;
	struct ent_err err;
	uint64_t next;
	size_t n;

	send(t, id, 1, "");
	(void)page(t, id, &p);
	fat = receipt(t, id, &p, 0, p.count, 100000);
	assert_int_equal(two_receipt(t, id, fat, &err), ENT_ELIMIT);
	assert_int_equal(ent_receipt_take(t->x[NORTH], t->a, id, two_party(STRANGER),
	                                  receipt(t, id, &p, 0, p.count, 1), &next, &err),
	                 ENT_EDENIED);
	/* what else is in the envelope isn't kept */
	fat = receipt(t, id, &p, 0, p.count, 1);
	assert_int_equal(fat.p[0], '{');
	fat = ent_arena_printf(t->a, "{\"junk\":\"%0100000d\",%.*s", 0,
	                       ENT_FMT(ent_str_from(fat, 1)));
	if (two_receipt(t, id, fat, &err) == 0) {
		two_receipts(t, NORTH, id, &r, &n);
		assert_int_equal(n, 1);
		assert_true(r[0].envelope.n < 10000);
	} else {
		assert_int_equal(err.code, ENT_EPARSE);
	}
}

static void
a_receipt_ends_where_the_channel_does(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct ent_err err;
	uint64_t upto;

	send(t, id, 1, MARKED(CLEAR));
	send(t, id, 2, MARKED(CLEAR));
	(void)page(t, id, &p);
	/* what was sent, and 60,000 numbers that nobody has used yet */
	p.records[p.count] = p.records[p.count - 1];
	p.records[p.count - 1].seq = 60000;
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 0, p.count, 1), &err), ENT_ESIG);
	assert_int_equal(ent_receipted(t->x[NORTH], t->a, id, two_party(SOUTH), &upto, &err),
	                 0);
	assert_int_equal(upto, 0);
}

static void
a_gap_says_which_receipts_are_wanted(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;
	struct ent_err err;
	uint64_t next;

	for (int i = 0; i < 5; i++)
		send(t, id, i, MARKED(CLEAR));
	assert_true(page(t, id, &p) >= 5);
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 0, 2, 1), &err), 0);
	assert_int_equal(ent_receipt_take(t->x[NORTH], t->a, id, two_party(SOUTH),
	                                  receipt(t, id, &p, 3, 1, 1), &next, &err),
	                 ENT_EUNUSABLE);
	assert_int_equal(next, p.records[1].seq + 1);
	assert_int_equal(two_receipt(t, id, receipt(t, id, &p, 2, 1, 1), &err), 0);
	assert_int_equal(ent_receipt_take(t->x[NORTH], t->a, id, two_party(SOUTH),
	                                  receipt(t, id, &p, 3, 1, 1), &next, &err),
	                 0);
	assert_int_equal(next, 0);
}

/* ---- what leaves ---- */

static void
a_release_is_judged_by_the_terms_of_its_moment(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), one = campaign_id(t, 1);
	struct ent_release_options o = { .ids = &one, .n_ids = 1 };
	const struct ent_agreement *before;
	struct ent_release_report rep;
	struct ent_taxii_page p;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, campaign(t, 1, MARKED(AMBER), OLD), &err), 0);
	before = two_load(t, NORTH, id);
	amend(t, id, ENT_TLP_GREEN, false);
	assert_int_equal(ent_release(t->x[NORTH], before->id, &o, &rep, &err), 0);
	assert_int_equal(rep.denied, 1);
	assert_int_equal(page(t, id, &p), 0);
}

static void
two_people_hold_for_what_waits(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_taxii_page p;

	send(t, id, 1, "");
	assert_true(page(t, id, &p) >= 1);
	amend(t, id, ENT_TLP_AMBER, true);
	assert_int_equal(page(t, id, &p), 0);
}

/* ---- what comes in ---- */

/* A page of North's for South. */
static void
arrive(struct two *t, int from, struct ent_str id, const char *json, struct ent_arrival *ar)
{
	struct ent_cursor at;
	struct ent_err err;

	*ar = (struct ent_arrival){ .agreement = id, .from = two_party(from) };
	if (ent_json_parse(t->a, ent_arena_printf(t->a, "[%s]", json), 64, &ar->objects,
	                   &err) ||
	    ent_cursor_read(t->x[SOUTH], t->a, id, two_party(from), &at, &err))
		fail_msg("%s", err.msg);
	ar->seq_first = ar->seq_last = at.seq + 1;
	ar->date_last = T0 + (int64_t)at.seq + 1;
	if (ent_arrival_page(t->x[SOUTH], t->a, ar, &at, &err))
		fail_msg("%s", err.msg);
}

struct seen {
	struct two *t;
	struct ent_str sha256, id, object;
	size_t n;
};

static int
see(void *self, const struct ent_quarantined *q, struct ent_err *err)
{
	struct seen *s = self;

	(void)err;
	s->n++;
	s->sha256 = ent_arena_dup(s->t->a, q->sha256);
	s->id = ent_arena_dup(s->t->a, q->id);
	s->object = ent_arena_dup(s->t->a, q->object);
	return 0;
}

static size_t
aside(struct two *t, struct seen *s)
{
	struct ent_err err;

	*s = (struct seen){ .t = t };
	if (ent_quarantine_each(t->x[SOUTH], see, s, &err))
		fail_msg("%s", err.msg);
	return s->n;
}

static void
nobody_learns_what_is_held_from_elsewhere(void **state)
{
	static const char *const posts[] = { "", MARKED(GREEN) };
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_receipt *r;
	struct ent_arrival ar;
	struct ent_err err;
	struct seen s;
	size_t n;

	/* South has one of these, with other content, of its own */
	assert_int_equal(two_import(t, SOUTH, campaign(t, 1, MARKED(CLEAR), OLD), &err), 0);
	for (int i = 1; i <= 2; i++) {
		arrive(t, NORTH, id, campaign(t, i, posts[1], OLD), &ar);
		assert_int_equal(ar.refused, 0);
		assert_int_equal(ar.aside, i == 1);
	}
	two_receipts(t, SOUTH, id, &r, &n);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(r[i].refused, 0);
	assert_int_equal(aside(t, &s), 1);
	assert_true(ent_str_eq(s.id, campaign_id(t, 1)));
	assert_int_equal(
	    ent_quarantine_drop(t->x[SOUTH], t->a, (struct ent_str){ s.sha256.p, 7 }, &err),
	    ENT_EINVAL);
	assert_int_equal(
	    ent_quarantine_drop(t->x[SOUTH], t->a, (struct ent_str){ s.sha256.p, 8 }, &err), 0);
	assert_int_equal(ent_quarantine_drop(t->x[SOUTH], t->a, s.sha256, &err), ENT_ENOENT);
	assert_int_equal(aside(t, &s), 0);
	/* what came from North itself is North's to hear of */
	arrive(t, NORTH, id, campaign(t, 2, "", OLD), &ar);
	assert_int_equal(ar.refused, 1);
	assert_int_equal(ar.aside, 0);
}

#define BY_STRANGER "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b03\","
#define BY_NOBODY   "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7bff\","

/* Whatever is tried about an id, the answers are those for one that isn't held. */
static void
no_question_finds_out_what_is_held(void **state)
{
	static const char *const tries[][2] = {
		/* the same version with two contents, and the first once more */
		{ MARKED(GREEN), OLD },
		{ MARKED(AMBER), OLD },
		{ MARKED(GREEN), OLD },
		/* another creator */
		{ "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7bfe\",",
		  NEW },
		{ "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7bfd\",",
		  "2018-12-03T00:00:00.000Z" },
		/* no valid STIX */
		{ "\"first_seen\":7,", "2018-12-04T00:00:00.000Z" },
		{ "\"first_seen\":7,\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-"
		  "7b6b7b6b7bfc\",",
		  "2018-12-04T00:00:00.000Z" },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_err err;

	assert_int_equal(
	    two_import(t, SOUTH,
	               campaign(t, 1,
	                        MARKED(CLEAR) "\"created_by_ref\":\"identity--6c1b1b55-1b1b-"
	                                      "4d05-9d38-7b6b7b6b7bfe\",",
	                        OLD),
	               &err),
	    0);
	for (size_t i = 0; i < 3; i++) {
		struct ent_arrival held, other;

		arrive(t, NORTH, id, campaign(t, 1, tries[i][0], tries[i][1]), &held);
		arrive(t, NORTH, id, campaign(t, 2, tries[i][0], tries[i][1]), &other);
		if (held.refused != other.refused)
			fail_msg("try %zu", i);
	}
	for (size_t i = 3; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct ent_arrival held, other;

		/* of objects with a creator: each begins anew */
		assert_int_equal(
		    two_import(
			t, SOUTH,
			campaign(t, 10 + (int)i,
		                 "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-"
		                 "7b6b7b6b7bff\",",
		                 OLD),
			&err),
		    0);
		for (size_t j = i; j > 2; j -= j > 4 ? 3 : 1) {
			arrive(t, NORTH, id, campaign(t, 10 + (int)i, tries[j][0], tries[j][1]),
			       &held);
			arrive(t, NORTH, id, campaign(t, 30 + (int)i, tries[j][0], tries[j][1]),
			       &other);
			if (held.refused != other.refused)
				fail_msg("tries %zu, %zu", i, j);
		}
	}
}

static void
nobody_is_first_with_another_ones_objects(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), three = two_agree_three(t);
	struct ent_arrival ar;
	struct ent_held h;
	struct ent_err err;
	struct seen s;

	arrive(t, NORTH, id, campaign(t, 1, BY_STRANGER "\"description\":\"forged\",", OLD),
	       &ar);
	assert_int_equal(ar.aside, 1);
	arrive(t, STRANGER, three, campaign(t, 1, BY_STRANGER, OLD), &ar);
	assert_int_equal(ar.refused + ar.aside, 0);
	assert_int_equal(ent_holdings_get(t->x[SOUTH], t->a, campaign_id(t, 1), none, &h, &err),
	                 0);
	assert_null(memmem(h.bytes.p, h.bytes.n, "forged", 6));
	/* the same from two is one for who drops it */
	arrive(t, NORTH, three, campaign(t, 1, BY_STRANGER "\"description\":\"forged\",", NEW),
	       &ar);
	assert_int_equal(ar.refused, 1); /* what passed there isn't hidden */
	arrive(t, NORTH, id, campaign(t, 1, BY_STRANGER "\"description\":\"forged\",", NEW),
	       &ar);
	assert_true(aside(t, &s) >= 2);
	while (aside(t, &s))
		assert_int_equal(ent_quarantine_drop(t->x[SOUTH], t->a, s.sha256, &err), 0);
}

static void
a_post_has_its_bounds_and_a_repeated_one_is_no_refusal(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), list, *e, internal = ENT_BOOK_INTERNAL;
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_status st;
	const struct ent_json *v;
	struct ent_err err;
	struct ent_buf b;
	size_t n;

	memset(who.pin, 0x10, sizeof(who.pin)); /* North's */
	list = ent_arena_printf(t->a, "[%s]", campaign(t, 1, MARKED(CLEAR), OLD));
	assert_int_equal(ent_json_parse(t->a, list, 64, &v, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ent_exchange_port()->post(t->x[SOUTH], t->a, &who, id,
		                                           ENT_STR("inbound"), v, &st, &denied,
		                                           &err),
		                 0);
		assert_int_equal(st.success, 1);
	}
	assert_int_equal(ent_book_entries(t->x[SOUTH], t->a, internal, 0, 1000, &e, &n, &err),
	                 0);
	for (size_t i = 0; i < n; i++)
		assert_null(memmem(e[i].p, e[i].n, "\"refused\"", 9));
	ent_buf_init(&b, 1 << 20);
	for (int i = 0; i <= ENT_POST_MAX; i++)
		ent_buf_c(&b, i ? ",{}" : "[{}");
	ent_buf_c(&b, "]");
	assert_int_equal(ent_json_parse(t->a, ent_buf_view(&b), 64, &v, &err), 0);
	assert_int_equal(ent_exchange_port()->post(t->x[SOUTH], t->a, &who, id,
	                                           ENT_STR("inbound"), v, &st, &denied, &err),
	                 ENT_ELIMIT);
	ent_buf_release(&b);
}

/* Keys have the length of what came: a timestamp may have any number of digits. */
static void
all_that_is_put_aside_is_listed(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	const char *precise = ent_arena_printf(t->a, "2018-12-02T00:00:00.%0200d1Z", 0).p;
	struct ent_arrival ar;
	struct ent_err err;
	struct seen s;

	for (int i = 0; i < 250; i++) {
		assert_int_equal(
		    two_import(t, SOUTH, campaign(t, i, MARKED(CLEAR), precise), &err), 0);
		arrive(t, NORTH, id, campaign(t, i, MARKED(GREEN), precise), &ar);
		assert_int_equal(ar.aside, 1);
	}
	assert_int_equal(aside(t, &s), 250);
}

static void
a_post_tells_no_more_than_a_page(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_status st;
	const struct ent_json *v;
	struct ent_err err;

	memset(who.pin, 0x10, sizeof(who.pin)); /* North's */
	assert_int_equal(two_import(t, SOUTH, campaign(t, 1, MARKED(CLEAR), OLD), &err), 0);
	for (int i = 1; i <= 2; i++) {
		struct ent_str list =
		    ent_arena_printf(t->a, "[%s]", campaign(t, i, MARKED(GREEN), OLD));

		assert_int_equal(ent_json_parse(t->a, list, 64, &v, &err), 0);
		assert_int_equal(ent_exchange_port()->post(t->x[SOUTH], t->a, &who, id,
		                                           ENT_STR("inbound"), v, &st, &denied,
		                                           &err),
		                 0);
		assert_int_equal(st.success, 1);
		assert_int_equal(st.failure, 0);
		assert_null(st.successes[0].message.p);
	}
}

static void
a_counterparts_objects_are_its_own_to_change(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), three = two_agree_three(t);
	struct ent_arrival ar;
	struct ent_err err;

	assert_true(ent_str_ends(two_party(STRANGER), "7b03"));
	arrive(t, STRANGER, three, campaign(t, 1, BY_STRANGER, OLD), &ar);
	assert_int_equal(ar.refused + ar.aside, 0);
	/* North would change it: under an agreement that never had it, nothing is told */
	arrive(t, NORTH, id, campaign(t, 1, BY_STRANGER, NEW), &ar);
	assert_int_equal(ar.aside, 1);
	assert_int_equal(ar.refused, 0);
	/* the creator may; and of somebody who can't be asked, whoever has it */
	arrive(t, STRANGER, three, campaign(t, 1, BY_STRANGER, NEW), &ar);
	assert_int_equal(ar.refused + ar.aside, 0);
	assert_int_equal(two_import(t, SOUTH, campaign(t, 2, BY_NOBODY, OLD), &err), 0);
	arrive(t, NORTH, id, campaign(t, 2, BY_NOBODY, NEW), &ar);
	assert_int_equal(ar.refused + ar.aside, 0);
}

/* ---- messages ---- */

static const char *
message(struct two *t, int i, size_t bytes)
{
	return ent_arena_printf(
		   t->a,
		   "{\"type\":\"note\",\"spec_version\":\"2.1\",\"id\":\"note--2b9a3c52-9a3b-"
		   "4c84-"
		   "8a0f-3f6f0f3e%04d\",\"created_by_ref\":\"%.*s\",\"created\":\"" OLD
		   "\",\"modified\":\"" OLD
		   "\",\"content\":\"%0*d\",\"object_refs\":[\"%.*s\"],\"extensions\":{\"%s\":{"
		   "\"extension_type\":\"property-extension\",\"thread\":\"2b9a3c52-9a3b-4c84-"
		   "8a0f-3f6f0f3e%04d\",\"kind\":\"remark\"}}}",
		   i, ENT_FMT(two_party(NORTH)), (int)bytes, i, ENT_FMT(two_party(NORTH)),
		   ENT_EXT_MESSAGE, i < 1100 ? 1 : i)
	    .p;
}

static void
much_talk_hides_no_message(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_thread *th;
	struct ent_arrival ar;
	struct ent_err err;
	size_t n;

	arrive(t, NORTH, id, message(t, 1, ENT_MESSAGE_BYTES + 1), &ar);
	assert_int_equal(ar.refused, 1);
	/* 1,100 in one thread, 66 MB of text; and two more threads */
	for (int i = 0; i < 1102; i++) {
		struct ent_arena *was = t->a;

		t->a = ent_arena_new((size_t)64 << 20);
		arrive(t, NORTH, id, message(t, i, 60000), &ar);
		assert_int_equal(ar.refused + ar.aside, 0);
		ent_arena_free(t->a);
		t->a = was;
	}
	{
		/* in less memory than the texts have */
		struct ent_arena *small = ent_arena_new((size_t)1 << 20);

		assert_int_equal(ent_threads(t->x[SOUTH], small, none, &th, &n, &err), 0);
		assert_int_equal(n, 3);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(th[i].count,
			                 ent_str_ends(th[i].id, "0001") ? 1100 : 1);
		ent_arena_free(small);
	}
	{
		struct ent_arena *a = ent_arena_new((size_t)512 << 20);

		assert_int_equal(ent_threads(t->x[SOUTH], a,
		                             ENT_STR("2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001"),
		                             &th, &n, &err),
		                 0);
		assert_int_equal(n, 1);
		assert_int_equal(th[0].shown, ENT_MESSAGES_SHOWN);
		assert_true(ent_str_ends(th[0].messages[0].note, "0100"));
		assert_true(ent_str_ends(th[0].answers, "1099"));
		ent_arena_free(a);
	}
}

static void
nobody_has_the_last_word_by_its_date(void **state)
{
	static const struct {
		const char *created, *kind, *more;
		enum ent_thread_state state;
	} says[] = {
		{ "2018-12-31T00:00:00.000Z", "request", "", ENT_THREAD_OPEN },
		{ "9999-01-01T00:00:00.000Z", "outcome",
		  ",\"result\":\"no-match\",\"date\":\"2018-12-31T00:00:00.000Z\"",
		  ENT_THREAD_CLOSED },
		{ "2019-01-01T00:00:02.000Z", "request", "", ENT_THREAD_OPEN },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_thread *th;
	struct ent_arrival ar;
	struct ent_err err;
	size_t n;

	for (size_t i = 0; i < 3; i++) {
		test_clock += 1000000;
		arrive(
		    t, NORTH, id,
		    ent_arena_printf(
			t->a,
			"{\"type\":\"note\",\"spec_version\":\"2.1\",\"id\":\"note--2b9a3c52-"
			"9a3b-4c84-8a0f-3f6f0f3e000%zu\",\"created_by_ref\":\"%.*s\","
			"\"created\":\"%s\",\"modified\":\"%s\",\"content\":\"x\","
			"\"object_refs\":[\"%.*s\"],\"extensions\":{\"%s\":{"
			"\"extension_type\":\"property-extension\",\"thread\":\"2b9a3c52-9a3b-"
			"4c84-8a0f-3f6f0f3e0001\",\"kind\":\"%s\"%s}}}",
			i, ENT_FMT(two_party(NORTH)), says[i].created, says[i].created,
			ENT_FMT(two_party(NORTH)), ENT_EXT_MESSAGE, says[i].kind, says[i].more)
			.p,
		    &ar);
		assert_int_equal(ar.refused + ar.aside, 0);
		assert_int_equal(ent_threads(t->x[SOUTH], t->a, none, &th, &n, &err), 0);
		assert_int_equal(th[0].state, says[i].state);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_withheld_takes_no_place_in_the_window),
		TEST(a_receipt_fits_the_channel_of_any_time),
		TEST(a_receipt_is_small_and_brought_by_its_signer),
		TEST(a_receipt_ends_where_the_channel_does),
		TEST(a_gap_says_which_receipts_are_wanted),
		TEST(a_release_is_judged_by_the_terms_of_its_moment),
		TEST(two_people_hold_for_what_waits),
		TEST(nobody_learns_what_is_held_from_elsewhere),
		TEST(all_that_is_put_aside_is_listed),
		TEST(a_post_tells_no_more_than_a_page),
		TEST(no_question_finds_out_what_is_held),
		TEST(nobody_is_first_with_another_ones_objects),
		TEST(a_post_has_its_bounds_and_a_repeated_one_is_no_refusal),
		TEST(a_counterparts_objects_are_its_own_to_change),
		TEST(much_talk_hides_no_message),
		TEST(nobody_has_the_last_word_by_its_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
