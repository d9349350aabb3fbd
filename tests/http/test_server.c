/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_server.c - server and client over real sockets: TLS, pins, and what is refused.
 */
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "app.h"
#include "http/client.h"

static const struct ent_str nothing = { NULL, 0 };

static int
call(struct fix *f, struct ent_client *c, const char *method, const char *path,
     struct ent_str body, struct ent_answer *an, struct ent_err *err)
{
	struct ent_str url = ent_arena_printf(f->arena, "%s%s", f->url, path);

	return ent_client_call(c, f->arena, method, url.p, body, "text/plain", NULL, an, err);
}

static void
must_call(struct fix *f, struct ent_client *c, const char *method, const char *path,
          struct ent_str body, struct ent_answer *an)
{
	struct ent_err err;

	if (call(f, c, method, path, body, an, &err))
		fail_msg("%s", err.msg);
}

static struct ent_client *
client(const struct ent_client_config *cc)
{
	struct ent_client *c = NULL;

	assert_int_equal(ent_client_open(cc, &c, NULL), 0);
	return c;
}

static struct ent_client *
pinned_client(bool with_certificate)
{
	struct ent_client_config cc = { .pinned = true };

	memcpy(cc.pin, node_pin, sizeof(cc.pin));
	if (with_certificate) {
		cc.cert_file = peer_cert;
		cc.key_file = peer_key;
	}
	return client(&cc);
}

static void
plain_http_is_answered_on_loopback(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .user = "a", .password = "b" };
	struct ent_client *c = client(&cc);
	struct ent_answer an;

	fix_start_plain(f);
	must_call(f, c, "GET", "/echo?a=b", nothing, &an);
	assert_int_equal(an.status, 200);
	assert_true(ent_str_starts(an.body, "/echo a=b []"));
	assert_str(ent_answer_header(&an, "content-type"), "text/plain");
	assert_null(ent_answer_header(&an, "x-other").p);
	assert_int_equal(ent_client_pin(c, (uint8_t[32]){ 0 }), ENT_ENOENT);
	ent_client_close(c);
}

static void
every_method_goes_over_one_connection(void **state)
{
	static const struct {
		const char *method, *path;
		int status;
	} cases[] = {
		{ "GET", "/from", 200 },     { "HEAD", "/big", 200 },
		{ "POST", "/write", 201 },   { "DELETE", "/echo", 200 },
		{ "OPTIONS", "/echo", 200 }, { "GET", "/nothing", 204 },
		{ "PUT", "/x", 404 },        { "GET", "/big", 200 },
		{ "GET", "/from", 200 },
	};
	struct fix *f = *state;
	struct ent_client *c = pinned_client(true);
	struct ent_answer an = { .status = 0 };
	struct ent_str from = nothing;

	fix_start_tls(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool sends = strcmp(cases[i].method, "POST") == 0;

		must_call(f, c, cases[i].method, cases[i].path, sends ? ENT_STR("x") : nothing,
		          &an);
		assert_int_equal(an.status, cases[i].status);
		if (i == 0)
			from = an.body;
	}
	assert_true(ent_str_eq(from, an.body));
	ent_client_close(c);
}

static void
large_bodies_cross_tls_unchanged(void **state)
{
	struct fix *f = *state;
	struct ent_client *c = pinned_client(false);
	struct ent_str big = ent_blob_view(f->app.big);
	struct ent_answer an;

	fix_start_tls(f);
	must_call(f, c, "GET", "/big", nothing, &an);
	assert_true(ent_str_eq(an.body, big));
	must_call(f, c, "POST", "/body", big, &an);
	assert_true(ent_str_eq(an.body, big));
	ent_client_close(c);
}

static void
a_client_certificate_is_known_by_its_pin(void **state)
{
	struct fix *f = *state;
	struct ent_client *with = pinned_client(true), *without = pinned_client(false);
	struct ent_answer an;
	uint8_t pin[32];
	char hex[65];

	fix_start_tls(f);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", peer_pin[i]);
	for (int i = 0; i < 3; i++) { /* kept connections too */
		must_call(f, with, "GET", "/pin", nothing, &an);
		assert_str(an.body, hex);
	}
	must_call(f, without, "GET", "/pin", nothing, &an);
	assert_str(an.body, "none");
	assert_int_equal(ent_client_pin(with, pin), 0);
	assert_memory_equal(pin, node_pin, 32);
	ent_client_close(with);
	ent_client_close(without);
}

/* A client that keeps sessions gets none to resume: its pin is known on each connection. */
static void
sessions_are_not_resumed(void **state)
{
	struct fix *f = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL_SESSION *kept = NULL;

	fix_start_tls(f);
	for (int i = 0; i < 3; i++) {
		int fd = net_connect(f->port);
		SSL *ssl = SSL_new(ctx);
		char some[256];

		SSL_set_fd(ssl, fd);
		if (kept)
			SSL_set_session(ssl, kept);
		assert_int_equal(SSL_connect(ssl), 1);
		assert_int_equal(SSL_session_reused(ssl), 0);
		assert_true(SSL_write(ssl, "GET /pin HTTP/1.1\r\nHost: a\r\n\r\n", 30) == 30);
		assert_true(SSL_read(ssl, some, sizeof(some)) > 0);
		SSL_SESSION_free(kept);
		kept = SSL_get1_session(ssl);
		SSL_shutdown(ssl);
		SSL_free(ssl);
		close(fd);
	}
	SSL_SESSION_free(kept);
	SSL_CTX_free(ctx);
}

