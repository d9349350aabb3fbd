/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - an HTTP client: one request at a time over a kept connection (libcurl).
 */
#ifndef ENT_HTTP_CLIENT_H
#define ENT_HTTP_CLIENT_H
#include <entente/arena.h>

struct ent_client_config {
	const char *cert_file, *key_file; /* shown to the server; NULL: none */
	bool pinned; /* true: the server's key must have this pin, and nothing else about its
	                certificate matters */
	uint8_t pin[32];
	bool any; /* enrolment alone: any certificate is taken, and its pin reported by
	             ent_client_pin */
	const char *ca_file; /* NULL: the system's roots; only where neither pinned nor any */
	const char *user, *password; /* HTTP Basic; NULL: none */
	const char *token;           /* Bearer; NULL: none */
	const char *proxy; /* NULL: as https_proxy and no_proxy say, but never for this machine;
	                      "": none; else http://[NAME:PASSWORD@]HOST:PORT, or SOCKS */
	int connect_ms, total_ms; /* 0: 10 s, 120 s */
	size_t answer_max;        /* 0: ENT_HTTP_ANSWER_MAX */
	/* Asked about once a second while a call is under way: true ends it as ENT_ENET. NULL:
	 * nobody. */
	bool (*stop)(void *self);
	void *stop_self;
};

struct ent_client;

struct ent_answer {
	int status;
	struct ent_str body;
	const struct ent_client_header {
		struct ent_str name, value;
	} * headers;
	size_t n_headers;
};

int ent_client_open(const struct ent_client_config *c, struct ent_client **out,
                    struct ent_err *err);
void ent_client_close(struct ent_client *c); /* NULL is fine */
/*
 * Sends and reads.  body absent: none; type: its Content-Type; accept: NULL for none.  The
 * answer stands in the arena.  Redirects aren't followed.  ENT_ENET: no connection, or it
 * broke; ENT_ESIG: the pin is another (nothing was sent); ENT_ELIMIT: the answer is too large;
 * ENT_EAUTH: the proxy wants a password.  Proxies are asked to CONNECT, so that TLS, pin and
 * certificates are between us and the server.
 * Any HTTP status is a success here.
 */
int ent_client_call(struct ent_client *c, struct ent_arena *a, const char *method,
                    const char *url, struct ent_str body, const char *type, const char *accept,
                    struct ent_answer *out, struct ent_err *err);
/* The SPKI pin that the server showed in the last call; ENT_ENOENT if there was none. */
int ent_client_pin(struct ent_client *c, uint8_t pin[32]);
struct ent_str ent_answer_header(const struct ent_answer *an, const char *name);

#endif
