/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c - requests through libcurl, and the pin of the server, compared before anything is
 * sent.
 *
 * libcurl compares a pinned key when the handshake is over: our certificate has been shown by
 * then. So the pin is compared where OpenSSL asks whether the server's certificate will do,
 * which comes before ours; libcurl's own check stays behind it.
 */
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <signal.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http/client.h"
#include "http/proxy.h"

struct ent_client {
	CURL *curl;
	char *cert_file, *key_file, *ca_file, *user, *password, *token;
	char *proxy;      /* NULL: none is named */
	bool proxy_given; /* and not by the environment */
	char proxy_shown[ENT_PROXY_SHOWN];
	bool pinned, any;
	uint8_t pin[32];
	int connect_ms, total_ms;
	size_t answer_max;
	bool (*stop)(void *self);
	void *stop_self;
	bool has_seen, mismatch; /* the pin that the server showed; it isn't the one */
	uint8_t seen[32];
};

/* What one call collects. */
struct call {
	struct ent_arena *arena;
	struct ent_buf body, head;
	size_t lines;
};

static bool
keep(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

static void
wipe(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

/*
 * OpenSSL writes to sockets with write(2): a broken line raises SIGPIPE.  It is held back for
 * this thread alone; libcurl's own way changes the handler of the whole process.
 */
struct held {
	sigset_t pipe, mask;
	bool pending;
};

static void
hold_sigpipe(struct held *h)
{
	sigset_t pending;

	(void)sigemptyset(&h->pipe);
	(void)sigaddset(&h->pipe, SIGPIPE);
	(void)sigemptyset(&pending);
	(void)sigpending(&pending);
	h->pending = sigismember(&pending, SIGPIPE) == 1;
	(void)pthread_sigmask(SIG_BLOCK, &h->pipe, &h->mask);
}

static void
let_sigpipe(const struct held *h)
{
	const struct timespec now = { 0, 0 };

	if (!h->pending) /* ours, if there is one */
		(void)sigtimedwait(&h->pipe, NULL, &now);
	(void)pthread_sigmask(SIG_SETMASK, &h->mask, NULL);
}

void
ent_client_close(struct ent_client *c)
{
	struct held held;

	if (!c)
		return;
	if (c->curl) {
		hold_sigpipe(&held);
		curl_easy_cleanup(c->curl);
		let_sigpipe(&held);
		curl_global_cleanup();
	}
	free(c->cert_file);
	free(c->key_file);
	free(c->ca_file);
	free(c->user);
	wipe(c->password);
	wipe(c->token);
	wipe(c->proxy);
	free(c);
}

int
ent_client_open(const struct ent_client_config *config, struct ent_client **out,
                struct ent_err *err)
{
	struct ent_client *c;
	char shown[ENT_PROXY_SHOWN];
	int rc = 0;

	if (config->proxy && *config->proxy)
		rc = ent_proxy_check(config->proxy, shown, err);
	if (rc)
		return rc;
	c = calloc(1, sizeof(*c));
	if (!c)
		return ent_fail(err, ENT_ENOMEM, "HTTP client");
	c->proxy_given = config->proxy != NULL;
	c->pinned = config->pinned;
	c->any = config->any;
	memcpy(c->pin, config->pin, sizeof(c->pin));
	c->connect_ms = config->connect_ms > 0 ? config->connect_ms : 10000;
	c->total_ms = config->total_ms > 0 ? config->total_ms : 120000;
	c->answer_max = config->answer_max ? config->answer_max : ENT_HTTP_ANSWER_MAX;
	c->stop = config->stop;
	c->stop_self = config->stop_self;
	/* counted by libcurl, and safe between threads */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		c->curl = curl_easy_init();
		if (!c->curl)
			curl_global_cleanup();
	}
	if (c->curl && keep(&c->cert_file, config->cert_file) &&
	    keep(&c->key_file, config->key_file) && keep(&c->ca_file, config->ca_file) &&
	    keep(&c->user, config->user) && keep(&c->password, config->password) &&
	    keep(&c->token, config->token) &&
	    keep(&c->proxy, config->proxy ? config->proxy : ent_proxy_environment())) {
		*out = c;
		return 0;
	}
	ent_client_close(c);
	return ent_fail(err, ENT_ENOMEM, "HTTP client");
}

int
ent_client_pin(struct ent_client *c, uint8_t pin[32])
{
	if (!c->has_seen)
		return ENT_ENOENT;
	memcpy(pin, c->seen, sizeof(c->seen));
	return 0;
}

struct ent_str
ent_answer_header(const struct ent_answer *an, const char *name)
{
	for (size_t i = 0; i < an->n_headers; i++)
		if (ent_str_caseis(an->headers[i].name, name))
			return an->headers[i].value;
	return (struct ent_str){ NULL, 0 };
}

/* ---- TLS ---- */

static int
see(struct ent_client *c, X509 *cert)
{
	unsigned char *der = NULL;
	int n = cert ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) : -1;

	c->has_seen = n > 0;
	if (n <= 0)
		return 0;
	ent_sha256((struct ent_str){ (const char *)der, (size_t)n }, c->seen);
	OPENSSL_free(der);
	return 1;
}

