/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_find.c - one pass over a text: its words, what they stand for, and the names that they
 * make.
 *
 * What a word stands for is remembered in a table of fixed size, so that a word is folded and
 * compared only when it comes up first; most words cost a look-up.  Names that are being read
 * are nodes of the trie, at most THREADS of them.
 */
#include "screen/text_int.h"

#define MEMO_BITS   18
#define MEMO_KEY    32      /* bytes of a word that is remembered */
#define MEMO_SENSES 1000000 /* of all words that are remembered; then all are forgotten */
#define THREADS     256
#define SAME_PLACE  16 /* listed names that one place can be */

struct memo {
	uint64_t key[MEMO_KEY / 8];
	uint32_t senses; /* the first */
	uint8_t len;     /* 0: free */
	uint8_t n;
	uint8_t flags;
	bool abbreviated; /* a mark behind it ends no name: Co., A. */
};

struct thread {
	uint64_t from;
	uint32_t node;
	uint8_t how;
};

struct ent_text_finder {
	const struct ent_text_names *names;
	struct ent_folder *folder;
	struct memo *memo;     /* aligned to lines of the cache */
	struct memo long_word; /* the last that is too long to be remembered */
	struct sense *sense;
	size_t senses, senses_room;
	struct thread thread[2][THREADS];
	size_t threads; /* in thread[0] */
	struct candidate *found;
	size_t n_found, found_room;
	uint64_t dropped;
	struct ent_text_mention *mention;
	uint64_t *sure; /* entries that are named, a bit each */
	size_t sure_words;
	struct ent_str text;
	bool failed;
};

