/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - an HTTP/1.1 server over TLS: one epoll loop a thread, llhttp behind a strict check
 * of the whole head.
 *
 * Knows no TAXII.  The application is a set of callbacks; each loop thread, and the one writer
 * thread, has its own application context, so a context is never used by two threads.  Requests
 * that write go to the writer, which takes as many as wait (up to 64) between batch_begin and
 * batch_end, and answers none of them before batch_end has returned 0: group commit.
 */
#ifndef ENT_HTTP_SERVER_H
#define ENT_HTTP_SERVER_H
#include "base/buf.h"
#include "base/log.h"
#include "codec/pack.h"
#include "http/guests.h"

enum ent_method {
	ENT_GET = 1,
	ENT_HEAD = 2,
	ENT_POST = 4,
	ENT_DELETE = 8,
	ENT_OPTIONS = 16,
	ENT_METHOD_OTHER = 32
};

struct ent_header {
	struct ent_str name, value; /* value without blanks at its ends */
};

/* Bytes that several answers share, counted; made once, immutable.  Counting is thread-safe. */
struct ent_blob;
struct ent_blob *ent_blob_new(struct ent_str bytes); /* copies; NULL if memory ran out */
struct ent_blob *ent_blob_hold(struct ent_blob *b);
void ent_blob_drop(struct ent_blob *b); /* NULL is fine */
struct ent_str ent_blob_view(const struct ent_blob *b);

struct ent_http {
	/* the request; all text is borrowed and lives as long as the arena's content */
	struct ent_arena *arena;
	enum ent_method method;
	struct ent_str target; /* as it came */
	struct ent_str path,
	    query; /* split at '?'; still percent-encoded; query absent if there is no '?' */
	const struct ent_header *headers;
	size_t n_headers;
	struct ent_str body;
	bool tls;
	bool has_pin;        /* the client showed a certificate */
	uint8_t pin[32];     /* SHA-256 of its SPKI */
	struct ent_str from; /* address and port, for logs */
	void *app;           /* the context of this thread */
	void *note;          /* the application's own, for this request; NULL at first */

	/* what an answer of 429 or 503 says of the time to come again; 0: it isn't known */
	unsigned retry_s;

	/* Set by serve on a loop: this has to be answered by the writer thread after all; what
	 * was filled in so far is forgotten. */
	bool writing;

	/* the answer, filled by serve */
	int status;
	struct ent_buf head;   /* further header lines, each "Name: value\r\n"; Content-Length,
	                          Date and Connection are the server's */
	struct ent_str answer; /* in the arena or static */
	struct ent_blob *blob; /* instead of answer; the server drops it */
	/*
	 * Where tagged is set and etag is empty the server packs the body of a 200 as coding
	 * says, if that makes it smaller (if not, coding is plain afterwards), and tags it.
	 * Whatever is tagged becomes a 304 for whoever has it already.
	 */
	bool tagged;
	enum ent_coding coding;
	char etag[36]; /* with its quotes */
	/* Called then, on the thread of the loop; NULL: nobody. */
	void (*packed)(struct ent_http *rq, void *self);
	void *packed_self;
};

/* The value of a header, name compared without case; absent if there is none. More than one:
 * the first. */
struct ent_str ent_http_header(const struct ent_http *rq, const char *name);
/* What Accept-Encoding asks for: of gzip, zstd and plain the one with the greatest weight,
 * plain where there is no such header. */
enum ent_coding ent_http_coding(const struct ent_http *rq);
/* Adds a header line to the answer.  CR, LF and NUL in value make the answer a 500. */
void ent_http_set(struct ent_http *rq, const char *name, struct ent_str value);
/* Percent-decodes into the arena; ENT_EPARSE for a bad escape, NUL or bytes that aren't UTF-8.
 * plus: '+' is a blank. */
int ent_http_decode(struct ent_arena *a, struct ent_str in, bool plus, struct ent_str *out);
/* "name:password" of Authorization: Basic (scheme in any case); ENT_ENOENT if there is no such
 * header, ENT_EPARSE if it is bad. */
int ent_http_basic(const struct ent_http *rq, struct ent_str *name, struct ent_str *password);

/* The token of Authorization: Bearer (RFC 6750, 2.1), borrowed from the header; ENT_ENOENT,
 * ENT_EPARSE as above. */
int ent_http_bearer(const struct ent_http *rq, struct ent_str *token);

