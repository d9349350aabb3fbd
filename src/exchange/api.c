/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.c - the nodes' own endpoints: a table of them, a function each.
 */
#include <inttypes.h>

#include "exchange/agreement.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/invite.h"
#include "exchange/peer.h"
#include "exchange/port.h"
#include "exchange/receipt.h"
#include "exchange/standing.h"
#include "exchange/testimony.h"
#include "exchange/witness.h"
#include "ledger/witness.h"
#include "taxii/server.h"
#include "json/write.h"

#define JSON_TYPE "application/json"
#define TEXT_TYPE "text/plain; charset=utf-8"

/* A call on its way: who, about which agreement, and the answer. */
struct api {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_api_call *c;
	struct ent_api_answer *out;
	struct ent_str party, host; /* of the counterpart; absent where anybody may call */
	struct ent_str id;          /* what stands for ID in the path */
	struct ent_agreement *g;
};

struct endpoint {
	const char *method, *head, *tail; /* the path is head, ID, tail; no tail: head alone */
	bool peers, agreement; /* only confirmed counterparts; ID is an agreement of theirs */
	int (*serve)(struct api *q, struct ent_err *err);
};

static int
reply(struct api *q, int status, const char *type, struct ent_str body)
{
	q->out->status = status;
	q->out->type = type;
	q->out->body = body;
	return body.p ? 0 : ENT_ENOMEM;
}

static int
failed_with(struct api *q, int status, const char *error_id, struct ent_str text)
{
	*q->out = (struct ent_api_answer){
		.status = status, .error_id = error_id, .failed = true, .body = text
	};
	return text.p ? 0 : ENT_ENOMEM;
}

static int
get_card(struct api *q, struct ent_err *err)
{
	struct ent_str card;
	int rc = ent_exchange_card(q->x, q->a, &card, err);

	return rc ? rc : reply(q, 200, JSON_TYPE, card);
}

