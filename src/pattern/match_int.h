/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_int.h - what the files of the matcher share.
 */
#ifndef ENT_PATTERN_MATCH_INT_H
#define ENT_PATTERN_MATCH_INT_H
#include "base/buf.h"
#include "pattern/match.h"

/* ---- match_text.c: LIKE and MATCHES ---- */

struct ent_regex;
/* s in normalization form C: itself, or in b. Absent if memory ran out. */
struct ent_str ent_nfc(struct ent_str s, struct ent_buf *b);
/* The characters of s as bytes, into b; false where one is above U+00FF. */
bool ent_latin1(struct ent_str s, struct ent_buf *b);
/* '%' any run, '_' one character; wide: of UTF-8, else of bytes.  At most |s| * |like| steps.
 */
bool ent_like(struct ent_str s, struct ent_str like, bool wide);
/* For text (UTF-8), or for bytes. */
int ent_regex_new(struct ent_str expr, bool text, struct ent_regex **out, struct ent_err *err);
void ent_regex_free(struct ent_regex *r);
size_t ent_regex_bytes(const struct ent_regex *r); /* of memory */
/* 1, 0, or ENT_ELIMIT, ENT_ENOMEM. */
int ent_regex_search(struct ent_regex *r, struct ent_str s, struct ent_err *err);

/* ---- match_value.c: constants ---- */

struct ent_net {
	uint8_t bytes[16];
	unsigned bits, size; /* of the prefix and of a whole address; 0: this is no network */
};

struct ent_const {
	enum ent_pat_type type;
	struct ent_str text;  /* characters; of a time its order key */
	struct ent_str bytes; /* of h'', b'' and of strings below U+0100; else absent */
	bool whole, truth;
	int64_t i;
	double d;
};

enum ent_form { ENT_PLAIN, ENT_FORM_HEX, ENT_FORM_BIN, ENT_FORM_HASH };

/* A comparison expression, or the AND or OR of several. */
struct ent_cond {
	enum ent_pat_kind kind; /* TEST, AND, OR */
	struct ent_cond *child, *next;
	bool raises; /* has a comparison that can fail, so all are made */
	/* TEST */
	enum ent_pat_op op;
	bool negated, sorted; /* the set is of strings in order */
	struct ent_str type;
	const struct ent_pat_step *path;
	enum ent_form form;
	struct ent_const *consts;
	size_t n;
	struct ent_str like, like_bytes; /* LIKE, normalized; bytes may be absent */
	struct ent_regex *text, *bytes;  /* MATCHES; bytes may be NULL */
	struct ent_net net;
};

/* What an evaluation needs: buffers that are kept. */
struct ent_eval {
	struct ent_buf a, b;               /* a value's bytes, normalized text */
	const struct ent_json **now, **to; /* where a path stands */
	size_t room;
	uint32_t *stamps; /* objects that a step has been to */
	size_t n_stamps;
	uint32_t stamp;
};

/* What the last name of a path says of its values; HASH is never told. */
enum ent_form ent_path_form(const struct ent_pat_step *path);
/* The path of a hash that is written in hexadecimal digits? */
bool ent_path_is_hash(const struct ent_pat_step *path);
int ent_cond_constants(struct ent_arena *a, const struct ent_pat_node *n, struct ent_cond *c,
                       struct ent_err *err);
/* 1, 0 or an error: does the value satisfy the test? */
int ent_cond_value(const struct ent_cond *c, const struct ent_json *v, struct ent_eval *e,
                   struct ent_err *err);
/* The bytes of a _hex or _bin property, in b; absent where it is none. */
struct ent_str ent_form_bytes(struct ent_str s, enum ent_form form, struct ent_buf *b);
/* s with ASCII letters made small, in b; absent if memory ran out. */
struct ent_str ent_lower(struct ent_str s, struct ent_buf *b);
bool ent_net_read(struct ent_str s, struct ent_net *out);

/* ---- match_path.c ---- */

/* 1, 0 or an error: does the object satisfy the expression? */
int ent_cond_object(const struct ent_cond *c, const struct ent_observed *o, size_t object,
                    struct ent_eval *e, struct ent_err *err);
/* The object of o with that id, or NULL. */
const struct ent_sighted *ent_sighted_find(const struct ent_observed *o, struct ent_str id);
void ent_eval_release(struct ent_eval *e);

/* ---- match_parts.c: observation expressions ---- */

enum ent_part_kind {
	ENT_PART_LEAF,   /* one bracket, or the OR of some */
	ENT_PART_ALL,    /* AND */
	ENT_PART_ANY,    /* OR */
	ENT_PART_WITHIN, /* one child */
	ENT_PART_SEQ,    /* FOLLOWEDBY */
	ENT_PART_COPIES  /* REPEATS of what is no leaf: one child */
};

struct ent_part_item {
	uint32_t observed, object;
	uint32_t pos;
	int64_t first, last;
	uint64_t count;
};

