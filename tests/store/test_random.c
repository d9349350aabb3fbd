/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_random.c - random operations on every backend at once: each answer must be the
 * reference's.
 */
#include "base/buf.h"
#include "store_test.h"

#define SEEDS 12
#define STEPS 900

struct pair {
	struct ent_store *s[2]; /* memory, sqlite */
	struct ent_arena *a;
	struct ent_buf said[2]; /* what each answered to the last operation */
	uint64_t random;
	int64_t clock;
	bool writing;
	unsigned marks;
};

static uint64_t
roll(struct pair *p, uint64_t n)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return (p->random >> 11) % n;
}

static struct ent_str
pick(struct pair *p, const char *const *from)
{
	size_t n = 0;

	while (from[n])
		n++;
	return ent_str_c(from[roll(p, n)]);
}

static const char *const types[] = { "tool", "file", "malware", NULL };
static const char *const vkeys[] = { "2019", "2020", "2020-06", "2021", "2022",
	                             "2023", "2024", "",        NULL };
static const char *const specs[] = { "2.1", "2.1", "2.1", "2.1", "2.0", NULL };
static const char *const logs[] = { "a", "b", NULL };
static const char *const keys[] = { "k", "k.1", "k.2", "l", "", NULL };
static const char *const dates[] = { "2020", "1970-01-01T00:00:00.005",
	                             "1970-01-01T00:00:00.006", "2023", NULL };

static void
random_object(struct pair *p, struct ent_row *r, char content[64])
{
	*r = (struct ent_row){ .type = pick(p, types),
		               .vkey = pick(p, vkeys),
		               .added = (int64_t)roll(p, 9) };
	memset(r->uuid, (int)roll(p, 5), sizeof(r->uuid));
	if (ent_str_is(r->type, "file"))
		r->vkey = ENT_STR("");
	/* an object's content and specification follow from its key, but for a conflict now and
	 * then */
	r->spec = ent_str_c(specs[(r->uuid[0] * 3 + r->vkey.n) % 5]);
	r->version = r->vkey;
	snprintf(content, 64, "%.*s %d %.*s %d", ENT_FMT(r->type), r->uuid[0], ENT_FMT(r->vkey),
	         roll(p, 20) == 0);
	r->bytes = ent_str_c(content);
	r->sha256[0] = (uint8_t)content[r->bytes.n - 1];
}

static void
say_row(struct ent_buf *b, const struct ent_row *r)
{
	ent_buf_printf(b, "%llu %.*s %d %.*s %.*s %.*s %d %lld \"%.*s\"\n",
	               (unsigned long long)r->oid, ENT_FMT(r->type), r->uuid[15],
	               ENT_FMT(r->vkey), ENT_FMT(r->version), ENT_FMT(r->spec), r->sha256[0],
	               (long long)r->added, ENT_FMT(r->bytes));
}

static void
say_entry(struct ent_buf *b, const struct ent_entry *e)
{
	ent_buf_printf(b, "%llu %lld ", (unsigned long long)e->seq, (long long)e->date_added);
	say_row(b, &e->row);
}

/* Each operation is rolled once and carried out on both; what it answers is said as text. */
#define BOTH     for (int i = 0; i < 2; i++)
#define SAY(...) ent_buf_printf(&p->said[i], __VA_ARGS__)

static void
op_put(struct pair *p)
{
	struct ent_str source = pick(p, logs);
	uint32_t channel = (uint32_t)roll(p, 2) + 1;
	uint64_t skip = roll(p, 5);
	char content[64];
	struct ent_row r;

	random_object(p, &r, content);
	BOTH
	{
		enum ent_put how = ENT_PUT_NEW;
		uint64_t oid = 0, seq = 0;
		int64_t date = 0;
		bool fresh = false;
		int rc = ent_store_put(p->s[i], &r, &oid, &how, E);

		SAY("put %d %llu %d\n", rc, (unsigned long long)oid, how);
		if (rc)
			continue;
		rc = ent_store_source_add(p->s[i], oid, source, 1, &fresh, E);
		SAY("source %d %d\n", rc, fresh);
		if (skip == 0)
			continue;
		rc = ent_store_append(p->s[i], channel, oid, p->clock, &seq, &date, E);
		SAY("append %d %llu %lld\n", rc, (unsigned long long)seq,
		    (long long)(rc ? 0 : date));
	}
}

static void
op_append(struct pair *p)
{
	uint32_t channel = (uint32_t)roll(p, 3) + 1;
	uint64_t oid = roll(p, 60);

	BOTH
	{
		uint64_t seq = 0;
		int64_t date = 0;
		int rc = ent_store_append(p->s[i], channel, oid, p->clock, &seq, &date, E);

		SAY("append %d %llu %lld\n", rc, (unsigned long long)seq,
		    (long long)(rc ? 0 : date));
	}
}

