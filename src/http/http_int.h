/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_int.h - the parts of the server: a connection as bytes in and bytes out, and what drives
 * it.
 *
 * struct ent_conn knows no sockets: loop.c drives it over TCP and TLS, loopback.c over memory.
 */
#ifndef ENT_HTTP_HTTP_INT_H
#define ENT_HTTP_HTTP_INT_H
#include <pthread.h>
#include <stdatomic.h>

#include <llhttp.h>

#include "http/server.h"

struct ent_conn;

/* What the connections of one thread share. */
struct ent_env {
	const struct ent_http_app *app;
	void *ctx;
	bool stopping;  /* answers say "Connection: close" */
	int64_t now_us; /* ent_tick_us(), as of this turn of the loop */
	/* Hands c to the writer thread; NULL: its requests run in place. */
	void (*hand_over)(struct ent_env *env, struct ent_conn *c);
	/* Seconds until the peer may ask for one more thing; 0, or NULL: it may. */
	unsigned (*may)(struct ent_env *env, struct ent_conn *c);
	/* Hands c to a finder; false: too many wait.  NULL: it is found out in place. */
	bool (*find)(struct ent_env *env, struct ent_conn *c);
	struct ent_arena *spare[32]; /* empty arenas, for the next requests */
	size_t n_spare;
	char date[40]; /* "Sun, 06 Nov 1994 08:49:37 GMT" */
	int64_t date_us;
};

void ent_env_release(struct ent_env *env); /* the arenas */
struct ent_arena *ent_env_arena(struct ent_env *env);
void ent_env_spare(struct ent_env *env, struct ent_arena *a); /* NULL is fine */
const char *ent_env_date(struct ent_env *env);

enum ent_conn_state {
	ENT_CONN_HEAD,   /* waits for a request, or has part of its head */
	ENT_CONN_BODY,   /* head is admitted, body comes in */
	ENT_CONN_AWAY,   /* another thread has it, the writer or a finder: hands off */
	ENT_CONN_ANSWER, /* an answer goes out */
	ENT_CONN_CLOSED, /* nothing more is read or written */
};

enum ent_task { ENT_TASK_NONE, ENT_TASK_ASK, ENT_TASK_PACK };

struct ent_conn {
	struct ent_env *env;
	enum ent_conn_state state;
	struct ent_buf in; /* came, and isn't used yet */
	size_t scanned;    /* ent_head_check's */
	bool eof;          /* the peer sends nothing more */
	bool keep;         /* another request may follow this one */
	bool whole;        /* the body is complete */
	size_t served;     /* requests answered so far */

	struct ent_arena *arena; /* of this request; NULL between two */
	struct ent_http rq;
	struct ent_header *headers; /* rq.headers, while it is filled */
	size_t room;
	llhttp_t parser;
	struct ent_buf body;
	uint64_t raw; /* bytes of the body as they came, framing included */
	bool gzip;

	struct ent_str out[3]; /* to be sent: an interim answer, head, body */
	size_t n_out, at;      /* at: how much of out[0] is sent */
	size_t sent;
	int64_t phase_us, moved_us; /* when the state began; when bytes last moved */
	int64_t began_us;           /* when the head was complete */

	uint8_t key[16];    /* of what is asked about the request */
	enum ent_task task; /* what a finder does for it; none: it is with the writer */
	int verdict;
	struct ent_conn *same; /* waits for the same verdict */

	void *owner;           /* whose it is, for who drives it */
	struct ent_conn *next; /* in the queues of writer, finder and loop */
};

void ent_conn_init(struct ent_conn *c, struct ent_env *env);
void ent_conn_release(struct ent_conn *c);
/* Takes what came (maybe nothing), and goes on until it needs input, output or the writer. */
void ent_conn_run(struct ent_conn *c, struct ent_str in);
/* The peer has ended its side. */
void ent_conn_eof(struct ent_conn *c);
bool ent_conn_wants(const struct ent_conn *c); /* input */
bool ent_conn_idle(const struct ent_conn *c);  /* between two requests */
/* What is to be sent next; n == 0: nothing. ent_conn_sent counts it off. */
struct ent_str ent_conn_pending(const struct ent_conn *c);
void ent_conn_sent(struct ent_conn *c, size_t n);
/* Ends the request with an answer of app->fail, and the connection after it. */
void ent_conn_refuse(struct ent_conn *c, int status, const char *title);
/* The writer is done with it: rq holds the answer. */
void ent_conn_answer(struct ent_conn *c);
/* What an app made of its request goes out: packed where that is asked for. */
void ent_conn_served(struct ent_conn *c);
/* The finder is done with its task: it goes on. */
void ent_conn_found(struct ent_conn *c);

