/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cert.c - the certificate that is made is one that TLS clients take, and its pin is that
 * of its key.
 */
#include "test.h"

#include <sys/stat.h>

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "crypto/cert.h"

struct files {
	char dir[64], key[80], cert[80];
};

static int
setup(void **state)
{
	struct files *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/ent-cert-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->key, sizeof(f->key), "%s/tls.key", f->dir);
	snprintf(f->cert, sizeof(f->cert), "%s/tls.crt", f->dir);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct files *f = *state;

	(void)unlink(f->key);
	(void)unlink(f->cert);
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

static X509 *
load(const char *path)
{
	FILE *fp = fopen(path, "r");
	X509 *x = fp ? PEM_read_X509(fp, NULL, NULL, NULL) : NULL;

	if (fp)
		fclose(fp);
	assert_non_null(x);
	return x;
}

static void
certificate_names_its_hosts(void **state)
{
	const struct ent_str hosts[] = { ENT_STR("alpha.example"), ENT_STR("192.0.2.7"),
		                         ENT_STR("2001:db8::7") };
	struct files *f = *state;
	struct stat st;
	EVP_PKEY *key;
	time_t soon = time(NULL) + 364 * 86400L, late = time(NULL) + 366 * 86400L;
	FILE *fp;
	X509 *x;

	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", hosts, 3, 365, NULL), 0);
	assert_int_equal(stat(f->key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	x = load(f->cert);
	assert_int_equal(X509_check_host(x, "alpha.example", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(x, "bravo.example", 0, 0, NULL), 0);
	assert_int_equal(X509_check_ip_asc(x, "192.0.2.7", 0), 1);
	assert_int_equal(X509_check_ip_asc(x, "2001:db8::7", 0), 1);
	assert_int_equal(X509_check_ip_asc(x, "192.0.2.8", 0), 0);
	assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0), 1);
	assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_CLIENT, 0), 1);
	assert_true(X509_cmp_current_time(X509_get0_notBefore(x)) < 0);
	assert_true(X509_cmp_time(X509_get0_notAfter(x), &soon) > 0);
	assert_true(X509_cmp_time(X509_get0_notAfter(x), &late) < 0);
	assert_int_equal(X509_verify(x, X509_get0_pubkey(x)), 1);
	fp = fopen(f->key, "r");
	key = PEM_read_PrivateKey(fp, NULL, NULL, NULL);
	fclose(fp);
	assert_int_equal(X509_check_private_key(x, key), 1);
	EVP_PKEY_free(key);
	X509_free(x);
}

static void
certificate_is_trusted_when_it_is_the_root(void **state)
{
	const struct ent_str host = ENT_STR("alpha.example");
	struct files *f = *state;
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *x;

	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", &host, 1, 365, NULL), 0);
	x = load(f->cert);
	assert_int_equal(X509_STORE_add_cert(store, x), 1);
	assert_int_equal(X509_STORE_CTX_init(ctx, store, x, NULL), 1);
	assert_int_equal(X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_SERVER), 1);
	assert_int_equal(X509_verify_cert(ctx), 1);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	X509_free(x);
}

static void
pin_is_the_hash_of_the_public_key_info(void **state)
{
	const struct ent_str host = ENT_STR("alpha.example");
	struct files *f = *state;
	uint8_t pin[ENT_PIN], want[ENT_PIN], *der = NULL;
	X509 *x;
	int n;

	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_pin(f->cert, pin, NULL), 0);
	x = load(f->cert);
	n = i2d_PUBKEY(X509_get0_pubkey(x), &der);
	assert_true(n > 0);
	SHA256(der, (size_t)n, want);
	assert_memory_equal(pin, want, sizeof(pin));
	OPENSSL_free(der);
	X509_free(x);
	assert_int_equal(ent_cert_pin(f->key, pin, NULL), ENT_EPARSE);
	assert_int_equal(ent_cert_pin(f->dir, pin, NULL), ENT_EPARSE);
	assert_int_equal(ent_cert_pin("/nonexistent/tls.crt", pin, NULL), ENT_ENOENT);
}

static void
existing_files_stay(void **state)
{
	const struct ent_str host = ENT_STR("alpha.example");
	struct files *f = *state;
	uint8_t before[ENT_PIN], after[ENT_PIN];

	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_pin(f->cert, before, NULL), 0);
	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", &host, 1, 30, NULL),
	                 ENT_EEXIST);
	(void)unlink(f->key);
	assert_int_equal(ent_cert_create(f->key, f->cert, "Alpha", &host, 1, 30, NULL),
	                 ENT_EEXIST);
	assert_int_not_equal(access(f->key, F_OK), 0);
	assert_int_equal(ent_cert_pin(f->cert, after, NULL), 0);
	assert_memory_equal(before, after, ENT_PIN);
}

static void
nonsense_is_refused_before_anything_is_written(void **state)
{
	static const char *const hosts[] = { "",
		                             "https://alpha.example",
		                             "alpha.example:443",
		                             "a b",
		                             "a,DNS:b",
		                             ".example",
		                             "example.",
		                             "::zz",
		                             "*." };
	struct files *f = *state;
	char name[66];

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct ent_str h = ent_str_c(hosts[i]);

		assert_int_equal(ent_cert_create(f->key, f->cert, "A", &h, 1, 30, NULL),
		                 ENT_EINVAL);
	}
	memset(name, 'n', 65);
	name[65] = '\0';
	assert_int_equal(ent_cert_create(f->key, f->cert, name, NULL, 0, 30, NULL), ENT_EINVAL);
	assert_int_equal(ent_cert_create(f->key, f->cert, "", NULL, 0, 30, NULL), ENT_EINVAL);
	assert_int_equal(ent_cert_create(f->key, f->cert, "A", NULL, 0, 0, NULL), ENT_EINVAL);
	assert_int_not_equal(access(f->key, F_OK), 0);
	assert_int_not_equal(access(f->cert, F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(certificate_names_its_hosts, setup, teardown),
		cmocka_unit_test_setup_teardown(certificate_is_trusted_when_it_is_the_root,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(pin_is_the_hash_of_the_public_key_info, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(existing_files_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense_is_refused_before_anything_is_written,
		                                setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