/* OpenSSL asks whether the server's certificate will do. */
static int
verify(X509_STORE_CTX *store, void *arg)
{
	struct ent_client *c = arg;
	int rc = see(c, X509_STORE_CTX_get0_cert(store));

	if (!c->pinned && !c->any)
		return rc ? X509_verify_cert(store) : 0;
	c->mismatch = c->pinned && (!rc || !ent_same(c->seen, c->pin, sizeof(c->pin)));
	if (!rc || c->mismatch) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
		return 0;
	}
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static CURLcode
configure_tls(CURL *curl, void *ctx, void *arg)
{
	(void)curl;
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify, arg);
	return CURLE_OK;
}

static CURLcode
set_tls(struct ent_client *c)
{
	bool public = !c->pinned && !c->any;
	char pin[sizeof("sha256//") + ENT_B64_LEN(32)] = "sha256//";
	CURL *h = c->curl;
	CURLcode rc = CURLE_OK;

	/* A resumed session would show no certificate. */
	rc |= curl_easy_setopt(h, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	rc |= curl_easy_setopt(h, CURLOPT_SSL_CTX_FUNCTION, configure_tls);
	rc |= curl_easy_setopt(h, CURLOPT_SSL_CTX_DATA, c);
	rc |= curl_easy_setopt(h, CURLOPT_SSLVERSION,
	                       public ? CURL_SSLVERSION_TLSv1_2 : CURL_SSLVERSION_TLSv1_3);
	rc |= curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, public ? 1L : 0L);
	rc |= curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, public ? 2L : 0L);
	if (c->pinned) {
		ent_b64(c->pin, sizeof(c->pin), pin + strlen(pin));
		rc |= curl_easy_setopt(h, CURLOPT_PINNEDPUBLICKEY, pin);
	}
	if (public && c->ca_file)
		rc |= curl_easy_setopt(h, CURLOPT_CAINFO, c->ca_file);
	if (c->cert_file) {
		rc |= curl_easy_setopt(h, CURLOPT_SSLCERT, c->cert_file);
		rc |= curl_easy_setopt(h, CURLOPT_SSLKEY, c->key_file);
	}
	return rc;
}

/* ---- a call ---- */

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct call *call = arg;

	ent_buf_put(&call->body, p, size * n);
	return ent_buf_ok(&call->body) ? size * n : 0;
}

/* The lines of the last head: a "100 Continue" begins anew. */
static size_t
take_head(char *p, size_t size, size_t n, void *arg) /* NOLINT: libcurl wants no const */
{
	struct call *call = arg;
	struct ent_str line = { p, size * n };

	if (ent_str_starts(line, "HTTP/")) {
		ent_buf_clear(&call->head);
		call->lines = 0;
	} else {
		ent_buf_str(&call->head, line);
		call->lines++;
	}
	return ent_buf_ok(&call->head) && call->lines <= ENT_HTTP_HEADERS_MAX ? size * n : 0;
}

/* libcurl asks once a second at least. */
static int
ask_stop(void *arg, curl_off_t a, curl_off_t b, curl_off_t d, curl_off_t e)
{
	const struct ent_client *c = arg;

	(void)a;
	(void)b;
	(void)d;
	(void)e;
	return c->stop(c->stop_self);
}

static int
keep_head(struct call *call, struct ent_answer *out)
{
	struct ent_str rest = ent_buf_done(&call->head, call->arena), line;
	struct ent_client_header *h = ent_arena_array(call->arena, call->lines + 1, sizeof(*h));

	if (!rest.p || !h)
		return ENT_ENOMEM;
	out->headers = h;
	out->n_headers = 0;
	while (ent_str_next(&rest, '\n', &line) && out->n_headers < call->lines) {
		size_t colon = ent_str_find(line, ':');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (colon >= line.n)
			continue;
		h[out->n_headers].name = (struct ent_str){ line.p, colon };
		h[out->n_headers++].value = ent_str_trim(ent_str_from(line, colon + 1));
	}
	return 0;
}

static bool
is_loopback(const char *host)
{
	struct ent_str s = ent_str_c(host);

	return ent_str_caseis(s, "localhost") || ent_str_is(s, "[::1]") ||
	       (ent_str_starts(s, "127.") && strspn(host, "0123456789.") == s.n);
}

