/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cert.c - makes a node's TLS key and self-signed certificate, and reads the pin of one.
 */
#include "crypto/cert.h"

#include <arpa/inet.h>
#include <errno.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/random.h"

#define DAY             86400L
#define DAYS_MAX        36500
#define COMMON_NAME_MAX 64 /* RFC 5280, ub-common-name */
#define HOST_MAX        253

static int
openssl_fail(struct ent_err *err, const char *what)
{
	char text[160] = "out of memory";
	unsigned long e = ERR_peek_last_error();

	if (e)
		ERR_error_string_n(e, text, sizeof(text));
	ERR_clear_error();
	return ent_fail(err, ENT_ENOMEM, "%s: %s", what, text);
}

/* A DNS name as it may stand in a certificate: letters, digits, hyphens, dots, and "*." in
 * front. */
static bool
is_dns_name(struct ent_str s)
{
	if (ent_str_starts(s, "*."))
		s = ent_str_from(s, 2);
	if (s.n == 0 || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

/* One name of subjectAltName.  Values are set as they are: no text of ours is parsed by
 * OpenSSL. */
static GENERAL_NAME *
host_name(struct ent_str host)
{
	char text[HOST_MAX + 1];
	uint8_t ip[16];
	int type = GEN_DNS;
	GENERAL_NAME *g;
	ASN1_STRING *s;
	int ok;

	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	if (inet_pton(AF_INET, text, ip) == 1 || inet_pton(AF_INET6, text, ip) == 1)
		type = GEN_IPADD;
	s = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
	g = GENERAL_NAME_new();
	if (type == GEN_DNS)
		ok = s && ASN1_STRING_set(s, text, (int)host.n);
	else
		ok = s && ASN1_STRING_set(s, ip, strchr(text, ':') ? 16 : 4);
	if (!g || !ok) {
		ASN1_STRING_free(s);
		GENERAL_NAME_free(g);
		return NULL;
	}
	GENERAL_NAME_set0_value(g, type, s);
	return g;
}

static int
add_hosts(X509 *x, const struct ent_str *hosts, size_t nhosts, struct ent_err *err)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	int rc = 0;

	if (!names)
		return openssl_fail(err, "certificate");
	for (size_t i = 0; i < nhosts && rc == 0; i++) {
		GENERAL_NAME *g = host_name(hosts[i]);

		if (!g || !sk_GENERAL_NAME_push(names, g)) {
			GENERAL_NAME_free(g);
			rc = openssl_fail(err, "certificate");
		}
	}
	if (rc == 0 && nhosts &&
	    X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND) != 1)
		rc = openssl_fail(err, "certificate: names");
	GENERAL_NAMES_free(names);
	return rc;
}

/* What the key is for: TLS, from either end. */
static bool
add_uses(X509 *x)
{
	static const struct {
		int nid;
		const char *value;
	} uses[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "serverAuth,clientAuth" },
		{ NID_subject_key_identifier, "hash" },
	};
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, uses[i].nid, uses[i].value);
		int ok = e && X509_add_ext(x, e, -1);

		X509_EXTENSION_free(e);
		if (!ok)
			return false;
	}
	return true;
}

/* What each certificate has anew. */
static bool
add_serial_and_dates(X509 *x, int days)
{
	uint8_t serial[16];
	BIGNUM *bn;
	bool ok;

	ent_random(serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* positive, and always as long */
	bn = BN_bin2bn(serial, sizeof(serial), NULL);
	ok = bn && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x)) != NULL;
	BN_free(bn);
	return ok && X509_gmtime_adj(X509_getm_notBefore(x), -DAY) &&
	       X509_time_adj_ex(X509_getm_notAfter(x), days, 0, NULL);
}

static bool
add_name_and_dates(X509 *x, const char *name, int days)
{
	X509_NAME *subject = X509_get_subject_name(x);

	return add_serial_and_dates(x, days) && X509_set_version(x, X509_VERSION_3) == 1 &&
	       X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
	                                  (const uint8_t *)name, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(x, subject) == 1;
}