static void
op_remove(struct pair *p)
{
	uint32_t channel = (uint32_t)roll(p, 2) + 1;
	struct ent_str type = pick(p, types), listed[2] = { pick(p, vkeys), pick(p, dates) };
	unsigned which = (unsigned)roll(p, 16);
	uint8_t uuid[16];

	memset(uuid, (int)roll(p, 5), sizeof(uuid));
	BOTH
	{
		uint64_t n = 0;
		int rc =
		    ent_store_remove(p->s[i], channel, type, uuid, which, listed, 2, &n, E);

		SAY("remove %d %llu\n", rc, (unsigned long long)n);
	}
}

static void
op_log(struct pair *p)
{
	struct ent_str log = pick(p, logs), text = pick(p, keys);
	uint8_t hash[32] = { (uint8_t)roll(p, 3) };
	uint64_t where = roll(p, 30);

	BOTH
	{
		uint64_t at = 0;
		int rc = ent_store_log_append(p->s[i], log, text, &at, E);

		SAY("log %d %llu\n", rc, (unsigned long long)at);
		rc = ent_store_tile_put(p->s[i], log, 0, where, hash, E);
		SAY("tile %d\n", rc);
	}
}

static void
op_doc(struct pair *p)
{
	struct ent_str space = pick(p, logs), key = pick(p, keys), value = pick(p, vkeys);
	bool del = roll(p, 4) == 0;

	BOTH SAY("doc %d\n", del ? ent_store_doc_del(p->s[i], space, key, E)
	                         : ent_store_doc_put(p->s[i], space, key, value, E));
}

static void
op_begin(struct pair *p)
{
	BOTH SAY("begin %d\n", ent_store_begin(p->s[i], E));
	p->clock += (int64_t)roll(p, 2500) - 500; /* it steps back, too */
	p->marks = p->writing ? p->marks : 0;
	p->writing = true;
}

static void
op_end(struct pair *p)
{
	bool roll_back = roll(p, 4) == 0;

	BOTH
	{
		if (roll_back)
			ent_store_rollback(p->s[i]);
		else
			SAY("commit %d\n", ent_store_commit(p->s[i], E));
	}
	p->writing = false;
}

static void
op_mark(struct pair *p)
{
	uint64_t what = roll(p, 3);

	BOTH
	{
		if (what == 0)
			SAY("mark %d\n", ent_store_mark(p->s[i], E));
		else if (what == 1)
			SAY("keep %d\n", ent_store_keep(p->s[i], E));
		else
			ent_store_undo(p->s[i]);
	}
}

static void
op_page(struct pair *p)
{
	struct ent_str t[2] = { pick(p, types), pick(p, types) }, sp = pick(p, specs);
	struct ent_str listed[3] = { pick(p, vkeys), pick(p, vkeys), pick(p, dates) };
	struct ent_ids ids[3];
	struct ent_query q = { .channel = (uint32_t)roll(p, 3) + 1,
		               .which = (unsigned)roll(p, 16),
		               .after_seq = roll(p, 2) ? 0 : roll(p, 60),
		               .upto = roll(p, 2) ? 0 : roll(p, 60),
		               .after_date =
		                   roll(p, 2) ? INT64_MIN : (int64_t)roll(p, 60) * 500,
		               .ids = ids,
		               .types = t,
		               .specs = &sp,
		               .listed = listed,
		               .n_ids = roll(p, 2) ? 0 : roll(p, 4),
		               .n_types = roll(p, 2) ? 0 : roll(p, 3),
		               .n_specs = roll(p, 2),
		               .n_listed = roll(p, 4),
		               .limit = roll(p, 20),
		               .max_bytes = roll(p, 3) ? 0 : roll(p, 200),
		               .with_bytes = roll(p, 2) };

	for (size_t k = 0; k < 3; k++) {
		ids[k].type = pick(p, types);
		memset(ids[k].uuid, (int)roll(p, 5), 16);
	}
	BOTH
	{
		struct ent_page page;

		SAY("page %d", ent_store_page(p->s[i], p->a, &q, &page, E));
		SAY(" %zu %d\n", page.count, page.more);
		for (size_t k = 0; k < page.count; k++)
			say_entry(&p->said[i], &page.entries[k]);
	}
}

static void
op_look(struct pair *p)
{
	uint32_t channel = (uint32_t)roll(p, 2) + 1;
	uint64_t first = roll(p, 50), last = first + roll(p, 10), oid = roll(p, 60);
	struct ent_str type = pick(p, types), vkey = roll(p, 2) ? NONE : pick(p, vkeys);
	struct ent_list l = { .type = roll(p, 2) ? NONE : type,
		              .source = roll(p, 2) ? NONE : pick(p, logs),
		              .after = oid,
		              .limit = roll(p, 9),
		              .latest = roll(p, 2),
		              .with_bytes = true };
	uint8_t uuid[16];

	memset(uuid, (int)roll(p, 5), sizeof(uuid));
	BOTH
	{
		struct ent_store *s = p->s[i];
		struct ent_row row = { 0 }, *rows;
		struct ent_entry *e;
		uint64_t n = 0, seq = 0;
		int64_t date = 0;
		size_t count;

		SAY("tip %d", ent_store_tip(s, channel, &seq, &date, &n, E));
		SAY(" %d %lld %d\n", (int)seq, (long long)date, (int)n);
		SAY("range %d\n",
		    ent_store_range(s, p->a, channel, first, last, &e, &count, E));
		for (size_t k = 0; k < count; k++)
			say_entry(&p->said[i], &e[k]);
		seq = 0;
		SAY("on %d", ent_store_on_channel(s, channel, type, uuid, vkey, &seq, E));
		SAY(" %d\n", (int)seq);
		SAY("get %d ", ent_store_get(s, p->a, type, uuid, vkey, &row, E));
		say_row(&p->said[i], &row);
		SAY("list %d\n", ent_store_list(s, p->a, &l, &rows, &count, E));
		for (size_t k = 0; k < count; k++)
			say_row(&p->said[i], &rows[k]);
		SAY("count %d", ent_store_count(s, &n, E));
		SAY(" %d\n", (int)n);
	}
}

