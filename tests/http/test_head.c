/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_head.c - what the strict head check takes and refuses.
 */
#include "base/limits.h"
#include "http/head.h"
#include "test.h"

#define HOST "Host: a.example\r\n"
#define GET  "GET / HTTP/1.1\r\n"

static const struct vector {
	const char *what;
	struct ent_str in;
	int expect; /* 1: taken whole; 0: incomplete; else the negative status */
} vectors[] = {
	{ "a plain request", ENT_STR(GET HOST "\r\n"), 1 },
	{ "lower-case host, blanks around values",
	  ENT_STR(GET "host: \t a.example \t\r\nX:\r\nY:  \r\n\r\n"), 1 },
	{ "HTTP/1.0 without Host", ENT_STR("GET / HTTP/1.0\r\n\r\n"), 1 },
	{ "HTTP/1.0 with Host", ENT_STR("GET / HTTP/1.0\r\n" HOST "\r\n"), 1 },
	{ "an absolute target", ENT_STR("GET http://a.example/x?y HTTP/1.1\r\n" HOST "\r\n"),
	  1 },
	{ "an absolute target without a path",
	  ENT_STR("GET https://a.example:1 HTTP/1.1\r\n" HOST "\r\n"), 1 },
	{ "the asterisk", ENT_STR("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 1 },
	{ "an IPv6 host with port", ENT_STR(GET "Host: [::1]:6443\r\n\r\n"), 1 },
	{ "bytes above 0x7f in a value", ENT_STR(GET HOST "X: \xc3\xa9\r\n\r\n"), 1 },
	{ "a length", ENT_STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 12\r\n\r\n"), 1 },
	{ "chunks", ENT_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"),
	  1 },
	{ "nothing yet", ENT_STR(""), 0 },
	{ "half a line", ENT_STR("GET / HT"), 0 },
	{ "no empty line yet", ENT_STR(GET HOST), 0 },
	{ "half the empty line", ENT_STR(GET HOST "\r"), 0 },

	{ "bare CR in a value", ENT_STR(GET HOST "X: a\rY: b\r\n\r\n"), -400 },
	{ "bare CR in the request line", ENT_STR("GET /\rx HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "CR CR LF", ENT_STR(GET HOST "X: a\r\r\n\r\n"), -400 },
	{ "bare LF", ENT_STR("GET / HTTP/1.1\n" HOST "\r\n"), -400 },
	{ "bare LF in a value", ENT_STR(GET HOST "X: a\nY: b\r\n\r\n"), -400 },
	{ "LF LF at the end", ENT_STR(GET "Host: a\n\n"), -400 },
	{ "LF CR LF", ENT_STR(GET HOST "X: a\n\r\n"), -400 },
	{ "LF first", ENT_STR("\n" GET HOST "\r\n"), -400 },
	{ "an empty line first", ENT_STR("\r\n" GET HOST "\r\n"), -400 },
	{ "nothing but empty lines", ENT_STR("\r\n\r\n"), -400 },
	{ "NUL in a value", ENT_STR(GET HOST "X: a\0b\r\n\r\n"), -400 },
	{ "NUL in the target", ENT_STR("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "escape in a value", ENT_STR(GET HOST "X: \x1b[0m\r\n\r\n"), -400 },
	{ "delete in a value", ENT_STR(GET HOST "X: \x7f\r\n\r\n"), -400 },
	{ "vertical tab in a name", ENT_STR(GET HOST "X\v: a\r\n\r\n"), -400 },
	{ "a folded line", ENT_STR(GET HOST "X: a\r\n b\r\n\r\n"), -400 },
	{ "a folded line by tab", ENT_STR(GET HOST "X: a\r\n\tb\r\n\r\n"), -400 },
	{ "a blank before the first header", ENT_STR(GET " " HOST "\r\n"), -400 },
	{ "a blank before the colon", ENT_STR(GET HOST "Content-Length : 4\r\n\r\n"), -400 },
	{ "a tab before the colon", ENT_STR(GET "Host\t: a\r\n\r\n"), -400 },
	{ "a line without a colon", ENT_STR(GET HOST "nonsense\r\n\r\n"), -400 },
	{ "an empty name", ENT_STR(GET HOST ": a\r\n\r\n"), -400 },
	{ "a name that is no token", ENT_STR(GET HOST "X(y): a\r\n\r\n"), -400 },
	{ "a name beyond ASCII", ENT_STR(GET HOST "\xc3\xa9: a\r\n\r\n"), -400 },

	{ "no Host", ENT_STR(GET "\r\n"), -400 },
	{ "two Hosts", ENT_STR(GET HOST HOST "\r\n"), -400 },
	{ "two Hosts, two cases", ENT_STR(GET HOST "HOST: b\r\n\r\n"), -400 },
	{ "two Hosts in HTTP/1.0", ENT_STR("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), -400 },
	{ "an empty Host", ENT_STR(GET "Host:\r\n\r\n"), -400 },
	{ "two names in Host", ENT_STR(GET "Host: a, b\r\n\r\n"), -400 },
	{ "a user in Host", ENT_STR(GET "Host: a@b\r\n\r\n"), -400 },
	{ "length beside chunks",
	  ENT_STR(GET HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), -400 },
	{ "chunks beside length",
	  ENT_STR(GET HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), -400 },
	{ "two lengths", ENT_STR(GET HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n"),
	  -400 },
	{ "a list of lengths", ENT_STR(GET HOST "Content-Length: 3, 3\r\n\r\n"), -400 },
	{ "a signed length", ENT_STR(GET HOST "Content-Length: +3\r\n\r\n"), -400 },
	{ "a negative length", ENT_STR(GET HOST "Content-Length: -3\r\n\r\n"), -400 },
	{ "a hexadecimal length", ENT_STR(GET HOST "Content-Length: 0x3\r\n\r\n"), -400 },
	{ "an empty length", ENT_STR(GET HOST "Content-Length:\r\n\r\n"), -400 },
	{ "a length of 2^63", ENT_STR(GET HOST "Content-Length: 9223372036854775808\r\n\r\n"),
	  -400 },
	{ "a length of 2^64", ENT_STR(GET HOST "Content-Length: 18446744073709551616\r\n\r\n"),
	  -400 },
	{ "chunks in HTTP/1.0",
	  ENT_STR("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), -400 },
	{ "two codings",
	  ENT_STR(GET HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
	  -400 },
	{ "gzip as coding", ENT_STR(GET HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
	  -501 },
	{ "a coding in disguise", ENT_STR(GET HOST "Transfer-Encoding: xchunked\r\n\r\n"),
	  -501 },
	{ "an empty coding", ENT_STR(GET HOST "Transfer-Encoding:\r\n\r\n"), -501 },

	{ "no target", ENT_STR("GET HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "two blanks", ENT_STR("GET  / HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "a tab in the request line", ENT_STR("GET\t/ HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "a blank behind the version", ENT_STR("GET / HTTP/1.1 \r\n" HOST "\r\n"), -400 },
	{ "a relative target", ENT_STR("GET x HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "a fragment", ENT_STR("GET /#a HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "a target beyond ASCII", ENT_STR("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"), -400 },
	{ "no version", ENT_STR("GET /\r\n" HOST "\r\n"), -400 },
	{ "a version in lower case", ENT_STR("GET / http/1.1\r\n" HOST "\r\n"), -400 },
	{ "HTTP/2", ENT_STR("PRI * HTTP/2.0\r\n\r\n"), -505 },
	{ "HTTP/1.2", ENT_STR("GET / HTTP/1.2\r\n" HOST "\r\n"), -505 },
	{ "HTTP/1.10", ENT_STR("GET / HTTP/1.10\r\n" HOST "\r\n"), -400 },
	{ "CONNECT", ENT_STR("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"), -501 },
	{ "a TLS hello", ENT_STR("\x16\x03\x01\x02\x00\x01"), -400 },
};

static void
heads_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		const struct vector *v = &vectors[i];
		const char *why = NULL;
		size_t scanned = 0;
		int rc = ent_head_check(v->in, &scanned, &why);
		int expect = v->expect == 1 ? (int)v->in.n : v->expect;

		if (rc != expect)
			fail_msg("%s: %d (%s), not %d", v->what, rc, why ? why : "", expect);
		if (rc < 0)
			assert_non_null(why);
	}
}

/* The verdict must not depend on how the bytes come in. */
static void
heads_may_come_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		const struct vector *v = &vectors[i];
		int expect = v->expect == 1 ? (int)v->in.n : v->expect, rc = 0;
		const char *why = NULL;
		size_t scanned = 0;

		for (size_t n = 0; n <= v->in.n && rc == 0; n++)
			rc = ent_head_check((struct ent_str){ v->in.p, n }, &scanned, &why);
		if (rc != expect)
			fail_msg("%s: %d, not %d", v->what, rc, expect);
	}
}

static void
only_the_first_head_is_taken(void **state)
{
	struct ent_str two = ENT_STR(GET HOST "\r\n" GET "\r\n\n\n");
	const char *why = NULL;
	size_t scanned = 0;

	(void)state;
	assert_int_equal(ent_head_check(two, &scanned, &why), sizeof(GET HOST "\r\n") - 1);
}

static int
check_long(const char *prefix, char fill, size_t n, const char *suffix)
{
	size_t room = strlen(prefix) + n + strlen(suffix), scanned = 0;
	const char *why = NULL;
	char *p = malloc(room);
	int rc;

	memcpy(p, prefix, strlen(prefix));
	memset(p + strlen(prefix), fill, n);
	memcpy(p + strlen(prefix) + n, suffix, strlen(suffix));
	rc = ent_head_check((struct ent_str){ p, room }, &scanned, &why);
	free(p);
	return rc;
}

static void
heads_are_bounded(void **state)
{
	char many[ENT_HTTP_HEADERS_MAX * 4 + 64] = GET HOST;
	const char *why = NULL;
	size_t scanned = 0, n = strlen(many);
	int rc;

	(void)state;
	assert_true(check_long(GET HOST "X: ", 'a', 30000, "\r\n\r\n") > 30000);
	assert_int_equal(check_long(GET HOST "X: ", 'a', ENT_HTTP_HEAD_MAX, "\r\n\r\n"), -431);
	assert_int_equal(check_long(GET HOST "X: ", 'a', 2 * ENT_HTTP_HEAD_MAX, ""), -431);
	assert_int_equal(check_long("GET /", 'a', 10000, " HTTP/1.1\r\n" HOST "\r\n"), -414);
	assert_int_equal(check_long("GET /", 'a', 10000, ""), -414);
	assert_int_equal(check_long("", 'A', 40, " / HTTP/1.1\r\n" HOST "\r\n"), -501);
	for (size_t i = 0; i < ENT_HTTP_HEADERS_MAX; i++, n += 4)
		memcpy(many + n, "a:\r\n", 4);
	memcpy(many + n, "\r\n", 2);
	rc = ent_head_check((struct ent_str){ many, n + 2 }, &scanned, &why);
	assert_int_equal(rc, -431); /* Host is one more */
	memcpy(many + n - 4, "\r\n", 2);
	scanned = 0;
	rc = ent_head_check((struct ent_str){ many, n - 2 }, &scanned, &why);
	assert_int_equal(rc, n - 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_judged),
		cmocka_unit_test(heads_may_come_byte_by_byte),
		cmocka_unit_test(only_the_first_head_is_taken),
		cmocka_unit_test(heads_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
