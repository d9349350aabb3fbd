/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls.c - TLS 1.3, and 1.2 where it is wanted, over a non-blocking socket, with few system
 * calls: OpenSSL reads and writes through a BIO of ours that reads ahead and lets the records
 * of an answer gather in a stage, which is sent at once.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "crypto/hash.h"
#include "http/http_int.h"

/* Eight records of an answer in one send(2); each loop has one. */
#define STAGE_ROOM ((size_t)136 << 10)
/* What one SSL_write is given: whole records. */
#define WRITE_STEP ((size_t)64 << 10)

struct ent_stage {
	size_t n;
	char at[STAGE_ROOM];
};

struct ent_tls {
	const char *cert_file, *key_file;
	bool tls12, h2;
	pthread_mutex_t lock; /* of ctx, which ent_tls_reload replaces */
	SSL_CTX *ctx;
	BIO_METHOD *bio;
};

struct ent_tls_conn {
	int fd;
	struct ent_tls *t; /* NULL: plain */
	SSL *ssl; /* NULL: plain, or nothing has come yet: who says nothing costs little */
	struct ent_stage *stage;
	struct ent_buf left; /* what the kernel didn't take of the stage */
	size_t left_at;      /* and has taken since */
	bool readable, writable, ended, broken;
};

struct ent_stage *
ent_stage_new(void)
{
	return calloc(1, sizeof(struct ent_stage));
}

void
ent_stage_free(struct ent_stage *st)
{
	free(st);
}

/* ---- the socket ---- */

/* Bytes sent, maybe 0; -1 when the line is broken. */
static ssize_t
push(struct ent_tls_conn *tc, const char *p, size_t n)
{
	size_t at = 0;

	while (at < n && tc->writable) {
		ssize_t m = send(tc->fd, p + at, n - at, MSG_NOSIGNAL);

		if (m >= 0) {
			at += (size_t)m;
		} else if (errno == EAGAIN) {
			tc->writable = false;
		} else if (errno != EINTR) {
			tc->broken = true;
			return -1;
		}
	}
	return (ssize_t)at;
}

/* Empties the stage; what doesn't go stays with the connection. */
static int
unload(struct ent_tls_conn *tc)
{
	struct ent_stage *st = tc->stage;
	ssize_t m = push(tc, st->at, st->n);
	size_t n = st->n;

	st->n = 0;
	if (m < 0)
		return ENT_IO_BROKEN;
	ent_buf_put(&tc->left, st->at + m, n - (size_t)m);
	if (!ent_buf_ok(&tc->left)) {
		tc->broken = true;
		return ENT_IO_BROKEN;
	}
	return tc->left.n ? ENT_IO_WAIT : 0;
}

int
ent_tls_flush(struct ent_tls_conn *tc)
{
	ssize_t m;

	if (tc->broken) {
		tc->stage->n = 0;
		return ENT_IO_BROKEN;
	}
	if (tc->left.n) {
		m = push(tc, tc->left.p + tc->left_at, tc->left.n - tc->left_at);
		if (m < 0)
			return ENT_IO_BROKEN;
		tc->left_at += (size_t)m;
		if (tc->left_at < tc->left.n)
			return ENT_IO_WAIT;
		ent_buf_release(&tc->left);
		tc->left_at = 0;
	}
	return tc->stage->n ? unload(tc) : 0;
}

/* As recv(2).  A short read says that nothing is left, which saves the read that would say so.
 */
static ssize_t
pull(struct ent_tls_conn *tc, void *to, size_t n)
{
	ssize_t m;

	if (!tc->readable)
		return ENT_IO_WAIT;
	do
		m = recv(tc->fd, to, n, 0);
	while (m < 0 && errno == EINTR);
	if (m < 0 && errno == EAGAIN) {
		tc->readable = false;
		return ENT_IO_WAIT;
	}
	if (m < 0) {
		tc->broken = true;
		return ENT_IO_BROKEN;
	}
	if (m > 0 && (size_t)m < n && !tc->ended)
		tc->readable = false;
	return m;
}

int
ent_tls_drain(struct ent_tls_conn *tc, void *scratch, size_t n)
{
	ssize_t m = 0;

	for (int i = 0; i < 16 && (m = pull(tc, scratch, n)) > 0; i++)
		continue;
	if (m > 0)
		return 1;
	return (int)m;
}

void
ent_tls_event(struct ent_tls_conn *tc, bool in, bool out, bool ended)
{
	tc->readable |= in || ended;
	tc->writable |= out;
	tc->ended |= ended;
}

/* ---- OpenSSL's side ---- */

static int
bio_write(BIO *b, const char *p, int n)
{
	struct ent_tls_conn *tc = BIO_get_data(b);
	struct ent_stage *st = tc->stage;

	BIO_clear_retry_flags(b);
	if (tc->broken || n < 0)
		return -1;
	if ((size_t)n > sizeof(st->at) - st->n || tc->left.n) {
		int rc = ent_tls_flush(tc);

		if (rc == ENT_IO_WAIT)
			BIO_set_retry_write(b);
		if (rc)
			return -1;
	}
	if ((size_t)n > sizeof(st->at))
		n = (int)sizeof(st->at);
	memcpy(st->at + st->n, p, (size_t)n);
	st->n += (size_t)n;
	return n;
}

