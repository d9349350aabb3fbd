/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.c - the road to a counterpart, walked step by step.
 */
#include "exchange/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "crypto/random.h"
#include "exchange/agreement.h"
#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/witness.h"
#include "taxii/client.h"

#define CONNECT_MS 10000
/* What is dated further ahead is refused (docs/exchange.md). */
#define SKEW_US (INT64_C(86400) * 1000000)

static const char *const names[ENT_STEPS] = {
	[ENT_STEP_VERIFIED] = "verified",
	[ENT_STEP_NAME] = "name",
	[ENT_STEP_PORT] = "port",
	[ENT_STEP_TLS] = "tls",
	[ENT_STEP_CERTIFICATE] = "certificate",
	[ENT_STEP_PIN] = "pin",
	[ENT_STEP_CLOCK] = "clock",
	[ENT_STEP_KNOWN] = "known",
	[ENT_STEP_AGREEMENT] = "agreement",
	[ENT_STEP_LEDGER] = "ledger",
	[ENT_STEP_CURSOR] = "cursor",
};

const char *
ent_doctor_step_name(enum ent_doctor_step s)
{
	return names[s];
}

struct walk {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_peer *p;
	struct ent_doctor *out;
	struct ent_str host, port; /* of its URL, each with a NUL behind it */
	struct addrinfo *at;
	struct ent_taxii_client *any, *pinned;
	struct ent_answer first;       /* to the request for the card */
	const struct ent_agreement *g; /* the one that is looked at */
};

/* What a step found: true if it is well. */
static bool
well(struct walk *w, enum ent_doctor_step s, struct ent_str text)
{
	w->out->text[s] = text;
	return true;
}

static bool
ill(struct walk *w, enum ent_doctor_step s, struct ent_str text)
{
	w->out->text[s] = text;
	w->out->failed = s;
	return false;
}

static bool
step_verified(struct walk *w)
{
	const struct ent_peer *p = w->p;

	if (!p->confirmed)
		return ill(
		    w, ENT_STEP_VERIFIED,
		    ent_arena_printf(w->a,
		                     "%.*s is %s here: nothing passes; compare the code "
		                     "(entente peer code) and type it into `entente peer "
		                     "verify`",
		                     ENT_FMT(p->name), ent_peer_state_name(p->state)));
	return well(w, ENT_STEP_VERIFIED,
	            ent_arena_printf(w->a, "since %.*s", ENT_FMT(p->confirmed_at)));
}

/* "https://host:port/", "https://[::1]:port" */
static bool
read_url(struct walk *w)
{
	struct ent_str rest = w->p->url;
	size_t end;

	if (!ent_str_starts(rest, "https://"))
		return false;
	rest = ent_str_from(rest, sizeof("https://") - 1);
	rest.n = ent_str_find(rest, '/');
	if (rest.n && rest.p[0] == '[') {
		end = ent_str_find(rest, ']');
		w->host = ent_arena_dup(w->a, (struct ent_str){ rest.p + 1, end - 1 });
		rest = ent_str_from(rest, end < rest.n ? end + 1 : end);
	} else {
		end = ent_str_find(rest, ':');
		w->host = ent_arena_dup(w->a, (struct ent_str){ rest.p, end });
		rest = ent_str_from(rest, end);
	}
	w->port = rest.n > 1 ? ent_arena_dup(w->a, ent_str_from(rest, 1)) : ENT_STR("443");
	return w->host.p && w->port.p && w->host.n;
}

