/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_collection.c - free-standing collections: who may what, what stays in them, and tokens.
 */
#include "two.h"

#include "exchange/collection.h"
#include "exchange/holdings.h"
#include "exchange/release.h"
#include "exchange/token.h"

#define FEED  "33333333-3333-4333-8333-333333333333"
#define OTHER "44444444-4444-4444-8444-444444444444"

static const char campaign[] =
    "{\"objects\":[{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":"
    "\"campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001\",\"created\":\"2018-12-01T00:00:00."
    "000Z\","
    "\"modified\":\"2018-12-01T00:00:00.000Z\",\"name\":\"x\"}]}";
#define CAMPAIGN "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001"

struct desk {
	struct two *t;
	struct ent_exchange *x;
	const struct ent_taxii_port *port;
	struct ent_caller reader, writer, admin; /* by token */
};

static void
let_in(struct desk *d, const char *name, const char *role, struct ent_caller *out)
{
	const struct ent_role *r = ent_role_find(ent_str_c(role));
	struct ent_user u = { .name = ent_str_c(name),
		              .can_read = r->can_read,
		              .can_write = r->can_write,
		              .admin = r->admin };
	struct ent_err err = { 0 };
	struct ent_str none = { NULL, 0 };

	if (ent_user_add(d->x, d->t->a, &u, ENT_STR("correct horse"), &err) ||
	    ent_token_add(d->x, d->t->a, u.name, none, 0, &out->token, &err))
		fail_msg("%s", err.msg);
}

static int
setup(void **state)
{
	static struct desk d;

	d = (struct desk){ .t = two_new(), .port = ent_exchange_port() };
	d.x = d.t->x[NORTH];
	let_in(&d, "reader", "reader", &d.reader);
	let_in(&d, "writer", "writer", &d.writer);
	let_in(&d, "admin", "admin", &d.admin);
	*state = &d;
	return 0;
}

static int
teardown(void **state)
{
	two_free(((struct desk *)*state)->t);
	return 0;
}

static struct ent_collection
feed(struct desk *d, const char *id, const char *alias, const char *read, const char *write)
{
	struct ent_collection c = { .root = ENT_STR("feeds"),
		                    .id = ent_str_c(id),
		                    .alias = ent_str_c(alias),
		                    .title = ENT_STR("A feed"),
		                    .by_role = !read && !write };
	struct ent_str *list = ent_arena_array(d->t->a, 2, sizeof(*list));
	struct ent_err err = { 0 };
	bool there;

	if (read &&
	    ent_collection_holder(d->x, d->t->a, ent_str_c(read), &list[0], &there, &err))
		fail_msg("%s", err.msg);
	if (write &&
	    ent_collection_holder(d->x, d->t->a, ent_str_c(write), &list[1], &there, &err))
		fail_msg("%s", err.msg);
	c.read = list;
	c.n_read = read != NULL;
	c.write = list + 1;
	c.n_write = write != NULL;
	if (ent_collection_add(d->x, d->t->a, &c, &err))
		fail_msg("%s", err.msg);
	return c;
}

static int
look(struct desk *d, const struct ent_caller *who, const char *name,
     struct ent_taxii_collection *out)
{
	struct ent_taxii_denied denied = { NULL };
	struct ent_err err;

	return d->port->collection(d->x, d->t->a, who, ENT_STR("feeds"), ent_str_c(name), out,
	                           &denied, &err);
}

static int
post(struct desk *d, const struct ent_caller *who, const char *name, const char *text,
     struct ent_taxii_status *out)
{
	struct ent_taxii_denied denied = { NULL };
	const struct ent_json *v;
	struct ent_err err = { 0 };

	assert_int_equal(ent_json_parse(d->t->a, ent_str_c(text), 64, &v, &err), 0);
	return d->port->post(d->x, d->t->a, who, ENT_STR("feeds"), ent_str_c(name),
	                     ent_json_getc(v, "objects"), out, &denied, &err);
}

