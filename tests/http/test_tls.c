/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tls.c - versions and ciphers, and a certificate that is replaced while it is shown.
 */
#include <openssl/ssl.h>

#include "app.h"
#include "http/client.h"

static int
get(struct fix *f, struct ent_client *c, struct ent_answer *an, struct ent_err *err)
{
	struct ent_str url = ent_arena_printf(f->arena, "%s/from", f->url);

	return ent_client_call(c, f->arena, "GET", url.p, (struct ent_str){ NULL, 0 },
	                       "text/plain", NULL, an, err);
}

/* What a client with these versions and ciphers agrees on; NULL: nothing. */
static const char *
agreed(struct fix *f, int from, int to, const char *ciphers)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	const char *version = NULL;
	int fd = net_connect(f->port);
	SSL *ssl;

	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, from);
	SSL_CTX_set_max_proto_version(ctx, to);
	assert_int_equal(SSL_CTX_set_cipher_list(ctx, ciphers), 1);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	if (SSL_connect(ssl) == 1)
		version = SSL_get_version(ssl);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return version;
}

static void
tls_1_2_is_an_option(void **state)
{
	static const struct {
		int from, to;
		const char *ciphers, *version;
	} cases[] = {
		{ TLS1_2_VERSION, TLS1_3_VERSION, "DEFAULT", "TLSv1.3" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "DEFAULT", "TLSv1.2" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1.2" },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", NULL },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384", NULL },
		{ TLS1_2_VERSION, TLS1_2_VERSION, "aNULL", NULL },
		{ TLS1_VERSION, TLS1_1_VERSION, "ALL:aNULL", NULL },
	};
	struct fix *f = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char hex[65], some[512];
	SSL *ssl;
	int fd, n;

	f->config.tls12 = true;
	fix_start_tls(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *v = agreed(f, cases[i].from, cases[i].to, cases[i].ciphers);

		if (!v != !cases[i].version || (v && strcmp(v, cases[i].version) != 0))
			fail_msg("%s: %s", cases[i].ciphers, v ? v : "nothing");
	}
	/* a certificate is known over it, and nothing is negotiated again */
	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_use_certificate_file(ctx, peer_cert, SSL_FILETYPE_PEM);
	SSL_CTX_use_PrivateKey_file(ctx, peer_key, SSL_FILETYPE_PEM);
	fd = net_connect(f->port);
	ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	assert_int_equal(SSL_connect(ssl), 1);
	assert_true(SSL_write(ssl, "GET /pin HTTP/1.1\r\nHost: a\r\n\r\n", 30) == 30);
	n = SSL_read(ssl, some, sizeof(some) - 1);
	assert_true(n > 0);
	some[n] = '\0';
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", peer_pin[i]);
	assert_non_null(strstr(some, hex));
	assert_int_equal(SSL_renegotiate(ssl), 1);
	assert_int_not_equal(SSL_do_handshake(ssl), 1);
	SSL_free(ssl);
	close(fd);
	SSL_CTX_free(ctx);
}

static void
copy(const char *from, const char *to)
{
	char text[8192];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n = fread(text, 1, sizeof(text), in);

	assert_true(n > 0 && n < sizeof(text) && fwrite(text, 1, n, out) == n);
	fclose(in);
	fclose(out);
}

static bool
shows(struct fix *f, const uint8_t pin[32])
{
	struct ent_client_config cc = { .pinned = true };
	struct ent_client *c;
	struct ent_answer an;
	struct ent_err err;
	int rc;

	memcpy(cc.pin, pin, sizeof(cc.pin));
	assert_int_equal(ent_client_open(&cc, &c, NULL), 0);
	rc = get(f, c, &an, &err);
	ent_client_close(c);
	return rc == 0;
}

static void
a_certificate_is_read_anew(void **state)
{
	struct fix *f = *state;
	struct ent_client_config cc = { .pinned = true };
	struct ent_client *before;
	struct ent_answer an;
	struct ent_err err;
	char key[128], cert[128];

	snprintf(key, sizeof(key), "%s.served", node_key);
	snprintf(cert, sizeof(cert), "%s.served", node_cert);
	copy(node_key, key);
	copy(node_cert, cert);
	f->config.cert_file = cert;
	f->config.key_file = key;
	fix_start_plain(f);
	memcpy(cc.pin, node_pin, sizeof(cc.pin));
	assert_int_equal(ent_client_open(&cc, &before, NULL), 0);
	assert_int_equal(get(f, before, &an, &err), 0);
	/* half of the files: nothing changes */
	copy(peer_cert, cert);
	assert_int_not_equal(ent_server_reload(f->server, &err), 0);
	assert_non_null(strstr(err.msg, key));
	assert_true(shows(f, node_pin));
	assert_int_equal(truncate(cert, 10), 0);
	assert_int_equal(ent_server_reload(f->server, &err), ENT_ESTORE);
	assert_true(shows(f, node_pin));
	/* both of them */
	copy(peer_cert, cert);
	copy(peer_key, key);
	assert_int_equal(ent_server_reload(f->server, &err), 0);
	assert_true(shows(f, peer_pin));
	assert_false(shows(f, node_pin));
	assert_int_equal(get(f, before, &an, &err), 0); /* a connection that was there */
	ent_client_close(before);
	unlink(cert);
	unlink(key);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fix_setup, fix_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tls_1_2_is_an_option),
		TEST(a_certificate_is_read_anew),
	};

	return cmocka_run_group_tests(tests, certificates_setup, certificates_teardown);
}
