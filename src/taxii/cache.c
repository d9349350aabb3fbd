/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache.c - answers of pages, each for one caller and target, while the port's generation is
 * the same.
 *
 * Sets of four slots: a look costs four comparisons at most whatever others put in.  When the
 * bytes are used up a hand goes round and empties slots until there is room.
 */
#include "crypto/random.h"
#include "taxii/taxii_int.h"

#define SETS 1024
#define WAYS 4

struct slot {
	uint64_t hash, generation, used;
	struct ent_blob *blob; /* NULL: free */
	char *text;            /* who, target, head lines, one behind the other */
	size_t n_who, n_target, n_head;
	enum ent_coding coding; /* which it has; the text has which was asked for */
	char etag[sizeof(((struct ent_http *)NULL)->etag)];
};

struct ent_page_cache {
	size_t max, bytes, hand;
	uint64_t clock, seed[2];
	struct slot slots[SETS * WAYS];
};

/* Pin, name or token, and the lengths between them: no two callers have the same. */
struct identity {
	struct ent_str parts[3];
	uint8_t frame[1 + 32 + 8]; /* bits: a pin, a token, the coding; the pin; one more than
	                              the name has */
};

struct ent_page_cache *
ent_page_cache_new(size_t max_bytes)
{
	struct ent_page_cache *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->max = max_bytes;
	ent_random(k->seed, sizeof(k->seed));
	return k;
}

static size_t
weight(const struct slot *s)
{
	return sizeof(*s) + s->n_who + s->n_target + s->n_head + ent_blob_view(s->blob).n;
}

static void
empty(struct ent_page_cache *k, struct slot *s)
{
	if (!s->blob)
		return;
	k->bytes -= weight(s);
	ent_blob_drop(s->blob);
	free(s->text);
	*s = (struct slot){ 0 };
}

void
ent_page_cache_free(struct ent_page_cache *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < SETS * WAYS; i++)
		empty(k, &k->slots[i]);
	free(k);
}

static void
identify(const struct ent_caller *who, enum ent_coding coding, struct ent_str target,
         struct identity *out)
{
	struct ent_str name = who->token.p ? who->token : who->user;
	uint64_t n = name.p ? name.n + 1 : 0;

	out->frame[0] =
	    (uint8_t)((who->has_pin ? 1 : 0) | (who->token.p ? 2 : 0) | coding << 2);
	memset(out->frame + 1, 0, 32);
	if (who->has_pin)
		memcpy(out->frame + 1, who->pin, 32);
	memcpy(out->frame + 33, &n, 8);
	out->parts[0] = (struct ent_str){ (const char *)out->frame, sizeof(out->frame) };
	out->parts[1] = name;
	out->parts[2] = target;
}

static uint64_t
fold(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Multiply and fold under a secret seed, as base/map.c. */
static uint64_t
hash(const struct ent_page_cache *k, const struct identity *id)
{
	uint64_t h = k->seed[0];

	for (size_t i = 0; i < 3; i++) {
		struct ent_str s = id->parts[i];

		for (h ^= s.n; s.n;) {
			uint64_t word = 0;
			size_t n = s.n < 8 ? s.n : 8;

			memcpy(&word, s.p, n);
			h = fold(h ^ word, k->seed[1] | 1);
			s = ent_str_from(s, n);
		}
	}
	return fold(h ^ k->seed[1], UINT64_C(0x9e3779b97f4a7c15));
}

static bool
is(const struct slot *s, uint64_t h, const struct identity *id)
{
	size_t frame = id->parts[0].n, user = id->parts[1].n;

	return s->blob && s->hash == h && s->n_who == frame + user &&
	       s->n_target == id->parts[2].n && memcmp(s->text, id->frame, frame) == 0 &&
	       (user == 0 || memcmp(s->text + frame, id->parts[1].p, user) == 0) &&
	       ent_str_eq((struct ent_str){ s->text + s->n_who, s->n_target }, id->parts[2]);
}

bool
ent_page_cache_get(struct ent_page_cache *k, const struct ent_caller *who,
                   enum ent_coding coding, uint64_t generation, struct ent_http *rq)
{
	struct identity id;
	struct slot *set;
	uint64_t h;

	if (!k || !generation)
		return false;
	identify(who, coding, rq->target, &id);
	h = hash(k, &id);
	set = &k->slots[h % SETS * WAYS];
	for (size_t i = 0; i < WAYS; i++) {
		struct slot *s = &set[i];

		if (!is(s, h, &id))
			continue;
		if (s->generation != generation) {
			empty(k, s);
			return false;
		}
		s->used = ++k->clock;
		rq->status = 200;
		ent_buf_put(&rq->head, s->text + s->n_who + s->n_target, s->n_head);
		rq->blob = ent_blob_hold(s->blob);
		rq->tagged = true;
		rq->coding = s->coding;
		memcpy(rq->etag, s->etag, sizeof(rq->etag));
		return true;
	}
	return false;
}

static bool
fits(struct ent_page_cache *k, size_t bytes)
{
	if (bytes > k->max / 4)
		return false; /* one answer isn't worth all the others */
	for (size_t i = 0; i < SETS * WAYS && k->max - k->bytes < bytes; i++)
		empty(k, &k->slots[k->hand++ % (SETS * WAYS)]);
	return k->max - k->bytes >= bytes;
}

void
ent_page_cache_put(struct ent_page_cache *k, const struct ent_caller *who,
                   enum ent_coding coding, uint64_t generation, const struct ent_http *rq)
{
	struct slot s = { .generation = generation, .blob = rq->blob, .coding = rq->coding },
		    *to;
	struct ent_str head = ent_buf_view(&rq->head);
	struct identity id;
	char *p;

	if (!k || !generation || !rq->blob || rq->status != 200 || !ent_buf_ok(&rq->head))
		return;
	identify(who, coding, rq->target, &id);
	memcpy(s.etag, rq->etag, sizeof(s.etag));
	s.hash = hash(k, &id);
	s.n_who = id.parts[0].n + id.parts[1].n;
	s.n_target = id.parts[2].n;
	s.n_head = head.n;
	if (!fits(k, weight(&s)))
		return;
	p = s.text = malloc(s.n_who + s.n_target + s.n_head + 1);
	if (!p)
		return;
	for (size_t i = 0; i < 3; i++)
		if (id.parts[i].n)
			p = (char *)memcpy(p, id.parts[i].p, id.parts[i].n) + id.parts[i].n;
	if (head.n)
		memcpy(p, head.p, head.n);
	to = &k->slots[s.hash % SETS * WAYS];
	for (size_t i = 1; i < WAYS; i++) {
		struct slot *other = &k->slots[s.hash % SETS * WAYS + i];

		if (to->blob && (!other->blob || other->used < to->used))
			to = other;
	}
	empty(k, to);
	s.used = ++k->clock;
	(void)ent_blob_hold(s.blob);
	k->bytes += weight(&s);
	*to = s;
}
