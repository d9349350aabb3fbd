/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_delivery.c - from release to receipt: pages, cursors, receipts, witnessing, messages.
 */
#include "two.h"

#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/dialogue.h"
#include "exchange/receipt.h"
#include "exchange/release.h"
#include "exchange/witness.h"
#include "ledger/witness.h"

#define OBJECT(n, name)                                                                        \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--2b9a3c52-9a3b-"    \
	"4c84-8a0f-3f6f0f3e000" n "\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":"  \
	"\"2018-12-01T00:00:00.000Z\",\"name\":\"" name "\"}"

static void
release_all(struct two *t, int node, struct ent_str id)
{
	struct ent_release_options o = { .all = true };
	struct ent_release_report rep;
	struct ent_err err;

	if (ent_release(t->x[node], id, &o, &rep, &err))
		fail_msg("%s", err.msg);
}

/* What North's TAXII port gives South: a page, as South takes it. */
static int
fetch(struct two *t, struct ent_str id, struct ent_cursor *at, const char *replaced,
      size_t *fresh, size_t *refused, struct ent_err *err)
{
	const struct ent_taxii_port *port = ent_exchange_port();
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_query q = {
		.added_after = at->date, .limit = 100, .all = true, .with_bytes = true
	};
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_page page;
	struct ent_arrival in = { .from = t->peer[SOUTH].party };
	struct ent_str list = ENT_STR("[");
	int rc;

	memset(who.pin, 0x11, sizeof(who.pin)); /* South's */
	rc = port->page(t->x[NORTH], t->a, &who, id, ENT_STR("outbound"), &q, &page, &denied,
	                err);
	if (rc || page.count == 0)
		return rc;
	for (size_t i = 0; i < page.count; i++)
		list = ent_arena_printf(
		    t->a, "%.*s%s%.*s", ENT_FMT(list), i ? "," : "",
		    ENT_FMT(i == 0 && replaced ? ent_str_c(replaced) : page.records[i].bytes));
	list = ent_arena_printf(t->a, "%.*s]", ENT_FMT(list));
	assert_int_equal(ent_json_parse(t->a, list, 64, &in.objects, err), 0);
	in.agreement = id;
	in.seq_first = page.records[0].seq;
	in.seq_last = page.records[page.count - 1].seq;
	in.date_last = page.records[page.count - 1].date_added;
	rc = ent_arrival_page(t->x[SOUTH], t->a, &in, at, err);
	*fresh = in.fresh;
	*refused = in.refused;
	return rc;
}

/* South's newest receipt. */
static struct ent_receipt
last_receipt(struct two *t, struct ent_str id)
{
	struct ent_receipt *r;
	size_t n;

	two_receipts(t, SOUTH, id, &r, &n);
	assert_true(n > 0);
	return r[n - 1];
}

static void
a_page_its_cursor_and_its_receipt_are_one(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_cursor at = { INT64_MIN, 0 }, kept;
	size_t fresh, refused, n_sent, n_arrived, checked;
	uint8_t sent[32], arrived[32];
	struct ent_err err;
	uint64_t upto;

	assert_int_equal(
	    two_import(t, NORTH, "[" OBJECT("1", "one") "," OBJECT("2", "two") "]", &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(refused, 0);
	assert_int_equal(
	    ent_cursor_read(t->x[SOUTH], t->a, id, t->peer[SOUTH].party, &kept, &err), 0);
	assert_int_equal(kept.seq, at.seq);
	assert_true(kept.date == at.date);
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n_sent, sent, &err),
	                 0);
	assert_int_equal(
	    ent_digest(t->x[SOUTH], id, ENT_STR("inbound"), &n_arrived, arrived, &err), 0);
	assert_int_equal(n_sent, n_arrived);
	assert_memory_equal(sent, arrived, 32);
	/* the receipt fits what was sent, also a second time */
	assert_int_equal(two_receipt(t, id, last_receipt(t, id).envelope, &err), 0);
	assert_int_equal(two_receipt(t, id, last_receipt(t, id).envelope, &err), 0);
	assert_int_equal(
	    ent_receipted(t->x[NORTH], t->a, id, t->peer[NORTH].party, &upto, &err), 0);
	assert_int_equal(upto, at.seq);
	assert_int_equal(ent_receipts_verify(t->x[NORTH], id, &checked, &err), 0);
	assert_int_equal(checked, 1);
	assert_int_equal(ent_receipts_verify(t->x[SOUTH], id, &checked, &err), 0);
	assert_int_equal(checked, 1);
	/* nothing more to fetch */
	fresh = 99;
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(fresh, 99);
}