/* h2.c */
struct ent_h2; /* HTTP/2 on a connection */
/* of: the connection, for what is known of the peer; owner: of the streams' struct ent_conn.
 * NULL: no memory. */
struct ent_h2 *ent_h2_new(const struct ent_conn *of, void *owner);
void ent_h2_free(struct ent_h2 *h); /* none of its streams is away; NULL is fine */
void ent_h2_in(struct ent_h2 *h, struct ent_str in);
void ent_h2_eof(struct ent_h2 *h);
/* As ent_conn_pending and ent_conn_sent. */
struct ent_str ent_h2_pending(struct ent_h2 *h);
void ent_h2_sent(struct ent_h2 *h, size_t n);
bool ent_h2_away(const struct ent_h2 *h); /* another thread has a stream of it */
bool ent_h2_over(const struct ent_h2 *h); /* nothing more is to be read or sent */
void ent_h2_end(struct ent_h2 *h);        /* says goodbye, and is over once that is sent */
/* Whether there is no stream; since when nothing has come, and whether there ever was one. */
bool ent_h2_idle(const struct ent_h2 *h, int64_t *since_us, bool *served);
/* Each stream; c NULL: the first. */
const struct ent_conn *ent_h2_next(const struct ent_h2 *h, const struct ent_conn *c);

/* parse.c: llhttp.  The head is complete and checked; fills rq.  0, or an HTTP status with
 * *why. */
int ent_parse_head(struct ent_conn *c, struct ent_str head, const char **why);
/* Takes body bytes: c->whole is set at its end. *used: how many belong to it. 0, or a status.
 */
int ent_parse_body(struct ent_conn *c, struct ent_str in, size_t *used, const char **why);
bool ent_parse_has_body(const struct ent_conn *c);
/* Replaces a gzip body by what is in it; 0, or an HTTP status with *why. */
int ent_parse_inflate(struct ent_conn *c, const char **why);

/* answer.c: status line, head and body of rq into out; head bytes stand in rq's arena. */
void ent_answer_build(struct ent_conn *c);
void ent_answer_forget(struct ent_http *rq); /* the answer so far, for another one */

/* pack.c */
const char *ent_http_coding_name(enum ent_coding coding); /* not of plain */
bool ent_http_unpacked(const struct ent_http *rq);   /* ent_http_pack has something to do */
bool ent_http_packs_long(const struct ent_http *rq); /* too long for a loop */
void ent_http_pack(struct ent_http *rq);
/* Makes a 304 of a 200 that the peer has. */
void ent_http_condition(struct ent_http *rq);

/* writer.c */
struct ent_writer;
/* Serves n requests as one batch: each has its answer afterwards. */
void ent_writer_batch(const struct ent_http_app *app, void *ctx, struct ent_conn *const *c,
                      size_t n);
/* back is called on the writer's thread for each request that is answered. */
int ent_writer_start(const struct ent_http_app *app, void (*back)(struct ent_conn *c),
                     struct ent_writer **out, struct ent_err *err);
void ent_writer_put(struct ent_writer *w, struct ent_conn *c);
void ent_writer_stop(struct ent_writer *w); /* serves what waits; NULL is fine */

/* finder.c */
struct ent_finder;
/* back is called on a finder's thread for each request that has its verdict. */
int ent_finder_start(const struct ent_http_app *app, size_t threads,
                     void (*back)(struct ent_conn *c), struct ent_finder **out,
                     struct ent_err *err);
/* False: too many wait, and c isn't taken. */
bool ent_finder_put(struct ent_finder *f, struct ent_conn *c);
void ent_finder_stop(struct ent_finder *f); /* finds what waits; NULL is fine */

/* listen.c */
struct sockaddr;
/* fd[0 .. n-1] listen on the same address, each for a thread; *port is what it became, 0 of a
 * Unix socket.  Plain HTTP is for loopback addresses and Unix sockets, which take nothing else.
 */
