/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_login.c - passwords: verified once, remembered by all contexts, guessed in vain.
 */
#include "two.h"

#include "exchange/attempts.h"
#include "exchange/login.h"

#define FROM "192.0.2.1:50000"

struct desk {
	struct two *t;
	struct ent_exchange *x;
};

static int
setup(void **state)
{
	static struct desk d;
	const struct ent_user u = { .name = ENT_STR("ann"), .can_read = true };
	struct ent_err err;

	d = (struct desk){ .t = two_new() };
	d.x = d.t->x[NORTH];
	if (ent_user_add(d.x, d.t->a, &u, ENT_STR("correct horse"), &err))
		fail_msg("%s", err.msg);
	*state = &d;
	return 0;
}

static int
teardown(void **state)
{
	two_free(((struct desk *)*state)->t);
	return 0;
}

static enum ent_login_verdict
begin(struct desk *d, const char *from, const char *name, const char *password,
      struct ent_login *l)
{
	struct ent_err err;

	if (ent_login_begin(d->x, d->t->a, ent_str_c(from), ent_str_c(name),
	                    ent_str_c(password), l, &err))
		fail_msg("%s", err.msg);
	return l->verdict;
}

static int
end(struct desk *d, struct ent_login *l)
{
	struct ent_user u;

	l->verdict = ent_login_prove(l);
	return ent_login_end(l, d->x, d->t->a, &u, NULL);
}

static void
a_login_is_hashed_once(void **state)
{
	struct desk *d = *state;
	struct ent_login l, again;
	struct ent_user u;

	assert_int_equal(begin(d, FROM, "ann", "correct horse", &l), ENT_LOGIN_OPEN);
	assert_int_equal(ent_login_end(&l, d->x, d->t->a, &u, NULL), ENT_EBUSY);
	assert_int_equal(end(d, &l), 0);
	/* also from elsewhere */
	assert_int_equal(begin(d, "192.0.2.1:1", "ann", "correct horse", &again),
	                 ENT_LOGIN_RIGHT);
	assert_int_equal(ent_login_end(&again, d->x, d->t->a, &u, NULL), 0);
	assert_true(u.can_read && !u.can_write);
	assert_int_equal(begin(d, "192.0.2.2:1", "ann", "correct horse", &again),
	                 ENT_LOGIN_RIGHT);
	assert_int_equal(begin(d, FROM, "ann", "correct horsf", &again), ENT_LOGIN_OPEN);
	assert_int_equal(end(d, &again), ENT_EAUTH);
	assert_int_equal(begin(d, FROM, "anna", "correct horse", &again), ENT_LOGIN_OPEN);
	assert_int_equal(end(d, &again), ENT_EAUTH);
}

/* Parts that run into each other would make one login of two. */
static void
keys_are_told_apart(void **state)
{
	static const char *const logins[][3] = {
		{ "192.0.2.1:1", "ann", "correct horse" },
		{ "192.0.2.1:1", "annc", "orrect horse" },
		{ "192.0.2.1:1", "an", "ncorrect horse" },
		{ "2.0.2.1:1", "ann", "correct horse19" },
		{ "192.0.2.1:1", "", "anncorrect horse" },
	};
	struct desk *d = *state;
	struct ent_login l[5];

	for (size_t i = 0; i < 5; i++) {
		(void)begin(d, logins[i][0], logins[i][1], logins[i][2], &l[i]);
		for (size_t j = 0; j < i; j++) {
			assert_memory_not_equal(l[i].memo, l[j].memo, sizeof(l[i].memo));
			assert_memory_not_equal(l[i].key, l[j].key, sizeof(l[i].key));
		}
	}
}