static void
op_read(struct pair *p)
{
	struct ent_str log = pick(p, logs), prefix = pick(p, keys),
		       after = roll(p, 2) ? NONE : pick(p, keys);
	uint64_t first = roll(p, 20), oid = roll(p, 60);
	size_t many = roll(p, 9);

	BOTH
	{
		struct ent_str *list;
		struct ent_doc *docs;
		uint8_t hashes[32 * 9];
		uint64_t size = 0;
		size_t n;
		int rc;

		SAY("size %d", ent_store_log_size(p->s[i], log, &size, E));
		SAY(" %d\n", (int)size);
		SAY("entries %d:",
		    ent_store_log_range(p->s[i], p->a, log, first, many, &list, &n, E));
		for (size_t k = 0; k < n; k++)
			SAY(" %.*s", ENT_FMT(list[k]));
		rc = ent_store_tile_get(p->s[i], log, 0, first, many, hashes, E);
		SAY("\nhashes %d:", rc);
		for (size_t k = 0; !rc && k < many; k++)
			SAY(" %d", hashes[32 * k]);
		SAY("\ndocs %d:",
		    ent_store_docs(p->s[i], p->a, log, prefix, after, many, &docs, &n, E));
		for (size_t k = 0; k < n; k++)
			SAY(" %.*s=%.*s", ENT_FMT(docs[k].key), ENT_FMT(docs[k].value));
		SAY("\nsources %d:", ent_store_sources(p->s[i], p->a, oid, &list, &n, E));
		for (size_t k = 0; k < n; k++)
			SAY(" %.*s", ENT_FMT(list[k]));
	}
}

/* clang-format off */
static const struct {
	unsigned weight;
	void (*f)(struct pair *p);
} ops[] = {
	{ 24, op_put }, { 8, op_append }, { 5, op_remove }, { 4, op_log }, { 4, op_doc },
	{ 8, op_begin }, { 4, op_end }, { 6, op_mark },
	{ 20, op_page }, { 6, op_look }, { 6, op_read },
};
/* clang-format on */

static void
step(struct pair *p, unsigned seed, unsigned at)
{
	uint64_t n, total = 0;
	size_t k = 0;

	for (size_t j = 0; j < sizeof(ops) / sizeof(ops[0]); j++)
		total += ops[j].weight;
	for (n = roll(p, total); n >= ops[k].weight; k++)
		n -= ops[k].weight;
	BOTH ent_buf_clear(&p->said[i]);
	ent_arena_reset(p->a);
	ops[k].f(p);
	if (!ent_str_eq(ent_buf_view(&p->said[0]), ent_buf_view(&p->said[1])))
		fail_msg("seed %u, step %u: memory says\n%.*s\nsqlite says\n%.*s", seed, at,
		         ENT_FMT(ent_buf_view(&p->said[0])),
		         ENT_FMT(ent_buf_view(&p->said[1])));
	assert_true(ent_buf_ok(&p->said[0]));
}

static void
backends_answer_alike(void **state)
{
	size_t said = 0;

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct pair p = { .random = seed * UINT64_C(0x9e3779b97f4a7c15),
			          .clock = 5000 };
		char dir[64], url[128];

		folder_make(dir);
		snprintf(url, sizeof(url), "sqlite:%s/s.db", dir);
		p.a = ent_arena_new(16 << 20);
		OK(ent_store_open("memory:", &p.s[0], E));
		OK(ent_store_open(url, &p.s[1], E));
		for (int i = 0; i < 2; i++)
			ent_buf_init(&p.said[i], 1 << 20);
		for (unsigned at = 0; at < STEPS; at++) {
			step(&p, seed, at);
			said += p.said[0].n;
			if (at % 100 == 99) {
				OK(ent_store_check(p.s[1], E));
			}
		}
		for (int i = 0; i < 2; i++) {
			ent_store_close(p.s[i]);
			ent_buf_release(&p.said[i]);
		}
		ent_arena_free(p.a);
		folder_drop(dir);
	}
	assert_true(said > 100000); /* they did say something */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(backends_answer_alike) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