static int
bio_read(BIO *b, char *to, int n)
{
	struct ent_tls_conn *tc = BIO_get_data(b);
	ssize_t m = pull(tc, to, n > 0 ? (size_t)n : 0);

	BIO_clear_retry_flags(b);
	if (m == ENT_IO_WAIT)
		BIO_set_retry_read(b);
	return m < 0 ? -1 : (int)m;
}

static long
bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
	const struct ent_tls_conn *tc = BIO_get_data(b);

	(void)num;
	(void)ptr;
	if (cmd == BIO_CTRL_FLUSH || cmd == BIO_CTRL_DUP)
		return 1;
	return cmd == BIO_CTRL_EOF ? tc && tc->ended && !tc->readable : 0;
}

static BIO_METHOD *
new_bio_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK | 100, "entente");

	if (m && BIO_meth_set_write(m, bio_write) && BIO_meth_set_read(m, bio_read) &&
	    BIO_meth_set_ctrl(m, bio_ctrl))
		return m;
	BIO_meth_free(m);
	return NULL;
}

/* SSL_get_error() looks at what others left in the queue, too. */
static void
clear_errors(void)
{
	if (ERR_peek_error()) /* the cheaper one, and there is hardly ever any */
		ERR_clear_error();
}

/* The reason on top of OpenSSL's queue, which is emptied. */
static const char *
reason(void)
{
	unsigned long e = ERR_peek_last_error();
	const char *text = e ? ERR_reason_error_string(e) : NULL;

	ERR_clear_error();
	return text ? text : "OpenSSL gives no reason";
}

/* Any certificate will do: whose it is, is found out from its pin. */
static int
take_any(X509_STORE_CTX *store, void *arg)
{
	(void)arg;
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static int
load(SSL_CTX *ctx, const char *cert_file, const char *key_file, struct ent_err *err)
{
	if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1)
		return ent_fail(err, ENT_ESTORE, "certificate %s: %s", cert_file, reason());
	if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1)
		return ent_fail(err, ENT_ESTORE, "key %s: %s", key_file, reason());
	if (SSL_CTX_check_private_key(ctx) != 1)
		return ent_fail(err, ENT_EINVAL, "key %s is not the key of certificate %s",
		                key_file, cert_file);
	return 0;
}

static void
configure(SSL_CTX *ctx, bool tls12)
{
	static const unsigned char id[] = "entente";

	(void)SSL_CTX_set_min_proto_version(ctx, tls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
	/* of 1.2 only what 1.3 has kept */
	(void)SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
	/* No resumption: every connection shows its certificate, so that its pin is known. */
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(ctx, 0);
	(void)SSL_CTX_set_session_id_context(ctx, id, sizeof(id) - 1);
	/* A peer that ends without close_notify has ended; HTTP knows its own lengths. */
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
	                                SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, take_any, NULL);
}

/* What both speak, HTTP/2 rather; who offers nothing of it gets HTTP/1.1. */
static int
choose(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in,
       unsigned int in_n, void *self)
{
	static const unsigned char ours[] = "\x02h2\x08http/1.1";
	unsigned char *found;

	(void)ssl;
	(void)self;
	if (SSL_select_next_proto(&found, n, ours, sizeof(ours) - 1, in, in_n) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = found;
	return SSL_TLSEXT_ERR_OK;
}

/* Of the files as they are now. */
static int
make_context(const struct ent_tls *t, SSL_CTX **out, struct ent_err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	int rc;

	if (!ctx)
		return ent_fail(err, ENT_ENOMEM, "TLS: %s", reason());
	configure(ctx, t->tls12);
	if (t->h2)
		SSL_CTX_set_alpn_select_cb(ctx, choose, NULL);
	rc = load(ctx, t->cert_file, t->key_file, err);
	if (rc)
		SSL_CTX_free(ctx);
	else
		*out = ctx;
	return rc;
}

int
ent_tls_open(const char *cert_file, const char *key_file, bool tls12, bool h2,
             struct ent_tls **out, struct ent_err *err)
{
	struct ent_tls *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return ent_fail(err, ENT_ENOMEM, "TLS");
	t->cert_file = cert_file;
	t->key_file = key_file;
	t->tls12 = tls12;
	t->h2 = h2;
	(void)pthread_mutex_init(&t->lock, NULL);
	t->bio = new_bio_method();
	rc = t->bio ? make_context(t, &t->ctx, err)
	            : ent_fail(err, ENT_ENOMEM, "TLS: %s", reason());
	if (rc) {
		ent_tls_close(t);
		return rc;
	}
	*out = t;
	return 0;
}

int
ent_tls_reload(struct ent_tls *t, struct ent_err *err)
{
	SSL_CTX *ctx, *old;
	int rc = make_context(t, &ctx, err);

	if (rc)
		return rc;
	(void)pthread_mutex_lock(&t->lock);
	old = t->ctx;
	t->ctx = ctx;
	(void)pthread_mutex_unlock(&t->lock);
	SSL_CTX_free(old); /* connections that have it hold it */
	return 0;
}

void
ent_tls_close(struct ent_tls *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->ctx);
	BIO_meth_free(t->bio);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}