static void
older_tls_is_refused(void **state)
{
	struct fix *f = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;
	int fd;

	fix_start_tls(f);
	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	fd = net_connect(f->port);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	assert_int_not_equal(SSL_connect(ssl), 1);
	SSL_free(ssl);
	close(fd);
	/* plain HTTP to a TLS port */
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(net_drain(fd) < 100);
	close(fd);
	assert_int_equal(f->app.admitted, 0);
	SSL_CTX_free(ctx);
}

static void
a_wrong_pin_ends_it_before_anything_is_sent(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .pinned = true,
		                        .cert_file = peer_cert,
		                        .key_file = peer_key,
		                        .user = "a",
		                        .password = "secret" };
	struct ent_client *c;
	struct ent_answer an;
	struct ent_err err;

	fix_start_tls(f);
	memcpy(cc.pin, node_pin, sizeof(cc.pin));
	cc.pin[31] ^= 1;
	c = client(&cc);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(call(f, c, "POST", "/write", ENT_STR("x"), &an, &err),
		                 ENT_ESIG);
		assert_non_null(strstr(err.msg, "nothing was sent"));
		assert_null(strstr(err.msg, "secret"));
	}
	ent_client_close(c);
	ent_server_stop(f->server, 1000);
	f->server = NULL;
	assert_int_equal(f->app.admitted, 0);
}

/* The pin must be found wrong before our own certificate is shown: whom a node talks to is
 * nobody's business. */
static void *
false_server(void *arg)
{
	int listener = *(int *)arg, fd = accept(listener, NULL, NULL);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL *ssl = SSL_new(ctx);
	X509 *shown;

	SSL_use_certificate_file(ssl, peer_cert, SSL_FILETYPE_PEM);
	SSL_use_PrivateKey_file(ssl, peer_key, SSL_FILETYPE_PEM);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	SSL_set_fd(ssl, fd);
	(void)SSL_accept(ssl);
	shown = SSL_get1_peer_certificate(ssl);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return shown;
}

static void
a_wrong_pin_is_not_shown_our_certificate(void **state)
{
	struct fix *f = *state;
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t n = sizeof(sa);
	struct ent_client *c = pinned_client(true);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct ent_answer an;
	struct ent_err err;
	pthread_t thread;
	void *shown;

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(listener, 1), 0);
	getsockname(listener, (struct sockaddr *)&sa, &n);
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%d", ntohs(sa.sin_port));
	pthread_create(&thread, NULL, false_server, &listener);
	assert_int_equal(call(f, c, "GET", "/", nothing, &an, &err), ENT_ESIG);
	pthread_join(thread, &shown);
	assert_null(shown);
	close(listener);
	ent_client_close(c);
}

static void
any_takes_a_certificate_and_says_whose(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .any = true };
	struct ent_client *c = client(&cc);
	struct ent_answer an;
	uint8_t pin[32];

	fix_start_tls(f);
	assert_int_equal(ent_client_pin(c, pin), ENT_ENOENT);
	must_call(f, c, "GET", "/echo", nothing, &an);
	assert_int_equal(ent_client_pin(c, pin), 0);
	assert_memory_equal(pin, node_pin, 32);
	ent_client_close(c);
}

static void
without_a_pin_the_chain_must_hold(void **state)
{
	struct fix *f = *state;
	struct ent_client_config system = { .pinned = false }, given = { .ca_file = node_cert };
	struct ent_client *c;
	struct ent_answer an;
	struct ent_err err;

	fix_start_tls(f);
	c = client(&system);
	assert_int_equal(call(f, c, "GET", "/echo", nothing, &an, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "give its pin"));
	ent_client_close(c);
	assert_int_equal(f->app.admitted, 0);
	c = client(&given);
	must_call(f, c, "GET", "/echo", nothing, &an);
	ent_client_close(c);
	/* right chain, another name */
	snprintf(f->url, sizeof(f->url), "https://127.0.0.2:%d", f->port);
	c = client(&given);
	assert_int_not_equal(call(f, c, "GET", "/echo", nothing, &an, &err), 0);
	ent_client_close(c);
}

static void
addresses_are_https_or_of_this_machine(void **state)
{
	static const char *const bad[] = {
		"http://192.0.2.1",
		"http://127.0.0.1.example",
		"http://localhost.example",
		"ftp://127.0.0.1",
		"file:///etc/passwd",
		"127.0.0.1",
		"",
		"https://",
		"http://127.evil.example",
	};
	struct fix *f = *state;
	struct ent_client *c = pinned_client(false);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ent_answer an;
		struct ent_err err;
		int rc;

		snprintf(f->url, sizeof(f->url), "%s", bad[i]);
		rc = call(f, c, "GET", "", nothing, &an, &err);
		if (rc != ENT_EINVAL)
			fail_msg("%s: %d %s", bad[i], rc, err.msg);
	}
	ent_client_close(c);
}