struct ent_text_finder *
ent_text_finder_new(const struct ent_text_names *n, struct ent_err *err)
{
	struct ent_text_finder *f = calloc(1, sizeof(*f));
	uint32_t most = 0;

	if (!f) {
		ent_fail(err, ENT_ENOMEM, "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < n->names; i++)
		most = n->name[i].entry > most ? n->name[i].entry : most;
	f->names = n;
	f->sure_words = (size_t)most / 64 + 1;
	f->memo = calloc((size_t)1 << MEMO_BITS, sizeof(*f->memo));
	f->sure = calloc(f->sure_words, sizeof(*f->sure));
	f->senses_room = 4096;
	f->sense = calloc(f->senses_room, sizeof(*f->sense));
	f->folder = ent_folder_new(err);
	if (f->folder && f->memo && f->sure && f->sense)
		return f;
	if (f->folder)
		ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_text_finder_free(f);
	return NULL;
}

void
ent_text_finder_free(struct ent_text_finder *f)
{
	if (!f)
		return;
	ent_folder_free(f->folder);
	free(f->memo);
	free(f->sense);
	free(f->sure);
	free(f->found);
	free(f->mention);
	free(f);
}

/* ---- what a word stands for ---- */

static void
forget(struct ent_text_finder *f)
{
	memset(f->memo, 0, sizeof(*f->memo) << MEMO_BITS);
	f->senses = 0;
}

static const struct memo *
learn(struct ent_text_finder *f, struct memo *m, const uint64_t key[MEMO_KEY / 8],
      struct ent_str word)
{
	struct sense s[SENSES];
	unsigned flags = ent_word_flags(word);
	size_t n =
	    word.n > ENT_TEXT_WORD ? 0 : ent_text_senses(f->names, f->folder, word, flags, s);

	if (f->senses + n > MEMO_SENSES)
		forget(f);
	if (f->senses + n > f->senses_room) {
		size_t room = f->senses_room * 2;
		struct sense *more = realloc(f->sense, room * sizeof(*more));

		if (!more) {
			f->failed = true;
			n = 0;
		} else {
			f->sense = more;
			f->senses_room = room;
		}
	}
	memcpy(m->key, key, sizeof(m->key));
	m->len = (uint8_t)(word.n <= MEMO_KEY ? word.n : 0);
	m->n = (uint8_t)n;
	m->flags = (uint8_t)flags;
	m->senses = (uint32_t)f->senses;
	m->abbreviated = false;
	if (n) {
		uint8_t kind = f->names->word[s[0].word].kind;

		m->abbreviated = kind == ENT_TOKEN_FORM || kind == ENT_TOKEN_INITIAL ||
		                 kind == ENT_TOKEN_TITLE;
		memcpy(f->sense + f->senses, s, n * sizeof(*s));
		f->senses += n;
	}
	return m;
}

static const struct memo *
remember(struct ent_text_finder *f, struct word w, uint64_t hash)
{
	uint64_t key[MEMO_KEY / 8] = { 0 };
	size_t n = w.to - w.from;
	struct memo *m = &f->long_word;

	if (n > MEMO_KEY)
		return learn(f, m, key, (struct ent_str){ f->text.p + w.from, n });
	if (n <= 8 && f->text.n - w.from >= 8) {
		memcpy(key, f->text.p + w.from, 8);
		key[0] = ent_low_bytes(key[0], n);
	} else {
		memcpy(key, f->text.p + w.from, n);
	}
	m = &f->memo[hash >> (64 - MEMO_BITS)];
	if (m->len == n && m->key[0] == key[0] && m->key[1] == key[1] && m->key[2] == key[2] &&
	    m->key[3] == key[3])
		return m;
	return learn(f, m, key, (struct ent_str){ f->text.p + w.from, n });
}

/* ---- names that are complete ---- */

static void
complete(struct ent_text_finder *f, const struct thread *t, uint64_t to)
{
	struct candidate c = { .from = t->from, .to = to, .node = t->node, .how = t->how };
	enum verdict v = ent_text_guard(f->names, f->folder, f->text, &c);

	if (v == VERDICT_NO)
		return;
	if (f->n_found == f->found_room) {
		size_t room = f->found_room ? f->found_room * 2 : 1024;
		struct candidate *more;

		if (room > ENT_TEXT_MENTIONS) {
			f->dropped++;
			return;
		}
		more = realloc(f->found, room * sizeof(*more));
		if (!more) {
			f->failed = true;
			return;
		}
		f->found = more;
		f->found_room = room;
	}
	c.sure = v == VERDICT_YES;
	f->found[f->n_found++] = c;
}

static void
advance(struct ent_text_finder *f, const struct memo *m, struct word w)
{
	const struct ent_text_names *names = f->names;
	const struct sense *s = f->sense + m->senses;
	bool small = (m->flags & WORD_CASED) && !(m->flags & WORD_CAP);
	size_t n = 0;

	for (size_t k = 0; k < m->n; k++) {
		for (size_t i = 0; i < f->threads && n < THREADS; i++) {
			struct thread t = f->thread[0][i];

			t.node = ent_edge_to(names, t.node, s[k].word);
			if (!t.node)
				continue;
			t.how = s[k].how > t.how ? s[k].how : t.how;
			if (names->node[t.node].names)
				complete(f, &t, w.to);
			f->thread[1][n++] = t;
		}
		if (s[k].root && n < THREADS) {
			struct thread t = { w.from, s[k].root, s[k].how };

			/* Common words in small letters are most of a text. */
			if (s[k].ends > (small ? 1 : 0))
				complete(f, &t, w.to);
			f->thread[1][n++] = t;
		}
	}
	for (size_t i = 0; i < n; i++)
		f->thread[0][i] = f->thread[1][i];
	f->threads = n;
}

/* The next word, with what its bytes are; false at the end. */
static inline bool
next_word(struct ent_str s, size_t at, struct word *w, unsigned *bytes)
{
	unsigned seen = 0, class = 0;

	while (at < s.n && !(class = ent_word_bytes[(unsigned char)s.p[at]]))
		at++;
	w->from = at;
	for (; at < s.n; at++) {
		class = ent_word_bytes[(unsigned char)s.p[at]];
		if (!(class & BYTE_PLAIN))
			break;
		seen |= class;
	}
	*bytes = seen;
	w->to = at;
	if (at == s.n || !class)
		return at > w->from;
	*bytes = seen | BYTE_MORE;
	return ent_word_next(s, w->from, w);
}

/* Words that are looked at together, so that what is fetched for one comes while the others
 * are read. */
#define AHEAD 32

struct ahead {
	struct word w;
	uint64_t hash;
	unsigned bytes;
};

static size_t
read_ahead(const struct ent_text_finder *f, size_t at, struct ahead to[AHEAD])
{
	const struct ent_text_names *names = f->names;
	struct ent_str text = f->text;
	size_t n = 0;

	for (; n < AHEAD && next_word(text, at, &to[n].w, &to[n].bytes); n++) {
		at = to[n].w.to;
		to[n].hash = ent_text_hash(names, text.p + to[n].w.from, at - to[n].w.from,
		                           text.n - to[n].w.from);
		__builtin_prefetch(&names->known[to[n].hash >> (64 - KNOWN_BITS) >> 6]);
	}
	for (size_t i = 0; i < n; i++) {
		/* A word in small letters stands for itself: is it one that is listed? */
		if (!(to[i].bytes & ~(unsigned)(BYTE_SMALL | BYTE_DIGIT)) &&
		    !filtered(names->known, KNOWN_BITS, to[i].hash))
			to[i].bytes = 0;
		else
			__builtin_prefetch(&f->memo[to[i].hash >> (64 - MEMO_BITS)]);
	}
	return n;
}

static void
scan(struct ent_text_finder *f)
{
	struct ahead ahead[AHEAD];
	size_t before = 0, n;
	bool abbreviated = false;

	f->threads = 0;
	while (!f->failed && (n = read_ahead(f, before, ahead))) {
		for (size_t i = 0; i < n; i++) {
			struct word w = ahead[i].w;
			const struct memo *m =
			    ahead[i].bytes ? remember(f, w, ahead[i].hash) : NULL;

			if (!m || !m->n) {
				f->threads = 0;
			} else {
				struct ent_str gap = { f->text.p + before, w.from - before };

				if (f->threads && ent_word_gap(gap, abbreviated))
					f->threads = 0;
				advance(f, m, w);
				abbreviated = m->abbreviated;
			}
			before = w.to;
		}
	}
}

/* ---- which of them are told ---- */

static int
order(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to > y->to ? -1 : 1;
	if (x->how != y->how)
		return x->how < y->how ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Those that count only where their entry is named elsewhere too. */
static void
with_others(struct ent_text_finder *f)
{
	const struct ent_text_names *n = f->names;

	memset(f->sure, 0, f->sure_words * sizeof(*f->sure));
	for (size_t i = 0; i < f->n_found; i++)
		for (uint32_t k = f->found[i].sure ? n->node[f->found[i].node].names : 0; k;
		     k = n->name[k - 1].next)
			f->sure[n->name[k - 1].entry / 64] |= UINT64_C(1)
			                                      << (n->name[k - 1].entry % 64);
	for (size_t i = 0; i < f->n_found; i++) {
		struct candidate *c = &f->found[i];

		for (uint32_t k = c->sure ? 0 : n->node[c->node].names; k && !c->sure;
		     k = n->name[k - 1].next)
			c->sure =
			    f->sure[n->name[k - 1].entry / 64] >> (n->name[k - 1].entry % 64) &
			    1;
	}
}

/* Of those that overlap the longest; several names for one place stay. */
static size_t
longest(struct ent_text_finder *f)
{
	size_t n = 0, group = 0; /* how many stand for the last place */

	for (size_t i = 0; i < f->n_found; i++) {
		const struct candidate c = f->found[i];
		const struct candidate *last = n ? &f->found[n - 1] : NULL;

		if (!c.sure)
			continue;
		if (last && c.from == last->from && c.to == last->to) {
			if (group == SAME_PLACE || c.node == last->node)
				continue;
		} else if (last && c.from < last->to) {
			if (c.to - c.from <= last->to - last->from)
				continue;
			n -= group;
			group = 0;
		} else {
			group = 0;
		}
		f->found[n++] = c;
		group++;
	}
	return n;
}

int
ent_text_find(struct ent_text_finder *f, struct ent_str text, struct ent_text_found *out,
              struct ent_err *err)
{
	size_t n;

	f->text = text;
	f->n_found = 0;
	f->dropped = 0;
	f->failed = false;
	free(f->mention);
	f->mention = NULL;
	scan(f);
	with_others(f);
	if (f->n_found)
		qsort(f->found, f->n_found, sizeof(*f->found), order);
	n = longest(f);
	f->mention = calloc(n + 1, sizeof(*f->mention));
	if (f->failed || !f->mention)
		return ent_fail(err, ENT_ENOMEM, "no memory for what the text holds");
	for (size_t i = 0; i < n; i++) {
		const struct candidate *c = &f->found[i];

		f->mention[i] = (struct ent_text_mention){
			.from = c->from,
			.to = c->to,
			.node = c->node,
			.how = c->how < HOW_SPELT ? c->how : ENT_TEXT_SIMILAR,
			.quoted = ent_text_quoted(text, c->from, c->to),
			.in_url = ent_text_in_url(text, c->from, c->to),
		};
	}
	*out = (struct ent_text_found){ f->mention, n, f->dropped };
	return 0;
}

const char *
ent_text_how_name(enum ent_text_how how)
{
	static const char *const names[] = { "equal", "inflected", "similar" };

	return names[how];
}