struct ent_tls_conn *
ent_tls_conn_new(struct ent_tls *t, struct ent_stage *st, int fd)
{
	struct ent_tls_conn *tc = calloc(1, sizeof(*tc));

	if (!tc)
		return NULL;
	tc->fd = fd;
	tc->t = t;
	tc->stage = st;
	ent_buf_init(&tc->left, STAGE_ROOM);
	return tc;
}

/* False: no memory. */
static bool
begin(struct ent_tls_conn *tc)
{
	struct ent_tls *t = tc->t;
	BIO *bio;

	(void)pthread_mutex_lock(&t->lock);
	tc->ssl = SSL_new(t->ctx);
	(void)pthread_mutex_unlock(&t->lock);
	bio = tc->ssl ? BIO_new(t->bio) : NULL;
	if (!bio)
		return false;
	BIO_set_data(bio, tc);
	BIO_set_init(bio, 1);
	SSL_set_bio(tc->ssl, bio, bio);
	SSL_set_accept_state(tc->ssl);
	return true;
}

void
ent_tls_conn_free(struct ent_tls_conn *tc)
{
	if (!tc)
		return;
	SSL_free(tc->ssl);
	ent_buf_release(&tc->left);
	free(tc);
}

/* What a call that didn't succeed means. */
static int
verdict(struct ent_tls_conn *tc, int rc)
{
	int e = SSL_get_error(tc->ssl, rc);

	if (!tc->broken && (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE))
		return ENT_IO_WAIT;
	if (e == SSL_ERROR_ZERO_RETURN)
		return 0;
	ERR_clear_error();
	tc->broken = e == SSL_ERROR_SYSCALL || tc->broken;
	return ENT_IO_BROKEN;
}

int
ent_tls_handshake(struct ent_tls_conn *tc)
{
	int rc;

	if (!tc->t || (tc->ssl && SSL_is_init_finished(tc->ssl)))
		return 0;
	if (!tc->ssl && !tc->readable)
		return tc->broken || tc->ended ? ENT_IO_BROKEN : ENT_IO_WAIT;
	if (!tc->ssl && !begin(tc))
		return ENT_IO_BROKEN;
	clear_errors();
	rc = SSL_do_handshake(tc->ssl);
	if (rc == 1)
		return 0;
	rc = verdict(tc, rc);
	if (rc == ENT_IO_WAIT)
		return ENT_IO_WAIT;
	(void)ent_tls_flush(tc); /* the alert */
	return ENT_IO_BROKEN;
}

bool
ent_tls_pin(const struct ent_tls_conn *tc, uint8_t pin[32])
{
	X509 *cert = tc->ssl ? SSL_get0_peer_certificate(tc->ssl) : NULL;
	unsigned char *der = NULL;
	int n;

	if (!cert)
		return false;
	n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	if (n <= 0)
		return false;
	ent_sha256((struct ent_str){ (const char *)der, (size_t)n }, pin);
	OPENSSL_free(der);
	return true;
}

bool
ent_tls_h2(const struct ent_tls_conn *tc)
{
	const unsigned char *name = NULL;
	unsigned int n = 0;

	if (tc->ssl)
		SSL_get0_alpn_selected(tc->ssl, &name, &n);
	return n == 2 && memcmp(name, "h2", 2) == 0;
}

ssize_t
ent_tls_read(struct ent_tls_conn *tc, void *to, size_t n)
{
	size_t got;
	int rc;

	if (tc->broken)
		return ENT_IO_BROKEN;
	if (!tc->ssl)
		return pull(tc, to, n);
	clear_errors();
	rc = SSL_read_ex(tc->ssl, to, n, &got);
	return rc == 1 ? (ssize_t)got : verdict(tc, rc);
}

ssize_t
ent_tls_write(struct ent_tls_conn *tc, struct ent_str s)
{
	size_t done;
	ssize_t m;
	int rc;

	if (tc->broken)
		return ENT_IO_BROKEN;
	if (!tc->ssl) {
		m = push(tc, s.p, s.n);
		if (m < 0)
			return ENT_IO_BROKEN;
		return m ? m : ENT_IO_WAIT;
	}
	clear_errors();
	rc = SSL_write_ex(tc->ssl, s.p, s.n < WRITE_STEP ? s.n : WRITE_STEP, &done);
	if (rc == 1)
		return (ssize_t)done;
	rc = verdict(tc, rc);
	return rc == ENT_IO_WAIT ? ENT_IO_WAIT : ENT_IO_BROKEN;
}

void
ent_tls_bye(struct ent_tls_conn *tc)
{
	if (tc->broken)
		return;
	if (tc->ssl && SSL_is_init_finished(tc->ssl)) {
		ERR_clear_error();
		(void)SSL_shutdown(tc->ssl);
		ERR_clear_error();
		(void)ent_tls_flush(tc);
	}
	(void)shutdown(tc->fd, SHUT_WR);
}
