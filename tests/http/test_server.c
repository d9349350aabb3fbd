/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_server.c - the server over real sockets, and the client.
 */
#include "app.h"
#include "crypto/cert.h"
#include "http/client.h"

static char dir[64], node_key[96], node_cert[96], peer_key[96], peer_cert[96];
static uint8_t node_pin[32], peer_pin[32];

static int
make_certificates(void **state)
{
	struct ent_str host = ENT_STR("127.0.0.1");

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/entente-http-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(node_key, sizeof(node_key), "%s/node.key", dir);
	snprintf(node_cert, sizeof(node_cert), "%s/node.pem", dir);
	snprintf(peer_key, sizeof(peer_key), "%s/peer.key", dir);
	snprintf(peer_cert, sizeof(peer_cert), "%s/peer.pem", dir);
	assert_int_equal(ent_cert_create(node_key, node_cert, "node", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_create(peer_key, peer_cert, "peer", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_pin(node_cert, node_pin, NULL), 0);
	assert_int_equal(ent_cert_pin(peer_cert, peer_pin, NULL), 0);
	return 0;
}

static int
remove_certificates(void **state)
{
	(void)state;
	unlink(node_key);
	unlink(node_cert);
	unlink(peer_key);
	unlink(peer_cert);
	return rmdir(dir);
}

struct fix {
	struct app app;
	struct ent_http_config config;
	struct ent_server *server;
	struct ent_arena *arena;
	char url[80];
};

static void
start(struct fix *f, bool tls)
{
	struct ent_err err;

	if (!f->config.listen)
		f->config.listen = "127.0.0.1:0";
	f->config.threads = 2;
	if (tls) {
		f->config.cert_file = node_cert;
		f->config.key_file = node_key;
	}
	if (ent_server_start(&f->config, &f->app.callbacks, &f->server, &err))
		fail_msg("%s", err.msg);
	snprintf(f->url, sizeof(f->url), "http%s://127.0.0.1:%d", tls ? "s" : "",
	         ent_server_port(f->server));
}

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	app_init(&f->app);
	f->arena = ent_arena_new((size_t)64 << 20);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	ent_server_stop(f->server, 2000);
	assert_int_equal(f->app.opened, f->app.closed);
	app_release(&f->app);
	ent_arena_free(f->arena);
	free(f);
	return 0;
}

static int
call(struct fix *f, struct ent_client *c, const char *method, const char *path,
     struct ent_str body, struct ent_answer *an, struct ent_err *err)
{
	struct ent_str url = ent_arena_printf(f->arena, "%s%s", f->url, path);

	return ent_client_call(c, f->arena, method, url.p, body, "text/plain", NULL, an, err);
}

static void
plain_http_is_answered(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .pinned = false };
	struct ent_client *c;
	struct ent_answer an;
	struct ent_err err;

	start(f, false);
	assert_int_equal(ent_client_open(&cc, &c, NULL), 0);
	if (call(f, c, "GET", "/echo?a=b", (struct ent_str){ NULL, 0 }, &an, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(an.status, 200);
	assert_true(ent_str_starts(an.body, "/echo a=b []"));
	assert_str(ent_answer_header(&an, "content-type"), "text/plain");
	ent_client_close(c);
}

static void
a_client_certificate_is_known_by_its_pin(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .pinned = true };
	struct ent_client *c;
	struct ent_answer an;
	struct ent_err err;
	uint8_t pin[32];
	char hex[65];

	start(f, true);
	memcpy(cc.pin, node_pin, 32);
	cc.cert_file = peer_cert;
	cc.key_file = peer_key;
	assert_int_equal(ent_client_open(&cc, &c, NULL), 0);
	for (int i = 0; i < 3; i++) {
		if (call(f, c, "GET", "/pin", (struct ent_str){ NULL, 0 }, &an, &err))
			fail_msg("%s", err.msg);
		for (size_t k = 0; k < 32; k++)
			snprintf(hex + 2 * k, 3, "%02x", peer_pin[k]);
		assert_str(an.body, hex);
	}
	assert_int_equal(ent_client_pin(c, pin), 0);
	assert_memory_equal(pin, node_pin, 32);
	if (call(f, c, "GET", "/big", (struct ent_str){ NULL, 0 }, &an, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(an.body.n, BIG_BYTES);
	if (call(f, c, "POST", "/write", ENT_STR("x"), &an, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(an.status, 201);
	ent_client_close(c);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(plain_http_is_answered),
		T(a_client_certificate_is_known_by_its_pin),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