static int
make_cert(EVP_PKEY *key, const char *name, const struct ent_str *hosts, size_t nhosts, int days,
          X509 **out, struct ent_err *err)
{
	X509 *x = X509_new();
	int rc;

	if (!x || !add_name_and_dates(x, name, days) || X509_set_pubkey(x, key) != 1 ||
	    !add_uses(x)) {
		X509_free(x);
		return openssl_fail(err, "certificate");
	}
	rc = add_hosts(x, hosts, nhosts, err);
	if (rc == 0 && X509_sign(x, key, EVP_sha256()) == 0)
		rc = openssl_fail(err, "certificate: signature");
	if (rc) {
		X509_free(x);
		return rc;
	}
	*out = x;
	return 0;
}

static int
bio_to_file(BIO *bio, const char *path, mode_t mode, struct ent_err *err)
{
	char *p = NULL;
	long n = BIO_get_mem_data(bio, &p);

	if (n <= 0 || !p)
		return openssl_fail(err, path);
	return ent_file_create(path, (struct ent_str){ p, (size_t)n }, mode, err);
}

/* The key first; taken back if the certificate can't follow, so that a second try isn't
 * refused. */
static int
write_pair(EVP_PKEY *key, X509 *x, const char *key_path, const char *cert_path,
           struct ent_err *err)
{
	BIO *k = BIO_new(BIO_s_secmem()), *c = BIO_new(BIO_s_mem());
	int rc;

	if (!k || !c || PEM_write_bio_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL) != 1 ||
	    PEM_write_bio_X509(c, x) != 1) {
		rc = openssl_fail(err, "certificate: PEM");
		goto out;
	}
	rc = bio_to_file(k, key_path, 0600, err);
	if (rc)
		goto out;
	rc = bio_to_file(c, cert_path, 0644, err);
	if (rc)
		(void)unlink(key_path);
out:
	BIO_free(k);
	BIO_free(c);
	return rc;
}

static int
check_arguments(const char *key_path, const char *cert_path, const char *name,
                const struct ent_str *hosts, size_t nhosts, int days, struct ent_err *err)
{
	size_t n = strlen(name);

	if (n == 0 || n > COMMON_NAME_MAX)
		return ent_fail(err, ENT_EINVAL,
		                "a certificate's name has 1 to %d bytes, not %zu",
		                COMMON_NAME_MAX, n);
	if (days < 1 || days > DAYS_MAX)
		return ent_fail(err, ENT_EINVAL,
		                "a certificate is valid for 1 to %d days, not %d", DAYS_MAX,
		                days);
	for (size_t i = 0; i < nhosts; i++) {
		bool colon = hosts[i].p && ent_str_find(hosts[i], ':') < hosts[i].n;
		char text[HOST_MAX + 1];
		uint8_t ip[16];

		if (!hosts[i].p || hosts[i].n == 0 || hosts[i].n > HOST_MAX)
			return ent_fail(err, ENT_EINVAL, "a host name has 1 to %d bytes",
			                HOST_MAX);
		memcpy(text, hosts[i].p, hosts[i].n);
		text[hosts[i].n] = '\0';
		if (colon ? inet_pton(AF_INET6, text, ip) != 1 : !is_dns_name(hosts[i]))
			return ent_fail(err, ENT_EINVAL,
			                "\"%.*s\" is neither a DNS name nor an address (no "
			                "port, no https://)",
			                ENT_FMT(hosts[i]));
	}
	if (access(key_path, F_OK) == 0 || access(cert_path, F_OK) == 0)
		return ent_fail(err, ENT_EEXIST, "%s is there already: move it away first",
		                access(key_path, F_OK) == 0 ? key_path : cert_path);
	return 0;
}