/* Oldest first: how the present one follows from those before it. */
static int
get_cards(struct api *q, struct ent_err *err)
{
	struct ent_str *cards, text;
	struct ent_buf b;
	struct ent_jw w;
	size_t n;
	int rc = ent_exchange_cards(q->x, q->a, &cards, &n, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_HTTP_BODY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(&w, cards[i]);
	ent_jw_end_array(&w);
	text = ent_buf_done(&b, q->a);
	ent_buf_release(&b);
	return reply(q, 200, JSON_TYPE, text);
}

static int
get_health(struct api *q, struct ent_err *err)
{
	(void)err;
	return reply(q, 200, TEXT_TYPE, ENT_STR("ok\n"));
}

/* Ready means that the database answers. */
static int
get_ready(struct api *q, struct ent_err *err)
{
	struct ent_str card;
	int rc = ent_exchange_card(q->x, q->a, &card, err);

	return rc ? rc : reply(q, 200, TEXT_TYPE, ENT_STR("ready\n"));
}

/*
 * Statements go both ways in one call.  A document that proposes a new agreement comes from a
 * counterpart that isn't a party of anything yet, so this endpoint asks for a confirmed peer
 * only; what it sends is checked by its signatures, and that it is a party of it.
 */
static int
post_statements(struct api *q, struct ent_err *err)
{
	struct ent_statements_taken *taken = ent_arena_alloc(q->a, sizeof(*taken));
	struct ent_str ours;
	int rc = taken ? ent_agreement_take(q->x, q->a, q->id, q->party, q->c->body, taken, err)
	               : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_agreement_bundle(q->x, q->a, q->id, q->party, taken, &ours, err);
	if (rc == 0)
		ent_statements_taken_log(q->x, q->id, q->party, taken);
	return rc ? rc : reply(q, 200, JSON_TYPE, ours);
}

static int
post_receipt(struct api *q, struct ent_err *err)
{
	uint64_t next;
	int rc = ent_receipt_take(q->x, q->a, q->id, q->party, q->c->body, &next, err);

	if (rc && next) /* not refused for good: the receipts before it are wanted first */
		return reply(q, 409, JSON_TYPE,
		             ent_arena_printf(q->a, "{\"next\":%" PRIu64 "}", next));
	return rc ? rc : reply(q, 200, JSON_TYPE, ENT_STR("{}"));
}

/* A parameter of the query, "name=" with its sign; absent if it isn't there. */
static struct ent_str
parameter(struct ent_str query, const char *name)
{
	struct ent_str part;

	while (ent_str_next(&query, '&', &part))
		if (ent_str_starts(part, name))
			return ent_str_from(part, strlen(name));
	return (struct ent_str){ NULL, 0 };
}

/* "old=N"; 0 if it isn't there. */
static int
old_size(struct ent_str query, uint64_t *out)
{
	struct ent_str n = parameter(query, "old=");

	*out = 0;
	return n.p ? ent_str_u64(n, UINT64_MAX, out) : 0;
}

static int
get_standing(struct api *q, struct ent_err *err)
{
	bool news;
	int rc = ent_standing_news(q->x, q->a, q->g, q->party, parameter(q->c->query, "is="),
	                           &news, err);

	return rc ? rc
	          : reply(q, 200, JSON_TYPE,
	                  news ? ENT_STR("{\"news\":true}") : ENT_STR("{\"news\":false}"));
}

static int
get_checkpoint(struct api *q, struct ent_err *err)
{
	struct ent_add_checkpoint *r = ent_arena_alloc(q->a, sizeof(*r));
	uint64_t size;
	int rc;

	if (!r)
		return ent_x_nomem(err);
	if (old_size(q->c->query, &r->old))
		return ent_fail(err, ENT_EINVAL, "old is not a number");
	rc = ent_book_checkpoint(q->x, q->a, q->id, &r->note, &size, err);
	if (rc == 0 && r->old > size) /* 409 and not what ENT_ECONFLICT is: the caller asks */
		return failed_with(
		    q, 409, "ledger-shorter",
		    ent_arena_printf(q->a,
		                     "this ledger has %" PRIu64 " entries, and %" PRIu64
		                     " of it were cosigned: it was restored from "
		                     "an old copy",
		                     size, r->old));
	if (rc == 0)
		rc = ent_book_consistency(q->x, q->id, r->old, size, r->proof, &r->count, err);
	return rc ? rc : reply(q, 200, TEXT_TYPE, ent_add_checkpoint_print(q->a, r));
}

static int
post_cosignature(struct api *q, struct ent_err *err)
{
	int rc = ent_witness_cosigned(q->x, q->a, q->id, q->party, q->c->body, err);

	return rc ? rc : reply(q, 200, JSON_TYPE, ENT_STR("{}"));
}

static int
post_entries(struct api *q, struct ent_err *err)
{
	struct ent_str answer;
	int rc = ent_testimony_answer(q->x, q->a, q->g, q->party, q->c->body, &answer, err);

	return rc ? rc : reply(q, 200, JSON_TYPE, answer);
}

static int
post_witness(struct api *q, struct ent_err *err)
{
	struct ent_witnessed w;
	int rc = ent_witness_add(q->x, q->a, q->party, q->c->body, &w, err);

	return rc ? rc : reply(q, w.status, w.type, w.body);
}

static int
get_witness(struct api *q, struct ent_err *err)
{
	struct ent_str note;
	int rc = ent_witness_by_hash(q->x, q->a, q->id, &note, err);

	return rc ? rc : reply(q, 200, TEXT_TYPE, note);
}

/* Whoever holds an invitation of ours leaves his card: no counterpart yet. */
static int
post_enrolment(struct api *q, struct ent_err *err)
{
	int rc = q->c->has_pin
	             ? 0
	             : ent_fail(err, ENT_EAUTH, "show the certificate that the card names");

	if (rc == 0)
		rc = ent_invitation_answer(q->x, q->a, q->c->body, q->c->pin, err);
	return rc ? rc : reply(q, 200, JSON_TYPE, ENT_STR("{}"));
}

#define AGREEMENT "/entente/v1/agreements/"

static const struct endpoint endpoints[] = {
	{ "GET", "/.well-known/entente", NULL, false, false, get_card },
	{ "GET", "/.well-known/entente/cards", NULL, false, false, get_cards },
	{ "GET", "/healthz", NULL, false, false, get_health },
	{ "GET", "/readyz", NULL, false, false, get_ready },
	{ "GET", AGREEMENT, "/standing", true, true, get_standing },
	{ "POST", AGREEMENT, "/statements", true, false, post_statements },
	{ "POST", AGREEMENT, "/receipts", true, true, post_receipt },
	{ "GET", AGREEMENT, "/checkpoint", true, true, get_checkpoint },
	{ "POST", AGREEMENT, "/cosignature", true, true, post_cosignature },
	{ "POST", AGREEMENT, "/entries", true, true, post_entries },
	{ "POST", "/entente/v1/witness/add-checkpoint", NULL, true, false, post_witness },
	{ "GET", "/entente/v1/witness/", "/checkpoint", true, false, get_witness },
	{ "POST", "/entente/v1/enrolment", NULL, false, false, post_enrolment },
};
#define ENDPOINTS (sizeof(endpoints) / sizeof(endpoints[0]))

/* Whether the path is an endpoint's, and what its ID is. */
static bool
fits(const struct endpoint *e, struct ent_str path, struct ent_str *id)
{
	size_t head = strlen(e->head), tail = e->tail ? strlen(e->tail) : 0;

	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	if (!e->tail)
		return ent_str_is(path, e->head);
	if (path.n <= head + tail || !ent_str_starts(path, e->head) ||
	    !ent_str_ends(path, e->tail))
		return false;
	*id = (struct ent_str){ path.p + head, path.n - head - tail };
	return ent_str_find(*id, '/') == id->n;
}

bool
ent_api_wants(struct ent_str path)
{
	return ent_str_starts(path, "/entente/") ||
	       ent_str_starts(path, "/.well-known/entente") || ent_str_is(path, "/healthz") ||
	       ent_str_is(path, "/readyz");
}

const char *
ent_api_allow(struct ent_str path)
{
	bool get = false, post = false;
	struct ent_str id;

	for (size_t i = 0; i < ENDPOINTS; i++)
		if (fits(&endpoints[i], path, &id)) {
			bool reads = strcmp(endpoints[i].method, "GET") == 0;

			get |= reads;
			post |= !reads;
		}
	if (get)
		return post ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";
	return post ? "POST, OPTIONS" : NULL;
}

static int
admit(struct api *q, const struct endpoint *e, struct ent_err *err)
{
	uint8_t uuid[16];
	int rc;

	if (!e->peers)
		return 0;
	if (!q->c->has_pin || ent_peer_by_pin(q->x, q->a, q->c->pin, &q->party, &q->host))
		return ent_fail(err, ENT_EAUTH,
		                "this is for confirmed counterparts: the certificate of this "
		                "connection is not one's");
	ent_audit_as(q->x, "peer", q->party);
	q->g = ent_arena_alloc(q->a, sizeof(*q->g));
	if (!q->g)
		return ent_x_nomem(err);
	if (strcmp(e->head, AGREEMENT) == 0 && ent_uuid_parse(q->id, uuid))
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not the id of an agreement",
		                ENT_FMT(q->id));
	if (!e->agreement)
		return 0;
	rc = ent_agreement_load(q->x, q->a, q->id, q->g, err);
	if (rc == 0 && ent_agreement_party(q->g, q->party) < 0)
		rc = ENT_ENOENT;
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "there is no agreement %.*s", ENT_FMT(q->id));
	return rc;
}