/* HTTPS, or HTTP to this machine.  *local: to this machine. */
static int
check_url(const char *url, bool *local, struct ent_err *err)
{
	char *scheme = NULL, *host = NULL;
	CURLU *u = curl_url();
	bool secure, good;

	good = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	       curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	       curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK;
	secure = good && ent_str_caseis(ent_str_c(scheme), "https");
	*local = good && is_loopback(host);
	if (good && !secure)
		good = *local && ent_str_caseis(ent_str_c(scheme), "http");
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return good
	           ? 0
	           : ent_fail(err, ENT_EINVAL,
	                      "%s: give an https:// address (http:// is taken for this machine "
	                      "only, as http://127.0.0.1:6480)",
	                      url);
}

static bool
is_text(const char *value)
{
	return value[strcspn(value, "\r\n")] == '\0';
}

static bool
add_line(struct curl_slist **lines, const char *name, const char *value)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "%s%s%s", name, value ? ": " : ":",
	                 value ? value : "");
	struct curl_slist *more;

	if (n < 0 || (size_t)n >= sizeof(text) || !is_text(text))
		return false;
	more = curl_slist_append(*lines, text);
	if (more)
		*lines = more;
	return more != NULL;
}

static bool
uses_proxy(const struct ent_client *c, bool local)
{
	return c->proxy && *c->proxy && (c->proxy_given || !local);
}

static CURLcode
set_request(struct ent_client *c, struct call *call, const char *method, const char *url,
            struct ent_str body, bool local)
{
	CURL *h = c->curl;
	CURLcode rc = CURLE_OK;

	rc |= curl_easy_setopt(h, CURLOPT_URL, url);
	if (c->stop) {
		rc |= curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
		rc |= curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, ask_stop);
		rc |= curl_easy_setopt(h, CURLOPT_XFERINFODATA, c);
	}
	rc |= curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	rc |= curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	rc |= curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	rc |= curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	rc |= curl_easy_setopt(h, CURLOPT_MAXCONNECTS, 1L);
	rc |= curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_ms);
	rc |= curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)c->total_ms);
	rc |= curl_easy_setopt(h, CURLOPT_USERAGENT, "entente");
	rc |= curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
	rc |= curl_easy_setopt(h, CURLOPT_WRITEDATA, call);
	rc |= curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_head);
	rc |= curl_easy_setopt(h, CURLOPT_HEADERDATA, call);
	/* "" is none, whatever the environment says; no_proxy is libcurl's to apply */
	rc |= curl_easy_setopt(h, CURLOPT_PROXY, uses_proxy(c, local) ? c->proxy : "");
	rc |= curl_easy_setopt(h, CURLOPT_HTTPPROXYTUNNEL, 1L);
	rc |= curl_easy_setopt(h, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (body.p) {
		rc |= curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
		rc |= curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.p);
	}
	if (strcmp(method, "HEAD") == 0)
		rc |= curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		rc |= curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method);
	if (c->user) {
		rc |= curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		rc |= curl_easy_setopt(h, CURLOPT_USERNAME, c->user);
		rc |= curl_easy_setopt(h, CURLOPT_PASSWORD, c->password ? c->password : "");
	} else if (c->token) {
		rc |= curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		rc |= curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER, c->token);
	}
	return rc | set_tls(c);
}

/* clang-format off */
static const struct hint {
	CURLcode code;
	int ours;
	const char *text;
} hints[] = {
	{ CURLE_COULDNT_RESOLVE_PROXY, ENT_ENET, "no address is known for the proxy's name: is it spelt right?" },
	{ CURLE_PROXY,                ENT_ENET, "the proxy doesn't speak its protocol" },
	{ CURLE_COULDNT_RESOLVE_HOST, ENT_ENET, "no address is known for this name: is it spelt right?" },
	{ CURLE_COULDNT_CONNECT,      ENT_ENET, "no connection: is the node running, and the port open?" },
	{ CURLE_OPERATION_TIMEDOUT,   ENT_ENET, "no answer in time" },
	{ CURLE_PEER_FAILED_VERIFICATION, ENT_ESIG, "the server's certificate isn't trusted: give its pin, or the CA file" },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, ENT_ESIG, "the server's key isn't the pinned one" },
	{ CURLE_SSL_CACERT_BADFILE,   ENT_ESTORE, "the CA file can't be read" },
	{ CURLE_SSL_CERTPROBLEM,      ENT_ESTORE, "our own certificate or key can't be used" },
	{ CURLE_SSL_CONNECT_ERROR,    ENT_ENET, "the TLS handshake failed" },
	{ CURLE_GOT_NOTHING,          ENT_ENET, "the server closed the connection without an answer" },
	{ CURLE_OUT_OF_MEMORY,        ENT_ENOMEM, "memory ran out" },
	{ CURLE_WEIRD_SERVER_REPLY,   ENT_EPROTO, "the answer isn't HTTP" },
	{ CURLE_UNSUPPORTED_PROTOCOL, ENT_EPROTO, "the answer isn't HTTP/1" },
};
/* clang-format on */