struct ent_http_app {
	void *self;
	/* Makes a context for a thread, on that thread; index 0 .. threads-1, and -1 for the
	 * writer. */
	int (*open)(void *self, int index, void **app, struct ent_err *err);
	void (*close)(void *self, void *app);
	/*
	 * Before anything else: whether something has to be found out first that takes long.
	 * Requests with the same key wait for one verdict.  Runs on the loop thread; may be
	 * NULL, and then find and found are too.
	 */
	bool (*asks)(struct ent_http *rq, uint8_t key[16]);
	/* Finds it out, on one of a few threads that have no context: rq->app isn't theirs. */
	int (*find)(const struct ent_http *rq);
	/* Takes the verdict, for each request that waited for it.  Runs on the loop thread. */
	void (*found)(struct ent_http *rq, int verdict);
	/* Before the body is read: 0, or a status (403, 404, 413 ...) with rq->answer filled,
	 * which ends the request without reading the body. *max is how many body bytes are
	 * allowed (set beforehand to ENT_HTTP_BODY_MAX).  Runs on the loop thread. */
	int (*admit)(struct ent_http *rq, size_t *max);
	/* Whether the request goes to the writer thread.  Runs on the loop thread. */
	bool (*writes)(const struct ent_http *rq);
	/* Answers: fills status, head, answer or blob.  Never fails: an error is an answer. */
	void (*serve)(struct ent_http *rq);
	/* The writer thread, around a batch.  If batch_end fails each request of the batch is
	 * answered by fail instead. */
	int (*batch_begin)(void *app, struct ent_err *err);
	int (*batch_end)(void *app, struct ent_err *err);
	/* Fills the answer for what the server itself refuses (400, 408, 413, 414, 431, 501,
	 * 503 ...). rq may have no method, path or headers. */
	void (*fail)(struct ent_http *rq, int status, const char *title);
	/* A loop is done with what there was to do: what was kept for the next request is let
	 * go.  Runs on the loop thread; may be NULL. */
	void (*rest)(void *app);
	/* Called after each answered request, for the access log; may be NULL. */
	void (*done)(const struct ent_http *rq, size_t sent, int64_t took_us);
};

struct ent_http_config {
	const char *listen; /* "127.0.0.1:0", "[::1]:6443", "0.0.0.0:6443", "unix:PATH" */
	/*
	 * Sockets that listen there already, taken over from another server: as many threads
	 * are made as there are.  They are this server's, also where it fails to start.
	 */
	const int *listeners;
	size_t n_listeners;
	const char *cert_file; /* NULL: plain HTTP, on loopback or a Unix socket only */
	const char *key_file;
	bool tls12;                     /* TLS 1.2 too, with the ciphers that 1.3 has */
	bool no_h2;                     /* HTTP/1.1 alone */
	int threads;                    /* loops; 0: one a core */
	size_t max_connections;         /* a loop; 0: ENT_HTTP_CONNECTIONS */
	struct ent_guest_limits client; /* of one client: beyond them it gets 429 */
	int head_ms, body_ms, idle_ms, write_ms; /* timeouts; 0: 10 s, 60 s, 60 s, 30 s */
	struct ent_log *log;
};

/* Most threads, and so listeners, of a server. */
#define ENT_HTTP_THREADS 256

struct ent_server;

/*
 * Binds, opens the contexts, starts the threads.  A port in use is ENT_EBUSY, and the message
 * names it.  A Unix socket is for owner and group, and gone when the server stops. TLS 1.3, 1.2
 * where the configuration says so; a client certificate is asked for and not demanded, its
 * chain and name are not looked at: its pin goes to the application.  The text of c is
 * borrowed.
 */
int ent_server_start(const struct ent_http_config *c, const struct ent_http_app *app,
                     struct ent_server **out, struct ent_err *err);
/* Reads certificate and key anew, for connections to come.  If it fails (files that don't
 * belong to each other, ...) all stays as it was.  Nothing to do for plain HTTP.  On any
 * thread. */
int ent_server_reload(struct ent_server *s, struct ent_err *err);
int ent_server_port(const struct ent_server *s);
/* The sockets that it listens on, for a server in another process to take over; still its own.
 */
size_t ent_server_listeners(const struct ent_server *s, int *fd, size_t max);
/* Takes no new connection, finishes what is being answered (up to grace_ms), ends the threads,
 * closes the contexts. */
void ent_server_stop(struct ent_server *s, int grace_ms); /* NULL is fine */
/*
 * The same once another process has taken over its sockets, and the file of a Unix socket:
 * whoever is connected may have one more request within idle_ms, which is answered with
 * "Connection: close".  So no client sends one to a connection that was just closed, unless it
 * was silent for that long.
 */
void ent_server_retire(struct ent_server *s, int grace_ms, int idle_ms); /* NULL is fine */

/*
 * For tests and fuzzing: what the server would answer to these bytes on one plain connection,
 * without sockets and threads.  The writer's requests run in place, each a batch of its own.
 * Stops where the server would close.  ctx is the application context.
 */
struct ent_str ent_http_loopback(struct ent_arena *a, const struct ent_http_app *app, void *ctx,
                                 struct ent_str in);
/* The same of HTTP/2 (RFC 9113), its preface included. */
struct ent_str ent_h2_loopback(struct ent_arena *a, const struct ent_http_app *app, void *ctx,
                               struct ent_str in);

#endif