static void
failed(struct ent_api_answer *out, struct ent_arena *a, int status, const char *error_id,
       struct ent_str text)
{
	*out = (struct ent_api_answer){
		.status = status, .error_id = error_id, .failed = true, .body = text
	};
	if (!out->body.p)
		out->body = ENT_STR("out of memory");
	(void)a;
}

static void
serve(struct api *q, const struct endpoint *e)
{
	struct ent_err err = { 0 };
	int rc = admit(q, e, &err);

	if (rc == 0)
		rc = e->serve(q, &err);
	if (rc == ENT_ENOMEM && err.msg[0] == '\0')
		(void)ent_x_nomem(&err);
	if (rc)
		failed(q->out, q->a, ent_taxii_http_status(rc), ent_code_name(rc),
		       ent_arena_dup(q->a, ent_str_c(err.msg)));
}

void
ent_api(struct ent_exchange *x, struct ent_arena *a, const struct ent_api_call *c,
        struct ent_api_answer *out)
{
	struct api q = { .x = x, .a = a, .c = c, .out = out };
	bool path = false;

	*out = (struct ent_api_answer){ 0 };
	for (size_t i = 0; i < ENDPOINTS; i++) {
		if (!fits(&endpoints[i], c->path, &q.id))
			continue;
		path = true;
		if (ent_str_is(c->method, endpoints[i].method) ||
		    (ent_str_is(c->method, "HEAD") &&
		     strcmp(endpoints[i].method, "GET") == 0)) {
			serve(&q, &endpoints[i]);
			return;
		}
	}
	failed(out, a, path ? 405 : 404, NULL,
	       path ? ENT_STR("this method is not for this resource")
	            : ENT_STR("there is nothing here"));
}
