/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_srv.c - SRV answers as name servers, and others, might send them; their order.
 */
#include "test.h"

#include "http/srv.h"

/* A message under construction. */
struct message {
	unsigned char b[2048];
	size_t n;
};

static void
put(struct message *m, const void *p, size_t n)
{
	assert_true(m->n + n <= sizeof(m->b));
	memcpy(m->b + m->n, p, n);
	m->n += n;
}

static void
put16(struct message *m, unsigned v)
{
	unsigned char two[2] = { (unsigned char)(v >> 8), (unsigned char)v };

	put(m, two, 2);
}

/* "node.example.org" as labels */
static void
put_name(struct message *m, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		unsigned char length = (unsigned char)n;

		put(m, &length, 1);
		put(m, name, n);
		name += n + (name[n] == '.');
	}
	put(m, "", 1);
}

/* The head and the question: "_taxii2._tcp.example.org SRV?" stands at byte 12, example.org at
 * 25. */
static void
begin(struct message *m, unsigned flags, unsigned answers)
{
	m->n = 0;
	put16(m, 7);
	put16(m, flags);
	put16(m, 1);
	put16(m, answers);
	put16(m, 0);
	put16(m, 0);
	put_name(m, "_taxii2._tcp.example.org");
	put16(m, 33);
	put16(m, 1);
}

static void
put_record(struct message *m, unsigned type, unsigned priority, unsigned weight, unsigned port,
           const char *host)
{
	size_t at;

	put16(m, 0xc00c); /* the name of the question */
	put16(m, type);
	put16(m, 1);
	put16(m, 0);
	put16(m, 300);
	at = m->n;
	put16(m, 0);
	put16(m, priority);
	put16(m, weight);
	put16(m, port);
	put_name(m, host);
	m->b[at] = (unsigned char)((m->n - at - 2) >> 8);
	m->b[at + 1] = (unsigned char)(m->n - at - 2);
}

#define ANSWER 0x8180

static int
read_message(const struct message *m, struct ent_srv *list, size_t *n)
{
	return ent_srv_read((struct ent_str){ (const char *)m->b, m->n }, list, n, NULL);
}

static void
records_are_read(void **state)
{
	struct ent_srv list[ENT_SRV_MAX];
	struct message m;
	size_t n;

	(void)state;
	begin(&m, ANSWER, 3);
	put_record(&m, 33, 10, 5, 6443, "node.example.org");
	put_record(&m, 5, 1, 1, 1, "not.a.server");
	put_record(&m, 33, 0, 0, 443, "Other_1.example.net");
	assert_int_equal(read_message(&m, list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].host, "node.example.org");
	assert_int_equal(list[0].priority, 10);
	assert_int_equal(list[0].weight, 5);
	assert_int_equal(list[0].port, 6443);
	assert_string_equal(list[1].host, "Other_1.example.net");
}

static void
names_may_be_compressed(void **state)
{
	struct ent_srv list[ENT_SRV_MAX];
	struct message m;
	size_t n;

	(void)state;
	begin(&m, ANSWER, 1);
	put_record(&m, 33, 0, 0, 443, "n");
	m.n--;
	put16(&m, 0xc000 | 25);
	m.b[m.n - 12] = 0; /* the length: three numbers, "n", the pointer */
	m.b[m.n - 11] = 10;
	assert_int_equal(read_message(&m, list, &n), 0);
	assert_string_equal(list[0].host, "n.example.org");
}

static void
what_cannot_be_used_is_passed_over(void **state)
{
	static const struct {
		unsigned port;
		const char *host;
	} cases[] = { { 0, "node.example.org" },
		      { 443, "a b.example.org" },
		      { 443, "a/b" },
		      { 443, "a@evil.example" },
		      { 443, "a:b" },
		      { 443, "" },
		      { 443, "\x01.example" },
		      { 443, "\xc3\xa4.example" } };
	struct ent_srv list[ENT_SRV_MAX];
	struct message m;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&m, ANSWER, 1);
		put_record(&m, 33, 0, 0, cases[i].port, cases[i].host);
		assert_int_equal(read_message(&m, list, &n), ENT_ENOENT);
		assert_int_equal(n, 0);
	}
}

static void
a_dot_says_that_there_is_no_such_service(void **state)
{
	struct ent_srv list[ENT_SRV_MAX];
	struct ent_err err;
	struct message m;
	size_t n;

	(void)state;
	begin(&m, ANSWER, 1);
	put_record(&m, 33, 0, 0, 0, "");
	assert_int_equal(
	    ent_srv_read((struct ent_str){ (const char *)m.b, m.n }, list, &n, &err),
	    ENT_ENOENT);
	assert_non_null(strstr(err.msg, "no such service"));
}

