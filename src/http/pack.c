/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.c - answers made smaller for who accepts that, entity tags, and 304 (RFC 9110, 8.4, 8.8,
 * 12.5.3, 13.1.2).
 */
#include "base/enc.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "http/http_int.h"

/* ---- Accept-Encoding ---- */

/* In thousandths; -1: it isn't one (RFC 9110, 12.4.2). */
static int
weight(struct ent_str q)
{
	int w = 0, digit = 1000;

	if (q.n == 0 || q.n > 5 || (q.p[0] != '0' && q.p[0] != '1') ||
	    (q.n > 1 && q.p[1] != '.'))
		return -1;
	for (size_t i = 0; i < q.n; i++) {
		if (i == 1)
			continue;
		if (q.p[i] < '0' || q.p[i] > '9')
			return -1;
		w += (q.p[i] - '0') * digit;
		digit /= 10;
	}
	return w <= 1000 ? w : -1;
}

/* "gzip;q=0.5": the coding, and its weight; -1 where it can't be read. */
static int
read_coding(struct ent_str text, struct ent_str *name)
{
	struct ent_str rest = text, part;
	int w = 1000;

	(void)ent_str_next(&rest, ';', name);
	*name = ent_str_trim(*name);
	while (w >= 0 && ent_str_next(&rest, ';', &part)) {
		part = ent_str_trim(part);
		if (part.n < 2 || (part.p[0] | 0x20) != 'q' || part.p[1] != '=')
			return -1;
		w = weight(ent_str_from(part, 2));
	}
	return name->n ? w : -1;
}

static const struct coding {
	const char *name;
	enum ent_coding coding;
} codings[] = {
	{ "zstd", ENT_CODING_ZSTD },
	{ "gzip", ENT_CODING_GZIP },
	{ "x-gzip", ENT_CODING_GZIP },
	{ "identity", ENT_CODING_PLAIN },
	/* "*" means gzip: who has never heard of zstd may send it. */
	{ "*", ENT_CODING_GZIP },
};
#define CODINGS (sizeof(codings) / sizeof(*codings))

enum ent_coding
ent_http_coding(const struct ent_http *rq)
{
	/* Of equal ones the smaller; plain where nobody prefers anything. */
	static const enum ent_coding order[] = { ENT_CODING_ZSTD, ENT_CODING_GZIP,
		                                 ENT_CODING_PLAIN };
	int given[3] = { 0 }; /* one more than the weight */
	enum ent_coding best = ENT_CODING_PLAIN;
	int most = 1;

	for (size_t i = 0; i < rq->n_headers; i++) {
		struct ent_str rest = rq->headers[i].value, part, name;

		if (!ent_str_caseis(rq->headers[i].name, "accept-encoding"))
			continue;
		while (ent_str_next(&rest, ',', &part)) {
			int w = read_coding(part, &name);

			for (size_t j = 0; w >= 0 && j < CODINGS; j++) {
				int *to = &given[codings[j].coding];

				if (ent_str_caseis(name, codings[j].name) &&
				    (*to == 0 || codings[j].name[0] != '*'))
					*to = w + 1;
			}
		}
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (given[order[i]] > most) {
			most = given[order[i]];
			best = order[i];
		}
	return best;
}

const char *
ent_http_coding_name(enum ent_coding coding)
{
	return coding == ENT_CODING_ZSTD ? "zstd" : "gzip";
}

/* ---- the body ---- */

static struct ent_str
body_of(const struct ent_http *rq)
{
	return rq->blob ? ent_blob_view(rq->blob) : rq->answer;
}

bool
ent_http_unpacked(const struct ent_http *rq)
{
	return rq->tagged && rq->status == 200 && !rq->etag[0];
}

bool
ent_http_packs_long(const struct ent_http *rq)
{
	return rq->coding && body_of(rq).n > ENT_HTTP_PACK_ALOUD;
}

/* Packed, or as it was where that doesn't pay. */
static void
pack(struct ent_http *rq)
{
	struct ent_str body = body_of(rq), packed = { NULL, 0 };
	struct ent_buf b;

	ent_buf_init(&b, body.n - body.n / 8);
	if (body.n >= ENT_HTTP_PACK_MIN && ent_pack(rq->coding, body, &b) == 0)
		packed = ent_buf_done(&b, rq->arena);
	ent_buf_release(&b);
	if (!packed.p) {
		rq->coding = ENT_CODING_PLAIN;
		return;
	}
	ent_blob_drop(rq->blob);
	rq->blob = NULL;
	rq->answer = packed;
}

/* Strong: of every byte that is sent, and of the header lines that stand for the page. */
void
ent_http_pack(struct ent_http *rq)
{
	struct ent_str parts[2] = { ent_buf_view(&rq->head) };
	uint8_t sum[ENT_SHA256];

	if (rq->coding)
		pack(rq);
	parts[1] = body_of(rq);
	ent_sha256_parts(parts, 2, sum);
	rq->etag[0] = '"';
	ent_hex(sum, 16, rq->etag + 1);
	rq->etag[33] = '"';
	rq->etag[34] = '\0';
}

/* ---- If-None-Match ---- */

/* Whether a list of entity tags has this one, weak or strong (RFC 9110, 8.8.3.2). */
static bool
lists(struct ent_str list, const char *etag)
{
	size_t want = strlen(etag);

	while (list.n) {
		struct ent_str tag = ent_str_trim(list), rest;
		size_t end;

		if (ent_str_starts(tag, "W/"))
			tag = ent_str_from(tag, 2);
		if (tag.n == 0)
			return false;
		if (tag.p[0] != '"') { /* a comma, or what is no tag at all */
			list = ent_str_from(tag, ent_str_find(tag, ',') + 1);
			continue;
		}
		rest = ent_str_from(tag, 1);
		end = ent_str_find(rest, '"') + 2;
		if (end == want && want <= tag.n && memcmp(tag.p, etag, want) == 0)
			return true;
		list = ent_str_from(tag, end);
	}
	return false;
}

void
ent_http_condition(struct ent_http *rq)
{
	if (!rq->etag[0] || rq->status != 200 || !(rq->method & (ENT_GET | ENT_HEAD)))
		return;
	for (size_t i = 0; i < rq->n_headers; i++) {
		struct ent_str value = rq->headers[i].value;

		if (!ent_str_caseis(rq->headers[i].name, "if-none-match") ||
		    (!ent_str_is(value, "*") && !lists(value, rq->etag)))
			continue;
		rq->status = 304;
		return;
	}
}