static size_t
page(struct desk *d, const struct ent_caller *who, const char *name)
{
	struct ent_taxii_query q = { .added_after = INT64_MIN, .limit = 100, .all = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_page p;
	struct ent_err err = { 0 };

	if (d->port->page(d->x, d->t->a, who, ENT_STR("feeds"), ent_str_c(name), &q, &p,
	                  &denied, &err))
		fail_msg("%s", err.msg);
	assert_false(p.sequence);
	return p.count;
}

/* Rights by role where there are no lists, exactly the lists where there are. */
static void
rights_are_exact(void **state)
{
	static const struct {
		const char *read, *write;
		int reader, writer; /* 1: read, 2: write, 0: not to know */
	} cases[] = {
		{ NULL, NULL, 1, 3 },         { "reader", NULL, 1, 0 },
		{ NULL, "reader", 2, 0 },     { "writer", "writer", 0, 3 },
		{ "reader", "writer", 1, 2 }, { "*", NULL, 1, 1 },
		{ "nobody-yet", NULL, 0, 0 },
	};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_collection c = feed(d, FEED, "feed", cases[i].read, cases[i].write);
		const struct ent_caller *who[] = { &d->reader, &d->writer, &d->admin };
		int want[] = { cases[i].reader, cases[i].writer, 3 };
		struct ent_err err;

		for (size_t k = 0; k < 3; k++)
			for (int by_alias = 0; by_alias < 2; by_alias++) {
				struct ent_taxii_collection l = { 0 };
				int rc = look(d, who[k], by_alias ? "feed" : FEED, &l);

				assert_int_equal(rc, want[k] ? 0 : ENT_ENOENT);
				assert_int_equal(l.can_read + 2 * l.can_write, want[k]);
			}
		assert_int_equal(ent_collection_remove(d->x, d->t->a, &c, &err), 0);
		assert_int_equal(look(d, &d->admin, FEED, &(struct ent_taxii_collection){ 0 }),
		                 ENT_ENOENT);
	}
}

static void
what_a_caller_may_not_know_is_in_no_listing(void **state)
{
	struct desk *d = *state;
	struct ent_taxii_collection *list;
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_root *roots;
	struct ent_caller south = { .has_pin = true };
	struct ent_str title, description;
	struct ent_err err;
	size_t n;
	int def;

	feed(d, FEED, "feed", "reader", NULL);
	feed(d, OTHER, "other", "writer", NULL);
	assert_int_equal(d->port->collections(d->x, d->t->a, &d->reader, ENT_STR("feeds"),
	                                      &list, &n, &denied, &err),
	                 0);
	assert_int_equal(n, 1);
	assert_true(ent_str_is(list[0].id, FEED));
	assert_int_equal(d->port->discovery(d->x, d->t->a, &d->reader, &title, &description,
	                                    &roots, &n, &def, &err),
	                 0);
	assert_int_equal(n, 1);
	assert_int_equal(def, 0);
	assert_true(ent_str_is(roots[0].path, "feeds"));
	/* a counterpart without a right knows of no root */
	memset(south.pin, 0x11, sizeof(south.pin));
	assert_int_equal(d->port->discovery(d->x, d->t->a, &south, &title, &description, &roots,
	                                    &n, &def, &err),
	                 0);
	assert_int_equal(n, 0);
	assert_int_equal(look(d, &south, FEED, &(struct ent_taxii_collection){ 0 }),
	                 ENT_ENOENT);
}

static void
a_counterpart_may_be_given_a_right(void **state)
{
	struct desk *d = *state;
	struct ent_taxii_collection l = { 0 };
	struct ent_caller south = { .has_pin = true };

	memset(south.pin, 0x11, sizeof(south.pin));
	feed(d, FEED, "feed", "peer:South", NULL);
	assert_int_equal(look(d, &south, "feed", &l), 0);
	assert_true(l.can_read && !l.can_write);
}

/* A feed user knows nothing of agreements, whatever its role; an agreement takes nothing of
 * what was posted to a feed. */
static void
what_is_posted_stays_out_of_agreements(void **state)
{
	struct desk *d = *state;
	struct ent_str agreement = two_agree(d->t, NULL), id = ENT_STR(CAMPAIGN);
	struct ent_release_options o = { .ids = &id, .n_ids = 1 };
	struct ent_release_report rep;
	struct ent_taxii_status s;
	struct ent_taxii_root root;
	struct ent_err err = { 0 };

	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(post(d, &d->writer, FEED, campaign, &s), 0);
	assert_int_equal(s.success, 1);
	assert_int_equal(page(d, &d->reader, "feed"), 1);
	assert_int_equal(d->port->root(d->x, d->t->a, &d->writer, agreement, &root, &err),
	                 ENT_ENOENT);
	(void)ent_release(d->x, agreement, &o, &rep, &err);
	assert_int_equal(rep.released, 0);
	/* once it is imported it is the node's own, and may go */
	two_import(d->t, NORTH, campaign, &err);
	assert_int_equal(ent_release(d->x, agreement, &o, &rep, &err), 0);
	assert_int_equal(rep.released, 1);
}