/* What a proxy answered to CONNECT; 0 where it wasn't asked or didn't refuse. */
static int
explain_proxy(const struct ent_client *c, const char *method, const char *url,
              struct ent_err *err)
{
	long status = 0;

	(void)curl_easy_getinfo(c->curl, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status < 300)
		return 0;
	if (status == 407)
		return ent_fail(err, ENT_EAUTH,
		                "%s %s: the proxy %s wants a name and a password, or others: "
		                "write it as http://NAME:PASSWORD@HOST:PORT",
		                method, url, c->proxy_shown);
	return ent_fail(
	    err, ENT_ENET,
	    "%s %s: the proxy %s refuses to connect to it (status %ld); whoever runs "
	    "the proxy has to allow it, or NO_PROXY to name the server",
	    method, url, c->proxy_shown, status);
}

static int
explain(const struct ent_client *c, const struct call *call, CURLcode code, const char *method,
        const char *url, const char *detail, struct ent_err *err)
{
	const char *text = curl_easy_strerror(code);
	char seen[65], pin[65];
	int ours = ENT_ENET, refused;

	if (c->mismatch) {
		ent_hex(c->seen, sizeof(c->seen), seen);
		ent_hex(c->pin, sizeof(c->pin), pin);
		return ent_fail(
		    err, ENT_ESIG,
		    "%s: the server's key has pin %s, and the pin expected is %s; nothing "
		    "was sent (a changed card has to be enrolled again)",
		    url, seen, pin);
	}
	if (!ent_buf_ok(&call->body) || !ent_buf_ok(&call->head))
		return ent_fail(err, ENT_ELIMIT, "%s: the answer is larger than %zu bytes", url,
		                call->body.max);
	refused = explain_proxy(c, method, url, err);
	if (refused)
		return refused;
	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		if (hints[i].code == code) {
			text = hints[i].text;
			ours = hints[i].ours;
		}
	return ent_fail(err, ours, "%s %s%s%s: %s%s%s%s", method, url,
	                *c->proxy_shown ? " by the proxy " : "", c->proxy_shown, text,
	                *detail ? " (" : "", detail, *detail ? ")" : "");
}

static int
perform(struct ent_client *c, struct call *call, const char *method, const char *url,
        struct ent_answer *out, struct ent_err *err)
{
	char detail[CURL_ERROR_SIZE] = "";
	struct held held;
	CURLcode code;
	long status = 0;

	(void)curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, detail);
	c->mismatch = false;
	hold_sigpipe(&held);
	code = curl_easy_perform(c->curl);
	let_sigpipe(&held);
	(void)curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code != CURLE_OK)
		return explain(c, call, code, method, url, detail, err);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	out->status = (int)status;
	out->body = ent_buf_done(&call->body, call->arena);
	if (!out->body.p || keep_head(call, out))
		return ent_fail(err, ENT_ENOMEM, "%s: no memory for an answer of %zu bytes",
		                url, call->body.n);
	return 0;
}

int
ent_client_call(struct ent_client *c, struct ent_arena *a, const char *method, const char *url,
                struct ent_str body, const char *type, const char *accept,
                struct ent_answer *out, struct ent_err *err)
{
	struct curl_slist *lines = NULL;
	struct call call = { .arena = a };
	bool local, ready;
	int rc = check_url(url, &local, err);

	*out = (struct ent_answer){ .status = 0 };
	c->proxy_shown[0] = '\0';
	if (rc == 0 && uses_proxy(c, local))
		rc = ent_proxy_check(c->proxy, c->proxy_shown, err);
	if (rc)
		return rc;
	ent_buf_init(&call.body, c->answer_max);
	ent_buf_init(&call.head, ENT_HTTP_HEAD_MAX);
	curl_easy_reset(c->curl); /* keeps the connection */
	ready = set_request(c, &call, method, url, body, local) == CURLE_OK &&
	        add_line(&lines, "Expect", NULL) &&
	        (!accept || add_line(&lines, "Accept", accept)) &&
	        (!body.p || add_line(&lines, "Content-Type", type)) &&
	        curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, lines) == CURLE_OK;
	rc = ready ? perform(c, &call, method, url, out, err)
	           : ent_fail(err, ENT_EINVAL, "%s %s: the request can't be made", method, url);
	curl_slist_free_all(lines);
	ent_buf_release(&call.body);
	ent_buf_release(&call.head);
	return rc;
}