static bool
step_name(struct walk *w)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM };
	char shown[64] = "";
	int rc;

	if (w->p->url.n == 0)
		return ill(
		    w, ENT_STEP_NAME,
		    ENT_STR("its card has no address, so it must come to us: ask them to "
		            "run `entente sync`"));
	if (!read_url(w))
		return ill(
		    w, ENT_STEP_NAME,
		    ent_arena_printf(w->a,
		                     "\"%.*s\" is not an address that can be called: ask "
		                     "them to correct url in their entente.conf",
		                     ENT_FMT(w->p->url)));
	rc = getaddrinfo(w->host.p, w->port.p, &want, &w->at);
	if (rc)
		return ill(
		    w, ENT_STEP_NAME,
		    ent_arena_printf(w->a,
		                     "the name %.*s has no address (%s): is the DNS of this "
		                     "machine well, and does the name still exist?",
		                     ENT_FMT(w->host), gai_strerror(rc)));
	(void)getnameinfo(w->at->ai_addr, w->at->ai_addrlen, shown, sizeof(shown), NULL, 0,
	                  NI_NUMERICHOST);
	return well(w, ENT_STEP_NAME,
	            ent_arena_printf(w->a, "%.*s is %s", ENT_FMT(w->host), shown));
}

/* 0, or an errno. */
static int
try_connect(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), e = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t n = sizeof(e);

	if (fd < 0)
		return errno;
	if (connect(fd, at->ai_addr, at->ai_addrlen))
		e = errno;
	if (e == EINPROGRESS) {
		e = poll(&p, 1, CONNECT_MS) == 1 ? 0 : ETIMEDOUT;
		if (e == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n))
			e = errno;
	}
	(void)close(fd);
	return e;
}

static bool
step_port(struct walk *w)
{
	char why[128] = "";
	int e = 0;

	for (const struct addrinfo *at = w->at; at; at = at->ai_next) {
		e = try_connect(at);
		if (e == 0)
			return well(w, ENT_STEP_PORT,
			            ent_arena_printf(w->a, "port %.*s takes connections",
			                             ENT_FMT(w->port)));
	}
	return ill(w, ENT_STEP_PORT,
	           ent_arena_printf(w->a,
	                            "nothing takes connections at port %.*s of %.*s (%s): is "
	                            "their node served, and does a firewall let us through?",
	                            ENT_FMT(w->port), ENT_FMT(w->host),
	                            strerror_r(e, why, sizeof(why))));
}

static bool
step_tls(struct walk *w)
{
	struct ent_client_config cc = { .cert_file = w->x->c.cert_file,
		                        .key_file = w->x->c.key_file,
		                        .any = true };
	struct ent_str url = ent_arena_dup(w->a, w->p->url), none = { NULL, 0 };
	struct ent_err why = { 0 };
	int rc = url.p ? ent_taxii_open(url.p, &cc, &w->any, &why) : ent_x_nomem(&why);

	if (rc == 0)
		rc = ent_taxii_call(w->any, w->a, "GET", "/.well-known/entente", none, NULL,
		                    &w->first, &why);
	if (rc && w->first.status == 0)
		return ill(w, ENT_STEP_TLS,
		           ent_arena_printf(w->a,
		                            "what answers there doesn't speak TLS 1.3 and HTTP "
		                            "(%s): is it the right port, and no proxy between?",
		                            why.msg));
	return well(w, ENT_STEP_TLS, ENT_STR("TLS 1.3 and HTTP"));
}

static bool
step_certificate(struct walk *w)
{
	struct ent_err why = { 0 };
	struct ent_peer p;

	if (w->first.status != 200 || ent_card_open(w->a, w->first.body, &p, &why))
		return ill(
		    w, ENT_STEP_CERTIFICATE,
		    ent_arena_printf(w->a,
		                     "what answers there is not a node of entente: it shows "
		                     "no card (status %d); ask them for the right address",
		                     w->first.status));
	if (!ent_str_eq(p.party, w->p->party))
		return ill(
		    w, ENT_STEP_CERTIFICATE,
		    ent_arena_printf(w->a,
		                     "another node answers there, %.*s (%.*s): ask %.*s for "
		                     "the right address",
		                     ENT_FMT(p.name), ENT_FMT(p.host), ENT_FMT(w->p->name)));
	return well(w, ENT_STEP_CERTIFICATE,
	            ent_arena_printf(w->a, "it shows the card of %.*s", ENT_FMT(p.name)));
}

