/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two.c - two nodes in one process.
 */
#include "two.h"

#include "exchange/book.h"
#include "exchange/holdings.h"

int64_t test_clock = T0;

static int64_t
read_clock(void)
{
	return test_clock;
}

static const char *const names[] = { "North", "South", "Stranger" };
static const char *const parties[] = { "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b01",
	                               "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b02",
	                               "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b03" };
static const char *const hosts[] = { "north.example", "south.example", "stranger.example" };

static void
open_node(struct two *t, int i)
{
	struct ent_exchange_config c = { .store_url = "memory:",
		                         .keys = &t->keys[i],
		                         .name = names[i],
		                         .party = parties[i],
		                         .host = hosts[i],
		                         .url = "",
		                         .cert_file = "",
		                         .key_file = "",
		                         .max_content_length = 1 << 20,
		                         .page_max = 1000,
		                         .import_max = 1 << 24,
		                         .window = 1000,
		                         .served = i == NORTH ? t->served : NULL,
		                         .clock = read_clock };
	uint8_t seed[ENT_SEED];
	struct ent_err err;

	memset(seed, i + 1, sizeof(seed));
	memset(c.pin, 0x10 + i, sizeof(c.pin));
	ent_keys_derive(seed, &t->keys[i]);
	if (ent_exchange_open(&c, &t->x[i], &err) || ent_exchange_found(t->x[i], &err))
		fail_msg("%s", err.msg);
}

void
two_enrol(struct two *t, int at, int other, struct ent_peer *out)
{
	char code[ENT_SAS_TEXT];
	struct ent_str card;
	struct ent_err err;

	if (ent_exchange_card(t->x[other], t->a, &card, &err) ||
	    ent_peer_add_card(t->x[at], t->a, card, "", NULL, out, &err) ||
	    ent_peer_code(t->x[at], t->a, out, code, &err) ||
	    ent_peer_confirm(t->x[at], t->a, out->party, ent_str_c(code), out, &err))
		fail_msg("%s", err.msg);
}

struct two *
two_new(void)
{
	struct two *t = calloc(1, sizeof(*t));

	test_clock = T0;
	assert_non_null(t);
	t->a = ent_arena_new((size_t)1 << 30);
	t->served = ent_served_new();
	for (int i = 0; i < 3; i++)
		open_node(t, i);
	two_enrol(t, NORTH, SOUTH, &t->peer[NORTH]);
	two_enrol(t, SOUTH, NORTH, &t->peer[SOUTH]);
	return t;
}

void
two_free(struct two *t)
{
	for (int i = 0; i < 3; i++)
		ent_exchange_close(t->x[i]);
	ent_served_free(t->served);
	ent_arena_free(t->a);
	free(t);
}

struct ent_str
two_party(int node)
{
	return ent_str_c(parties[node]);
}

struct ent_agreement *
two_load(struct two *t, int node, struct ent_str agreement)
{
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	if (ent_agreement_load(t->x[node], t->a, agreement, g, &err))
		fail_msg("%s", err.msg);
	return g;
}

struct ent_proposal
two_proposal(struct two *t)
{
	static struct ent_str south;

	(void)t;
	south = ENT_STR("South");
	return (struct ent_proposal){ .title = ENT_STR("A dialogue"),
		                      .valid_from = INT64_MIN,
		                      .valid_until = INT64_MAX,
		                      .terms = { .all_types = true,
		                                 .tlp_max = ENT_TLP_AMBER,
		                                 .unmarked = ENT_TLP_GREEN },
		                      .peers = &south,
		                      .n_peers = 1 };
}

int
two_take(struct two *t, int to, struct ent_str agreement, struct ent_str from,
         struct ent_str bundle, size_t *fresh, struct ent_err *err)
{
	struct ent_statements_taken taken;
	int rc = ent_agreement_take(t->x[to], t->a, agreement, from, bundle, &taken, err);

	*fresh = taken.fresh;
	if (rc || taken.refused == 0)
		return rc;
	if (err)
		*err = taken.why;
	return taken.why.code;
}

int
two_tell(struct two *t, int from, int to, struct ent_str agreement, struct ent_err *err)
{
	struct ent_str bundle;
	size_t fresh;
	int rc = ent_agreement_bundle(t->x[from], t->a, agreement, two_party(to), NULL, &bundle,
	                              err);

	return rc ? rc
	          : two_take(t, to, agreement, ent_str_c(ent_exchange_party(t->x[from])),
	                     bundle, &fresh, err);
}

struct ent_str
two_agree(struct two *t, const struct ent_proposal *p)
{
	struct ent_proposal sensible = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str none = { NULL, 0 };
	struct ent_err err;

	if (ent_agreement_propose(t->x[NORTH], t->a, p ? p : &sensible, g, &err) ||
	    two_tell(t, NORTH, SOUTH, g->id, &err) ||
	    ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT,
	                      (struct ent_str){ NULL, 0 }, none, &err) ||
	    two_tell(t, SOUTH, NORTH, g->id, &err))
		fail_msg("%s", err.msg);
	return g->id;
}