int ent_listen(const char *where, bool plain, int *fd, size_t n, int *port,
               struct ent_err *err);
/* The port of a socket that listens, 0 of a Unix socket; ENT_EINVAL: it doesn't listen. */
int ent_listen_port(int fd, int *port, struct ent_err *err);
/* The path in "unix:PATH"; NULL: where isn't one. */
const char *ent_listen_path(const char *where);
/* "127.0.0.1:443", "[::1]:443", "unix" */
void ent_listen_name(const struct sockaddr *sa, char *out, size_t room);

/* tls.c */
struct ent_tls;      /* of the server */
struct ent_tls_conn; /* of a connection */
struct ent_stage;    /* of a loop: bytes on their way to send(2) */
/* The names of the files are borrowed.  tls12: not 1.3 alone; h2: HTTP/2 is offered. */
int ent_tls_open(const char *cert_file, const char *key_file, bool tls12, bool h2,
                 struct ent_tls **out, struct ent_err *err);
/* Reads the files anew, for connections to come; if it fails all stays as it was.  On any
 * thread. */
int ent_tls_reload(struct ent_tls *t, struct ent_err *err);
void ent_tls_close(struct ent_tls *t);
struct ent_stage *ent_stage_new(void);
void ent_stage_free(struct ent_stage *st);
/* tls NULL: plain.  The descriptor stays the caller's. */
struct ent_tls_conn *ent_tls_conn_new(struct ent_tls *t, struct ent_stage *st, int fd);
void ent_tls_conn_free(struct ent_tls_conn *tc);
enum { ENT_IO_WAIT = -1, ENT_IO_BROKEN = -2 };
/* 0: done, ENT_IO_WAIT, ENT_IO_BROKEN. */
int ent_tls_handshake(struct ent_tls_conn *tc);
bool ent_tls_pin(const struct ent_tls_conn *tc, uint8_t pin[32]);
bool ent_tls_h2(const struct ent_tls_conn *tc); /* HTTP/2 was agreed on */
/* Bytes; 0: the peer has ended; ENT_IO_WAIT; ENT_IO_BROKEN. */
ssize_t ent_tls_read(struct ent_tls_conn *tc, void *to, size_t n);
/* Bytes taken, ENT_IO_WAIT, ENT_IO_BROKEN.  Taken bytes may wait in the stage until
 * ent_tls_flush. */
ssize_t ent_tls_write(struct ent_tls_conn *tc, struct ent_str s);
/* 0: all is with the kernel; ENT_IO_WAIT; ENT_IO_BROKEN.  Comes before another connection uses
 * the stage. */
int ent_tls_flush(struct ent_tls_conn *tc);
void ent_tls_bye(struct ent_tls_conn *tc); /* says that nothing more comes */
/* Throws away what comes, undeciphered.  1: there is more; 0: the peer has ended; ENT_IO_WAIT;
 * ENT_IO_BROKEN. */
int ent_tls_drain(struct ent_tls_conn *tc, void *scratch, size_t n);
/* What epoll said of the descriptor. */
void ent_tls_event(struct ent_tls_conn *tc, bool in, bool out, bool ended);

/* loop.c */
struct ent_loop;
struct ent_loop_config {
	const struct ent_http_config *c;
	const struct ent_http_app *app;
	struct ent_tls *tls; /* NULL: plain */
	struct ent_writer *writer;
	struct ent_finder *finder;
	struct ent_guests *guests;
	int listener; /* becomes the loop's, also if ent_loop_new fails */
	int index;
};
/* Used by its own thread, but for ent_loop_stop and ent_loop_back. */
int ent_loop_new(const struct ent_loop_config *lc, struct ent_loop **out, struct ent_err *err);
int ent_loop_open(struct ent_loop *l, struct ent_err *err); /* the application's context */
void ent_loop_run(struct ent_loop *l); /* until ent_loop_stop; closes the context */
/* Nothing new is taken; what has no request after idle_ms ends, and everything after grace_ms,
 * but for what the writer has. */
struct ent_ending {
	int grace_ms, idle_ms;
};
void ent_loop_stop(struct ent_loop *l, const struct ent_ending *e);
void ent_loop_back(struct ent_conn *c); /* the writer has answered c */
void ent_loop_free(struct ent_loop *l); /* NULL is fine */

#endif
