/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_register.c - designations compared; a list that is taken whole or not at all.
 */
#include "two.h"

#include "base/buf.h"
#include "exchange/book.h"
#include "exchange/register.h"

/* ---- compared ---- */

static int
note_property(void *self, struct ent_str property, const struct ent_json *was,
              const struct ent_json *is, struct ent_err *err)
{
	struct ent_buf *b = self;

	(void)err;
	ent_buf_printf(b, "%s%.*s%s ", was ? "-" : "", ENT_FMT(property), is ? "+" : "");
	return 0;
}

static const struct {
	const char *was, *is, *want;
} compared[] = {
	{ "{\"a\":1,\"b\":[1,{\"c\":[3,4]}]}", "{\"b\":[{\"c\":[4,3]},1],\"a\":1}", "" },
	{ "{\"b\":[1,2]}", "{\"b\":[1,2,2]}", "-b+ " },
	{ "{\"a\":1}", "{\"a\":2}", "-a+ " },
	{ "{\"a\":1}", "{\"b\":1}", "-a b+ " },
	{ "{\"source\":1,\"lifted_on\":1,\"first_seen_on\":1}", "{\"lifting_instrument\":1}",
	  "" },
	{ "{\"names\":[\"A\"],\"entry\":{\"names\":[1],\"kind\":1}}",
	  "{\"names\":[\"B\"],\"entry\":{\"names\":[2],\"gender\":1}}",
	  "-names+ -kind gender+ " },
	{ "{\"names\":[\"A\"]}", "{\"names\":[\"B\"],\"entry\":{\"names\":[2]}}",
	  "-names+ entry+ " },
};

static void
says_which_properties_differ(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_buf got;

	(void)state;
	ent_buf_init(&got, 4096);
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		const struct ent_json *was, *is;
		uint8_t before[32], after[32];

		ent_buf_clear(&got);
		assert_int_equal(ent_json_parse(a, ent_str_c(compared[i].was), 8, &was, NULL),
		                 0);
		assert_int_equal(ent_json_parse(a, ent_str_c(compared[i].is), 8, &is, NULL), 0);
		assert_int_equal(ent_designation_compare(a, was, is, note_property, &got, NULL),
		                 0);
		assert_str(ent_buf_view(&got), compared[i].want);
		assert_int_equal(ent_designation_view(a, was, before, NULL), 0);
		assert_int_equal(ent_designation_view(a, is, after, NULL), 0);
		assert_int_equal(memcmp(before, after, 32) == 0, compared[i].want[0] == '\0');
	}
	ent_buf_release(&got);
	ent_arena_free(a);
}

/* ---- imported ---- */

#define ENTRY(r, remarks)                                                                      \
	{                                                                                      \
		{ "un-sc", 5 }, { r, sizeof(r) - 1 },                                          \
		    ENT_STR("{\"authority\":\"A\",\"authority_kind\":\"council\","             \
		            "\"jurisdiction\":\"UN\","                                         \
		            "\"list\":\"un-sc\",\"reference_number\":\"" r                     \
		            "\",\"in_force_from\":"                                            \
		            "\"2001-01-01\",\"effects\":[\"asset-freeze\"],\"names\":[\"N" r   \
		            "\"],"                                                             \
		            "\"entry\":{\"kind\":\"person\",\"names\":[{\"name\":\"N" r "\","  \
		            "\"quality\":\"primary\"}],\"remarks\":\"" remarks "\"}}")         \
	}

struct seen {
	size_t n, most; /* most: fails at this one; 0: never */
};

static int
see(void *self, const struct ent_register_change *c, struct ent_err *err)
{
	struct seen *s = self;

	assert_true(c->ref.n && c->name.n && c->id.n);
	return ++s->n == s->most ? ent_fail(err, ENT_EFULL, "no more") : 0;
}

static struct ent_register_report report;

static int
take(struct two *t, const struct ent_register_entry *e, size_t n, struct seen *s,
     struct ent_err *err)
{
	struct ent_register_batch b = {
		.entries = e, .n = n, .title = ENT_STR("List"), .see = see, .self = s
	};

	return ent_register_import(t->x[0], &b, &report, err);
}

static int
count_item(void *self, const struct ent_register_item *item, struct ent_err *err)
{
	size_t *n = self;

	(void)err;
	*n += ent_json_count(item->designations);
	return 0;
}

static size_t
designations(struct two *t)
{
	size_t n = 0;

	assert_int_equal(
	    ent_register_each(t->x[0], (struct ent_str){ NULL, 0 }, count_item, &n, NULL), 0);
	return n;
}

