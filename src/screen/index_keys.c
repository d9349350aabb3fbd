/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_keys.c - the hashes by which words that are alike find each other.
 *
 * The first eight letters and each of their one-letter deletions (so that one edit of any kind
 * there leaves a hash in common), the sound, the consonants, and the class of a word.
 */
#include "screen/index_int.h"

#define PREFIX    8
#define SYLLABLE  6 /* letters of one that may stand for a Korean syllable */
#define READINGS  8
#define FIRST_MAX 20 /* bits */

enum space {
	WORD,
	KOREAN,
	SOUND,
	CONSONANTS,
	CONSONANTS_ABJAD,
	CLASS,
	JOINED,
	JOINED_SOUND,
	DOCUMENT
};

static uint32_t
hash(enum space space, const char *p, size_t n, size_t without)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)space;

	for (size_t i = 0; i < n; i++)
		if (i != without)
			h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 32;
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h >> 32);
}

static void
add(uint32_t *out, size_t *n, uint32_t h)
{
	for (size_t i = 0; i < *n; i++)
		if (out[i] == h)
			return;
	if (*n < ENT_WORD_KEYS)
		out[(*n)++] = h;
}

static void
add_text(uint32_t *out, size_t *n, enum space space, const char *text)
{
	add(out, n, hash(space, text, strlen(text), SIZE_MAX));
}

/* A word that was read from signs asks for its other spellings too, and what is a sign on a
 * list answers to them; Korean ones meet without what romanisations differ in. */
static void
add_readings(const struct ent_token *t, uint32_t *out, size_t *n)
{
	char other[READINGS][ENT_TOKEN_ROOM];
	size_t readings = t->from ? ent_readings(t, other, READINGS) : 0;

	for (size_t i = 0; i < readings; i++)
		add_text(out, n, WORD, other[i]);
	if (t->from != ENT_FROM_HAN) {
		ent_reading_plain(t, other[0]);
		add_text(out, n, KOREAN, other[0]);
	}
}

size_t
ent_word_keys(const struct ent_token *t, bool asked, uint32_t out[ENT_WORD_KEYS],
              size_t *letters)
{
	size_t len = t->n < PREFIX ? t->n : PREFIX, n = 0;
	bool bare = t->n == 1 || t->kind == ENT_TOKEN_NUMBER;

	if (t->from || t->n <= SYLLABLE)
		add_readings(t, out, &n);
	if (t->group) {
		char group[2] = { (char)(t->group & 0xff), (char)(t->group >> 8) };

		add(out, &n, hash(CLASS, group, 2, SIZE_MAX));
	}
	if (!bare && !t->from) {
		add_text(out, &n, SOUND, t->sound);
		/* An abjad asks all words for its consonants; the others only those of
		 * abjads. */
		if (!asked || t->abjad)
			add_text(out, &n, CONSONANTS, t->skeleton);
		if (asked || t->abjad)
			add_text(out, &n, CONSONANTS_ABJAD, t->skeleton);
		if (ent_token_bare(t) && t->skeleton[0] == 'l') {
			add_text(out, &n, CONSONANTS, t->skeleton + 1);
			add_text(out, &n, CONSONANTS_ABJAD, t->skeleton + 1);
		}
	}
	if (letters)
		*letters = n;
	add(out, &n, hash(WORD, t->text, len, SIZE_MAX));
	for (size_t i = 0; i < len && t->n >= 3 && !bare && !t->from; i++)
		add(out, &n, hash(WORD, t->text, len, i));
	return n;
}

size_t
ent_joined_keys(const struct ent_token *t, uint32_t out[ENT_JOIN_KEYS])
{
	out[0] = hash(JOINED, t->text, t->n, SIZE_MAX);
	out[1] = hash(JOINED_SOUND, t->sound, strlen(t->sound), SIZE_MAX);
	return 2;
}

size_t
ent_join_keys(const struct ent_token *t, size_t n, uint32_t out[ENT_JOIN_KEYS])
{
	struct ent_token joined;

	return ent_token_join(t, n, &joined) ? ent_joined_keys(&joined, out) : 0;
}

/* ---- documents ---- */

/* The next letter or digit of a number, in lower case; 0 at the end. */
static char
sign(struct ent_str *s)
{
	for (; s->n; *s = ent_str_from(*s, 1)) {
		char c = s->p[0];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80)) {
			*s = ent_str_from(*s, 1);
			return c;
		}
	}
	return 0;
}

uint32_t
ent_document_key(struct ent_str number)
{
	char plain[64];
	size_t n = 0;
	char c;

	while (n < sizeof(plain) && (c = sign(&number)))
		plain[n++] = c;
	return hash(DOCUMENT, plain, n, SIZE_MAX);
}

bool
ent_document_same(struct ent_str a, struct ent_str b)
{
	char x, y;
	size_t n = 0;

	do {
		x = sign(&a);
		y = sign(&b);
		n += x != 0;
	} while (x && x == y);
	return x == y && n >= 4; /* fewer signs tell nobody */
}

/* ---- tables ---- */

static int
by_hash(const void *a, const void *b)
{
	const struct ent_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

/* Spreads the rows over their buckets, in two passes, then sorts within each. */
static void
spread(const struct ent_key *from, struct ent_keys *k)
{
	unsigned shift = 32 - k->bits;
	size_t buckets = (size_t)1 << k->bits;

	for (size_t i = 0; i < k->n; i++)
		k->first[(from[i].hash >> shift) + 1]++;
	for (size_t i = 0; i < buckets; i++)
		k->first[i + 1] += k->first[i];
	for (size_t i = 0; i < k->n; i++)
		k->row[k->first[from[i].hash >> shift]++] = from[i];
	for (size_t i = buckets; i > 0; i--)
		k->first[i] = k->first[i - 1];
	k->first[0] = 0;
	for (size_t i = 0; i < buckets; i++)
		if (k->first[i + 1] - k->first[i] > 1)
			qsort(k->row + k->first[i], k->first[i + 1] - k->first[i],
			      sizeof(*k->row), by_hash);
}

int
ent_keys_make(struct ent_buf *b, struct ent_keys *out)
{
	const struct ent_key *from = (const struct ent_key *)(const void *)b->p;

	*out = (struct ent_keys){ .n = b->n / sizeof(*from), .bits = 1 };
	while (out->bits < FIRST_MAX && ((size_t)1 << out->bits) < out->n)
		out->bits++;
	out->row = malloc(b->n ? b->n : 1);
	out->first = calloc(((size_t)1 << out->bits) + 1, sizeof(*out->first));
	if (!ent_buf_ok(b) || !out->row || !out->first) {
		ent_keys_release(out);
		return ENT_ENOMEM;
	}
	spread(from, out);
	return 0;
}

void
ent_keys_release(struct ent_keys *k)
{
	free(k->row);
	free(k->first);
	*k = (struct ent_keys){ 0 };
}

size_t
ent_keys_find(const struct ent_keys *k, uint32_t hash_, const struct ent_key **row)
{
	uint32_t at, end, from;

	if (!k->n)
		return 0;
	at = k->first[hash_ >> (32 - k->bits)];
	end = k->first[(hash_ >> (32 - k->bits)) + 1];
	while (at < end && k->row[at].hash < hash_)
		at++;
	from = at;
	while (at < end && k->row[at].hash == hash_)
		at++;
	*row = k->row + from;
	return at - from;
}