static void
what_changed_is_not_remembered(void **state)
{
	struct desk *d = *state;
	const struct ent_user ann = { .name = ENT_STR("ann"), .can_write = true };
	struct ent_str none = { NULL, 0 };
	struct ent_login l;
	struct ent_user u;

	(void)begin(d, FROM, "ann", "correct horse", &l);
	assert_int_equal(end(d, &l), 0);
	/* rights are those of now where another context asks, or the next request */
	assert_int_equal(ent_user_set(d->x, d->t->a, &ann, none, NULL), 0);
	l.read_by = NULL;
	assert_int_equal(ent_login_end(&l, d->x, d->t->a, &u, NULL), 0);
	assert_true(u.can_write);
	assert_int_equal(ent_user_set(d->x, d->t->a, &ann, ENT_STR("battery staple"), NULL), 0);
	(void)begin(d, FROM, "ann", "correct horse", &l);
	assert_int_equal(end(d, &l), ENT_EAUTH);
	(void)begin(d, FROM, "ann", "battery staple", &l);
	assert_int_equal(end(d, &l), 0);
	assert_int_equal(ent_user_remove(d->x, d->t->a, ann.name, NULL), 0);
	l.read_by = NULL;
	assert_int_equal(ent_login_end(&l, d->x, d->t->a, &u, NULL), ENT_EAUTH);
	(void)begin(d, FROM, "ann", "battery staple", &l);
	assert_int_equal(end(d, &l), ENT_EAUTH);
}

/* Then it costs no hash, the right one neither; whoever is in stays in, and so do others. */
static void
whoever_guesses_has_to_wait(void **state)
{
	struct desk *d = *state;
	struct ent_login l, in, waiting;
	char guess[32];

	(void)begin(d, FROM, "ann", "correct horse", &in);
	assert_int_equal(end(d, &in), 0);
	(void)begin(d, FROM, "bob", "waits meanwhile", &waiting);
	for (int i = 0; i < ENT_ATTEMPTS_NAME; i++) {
		snprintf(guess, sizeof(guess), "guess %d", i);
		assert_int_equal(begin(d, FROM, "bob", guess, &l), ENT_LOGIN_OPEN);
		assert_int_equal(end(d, &l), ENT_EAUTH);
	}
	assert_int_equal(begin(d, FROM, "bob", "one more", &l), ENT_LOGIN_TOO_MANY);
	assert_int_equal(end(d, &l), ENT_EBUSY);
	assert_int_equal(end(d, &waiting), ENT_EBUSY); /* it is looked at again */
	assert_int_equal(begin(d, "192.0.2.2:1", "bob", "one more", &l), ENT_LOGIN_OPEN);
	assert_int_equal(begin(d, FROM, "cid", "one more", &l), ENT_LOGIN_OPEN);
	assert_int_equal(begin(d, FROM, "ann", "correct horse", &l), ENT_LOGIN_RIGHT);
}

static void
clients_are_told_apart(void **state)
{
	static const struct {
		const char *one, *other;
		bool same;
	} cases[] = {
		{ "192.0.2.1:1", "192.0.2.1:65535", true },
		{ "192.0.2.1:1", "192.0.2.10:1", false },
		{ "[2001:db8:0:1::1]:1", "[2001:db8:0:1:ffff::2]:2", true },
		{ "[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", false },
		{ "[2001:db8::1]:1", "[2001:db8:0:0:1::]:1", true },
		{ "[::ffff:192.0.2.1]:1", "192.0.2.1:2", true },
		{ "[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:1", false },
		{ "[::1]:1", "127.0.0.1:1", false },
		{ "unix", "loopback", false },
		{ "", "0.0.0.0:1", false },
		{ "[", "[]:1", false },
	};
	char longest[200];
	uint8_t one[ENT_ATTEMPT_CLIENT], other[ENT_ATTEMPT_CLIENT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ent_attempt_client(ent_str_c(cases[i].one), one);
		ent_attempt_client(ent_str_c(cases[i].other), other);
		if ((memcmp(one, other, sizeof(one)) == 0) != cases[i].same)
			fail_msg("%s %s", cases[i].one, cases[i].other);
	}
	memset(longest, 'x', sizeof(longest));
	ent_attempt_client((struct ent_str){ longest, sizeof(longest) }, one);
	ent_attempt_client((struct ent_str){ NULL, 0 }, other);
	assert_memory_equal(one, other, sizeof(one)); /* nobody knows */
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_hashed_once),
		TEST(keys_are_told_apart),
		TEST(what_changed_is_not_remembered),
		TEST(whoever_guesses_has_to_wait),
		cmocka_unit_test(clients_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