static void
nobody_posts_in_the_nodes_name(void **state)
{
	struct desk *d = *state;
	struct ent_taxii_status s;
	struct ent_str text = ent_arena_printf(
	    d->t->a,
	    "{\"objects\":[{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN
	    "\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:00."
	    "000Z\","
	    "\"name\":\"x\",\"created_by_ref\":\"%s\"}]}",
	    ent_exchange_party(d->x));

	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(post(d, &d->writer, FEED, text.p, &s), 0);
	assert_int_equal(s.failure, 1);
	assert_int_equal(page(d, &d->reader, "feed"), 0);
}

static void
the_same_again_is_a_success_and_keeps_its_place(void **state)
{
	struct desk *d = *state;
	struct ent_taxii_status s, kept;
	struct ent_err err;

	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(post(d, &d->writer, FEED, campaign, &s), 0);
	assert_int_equal(post(d, &d->writer, "feed", campaign, &s), 0);
	assert_int_equal(s.success, 1);
	assert_int_equal(page(d, &d->reader, "feed"), 1);
	assert_int_equal(post(d, &d->reader, "feed", campaign, &s), ENT_EDENIED);
	/* a status is its owner's */
	assert_int_equal(post(d, &d->writer, "feed", campaign, &s), 0);
	assert_int_equal(
	    d->port->status(d->x, d->t->a, &d->writer, ENT_STR("feeds"), s.id, &kept, &err), 0);
	assert_int_equal(
	    d->port->status(d->x, d->t->a, &d->reader, ENT_STR("feeds"), s.id, &kept, &err),
	    ENT_ENOENT);
}

static void
delete_takes_only_the_specification_versions_asked_for(void **state)
{
	static const struct ent_str specs[] = { { "2.0", 3 }, { "2.1", 3 } };
	struct desk *d = *state;
	struct ent_taxii_query q = { .added_after = INT64_MIN, .all = true, .n_specs = 1 };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_status s;
	struct ent_err err;

	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(post(d, &d->writer, FEED, campaign, &s), 0);
	for (int i = 0; i < 2; i++) {
		q.specs = &specs[i];
		assert_int_equal(d->port->del(d->x, d->t->a, &d->writer, ENT_STR("feeds"),
		                              ENT_STR(FEED), ENT_STR(CAMPAIGN), &q, &denied,
		                              &err),
		                 i == 0 ? ENT_ENOENT : 0);
		assert_int_equal(page(d, &d->reader, "feed"), i == 0);
	}
}

static void
old_entries_leave_a_collection_that_has_an_age(void **state)
{
	struct desk *d = *state;
	struct ent_collection c = feed(d, FEED, "feed", NULL, NULL);
	struct ent_taxii_status s;
	struct ent_err err;
	size_t removed;

	c.keep_days = 7;
	assert_int_equal(ent_collection_set(d->x, d->t->a, &c, &err), 0);
	assert_int_equal(post(d, &d->writer, FEED, campaign, &s), 0);
	test_clock += 6 * DAY;
	assert_int_equal(ent_collections_expire(d->x, &removed, &err), 0);
	assert_int_equal(removed, 0);
	test_clock += 2 * DAY;
	assert_int_equal(ent_collections_expire(d->x, &removed, &err), 0);
	assert_int_equal(removed, 1);
	assert_int_equal(page(d, &d->reader, "feed"), 0);
}

