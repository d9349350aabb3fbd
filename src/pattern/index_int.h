/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_int.h - what the files of the index share.
 */
#ifndef ENT_PATTERN_INDEX_INT_H
#define ENT_PATTERN_INDEX_INT_H
#include "pattern/index.h"
#include "pattern/match_int.h"

/* ---- index_table.c: hashes under a seed, and where they lead ---- */

struct ent_seed {
	uint64_t k[2];
};

int ent_seed_make(struct ent_seed *seed);
/* Of bytes, in the context of n and kind; never 0. */
uint64_t ent_seed_hash(const struct ent_seed *seed, uint64_t n, unsigned kind,
                       struct ent_str s);
/* Of four bytes, quickly. */
uint64_t ent_seed_gram(const struct ent_seed *seed, uint64_t n, const char *p);
/* The same as the first, byte by byte from the end; begin with ent_seed_tail and end with
 * ent_seed_done. */
uint64_t ent_seed_tail(const struct ent_seed *seed, uint64_t n, unsigned kind);
uint64_t ent_seed_before(const struct ent_seed *seed, uint64_t h, unsigned char c);
uint64_t ent_seed_done(uint64_t h);

struct ent_slot {
	uint64_t hash; /* 0: free */
	void *value;   /* NULL: there was something */
};

struct ent_table {
	struct ent_slot *slots;
	size_t size, used, live; /* size is a power of two; used counts those that were */
	/* called for each value that moved */
	void (*moved)(struct ent_slot *slot);
};

/* The slot of hash, or NULL. */
struct ent_slot *ent_table_find(const struct ent_table *t, uint64_t hash);
/* The same, made if there is none; NULL if memory ran out.  Slots move when one is made. */
struct ent_slot *ent_table_make(struct ent_table *t, uint64_t hash);
/* To be called when a slot's value was set from NULL, or to it. */
void ent_table_filled(struct ent_table *t);
void ent_table_emptied(struct ent_table *t);
size_t ent_table_bytes(const struct ent_table *t);
void ent_table_release(struct ent_table *t);

/* ---- index.c ---- */

enum ent_anchor {
	ENT_ANCHOR_PATH, /* the path is there */
	ENT_ANCHOR_STRING,
	ENT_ANCHOR_FOLDED, /* a string, its case nothing */
	ENT_ANCHOR_BYTES,
	ENT_ANCHOR_NUMBER,
	ENT_ANCHOR_BOOL,
	ENT_ANCHOR_NET,
	ENT_ANCHOR_TEXT,   /* normalized */
	ENT_ANCHOR_SUFFIX, /* of that */
	ENT_ANCHOR_GRAM,   /* four bytes of that, folded */
	ENT_ANCHOR_KINDS
};

#define ENT_GRAM             4 /* bytes of a literal that are looked up */
#define ENT_GRAM_PLACES      ((size_t)1 << 17)
#define ENT_GRAM_PLACE(hash) ((hash) >> 8 & (ENT_GRAM_PLACES - 1))

/* A bracket waits under a key. */
struct ent_post {
	struct ent_post *next, **link; /* *link is this */
	struct ent_rule_bracket *bracket;
	struct ent_node *node;
	struct ent_post *same; /* the next one of its rule */
	uint64_t hash;
	struct ent_str literal; /* GRAM: folded, around the four bytes at at */
	uint32_t at;
	uint8_t kind, bits, size; /* NET: of the prefix, of an address */
};

/* A step of a path. */
struct ent_node {
	struct ent_node *parent, *child, *next, *prev;
	struct ent_str name;   /* absent: any element of a list */
	struct ent_post *here; /* PATH */
	size_t uses;           /* posts and children */
	size_t children;       /* with a name */
	struct ent_node *any;
	uint64_t hash; /* among the nodes */
	uint64_t id;
	uint32_t count[ENT_ANCHOR_KINDS];
	uint32_t *lengths; /* NET: prefixes of each length, those of IPv6 from ENT_NET_6 */
	bool refs;
	enum ent_form form;
	unsigned depth;
};

#define ENT_NET_6     33
#define ENT_NET_SIZES (33 + 129)

struct ent_rule_bracket {
	struct ent_rule *rule;
	const struct ent_bracket *is;
	const struct ent_pat_node *node;
	struct ent_span span; /* of START and STOP around it */
	uint64_t total;       /* observations kept that satisfy it */
	/* of the observation at hand */
	uint64_t tried, held; /* the last one */
	size_t tried_object, object;
};

/* An observation that is kept, with the brackets that it satisfies in order. */
struct ent_kept {
	struct ent_kept *next;
	uint64_t tag;
	int64_t first, last;
	uint64_t count;
	size_t n;
	struct ent_kept_bracket {
		uint32_t bracket;
		uint32_t object;
		uint64_t tests;
	} of[];
};