static void
hostile_messages_are_refused(void **state)
{
	struct ent_srv list[ENT_SRV_MAX];
	struct message m, whole;
	size_t n;

	(void)state;
	begin(&m, 0x0100, 0); /* a question */
	assert_int_equal(read_message(&m, list, &n), ENT_EPROTO);
	begin(&m, 0x8182, 0); /* SERVFAIL */
	assert_int_equal(read_message(&m, list, &n), ENT_EPROTO);
	begin(&m, ANSWER, 0);
	assert_int_equal(read_message(&m, list, &n), ENT_ENOENT);
	begin(&m, ANSWER, 9); /* fewer than it says */
	put_record(&m, 33, 0, 0, 443, "node.example.org");
	assert_int_equal(read_message(&m, list, &n), ENT_EPROTO);
	begin(&m, ANSWER, 1); /* a name that points to itself */
	put_record(&m, 33, 0, 0, 443, "n");
	m.n -= 3;
	put16(&m, 0xc000 | (unsigned)m.n);
	m.b[m.n - 9] = 8;
	assert_int_not_equal(read_message(&m, list, &n), 0);
	begin(&whole, ANSWER, 1);
	put_record(&whole, 33, 0, 0, 443, "node.example.org");
	for (size_t cut = 0; cut < whole.n; cut++) {
		/* of its own size, so that a sanitizer sees who reads on */
		unsigned char *copy = malloc(cut + 1);

		assert_non_null(copy);
		memcpy(copy, whole.b, cut);
		assert_int_equal(
		    ent_srv_read((struct ent_str){ (const char *)copy, cut }, list, &n, NULL),
		    ENT_EPROTO);
		free(copy);
	}
}

static void
more_records_than_are_looked_at_do_no_harm(void **state)
{
	struct ent_srv list[ENT_SRV_MAX];
	struct message m;
	size_t n;

	(void)state;
	begin(&m, ANSWER, 60);
	for (unsigned i = 0; i < 60; i++)
		put_record(&m, 33, i, 0, 443, "n.example");
	assert_int_equal(read_message(&m, list, &n), 0);
	assert_int_equal(n, ENT_SRV_MAX);
}

static uint32_t
counted(void *self)
{
	return (*(uint32_t *)self)++;
}

static void
lower_priorities_come_first_and_weights_draw_lots(void **state)
{
	const struct ent_srv given[] = { { 10, 0, 1, "last" },
		                         { 1, 3, 1, "heavy" },
		                         { 1, 1, 1, "light" },
		                         { 1, 0, 1, "none" } };
	size_t first[3] = { 0, 0, 0 };
	uint32_t number = 0;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		struct ent_srv list[4];

		memcpy(list, given, sizeof(list));
		number = (uint32_t)i * 7919;
		ent_srv_order(list, 4, counted, &number);
		assert_string_equal(list[3].host, "last");
		first[0] += strcmp(list[0].host, "heavy") == 0;
		first[1] += strcmp(list[0].host, "light") == 0;
		first[2] += strcmp(list[0].host, "none") == 0;
	}
	/* of 0 to 4: none has 0, light 1, heavy 2 to 4 */
	assert_in_range(first[0], 2900, 3100);
	assert_in_range(first[1], 900, 1100);
	assert_in_range(first[2], 900, 1100);
}

static void
names_are_checked(void **state)
{
	static const char label[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	char text[300];
	static const struct {
		const char *name;
		bool good;
	} cases[] = { { "example.org", true }, { "example.org.", true },
		      { "a", true },           { "_x._tcp.a-b.c", true },
		      { "", false },           { ".", false },
		      { "a..b", false },       { ".a", false },
		      { "a b", false },        { "a/b", false },
		      { "a:1", false },        { "a\n", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ent_srv_is_name(ent_str_c(cases[i].name)) != cases[i].good)
			fail_msg("%s", cases[i].name);
	assert_true(ent_srv_is_name((struct ent_str){ label, 63 }));
	assert_false(ent_srv_is_name((struct ent_str){ label, 64 }));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? '.' : 'a';
	assert_true(ent_srv_is_name((struct ent_str){ text, 253 }));
	assert_false(ent_srv_is_name((struct ent_str){ text, 255 }));
}

static void
hosts_belong_to_domains_by_labels(void **state)
{
	static const struct {
		const char *host, *domain;
		bool within;
	} cases[] = { { "example.org", "example.org", true },
		      { "Node.Example.org", "example.ORG.", true },
		      { "a.b.example.org.", "example.org", true },
		      { "evilexample.org", "example.org", false },
		      { "example.org.evil.net", "example.org", false },
		      { "org", "example.org", false },
		      { "example.org", "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ent_srv_within(ent_str_c(cases[i].host), ent_str_c(cases[i].domain)) !=
		    cases[i].within)
			fail_msg("%s in %s", cases[i].host, cases[i].domain);
}

static void
name_servers_are_addresses(void **state)
{
	static const char *const bad[] = { "",
		                           "dns.example",
		                           "127.0.0.1:",
		                           "127.0.0.1:0",
		                           "127.0.0.1:65536",
		                           "127.0.0.1:x",
		                           "[::1]" };
	struct ent_srv list[ENT_SRV_MAX];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    ent_srv_lookup("_taxii2._tcp.example.org", bad[i], list, &n, NULL),
		    ENT_EINVAL);
	assert_int_equal(ent_srv_lookup("no name", NULL, list, &n, NULL), ENT_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read),
		cmocka_unit_test(names_may_be_compressed),
		cmocka_unit_test(what_cannot_be_used_is_passed_over),
		cmocka_unit_test(a_dot_says_that_there_is_no_such_service),
		cmocka_unit_test(hostile_messages_are_refused),
		cmocka_unit_test(more_records_than_are_looked_at_do_no_harm),
		cmocka_unit_test(lower_priorities_come_first_and_weights_draw_lots),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(hosts_belong_to_domains_by_labels),
		cmocka_unit_test(name_servers_are_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