int
ent_cert_create(const char *key_path, const char *cert_path, const char *name,
                const struct ent_str *hosts, size_t nhosts, int days, struct ent_err *err)
{
	EVP_PKEY *key;
	X509 *x = NULL;
	int rc;

	rc = check_arguments(key_path, cert_path, name, hosts, nhosts, days, err);
	if (rc)
		return rc;
	key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	if (!key)
		return openssl_fail(err, "TLS key");
	rc = make_cert(key, name, hosts, nhosts, days, &x, err);
	if (rc == 0)
		rc = write_pair(key, x, key_path, cert_path, err);
	X509_free(x);
	EVP_PKEY_free(key);
	return rc;
}

static int
read_cert(const char *path, X509 **out, struct ent_err *err)
{
	FILE *f = fopen(path, "re");

	*out = NULL;
	if (!f)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	*out = PEM_read_X509(f, NULL, NULL, NULL);
	(void)fclose(f);
	ERR_clear_error();
	return *out ? 0
	            : ent_fail(err, ENT_EPARSE, "%s: no certificate in PEM form in it", path);
}

int
ent_cert_ends(const char *cert_path, int64_t *at, struct ent_err *err)
{
	struct tm tm = { 0 };
	X509 *x;
	int rc = read_cert(cert_path, &x, err);

	if (rc)
		return rc;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		rc = ent_fail(err, ENT_EPARSE, "%s: its end can't be read", cert_path);
	else
		*at = (int64_t)timegm(&tm) * 1000000;
	X509_free(x);
	ERR_clear_error();
	return rc;
}

static int
read_key(const char *path, EVP_PKEY **out, struct ent_err *err)
{
	FILE *f = fopen(path, "re");

	*out = NULL;
	if (!f)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	*out = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	(void)fclose(f);
	ERR_clear_error();
	return *out ? 0
	            : ent_fail(err, ENT_EPARSE, "%s: no private key in PEM form in it", path);
}

/* A copy of the old one with another number and other dates, signed anew. */
static int
renew(X509 *old, EVP_PKEY *key, int days, BIO *to, struct ent_err *err)
{
	X509 *x = X509_dup(old);
	bool ok = x && add_serial_and_dates(x, days) && X509_sign(x, key, EVP_sha256()) != 0 &&
	          PEM_write_bio_X509(to, x) == 1;

	X509_free(x);
	return ok ? 0 : openssl_fail(err, "certificate");
}

int
ent_cert_renew(const char *key_path, const char *cert_path, int days, struct ent_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key = NULL;
	char *p = NULL;
	X509 *old;
	int rc = read_cert(cert_path, &old, err);

	if (rc == 0 && (days < 1 || days > DAYS_MAX))
		rc =
		    ent_fail(err, ENT_EINVAL, "a certificate is valid for 1 to %d days, not %d",
		             DAYS_MAX, days);
	if (rc == 0)
		rc = read_key(key_path, &key, err);
	if (rc == 0 && X509_check_private_key(old, key) != 1)
		rc = ent_fail(err, ENT_EPARSE, "%s is not of the key in %s", cert_path,
		              key_path);
	if (rc == 0)
		rc = bio ? renew(old, key, days, bio, err) : openssl_fail(err, "certificate");
	if (rc == 0) {
		long n = BIO_get_mem_data(bio, &p);

		rc = ent_file_write(cert_path, (struct ent_str){ p, (size_t)n }, 0644, err);
	}
	ERR_clear_error();
	X509_free(old);
	EVP_PKEY_free(key);
	BIO_free(bio);
	return rc;
}

int
ent_cert_pin(const char *cert_path, uint8_t pin[ENT_PIN], struct ent_err *err)
{
	uint8_t *der = NULL;
	X509 *x;
	int n, rc = read_cert(cert_path, &x, err);

	if (rc)
		return rc;
	n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	X509_free(x);
	ERR_clear_error();
	if (n <= 0)
		return ent_fail(err, ENT_EPARSE, "%s: no certificate in PEM form in it",
		                cert_path);
	ent_sha256((struct ent_str){ (const char *)der, (size_t)n }, pin);
	OPENSSL_free(der);
	return 0;
}