struct ent_part {
	enum ent_part_kind kind;
	struct ent_part *child, *next;
	uint64_t n;                  /* observations a leaf needs; copies */
	int64_t within;              /* microseconds */
	struct ent_part_item *items; /* of a leaf, the latest last first */
	size_t n_items;
};

/* Which observations count: those that touch the time from a to b. */
struct ent_span {
	int64_t from, to; /* last >= from, first <= to */
};

static inline bool
ent_span_has(struct ent_span s, const struct ent_part_item *i)
{
	return i->last >= s.from && i->first <= s.to;
}

/* Something that satisfies a part: the earliest last and the latest first of its observations,
 * where no other has both better. */
struct ent_point {
	int64_t last, first;
};

struct ent_front {
	struct ent_point *list; /* last falls, first falls */
	size_t n;
};

/* How many observations it takes at least, the first children alone. */
uint64_t ent_part_needs(const struct ent_part *p, size_t upto);
/* What a part can be satisfied by if no observation is missed elsewhere; upto: the first
 * children alone.  It takes from *work what it costs; ENT_ELIMIT, ENT_ENOMEM. */
int ent_part_front(const struct ent_part *p, size_t upto, struct ent_span span, uint64_t *work,
                   struct ent_front *out, struct ent_err *err);
void ent_front_release(struct ent_front *f);
/* The smallest first among those whose last is at least from; false if there are none. */
bool ent_front_at(const struct ent_front *f, int64_t from, int64_t *first);

/* ---- match_build.c ---- */

/* A bracket and its expression, in the order of the text. */
struct ent_bracket {
	size_t pos;
	const struct ent_cond *cond;
};

/* 1, 0 or an error: does one of the objects of o satisfy the bracket? */
int ent_bracket_holds(const struct ent_bracket *b, const struct ent_observed *o,
                      struct ent_eval *e, size_t *object, struct ent_err *err);
/* Who knows which observation satisfies which bracket: 1, 0 or an error, and by what object. */
struct ent_verdicts {
	int (*holds)(void *self, size_t bracket, size_t observed, size_t *object,
	             struct ent_err *err);
	void *self;
};

/* The parts of a pattern over o, in a. */
int ent_part_build(const struct ent_pat_node *tree, const struct ent_bracket *brackets,
                   const struct ent_observations *o, const struct ent_verdicts *v,
                   struct ent_arena *a, struct ent_part **out, struct ent_err *err);

/* ---- match_flow.c ---- */

/* A bracket whose span is known, and how many observations it needs. */
struct ent_demand {
	const struct ent_part *leaf;
	uint64_t n;
	struct ent_span span;
};

/* 1 if all demands can be met at once, 0 if not, or an error; out (NULL: not wanted) says by
 * what, in a. */
int ent_flow(const struct ent_demand *demands, size_t n, size_t observed,
             const uint64_t *counts, uint64_t *work, struct ent_arena *a, struct ent_hits *out,
             struct ent_err *err);

/* ---- match_copies.c ---- */

/* 1 or 0 where p is REPEATS of brackets that AND, FOLLOWEDBY and WITHIN join, over instants
 * that satisfy one of them each: *known then says so.  In brackets times observations. */
int ent_part_copies(const struct ent_part *p, size_t observed, struct ent_arena *a,
                    struct ent_hits *out, bool *known, struct ent_err *err);

/* ---- match_search.c ---- */

/* 1, 0 or an error: is there a choice of different observations for all of p?  What it takes
 * is taken from *steps. */
int ent_part_search(const struct ent_part *p, size_t observed, const uint64_t *counts,
                    uint64_t *steps, struct ent_arena *a, struct ent_hits *out,
                    struct ent_err *err);

/* ---- match_greedy.c ---- */

/* 1 where p is REPEATS, perhaps within a time, and enough copies are found one by one; 0 where
 * that isn't known. */
int ent_part_greedy(const struct ent_part *p, size_t observed, const uint64_t *counts,
                    uint64_t steps, struct ent_arena *a, struct ent_hits *out,
                    struct ent_err *err);

/* What START and STOP of a node leave of a span. */
struct ent_span ent_span_narrow(struct ent_span span, const struct ent_pat_node *n);
/* The seconds of a WITHIN in microseconds; INT64_MAX where they are more than there are. */
int64_t ent_within_us(struct ent_str text);

/* ---- match.c ---- */

/* The brackets of a tree, in a, in the order of the text; those made are freed with
 * ent_brackets_release, also after a failure.  fold_hashes: their case is nothing. */
int ent_brackets_make(struct ent_arena *a, const struct ent_pat_node *tree, bool fold_hashes,
                      struct ent_bracket **out, size_t *n, struct ent_err *err);
void ent_brackets_release(struct ent_bracket *list, size_t n);
/* As ent_match, for verdicts that are known, and steps at most. */
int ent_match_parts(const struct ent_pat_node *tree, const struct ent_bracket *list,
                    const struct ent_observations *o, const struct ent_verdicts *v,
                    uint64_t steps, struct ent_arena *a, struct ent_hits *hits,
                    struct ent_err *err);

#endif