static uint64_t
ledger_size(struct two *t)
{
	uint64_t size;
	struct ent_hash root;

	assert_int_equal(ent_book_tip(t->x[0], t->a, ENT_BOOK_INTERNAL, &size, &root, NULL), 0);
	return size;
}

static void
takes_a_list_whole_or_not_at_all(void **state)
{
	struct two *t = *state;
	static const struct ent_register_entry list[] = { ENTRY("1", "a"), ENTRY("2", "b"),
		                                          ENTRY("3", "c") };
	struct ent_register_entry wrong[] = { list[0], list[1], list[2] };
	struct seen s = { .most = 3 };
	struct ent_err err;
	uint64_t size = ledger_size(t);

	assert_int_equal(take(t, list, 3, &s, &err), ENT_EFULL);
	wrong[2].designation = ENT_STR("{\"authority\":\"A\"}");
	s = (struct seen){ 0 };
	assert_int_equal(take(t, wrong, 3, &s, &err), ENT_EUNUSABLE);
	assert_true(strncmp(err.msg, "3: ", 3) == 0);
	assert_int_equal(designations(t), 0);
	assert_true(ledger_size(t) == size);
	assert_int_equal(take(t, list, 3, &s, &err), 0);
	assert_int_equal(designations(t), 3);
	assert_true(report.first && report.written && report.fresh == 3);
	assert_true(ledger_size(t) == size + 1);
	assert_int_equal(take(t, list, 3, &s, &err), 0);
	assert_true(!report.written && report.same == 3);
	assert_true(ledger_size(t) == size + 1);
}

/* What was added by hand beside a list's entry stays when the list changes it. */
static void
changes_only_its_own_designation(void **state)
{
	struct two *t = *state;
	static const struct ent_register_entry one[] = { ENTRY("1", "a") };
	static const struct ent_register_entry two[] = { ENTRY("1", "z") };
	static const struct ent_str other =
	    ENT_STR("{\"authority\":\"B\",\"authority_kind\":\"court\",\"jurisdiction\":\"DE\","
	            "\"decided_on\":\"2002-01-01\",\"effects\":[\"outlawed\"],\"source\":{"
	            "\"name\":\"ruling\"}}");
	struct ent_register_new n = { 0 };
	struct ent_holdings_query q = { .type = ENT_STR("identity"), .limit = 100 };
	const struct ent_json *v, *list;
	struct ent_held *held, h;
	struct ent_str id;
	struct seen s = { 0 };
	size_t count;

	assert_int_equal(take(t, one, 1, &s, NULL), 0);
	assert_int_equal(ent_holdings_list(t->x[0], t->a, &q, &held, &count, NULL), 0);
	n.to = held[count - 1].id;
	assert_int_equal(ent_register_add(t->x[0], t->a, &n, other, &id, NULL), 0);
	assert_int_equal(ent_register_add(t->x[0], t->a, &n, other, &id, NULL), ENT_EEXIST);
	test_clock += DAY;
	assert_int_equal(take(t, two, 1, &s, NULL), 0);
	assert_int_equal(report.changed, 1);
	assert_int_equal(
	    ent_holdings_get(t->x[0], t->a, n.to, (struct ent_str){ NULL, 0 }, &h, NULL), 0);
	assert_int_equal(ent_json_parse(t->a, h.bytes, 16, &v, NULL), 0);
	list = ent_designations(v);
	assert_int_equal(ent_json_count(list), 2);
	assert_str(ent_json_getstr(ent_json_getc(ent_json_at(list, 0), "entry"), "remarks"),
	           "z");
	assert_str(ent_json_getstr(ent_json_at(list, 1), "authority"), "B");
	assert_int_equal(ent_register_lift(t->x[0], t->a, n.to, 1, ENT_STR("2020-01-01"),
	                                   ENT_STR("x"), NULL),
	                 0);
	assert_int_equal(ent_register_lift(t->x[0], t->a, n.to, 1, ENT_STR("2020-01-01"),
	                                   ENT_STR("x"), NULL),
	                 ENT_ESTATE);
	assert_int_equal(ent_register_lift(t->x[0], t->a, n.to, 2, ENT_STR("2020-01-01"),
	                                   ENT_STR("x"), NULL),
	                 ENT_ENOENT);
	assert_int_equal(take(t, two, 1, &s, NULL), 0);
	assert_int_equal(report.same, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_which_properties_differ),
		cmocka_unit_test_setup_teardown(takes_a_list_whole_or_not_at_all, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(changes_only_its_own_designation, two_setup,
		                                two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
