/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errors.c - what went wrong, as HTTP statuses and TAXII error messages (TAXII 2.1, 3.6).
 */
#include "taxii/taxii_int.h"
#include "json/write.h"

#define ERROR_MAX ((size_t)64 << 10)
/* Where nobody knows when the server will be less busy. */
#define RETRY_SECONDS 5u

/* clang-format off */
static const struct {
	int code, status;
} codes[] = {
	{ ENT_ENOMEM,    503 }, { ENT_EINVAL,    400 }, { ENT_EPARSE,   400 },
	{ ENT_ELIMIT,    413 }, { ENT_ENOENT,    404 }, { ENT_EEXIST,   422 },
	{ ENT_ECONFLICT, 422 }, { ENT_EDENIED,   403 }, { ENT_ESTATE,   403 },
	{ ENT_ESTORE,    500 }, { ENT_EFULL,     507 }, { ENT_EBUSY,    503 },
	{ ENT_ECORRUPT,  500 }, { ENT_ESIG,      422 }, { ENT_ENET,     502 },
	{ ENT_EPROTO,    502 }, { ENT_EAUTH,     401 }, { ENT_EUNUSABLE, 422 },
};

/* Every status that is answered; the text is for where nothing better is known or nothing more may be said. */
static const struct about {
	int status;
	const char *id, *title, *text;
} abouts[] = {
	{ 400, "bad-request",          "The request is malformed",            "See TAXII 2.1, section 3." },
	{ 401, "unauthorized",         "Who is calling isn't known",
	  "Show a client certificate that is known here, or send HTTP Basic credentials or a bearer token." },
	{ 403, "forbidden",            "Not allowed",                         "This caller may not do that." },
	{ 404, "not-found",            "Not found",
	  "There is no such thing here, or this caller may not know of it." },
	{ 405, "method-not-allowed",   "This resource has no such method",    "The Allow header names its methods." },
	{ 406, "not-acceptable",       "The Accept header allows no answer",
	  "This server speaks TAXII 2.1 and no other version: accept application/taxii+json;version=2.1." },
	{ 408, "timeout",              "The request took too long",           "Try again." },
	{ 413, "too-large",            "The request is too large",            "max_content_length of the API root is the limit." },
	{ 414, "uri-too-long",         "The URL is too long",                 "Ask for fewer objects at once." },
	{ 415, "media-type",           "The body has another media type",
	  "Send an envelope with Content-Type: application/taxii+json;version=2.1." },
	{ 417, "expectation-failed",   "This expectation can't be met",       "Only 100-continue is known." },
	{ 422, "unprocessable",        "The content can't be used",           "It was understood, but can't be acted on." },
	{ 429, "too-many-requests",    "Too many requests",                   "Retry-After says when to try again." },
	{ 431, "header-too-large",     "The request head is too large",       "Ask for fewer objects at once." },
	{ 500, "internal",             "The server failed",                   "The operator finds the reason in the log." },
	{ 501, "not-implemented",      "Not implemented",                     "The server can't do that." },
	{ 502, "bad-gateway",          "Another server failed",               "Try again later." },
	{ 503, "busy",                 "The server is busy",                  "Try again after the time in Retry-After." },
	{ 505, "http-version",         "This version of HTTP isn't spoken",   "Use HTTP/1.1." },
	{ 507, "full",                 "The server's storage is full",        "Nothing was stored; its operator has to act." },
};
/* clang-format on */

int
ent_taxii_http_status(int code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].code == code)
			return codes[i].status;
	return 500;
}

static const struct about *
about(int status)
{
	static const struct about other = { 0, "error", "The request failed", "" };

	for (size_t i = 0; i < sizeof(abouts) / sizeof(*abouts); i++)
		if (abouts[i].status == status)
			return &abouts[i];
	return &other;
}

static struct ent_str
message(struct ent_arena *a, int status, const char *error_id, struct ent_str title,
        struct ent_str description)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str done = { NULL, 0 };
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", status);
	ent_buf_init(&b, ERROR_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "title", title);
	if (description.n)
		ent_jw_kstr(&w, "description", description);
	/* The text has error_id for the instance and error_code for the kind; peers read the
	 * former. */
	ent_jw_kc(&w, "error_id", error_id);
	ent_jw_kc(&w, "error_code", error_id);
	ent_jw_kc(&w, "http_status", text);
	ent_jw_end_object(&w);
	if (a)
		done = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return done.p ? done : ENT_STR("{\"title\":\"The server is out of memory\"}");
}

static void
put_retry(struct ent_http *rq)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", rq->retry_s ? rq->retry_s : RETRY_SECONDS);
	ent_http_set(rq, "Retry-After", ent_str_c(text));
}

void
ent_taxii_error(struct ent_http *rq, int status, const char *error_id, struct ent_str title,
                struct ent_str description)
{
	const struct about *ab = about(status);

	ent_buf_clear(&rq->head);
	ent_blob_drop(rq->blob);
	rq->blob = NULL;
	rq->status = status;
	ent_http_set(rq, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
	if (status == 401)
		ent_http_set(rq, "WWW-Authenticate", ENT_STR("Basic realm=\"entente\""));
	if (status == 429 || status == 503)
		put_retry(rq);
	rq->answer = message(rq->arena, status, error_id ? error_id : ab->id,
	                     title.n ? title : ent_str_c(ab->title),
	                     description.p ? description : ent_str_c(ab->text));
}

void
ent_refuse_status(struct ent_call *c, int status, const char *description)
{
	ent_taxii_error(c->http, status, NULL, (struct ent_str){ NULL, 0 },
	                ent_str_c(description));
}

void
ent_refuse(struct ent_call *c, int code, const struct ent_taxii_denied *denied,
           const struct ent_err *err)
{
	int status = ent_taxii_http_status(code);
	const char *id = denied && denied->error_id ? denied->error_id
	                 : code == ENT_ESTATE       ? "agreement-not-in-force"
	                                            : NULL;
	/* What is behind a 404 or a failure of the server isn't the caller's to know. */
	bool tell = status != 404 && status != 401 && status < 500 && err->msg[0];

	if (status >= 500)
		ent_log(c->t->log, ENT_LOG_ERROR, "%.*s: %s: %s", ENT_FMT(c->http->path),
		        ent_code_name(code), err->msg);
	ent_taxii_error(c->http, status, status == 404 ? NULL : id, (struct ent_str){ NULL, 0 },
	                tell ? ent_str_c(err->msg) : (struct ent_str){ NULL, 0 });
}