static bool
step_pin(struct walk *w)
{
	uint8_t pin[32];

	if (ent_taxii_pin(w->any, pin) || !ent_same(pin, w->p->pin, sizeof(pin)))
		return ill(
		    w, ENT_STEP_PIN,
		    ent_arena_printf(w->a,
		                     "its TLS key is not the one that was verified: either "
		                     "they changed it, or somebody sits between; ask %.*s by "
		                     "another road before anything else",
		                     ENT_FMT(w->p->name)));
	return well(w, ENT_STEP_PIN, ENT_STR("its TLS key is the one of its card"));
}

/* The time that an HTTP server gives (RFC 9110, 5.6.7). */
static bool
http_date(struct ent_str text, int64_t *us)
{
	struct tm tm = { 0 };
	char copy[64];
	time_t t;

	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (!strptime(copy, "%a, %d %b %Y %H:%M:%S GMT", &tm))
		return false;
	t = timegm(&tm);
	*us = (int64_t)t * 1000000;
	return t != (time_t)-1;
}

static bool
step_clock(struct walk *w)
{
	int64_t theirs, off;

	if (!http_date(ent_answer_header(&w->first, "Date"), &theirs))
		return well(w, ENT_STEP_CLOCK, ENT_STR("it doesn't tell the time"));
	off = theirs - ent_x_now(w->x);
	if (off > SKEW_US || off < -SKEW_US)
		return ill(
		    w, ENT_STEP_CLOCK,
		    ent_arena_printf(w->a,
		                     "its clock is %" PRId64
		                     " hours %s ours, and statements that are dated a day "
		                     "ahead are refused: one of the two machines needs its "
		                     "clock set (NTP)",
		                     (off < 0 ? -off : off) / INT64_C(3600000000),
		                     off < 0 ? "behind" : "ahead of"));
	return well(w, ENT_STEP_CLOCK,
	            ent_arena_printf(w->a, "within %" PRId64 " s of ours",
	                             (off < 0 ? -off : off) / 1000000 + 1));
}

/* A request as the counterpart that we are; the status, or 0. */
static int
ask(struct walk *w, struct ent_str path, struct ent_answer *raw, struct ent_err *why)
{
	struct ent_str none = { NULL, 0 };

	*raw = (struct ent_answer){ 0 };
	if (path.p)
		(void)ent_taxii_call(w->pinned, w->a, "GET", path.p, none, NULL, raw, why);
	else
		(void)ent_x_nomem(why);
	return raw->status;
}

/* The last checkpoint of ours that they cosigned under an agreement. */
static struct ent_str
witness_path(struct walk *w, struct ent_str id)
{
	struct ent_str origin = ent_book_origin(w->a, w->x->c.host, id);

	return origin.p ? ent_arena_printf(w->a, "/entente/v1/witness/%.*s/checkpoint",
	                                   ENT_FMT(ent_sha256_hex(w->a, origin)))
	                : origin;
}

static bool
step_known(struct walk *w)
{
	struct ent_client_config cc = { .cert_file = w->x->c.cert_file,
		                        .key_file = w->x->c.key_file,
		                        .pinned = true };
	struct ent_str url = ent_arena_dup(w->a, w->p->url);
	struct ent_err why = { 0 };
	struct ent_answer raw;
	int rc, status;

	memcpy(cc.pin, w->p->pin, sizeof(cc.pin));
	rc = url.p ? ent_taxii_open(url.p, &cc, &w->pinned, &why) : ent_x_nomem(&why);
	status = rc ? 0 : ask(w, witness_path(w, ENT_STR("none")), &raw, &why);
	if (status == 401)
		return ill(
		    w, ENT_STEP_KNOWN,
		    ent_arena_printf(w->a,
		                     "%.*s does not know this node, or has not verified it "
		                     "with its present keys: read your code out to them, "
		                     "for `entente peer verify` there",
		                     ENT_FMT(w->p->name)));
	if (status == 0)
		return ill(w, ENT_STEP_KNOWN,
		           ent_arena_printf(w->a,
		                            "it doesn't answer to this node's certificate (%s)",
		                            why.msg));
	return well(w, ENT_STEP_KNOWN, ENT_STR("they have verified this node"));
}