static void
a_node_that_does_not_run_is_named(void **state)
{
	struct fix *f = *state;
	struct ent_client *c = pinned_client(false);
	struct ent_answer an;
	struct ent_err err;

	fix_start_tls(f);
	ent_server_stop(f->server, 0);
	f->server = NULL;
	assert_int_equal(call(f, c, "GET", "/echo", nothing, &an, &err), ENT_ENET);
	assert_non_null(strstr(err.msg, f->url));
	assert_non_null(strstr(err.msg, "is the node running"));
	ent_client_close(c);
}

static void
a_connection_that_has_ended_is_made_anew(void **state)
{
	struct fix *f = *state;
	struct ent_client *c = pinned_client(true);
	struct ent_answer an;

	f->config.idle_ms = 100;
	fix_start_tls(f);
	for (int i = 0; i < 3; i++) {
		must_call(f, c, "POST", "/write", ENT_STR("x"), &an);
		assert_int_equal(an.status, 201);
		usleep(250000);
	}
	ent_client_close(c);
}

static void
answers_are_bounded(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .answer_max = BIG_BYTES - 1 };
	struct ent_client *c = client(&cc);
	struct ent_answer an;
	struct ent_err err;

	fix_start_plain(f);
	assert_int_equal(call(f, c, "GET", "/big", nothing, &an, &err), ENT_ELIMIT);
	must_call(f, c, "GET", "/echo", nothing, &an);
	ent_client_close(c);
}

static void
a_port_in_use_is_named(void **state)
{
	struct fix *f = *state;
	struct ent_http_config config;
	struct ent_server *second = NULL;
	struct ent_err err;
	char where[64];

	fix_start_plain(f);
	snprintf(where, sizeof(where), "127.0.0.1:%d", f->port);
	config = f->config;
	config.listen = where;
	assert_int_equal(ent_server_start(&config, &f->app.callbacks, &second, &err),
	                 ENT_EBUSY);
	assert_null(second);
	assert_non_null(strstr(err.msg, where));
}

static void
bad_configurations_are_refused(void **state)
{
	static const struct {
		const char *listen, *cert, *key;
		int rc;
	} cases[] = {
		{ "0.0.0.0:0", NULL, NULL, ENT_EINVAL }, /* plain, and not loopback */
		{ "[::]:0", NULL, NULL, ENT_EINVAL },
		{ "192.0.2.1:0", node_cert, node_key, ENT_EINVAL }, /* not ours */
		{ "127.0.0.1", NULL, NULL, ENT_EINVAL },
		{ ":6443", NULL, NULL, ENT_EINVAL },
		{ "127.0.0.1:", NULL, NULL, ENT_EINVAL },
		{ "127.0.0.1:http", NULL, NULL, ENT_EINVAL },
		{ "127.0.0.1:0", node_cert, NULL, ENT_EINVAL },
		{ "127.0.0.1:0", node_cert, peer_key, ENT_ESTORE }, /* another's key */
		{ "127.0.0.1:0", "/nonexistent", node_key, ENT_ESTORE },
	};
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_err err;
		int rc;

		f->config.listen = cases[i].listen;
		f->config.cert_file = cases[i].cert;
		f->config.key_file = cases[i].key;
		rc = fix_start(f, &err);
		if (rc != cases[i].rc)
			fail_msg("%s %zu: %d %s", cases[i].listen, i, rc, err.msg);
		assert_true(strlen(err.msg) > 0);
	}
}

static void
a_context_that_does_not_open_stops_the_start(void **state)
{
	struct fix *f = *state;
	struct ent_err err;

	f->app.open_code = ENT_ESTORE;
	assert_int_equal(fix_start(f, &err), ENT_ESTORE);
	assert_non_null(strstr(err.msg, "as asked"));
	assert_null(f->server);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fix_setup, fix_teardown)
	const struct CMUnitTest tests[] = {
		T(plain_http_is_answered_on_loopback),
		T(every_method_goes_over_one_connection),
		T(large_bodies_cross_tls_unchanged),
		T(a_client_certificate_is_known_by_its_pin),
		T(sessions_are_not_resumed),
		T(older_tls_is_refused),
		T(a_wrong_pin_ends_it_before_anything_is_sent),
		T(a_wrong_pin_is_not_shown_our_certificate),
		T(any_takes_a_certificate_and_says_whose),
		T(without_a_pin_the_chain_must_hold),
		T(addresses_are_https_or_of_this_machine),
		T(a_node_that_does_not_run_is_named),
		T(a_connection_that_has_ended_is_made_anew),
		T(answers_are_bounded),
		T(a_port_in_use_is_named),
		T(bad_configurations_are_refused),
		T(a_context_that_does_not_open_stops_the_start),
	};

	return cmocka_run_group_tests(tests, certificates_setup, certificates_teardown);
}