enum ent_state
two_state(struct two *t, int node, struct ent_str agreement)
{
	return two_load(t, node, agreement)->state;
}

static void
keep_reason(void *self, size_t index, struct ent_str id, const struct ent_err *why)
{
	struct ent_err *to = self;

	(void)index;
	(void)id;
	if (to)
		*to = *why;
}

int
two_import(struct two *t, int node, const char *json, struct ent_err *err)
{
	struct ent_import_options o = { .refused = keep_reason, .self = err };
	struct ent_import_report r;
	char path[] = "/tmp/entente-test-XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, json, strlen(json)), (ssize_t)strlen(json));
	close(fd);
	rc = ent_import(t->x[node], path, &o, &r, err);
	unlink(path);
	if (rc == 0 && r.refused)
		return err ? err->code : ENT_EUNUSABLE;
	return rc;
}

struct ent_str
two_agree_three(struct two *t)
{
	const struct ent_str peers[] = { ENT_STR("South"), ENT_STR("Stranger") };
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_proposal p = two_proposal(t);
	struct ent_str none = { NULL, 0 };
	struct ent_peer peer;
	struct ent_err err;

	for (int at = NORTH; at <= SOUTH; at++) {
		two_enrol(t, at, STRANGER, &peer);
		two_enrol(t, STRANGER, at, &peer);
	}
	p.peers = peers;
	p.n_peers = 2;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	for (int at = SOUTH; at <= STRANGER; at++) {
		assert_int_equal(two_tell(t, NORTH, at, g->id, &err), 0);
		assert_int_equal(
		    ent_agreement_act(t->x[at], t->a, g->id, ENT_ACT_ACCEPT, none, none, &err),
		    0);
		assert_int_equal(two_tell(t, at, NORTH, g->id, &err), 0);
	}
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), 0);
	return g->id;
}

struct collected {
	struct two *t;
	struct ent_receipt *r;
	size_t n;
};

static int
collect(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct collected *c = self;
	struct ent_receipt *to = &c->r[c->n++];

	(void)err;
	assert_true(c->n <= 1000);
	*to = *r;
	to->by = ent_arena_dup(c->t->a, r->by);
	to->at = ent_arena_dup(c->t->a, r->at);
	to->envelope = ent_arena_dup(c->t->a, r->envelope);
	return 0;
}

void
two_receipts(struct two *t, int node, struct ent_str agreement, struct ent_receipt **r,
             size_t *n)
{
	struct collected c = { .t = t, .r = ent_arena_array(t->a, 1000, sizeof(*c.r)) };
	struct ent_err err;

	assert_non_null(c.r);
	if (ent_receipts_each(t->x[node], agreement, collect, &c, &err))
		fail_msg("%s", err.msg);
	*r = c.r;
	*n = c.n;
}

int
two_receipt(struct two *t, struct ent_str agreement, struct ent_str envelope,
            struct ent_err *err)
{
	uint64_t next;

	return ent_receipt_take(t->x[NORTH], t->a, agreement, two_party(SOUTH), envelope, &next,
	                        err);
}

/* A page with one object, as if node had fetched it from the other. */
int
two_arrive(struct two *t, int node, struct ent_str id, const char *json, uint64_t first,
           uint64_t last, struct ent_arrival *ar, struct ent_err *err)
{
	struct ent_str from = two_party(1 - node), list = ent_arena_printf(t->a, "[%s]", json);
	struct ent_cursor at;

	*ar = (struct ent_arrival){ .agreement = id,
		                    .from = from,
		                    .seq_first = first,
		                    .seq_last = last,
		                    .date_last = T0 + (int64_t)(first % 1000) };
	if (ent_json_parse(t->a, list, 64, &ar->objects, err) ||
	    ent_cursor_read(t->x[node], t->a, id, from, &at, err))
		fail_msg("%s", err->msg);
	return ent_arrival_page(t->x[node], t->a, ar, &at, err);
}

bool
two_ledger_has(struct two *t, int node, struct ent_str name, const char *text)
{
	struct ent_str *entries;
	struct ent_err err;
	bool found = false;
	size_t n;

	if (ent_book_entries(t->x[node], t->a, name, 0, 5000, &entries, &n, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		found |= memmem(entries[i].p, entries[i].n, text, strlen(text)) != NULL;
	return found;
}

void
two_release_all(struct two *t, int node, struct ent_str id, struct ent_release_report *rep)
{
	struct ent_release_options o = { .all = true };
	struct ent_err err;

	if (ent_release(t->x[node], id, &o, rep, &err))
		fail_msg("%s", err.msg);
}

int
two_setup(void **state)
{
	*state = two_new();
	return 0;
}

int
two_teardown(void **state)
{
	two_free(*state);
	return 0;
}