/* ---- under each agreement ---- */

static bool
agreement_open(struct walk *w)
{
	const struct ent_agreement *g = w->g;
	struct ent_err why = { 0 };
	struct ent_answer raw;
	int status;

	if (ent_agreement_open(g, ent_str_c(w->x->c.party), w->p->party, NULL, &why))
		return ill(w, ENT_STEP_AGREEMENT,
		           ent_arena_printf(w->a, "%.*s: %s", ENT_FMT(g->title), why.msg));
	status = ask(w,
	             ent_arena_printf(w->a, "/%.*s/collections/outbound/manifest/?limit=1",
	                              ENT_FMT(g->id)),
	             &raw, &why);
	if (status == 404)
		return ill(w, ENT_STEP_AGREEMENT,
		           ent_arena_printf(w->a,
		                            "%.*s: they don't know of it; `entente sync` tells "
		                            "them",
		                            ENT_FMT(g->title)));
	if (status != 200)
		return ill(
		    w, ENT_STEP_AGREEMENT,
		    ent_arena_printf(w->a, "%.*s: they say: %s", ENT_FMT(g->title), why.msg));
	return true;
}

/* How many entries of our ledger they cosigned; 0 if they don't say. */
static uint64_t
cosigned_there(struct walk *w)
{
	struct ent_err why = { 0 };
	struct ent_checkpoint cp;
	struct ent_answer raw;

	if (ask(w, witness_path(w, w->g->id), &raw, &why) != 200 ||
	    ent_checkpoint_open(raw.body, w->x->c.keys->key[ENT_KEY_LEDGER].pub, &cp, NULL))
		return 0;
	return cp.size;
}

static bool
ledgers_agree(struct walk *w)
{
	struct ent_str origin = ent_book_origin(w->a, "", w->g->id), note;
	struct ent_err why = { 0 };
	struct ent_answer raw;
	struct ent_hash root;
	uint64_t old = 0, size = 0, there;

	origin = ent_arena_printf(w->a, "%.*s%.*s", ENT_FMT(w->p->host), ENT_FMT(origin));
	if (!origin.p)
		return ill(w, ENT_STEP_LEDGER, ENT_STR("memory ran out"));
	if (ent_conflict_check(w->x, w->a, origin, &why) ||
	    ent_witness_last(w->x, w->a, origin, &old, &note, &why) ||
	    ent_book_tip(w->x, w->a, w->g->id, &size, &root, &why))
		return ill(w, ENT_STEP_LEDGER, ent_arena_dup(w->a, ent_str_c(why.msg)));
	there = cosigned_there(w);
	if (there > size)
		return ill(w, ENT_STEP_LEDGER,
		           ent_arena_printf(w->a,
		                            "they have cosigned %" PRIu64
		                            " entries of our ledger, which has %" PRIu64
		                            ": this node was restored from an old copy; see "
		                            "docs/exchange.md, Going back to an old copy",
		                            there, size));
	if (ask(w,
	        ent_arena_printf(w->a, "/entente/v1/agreements/%.*s/checkpoint?old=%" PRIu64,
	                         ENT_FMT(w->g->id), old),
	        &raw, &why) == 409)
		return ill(
		    w, ENT_STEP_LEDGER,
		    ent_arena_printf(w->a,
		                     "their ledger is shorter than the %" PRIu64
		                     " entries that were cosigned here: they went back to "
		                     "an old copy; when they say so, `entente ledger "
		                     "conflict --clear %.*s`",
		                     old, ENT_FMT(origin)));
	return true;
}