struct ent_rule {
	uint64_t key;
	struct ent_rule *next, *prev;
	struct ent_rule *touched; /* the next one */
	struct ent_arena *arena;
	struct ent_str text;
	const struct ent_pat_node *tree;
	struct ent_bracket *brackets;
	struct ent_rule_bracket *of;
	size_t n;
	struct ent_post *posts;
	size_t bytes;          /* that it counts for */
	uint64_t seen, failed; /* the last observation that did */
	bool timed;
	int64_t within; /* no match is longer; INT64_MAX: some may be */
	struct ent_kept *first, *last;
	size_t kept;
};

struct ent_pattern_set {
	struct ent_pattern_set_limits limits;
	struct ent_seed seed;
	struct ent_table rules, nodes, posts;
	struct ent_rule *first;
	struct ent_rule *touched;
	uint8_t *grams; /* how many anchors there are with such four bytes, by hash */
	uint64_t next_id;
	uint64_t now; /* counts observations */
	size_t bytes;
	struct ent_eval eval;
	struct ent_buf folded, normal;
	struct ent_arena *scratch;
	const struct ent_json **values; /* a stack for the walk */
	size_t room;
	uint32_t *marks; /* objects that a step has been to */
	size_t n_marks;
	uint32_t mark;
	struct ent_pattern_stats stats;
};

/* Counts bytes in or out; who adds looks at the end whether they are too many. */
void ent_set_take(struct ent_pattern_set *s, size_t bytes);
size_t ent_set_bytes(const struct ent_pattern_set *s);
void ent_set_give(struct ent_pattern_set *s, size_t bytes);
void ent_set_failed(struct ent_pattern_set *s, struct ent_rule *r, const struct ent_err *err);

/* ---- index_anchor.c ---- */

/* Puts all brackets of a rule under their keys; on failure ent_anchors_drop is still due. */
int ent_anchors_put(struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err);
void ent_anchors_drop(struct ent_pattern_set *s, struct ent_rule *r);
/* The key of a network's prefix of that many bits. */
uint64_t ent_anchor_net(const struct ent_pattern_set *s, const struct ent_node *n,
                        const struct ent_net *net, unsigned bits);
uint64_t ent_anchor_number(const struct ent_pattern_set *s, const struct ent_node *n, double d);

/* ---- index_node.c ---- */

/* The node of a type's objects, or of a step under a node: NULL if there is none. */
struct ent_node *ent_node_find(const struct ent_pattern_set *s, const struct ent_node *parent,
                               struct ent_str name);
/* The node where a path leads, made as far as it isn't there; *whole: all of it is that deep.
 * NULL if memory ran out.  It is released by ent_node_drop if no post uses it. */
struct ent_node *ent_node_make(struct ent_pattern_set *s, struct ent_str type,
                               const struct ent_pat_step *path, bool *whole);
void ent_node_drop(struct ent_pattern_set *s, struct ent_node *n);

/* ---- index_text.c: literals that a text must hold ---- */

#define ENT_LITERALS 16

struct ent_literals {
	struct ent_str list[ENT_LITERALS]; /* folded */
	size_t n;                          /* 0: nothing is known; else it holds one of them */
};

/* s with ASCII letters made small, and U+017F, which PCRE2 takes for s, made s: in b, or absent
 * if memory ran out. */
struct ent_str ent_fold(struct ent_str s, struct ent_buf *b);
/* Of at least ENT_GRAM bytes each, in a. ENT_ENOMEM. */
int ent_like_literals(struct ent_arena *a, struct ent_str like, struct ent_literals *out);
int ent_regex_literals(struct ent_arena *a, struct ent_str expr, struct ent_literals *out);

/* ---- index_walk.c ---- */

/* The brackets that o satisfies are then held, and their rules touched. */
int ent_walk(struct ent_pattern_set *s, const struct ent_observed *o, struct ent_err *err);

/* ---- index_time.c ---- */

/* Whether a rule keeps observations, and how far apart they can be; ENT_ELIMIT where it needs
 * more than are kept. */
int ent_timed_make(const struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err);
/* Keeps the observation that touched a rule; what it then satisfies goes to hit. */
int ent_timed_feed(struct ent_pattern_set *s, struct ent_rule *r,
                   const struct ent_observation *o, const struct ent_observed *seen,
                   ent_pattern_hit_fn *hit, void *self, struct ent_err *err);
/* Forgets what is kept. */
void ent_timed_clear(struct ent_pattern_set *s, struct ent_rule *r);

/* ---- index_why.c ---- */

/* Which comparisons of a bracket hold for an object: bit i is the i-th. */
struct ent_str ent_rule_why(const struct ent_rule *r, const struct ent_pattern_seen *seen,
                            struct ent_arena *a);
uint64_t ent_bracket_tests(struct ent_pattern_set *s, const struct ent_rule_bracket *b,
                           const struct ent_observed *o, size_t object);

#endif