static void
a_receipt_for_other_bytes_is_an_alarm(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), internal = ENT_BOOK_INTERNAL, *entries;
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh, refused, got;
	struct ent_err err;
	uint64_t upto;
	bool found = false;

	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(
	    fetch(t, id, &at, OBJECT("3", "not what was sent"), &fresh, &refused, &err), 0);
	assert_int_equal(two_receipt(t, id, last_receipt(t, id).envelope, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "other bytes"));
	assert_int_equal(
	    ent_receipted(t->x[NORTH], t->a, id, t->peer[NORTH].party, &upto, &err), 0);
	assert_int_equal(upto, 0);
	assert_int_equal(
	    ent_book_entries(t->x[NORTH], t->a, internal, 0, 1000, &entries, &got, &err), 0);
	for (size_t i = 0; i < got; i++)
		found |= memmem(entries[i].p, entries[i].n, "receipt-mismatch", 16) != NULL;
	assert_true(found);
	/* a receipt signed by somebody else */
	assert_int_equal(ent_receipt_take(t->x[STRANGER], t->a, id, two_party(SOUTH),
	                                  last_receipt(t, id).envelope, &upto, &err),
	                 ENT_ENOENT);
}

static void
what_cannot_be_taken_is_refused_and_counted(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh, refused;
	struct ent_err err;

	assert_int_equal(
	    two_import(t, NORTH, "[" OBJECT("1", "one") "," OBJECT("2", "two") "]", &err), 0);
	release_all(t, NORTH, id);
	/* no name: not valid; the other objects of the page are stored all the same */
	assert_int_equal(fetch(t, id, &at,
	                       "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":"
	                       "\"campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0009\","
	                       "\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-"
	                       "12-01T00:00:00.000Z\"}",
	                       &fresh, &refused, &err),
	                 0);
	assert_int_equal(refused, 1);
	assert_true(fresh >= 1);
	assert_int_equal(last_receipt(t, id).refused, 1);
}

static void
the_same_version_with_other_content_is_refused(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh, refused;
	struct ent_err err;

	assert_int_equal(two_import(t, SOUTH, OBJECT("1", "what South holds"), &err), 0);
	assert_int_equal(two_import(t, SOUTH, OBJECT("1", "changed"), &err), ENT_ECONFLICT);
	assert_int_equal(two_import(t, NORTH, OBJECT("2", "two"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(refused, 0);
	assert_int_equal(two_import(t, NORTH, OBJECT("3", "three"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, OBJECT("2", "not two"), &fresh, &refused, &err), 0);
	assert_int_equal(refused, 1);
}

static void
what_the_agreement_does_not_let_through_is_not_taken(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh, refused;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	/* TLP:RED where the ceiling is AMBER: a sender that breaks the agreement */
	assert_int_equal(fetch(t, id, &at,
	                       "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":"
	                       "\"campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0009\","
	                       "\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-"
	                       "12-01T00:00:00.000Z\",\"name\":\"x\","
	                       "\"object_marking_refs\":[\"marking-definition--e828b379-4e03-"
	                       "4974-9ac4-e53a884c97c1\"]}",
	                       &fresh, &refused, &err),
	                 0);
	assert_int_equal(refused, 1);
}

static void
nothing_is_served_while_suspended_and_nothing_lost_after(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), none = { NULL, 0 };
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh = 0, refused, n;
	uint8_t sent[32], arrived[32];
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_SUSPEND,
	                                   (struct ent_str){ NULL, 0 }, ENT_STR("a pause"),
	                                   &err),
	                 0);
	assert_int_equal(two_import(t, NORTH, OBJECT("2", "two"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), ENT_ESTATE);
	assert_non_null(strstr(err.msg, "a pause"));
	test_clock += 5 * 365 * DAY;
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_RESUME,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 0);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_RESUME,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 0);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n, sent, &err), 0);
	assert_int_equal(ent_digest(t->x[SOUTH], id, ENT_STR("inbound"), &n, arrived, &err), 0);
	assert_memory_equal(sent, arrived, 32);
}

static void
a_clock_that_steps_back_loses_nothing(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_cursor at = { INT64_MIN, 0 };
	size_t fresh, refused, n;
	uint8_t sent[32], arrived[32];
	struct ent_err err;

	test_clock += 2 * HOUR;
	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	test_clock -= HOUR;
	assert_int_equal(two_import(t, NORTH, OBJECT("2", "two"), &err), 0);
	release_all(t, NORTH, id);
	fresh = 0;
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n, sent, &err), 0);
	assert_int_equal(ent_digest(t->x[SOUTH], id, ENT_STR("inbound"), &n, arrived, &err), 0);
	assert_memory_equal(sent, arrived, 32);
}