static void
what_cannot_be_a_collection_is_refused(void **state)
{
	static const struct {
		const char *root, *id, *alias;
		int code;
	} cases[] = {
		{ "taxii2", NULL, NULL, ENT_EINVAL },
		{ "metrics", NULL, NULL, ENT_EINVAL },
		{ "entente", NULL, NULL, ENT_EINVAL },
		{ "..", NULL, NULL, ENT_EINVAL },
		{ "a/b", NULL, NULL, ENT_EINVAL },
		{ "", NULL, NULL, ENT_EINVAL },
		{ FEED, NULL, NULL, ENT_EINVAL }, /* as an agreement's */
		{ "feeds", "1", NULL, ENT_EINVAL },
		{ "feeds", NULL, OTHER, ENT_EINVAL }, /* an alias as an id */
		{ "feeds", NULL, "a b", ENT_EINVAL },
		{ "feeds", FEED, NULL, ENT_EEXIST },
		{ "more", FEED, NULL, ENT_EEXIST },
		{ "feeds", NULL, "feed", ENT_EEXIST },
		{ "more", NULL, "feed", 0 },
	};
	struct desk *d = *state;

	feed(d, FEED, "feed", NULL, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_collection c = { .root = ent_str_c(cases[i].root),
			                    .id = ent_str_c(cases[i].id),
			                    .alias = ent_str_c(cases[i].alias),
			                    .title = ENT_STR("x"),
			                    .by_role = true };
		struct ent_err err = { 0 };
		int rc = ent_collection_add(d->x, d->t->a, &c, &err);

		if (rc != cases[i].code)
			fail_msg("case %zu: %d, %s", i, rc, err.msg);
	}
}

static void
a_token_lives_until_it_is_revoked_or_too_old_or_its_user_is_gone(void **state)
{
	struct desk *d = *state;
	struct ent_str none = { NULL, 0 }, name = ENT_STR("reader");
	struct ent_caller who = { 0 };
	struct ent_token *list, gone;
	struct ent_err err;
	size_t n;

	assert_int_equal(
	    ent_token_add(d->x, d->t->a, name, ENT_STR("siem"), 1, &who.token, &err), 0);
	assert_int_equal(d->port->login(d->x, d->t->a, &who, &err), 0);
	test_clock += 2 * DAY;
	assert_int_equal(d->port->login(d->x, d->t->a, &who, &err), ENT_EAUTH);
	assert_int_equal(d->port->login(d->x, d->t->a, &d->reader, &err), 0);
	who.token.n--;
	assert_int_equal(d->port->login(d->x, d->t->a, &who, &err), ENT_EAUTH);

	assert_int_equal(ent_tokens(d->x, d->t->a, ENT_STR("writer"), &list, &n, &err), 0);
	assert_int_equal(n, 1);
	list[0].id.n = 12;
	assert_int_equal(ent_token_revoke(d->x, d->t->a, list[0].id, &gone, &err), 0);
	assert_int_equal(d->port->login(d->x, d->t->a, &d->writer, &err), ENT_EAUTH);

	assert_int_equal(ent_user_remove(d->x, d->t->a, name, &err), 0);
	assert_int_equal(d->port->login(d->x, d->t->a, &d->reader, &err), ENT_EAUTH);
	assert_int_equal(ent_tokens(d->x, d->t->a, none, &list, &n, &err), 0);
	assert_int_equal(n, 1); /* the administrator's */
}

static void
a_certificate_is_one_users_until_it_is_revoked_or_too_old(void **state)
{
	struct desk *d = *state;
	struct ent_str label = ENT_STR("sensor"), writer = ENT_STR("writer"), name;
	struct ent_caller who = { .has_pin = true };
	struct ent_token t, gone;
	struct ent_err err;
	struct ent_arena *a = d->t->a;
	struct ent_taxii_collection c;

	memset(who.pin, 0x77, sizeof(who.pin));
	assert_int_equal(d->port->login(d->x, a, &who, &err), ENT_EAUTH);
	assert_int_equal(ent_certificate_add(d->x, a, writer, who.pin, label, 2, &t, &err), 0);
	assert_int_equal(d->port->login(d->x, a, &who, &err), 0);
	/* the user's rights are its rights */
	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(look(d, &who, "feed", &c), 0);
	assert_true(c.can_read && c.can_write);
	assert_int_equal(ent_certificate_add(d->x, a, writer, who.pin, label, 0, &gone, &err),
	                 ENT_EEXIST);
	assert_int_equal(
	    ent_certificate_add(d->x, a, ENT_STR("reader"), who.pin, label, 0, &gone, &err),
	    ENT_EEXIST);
	who.pin[31] ^= 1;
	assert_int_equal(d->port->login(d->x, a, &who, &err), ENT_EAUTH);
	who.pin[31] ^= 1;
	/* what names it is no token */
	name = ent_arena_printf(a, "ent_%.*s", ENT_FMT(t.id));
	assert_int_equal(d->port->login(d->x, a, &(struct ent_caller){ .token = name }, &err),
	                 ENT_EAUTH);
	test_clock += 3 * DAY;
	assert_int_equal(d->port->login(d->x, a, &who, &err), ENT_EAUTH);
	assert_int_equal(ent_token_revoke(d->x, a, t.id, &gone, &err), 0);
	assert_int_equal(
	    ent_certificate_add(d->x, a, ENT_STR("nobody"), who.pin, label, 0, &t, &err),
	    ENT_ENOENT);
	assert_int_equal(ent_certificate_add(d->x, a, writer, who.pin, label, 0, &t, &err), 0);
	assert_int_equal(d->port->login(d->x, a, &who, &err), 0);
	assert_int_equal(ent_user_remove(d->x, a, writer, &err), 0);
	assert_int_equal(d->port->login(d->x, a, &who, &err), ENT_EAUTH);
}