static bool
all_read(struct walk *w)
{
	char date[ENT_TIME_TEXT];
	struct ent_err why = { 0 };
	struct ent_cursor at;
	struct ent_answer raw;
	const struct ent_json *v;
	size_t n;

	if (ent_cursor_read(w->x, w->a, w->g->id, w->p->party, &at, &why))
		return ill(w, ENT_STEP_CURSOR, ent_arena_dup(w->a, ent_str_c(why.msg)));
	if (ask(w,
	        ent_arena_printf(w->a,
	                         "/%.*s/collections/outbound/manifest/"
	                         "?match%%5Bversion%%5D=all%s%s",
	                         ENT_FMT(w->g->id), at.date > INT64_MIN ? "&added_after=" : "",
	                         at.date > INT64_MIN ? ent_time_text(at.date, 6, date) : ""),
	        &raw, &why) != 200 ||
	    ent_json_parse(w->a, raw.body, ENT_JSON_DEPTH, &v, &why))
		return ill(w, ENT_STEP_CURSOR,
		           ent_arena_printf(w->a, "%.*s: their channel can't be read: %s",
		                            ENT_FMT(w->g->title), why.msg));
	n = ent_json_count(ent_json_getc(v, "objects"));
	if (n)
		return ill(
		    w, ENT_STEP_CURSOR,
		    ent_arena_printf(w->a,
		                     "%.*s: behind: %zu object%s wait%s there after number "
		                     "%" PRIu64 "; run `entente sync`",
		                     ENT_FMT(w->g->title), n, n == 1 ? "" : "s or more",
		                     n == 1 ? "s" : "", at.seq));
	return true;
}

static int
see_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	static bool (*const steps[])(struct walk *) = { agreement_open, ledgers_agree,
		                                        all_read };
	struct walk *w = self;

	if (!g)
		return ill(w, ENT_STEP_AGREEMENT,
		           ent_arena_printf(w->a, "agreement %.*s can't be read: %s",
		                            ENT_FMT(id), why->msg))
		           ? 0
		           : 1;
	if (ent_agreement_party(g, w->p->party) < 0 || g->state == ENT_TERMINATED ||
	    g->state == ENT_EXPIRED)
		return 0;
	w->g = g;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (!steps[i](w))
			return 1;
	return 0;
}

static bool
step_agreements(struct walk *w)
{
	if (ent_agreement_each(w->x, see_agreement, w, NULL))
		return false;
	if (!w->g)
		return ill(
		    w, ENT_STEP_AGREEMENT,
		    ent_arena_printf(w->a,
		                     "there is no agreement with %.*s: `entente agreement "
		                     "propose`",
		                     ENT_FMT(w->p->name)));
	return well(w, ENT_STEP_AGREEMENT, ENT_STR("in force, here and there")) &&
	       well(w, ENT_STEP_LEDGER,
	            ENT_STR("each continues what the other has cosigned")) &&
	       well(w, ENT_STEP_CURSOR, ENT_STR("all that they sent has been read"));
}

int
ent_doctor(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
           struct ent_doctor *out, struct ent_err *err)
{
	static bool (*const steps[])(struct walk *) = {
		step_verified, step_name,  step_port,  step_tls,        step_certificate,
		step_pin,      step_clock, step_known, step_agreements,
	};
	struct walk w = { .x = x, .a = a, .p = p, .out = out };

	*out = (struct ent_doctor){ .failed = ENT_STEPS };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && steps[i](&w); i++) {
	}
	if (w.at)
		freeaddrinfo(w.at);
	ent_taxii_close(w.any);
	ent_taxii_close(w.pinned);
	if (out->failed < ENT_STEPS && !out->text[out->failed].p)
		return ent_x_nomem(err);
	return 0;
}