static void
no_further_than_a_window_without_receipts(void **state)
{
	const struct ent_taxii_port *port = ent_exchange_port();
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_query q = { .added_after = INT64_MIN, .limit = 1000, .all = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_page page;
	struct ent_err err;
	uint64_t last = 0;

	for (int i = 0; i < 1100; i++) {
		char json[512];

		snprintf(json, sizeof(json),
		         "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--"
		         "2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e%04d\","
		         "\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-"
		         "01T00:00:00.000Z\",\"name\":\"x\"}",
		         i);
		assert_int_equal(two_import(t, NORTH, json, &err), 0);
	}
	release_all(t, NORTH, id);
	memset(who.pin, 0x11, sizeof(who.pin));
	for (;;) {
		assert_int_equal(port->page(t->x[NORTH], t->a, &who, id, ENT_STR("outbound"),
		                            &q, &page, &denied, &err),
		                 0);
		if (page.count == 0)
			break;
		last = page.records[page.count - 1].seq;
		q.added_after = page.records[page.count - 1].date_added;
	}
	assert_int_equal(last, 1000);
}

static void
a_thread_goes_from_open_to_closed(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_message_new m = { .kind = ENT_MSG_REQUEST,
		                     .agreement = id,
		                     .text = ENT_STR("Do you know this number?"),
		                     .due = ENT_STR("2019-01-02T00:00:00Z") };
	struct ent_cursor at = { INT64_MIN, 0 };
	struct ent_message out;
	struct ent_thread *threads;
	size_t n, fresh, refused;
	struct ent_err err;

	if (ent_message_send(t->x[NORTH], t->a, &m, &out, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(fetch(t, id, &at, NULL, &fresh, &refused, &err), 0);
	assert_int_equal(refused, 0);
	assert_int_equal(
	    ent_threads(t->x[SOUTH], t->a, (struct ent_str){ NULL, 0 }, &threads, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(threads[0].state, ENT_THREAD_OPEN);
	assert_true(ent_str_eq(threads[0].id, out.thread));
	assert_str(threads[0].awaits, "us");
	test_clock += 2 * DAY;
	assert_int_equal(
	    ent_threads(t->x[SOUTH], t->a, (struct ent_str){ NULL, 0 }, &threads, &n, &err), 0);
	assert_int_equal(threads[0].state, ENT_THREAD_OVERDUE);
	m = (struct ent_message_new){ .kind = ENT_MSG_REPLY,
		                      .thread = { threads[0].id.p, 8 },
		                      .text = ENT_STR("Yes.") };
	if (ent_message_send(t->x[SOUTH], t->a, &m, &out, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(
	    ent_threads(t->x[SOUTH], t->a, (struct ent_str){ NULL, 0 }, &threads, &n, &err), 0);
	assert_int_equal(threads[0].state, ENT_THREAD_ANSWERED);
	assert_null(threads[0].messages);
	assert_int_equal(ent_threads(t->x[SOUTH], t->a, out.thread, &threads, &n, &err), 0);
	assert_int_equal(threads[0].shown, 2);
	assert_true(threads[0].messages[1].in_reply_to.n > 0);
	test_clock += DAY;
	m = (struct ent_message_new){ .kind = ENT_MSG_OUTCOME,
		                      .thread = out.thread,
		                      .text = ENT_STR("Stopped."),
		                      .result = ENT_STR("attack-prevented") };
	assert_int_equal(ent_message_send(t->x[SOUTH], t->a, &m, &out, &err), 0);
	assert_int_equal(
	    ent_threads(t->x[SOUTH], t->a, (struct ent_str){ NULL, 0 }, &threads, &n, &err), 0);
	assert_int_equal(threads[0].state, ENT_THREAD_CLOSED);
	m.result = ENT_STR("victory");
	assert_int_equal(ent_message_send(t->x[SOUTH], t->a, &m, &out, &err), ENT_EINVAL);
}

/* North's checkpoint as South's witness gets it. */
static struct ent_str
checkpoint_of(struct two *t, int node, struct ent_str name, uint64_t old, uint64_t *size)
{
	struct ent_add_checkpoint r = { .old = old };
	struct ent_err err;

	if (ent_book_checkpoint(t->x[node], t->a, name, &r.note, size, &err) ||
	    ent_book_consistency(t->x[node], name, old, *size, r.proof, &r.count, &err))
		fail_msg("%s", err.msg);
	return ent_add_checkpoint_print(t->a, &r);
}

static void
a_witness_holds_the_other_to_its_ledger(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), first, second, wrong;
	struct ent_conflict *conflicts;
	struct ent_witnessed w;
	struct ent_err err;
	uint64_t size, next;
	size_t n;
	char *at;

	first = checkpoint_of(t, NORTH, id, 0, &size);
	assert_int_equal(
	    ent_witness_add(t->x[SOUTH], t->a, t->peer[SOUTH].party, first, &w, &err), 0);
	assert_int_equal(w.status, 200);
	assert_int_equal(
	    ent_witness_add(t->x[SOUTH], t->a, t->peer[SOUTH].party, first, &w, &err), 0);
	assert_int_equal(w.status, 409); /* old isn't what was cosigned last */
	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	second = checkpoint_of(t, NORTH, id, size, &next);
	assert_true(next > size);
	/* somebody who isn't known; a body that is none; another's key */
	assert_int_equal(
	    ent_witness_add(t->x[STRANGER], t->a, t->peer[SOUTH].party, second, &w, &err), 0);
	assert_int_equal(w.status, 404);
	assert_int_equal(ent_witness_add(t->x[SOUTH], t->a, t->peer[SOUTH].party,
	                                 ENT_STR("old x\n"), &w, &err),
	                 0);
	assert_int_equal(w.status, 400);
	/* a proof that doesn't link: evidence, and no more exchange until a person decides */
	wrong = ent_arena_dup(t->a, second);
	at = strchr(wrong.p, '\n') + 1; /* the first hash of the proof */
	*at = *at == 'A' ? 'B' : 'A';
	assert_int_equal(
	    ent_witness_add(t->x[SOUTH], t->a, t->peer[SOUTH].party, wrong, &w, &err), 0);
	assert_int_equal(w.status, 422);
	assert_int_equal(ent_conflicts(t->x[SOUTH], t->a, &conflicts, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ent_conflict_check(t->x[SOUTH], t->a, conflicts[0].origin, &err),
	                 ENT_ECONFLICT);
	assert_int_equal(ent_conflict_clear(t->x[SOUTH], t->a, conflicts[0].origin, &err), 0);
	assert_int_equal(ent_conflict_check(t->x[SOUTH], t->a, conflicts[0].origin, &err), 0);
}

static void
a_witness_writes_into_no_ledger_but_the_agreements(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL),
		       other = ENT_STR("6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77");
	struct ent_str names[2] = { ENT_BOOK_INTERNAL, other };
	struct ent_witnessed w;
	struct ent_err err;
	uint64_t size;

	(void)id;
	/* North signs a checkpoint under a name that South has a ledger of, or could have */
	for (int i = 0; i < 2; i++) {
		struct ent_str body = checkpoint_of(t, NORTH, names[i], 0, &size);

		assert_int_equal(
		    ent_witness_add(t->x[SOUTH], t->a, t->peer[SOUTH].party, body, &w, &err),
		    0);
		assert_int_equal(w.status, 404);
	}
}

static void
ledgers_hold_what_happened(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_hash root;
	struct ent_err err;
	uint64_t size;

	assert_int_equal(two_import(t, NORTH, OBJECT("1", "one"), &err), 0);
	release_all(t, NORTH, id);
	assert_int_equal(ent_book_verify(t->x[NORTH], id, &size, &root, NULL, &err), 0);
	assert_true(size >=
	            5); /* document, propose, accept, the node's identity and the object */
	assert_int_equal(ent_exchange_check(t->x[NORTH], &err), 0);
	assert_int_equal(ent_exchange_check(t->x[SOUTH], &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_page_its_cursor_and_its_receipt_are_one,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(a_receipt_for_other_bytes_is_an_alarm,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_taken_is_refused_and_counted,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(the_same_version_with_other_content_is_refused,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(
		    what_the_agreement_does_not_let_through_is_not_taken, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(
		    nothing_is_served_while_suspended_and_nothing_lost_after, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_steps_back_loses_nothing,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(no_further_than_a_window_without_receipts,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(a_thread_goes_from_open_to_closed, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(a_witness_holds_the_other_to_its_ledger,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(
		    a_witness_writes_into_no_ledger_but_the_agreements, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(ledgers_hold_what_happened, two_setup,
		                                two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