/* Who is added later under the same name is somebody else. */
static void
a_user_that_is_removed_leaves_no_rights(void **state)
{
	struct desk *d = *state;
	struct ent_taxii_collection l;
	struct ent_err err;

	feed(d, FEED, "feed", "reader", "writer");
	assert_int_equal(look(d, &d->reader, FEED, &l), 0);
	assert_int_equal(ent_user_remove(d->x, d->t->a, ENT_STR("reader"), &err), 0);
	let_in(d, "reader", "reader", &d->reader);
	assert_int_equal(look(d, &d->reader, FEED, &l), ENT_ENOENT);
	assert_int_equal(look(d, &d->writer, FEED, &l), 0);
}

static void
a_role_can_change(void **state)
{
	struct desk *d = *state;
	struct ent_str none = { NULL, 0 };
	struct ent_taxii_status s;
	struct ent_user u;
	struct ent_err err;

	feed(d, FEED, "feed", NULL, NULL);
	assert_int_equal(ent_user_get(d->x, d->t->a, ENT_STR("writer"), &u, &err), 0);
	assert_string_equal(ent_role_name(&u), "writer");
	u.can_write = false;
	assert_int_equal(ent_user_set(d->x, d->t->a, &u, none, &err), 0);
	assert_int_equal(post(d, &d->writer, FEED, campaign, &s), ENT_EDENIED);
}

/* The one who knows the password isn't shut out by others, nor from elsewhere, nor for ever. */
static void
guessing_passwords_takes_patience(void **state)
{
	struct desk *d = *state;
	struct ent_caller good = { .user = ENT_STR("reader"),
		                   .password = ENT_STR("correct horse"),
		                   .from = ENT_STR("192.0.2.1:1000") },
			  bad = good, other = good, elsewhere = good;
	struct ent_err err;

	bad.password = ENT_STR("wrong horse");
	elsewhere.from = ENT_STR("192.0.2.2:1000");
	other.user = ENT_STR("writer");
	for (int i = 0; i < 10; i++) {
		bad.from = ent_arena_printf(d->t->a, "192.0.2.1:%d", 2000 + i);
		assert_int_equal(d->port->login(d->x, d->t->a, &bad, &err), ENT_EAUTH);
	}
	assert_int_equal(d->port->login(d->x, d->t->a, &bad, &err), ENT_EBUSY);
	assert_int_equal(d->port->login(d->x, d->t->a, &good, &err), ENT_EBUSY);
	assert_int_equal(d->port->login(d->x, d->t->a, &other, &err), 0);
	assert_int_equal(d->port->login(d->x, d->t->a, &elsewhere, &err), 0);
	/* what was right before is remembered, wherever it comes from */
	assert_int_equal(d->port->login(d->x, d->t->a, &good, &err), 0);
	test_clock += 61 * INT64_C(1000000);
	assert_int_equal(d->port->login(d->x, d->t->a, &bad, &err), ENT_EAUTH);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(rights_are_exact),
		CASE(what_a_caller_may_not_know_is_in_no_listing),
		CASE(a_counterpart_may_be_given_a_right),
		CASE(what_is_posted_stays_out_of_agreements),
		CASE(nobody_posts_in_the_nodes_name),
		CASE(the_same_again_is_a_success_and_keeps_its_place),
		CASE(delete_takes_only_the_specification_versions_asked_for),
		CASE(old_entries_leave_a_collection_that_has_an_age),
		CASE(what_cannot_be_a_collection_is_refused),
		CASE(a_token_lives_until_it_is_revoked_or_too_old_or_its_user_is_gone),
		CASE(a_certificate_is_one_users_until_it_is_revoked_or_too_old),
		CASE(a_user_that_is_removed_leaves_no_rights),
		CASE(a_role_can_change),
		CASE(guessing_passwords_takes_patience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
