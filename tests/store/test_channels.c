/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_channels.c - order, dates, pages and removals of channels, over every backend.
 */
#include "both.h"

#define HOUR INT64_C(3600000000)

/* ---- dates ---- */
struct stamp {
	char what; /* '(' begin, ')' commit, '/' roll back, '+' append at .now giving .want, 'm'
	              mark, 'u' undo, 'k' keep */
	int64_t now, want;
};

/* clang-format off */
static const struct stamp one_by_one[] = {
	{ '(', 0, 0 }, { '+', 5000123, 5000123 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', 5000124, 5001000 }, { ')', 0, 0 }, /* the served millisecond gets no more */
	{ '(', 0, 0 }, { '+', 5001999, 5002000 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', 5003000, 5003000 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', 9000001, 9000001 }, { ')', 0, 0 },
	{ 0, 0, 0 },
};
static const struct stamp batch[] = {
	{ '(', 0, 0 }, { '+', 1999, 1999 }, { '+', 1999, 2000 }, { '+', 9000, 2001 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', 2999, 3000 }, { '+', 2999, 3001 }, { ')', 0, 0 },
	{ 0, 0, 0 },
};
static const struct stamp an_hour_back[] = {
	{ '(', 0, 0 }, { '+', 2 * HOUR + 7, 2 * HOUR + 7 }, { '+', HOUR, 2 * HOUR + 8 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', HOUR, 2 * HOUR + 1000 }, { '+', HOUR, 2 * HOUR + 1001 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', HOUR + 5, 2 * HOUR + 2000 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', 3 * HOUR, 3 * HOUR }, { ')', 0, 0 },
	{ 0, 0, 0 },
};
static const struct stamp before_1970[] = {
	{ '(', 0, 0 }, { '+', -1500, -1500 }, { '+', 0, -1499 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', -1400, -1000 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { '+', -1, 0 }, { ')', 0, 0 },
	{ 0, 0, 0 },
};
static const struct stamp undone[] = {
	{ '(', 0, 0 }, { '+', 1000, 1000 }, { '/', 0, 0 },
	{ '(', 0, 0 }, { 'm', 0, 0 }, { '+', 1000, 1000 }, { 'u', 0, 0 },
	{ '+', 1001, 1001 }, { 'm', 0, 0 }, { '+', 5000, 1002 }, { 'u', 0, 0 },
	{ '+', 7000, 1002 }, { 'm', 0, 0 }, { '+', 7000, 1003 }, { 'k', 0, 0 }, { '+', 0, 1004 }, { ')', 0, 0 },
	{ '(', 0, 0 }, { 'm', 0, 0 }, { '+', 1005, 2000 }, { 'u', 0, 0 }, { '+', 1005, 2000 }, { ')', 0, 0 },
	{ 0, 0, 0 },
};
static const struct stamp *const scripts[] = { one_by_one, batch, an_hour_back, before_1970, undone };
/* clang-format on */

static void
stamp(struct ent_store *s, uint32_t channel, const struct stamp *t, uint8_t *n)
{
	struct ent_row r = row_of("tool", ++*n, "1", "2.1", "a");
	uint64_t seq;
	int64_t date;

	OK(ent_store_append(s, channel, put(s, &r), t->now, &seq, &date, E));
	if (date != t->want)
		fail_msg("channel %u: at %lld: %lld is not %lld", channel, (long long)t->now,
		         (long long)date, (long long)t->want);
}

static void
dates_increase_and_leave_served_milliseconds_alone(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		uint8_t n = 0;

		for (const struct stamp *t = scripts[i]; t->what; t++) {
			switch (t->what) {
			case '(':
				OK(ent_store_begin(f->s, E));
				break;
			case ')':
				OK(ent_store_commit(f->s, E));
				break;
			case '/':
				ent_store_rollback(f->s);
				break;
			case 'm':
				OK(ent_store_mark(f->s, E));
				break;
			case 'k':
				OK(ent_store_keep(f->s, E));
				break;
			case 'u':
				ent_store_undo(f->s);
				break;
			default:
				stamp(f->s, i + 1, t, &n);
			}
		}
	}
}

static void
refuses_dates_where_time_ends(void **state)
{
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "1", "2.1", "a"),
		       t = row_of("tool", 2, "1", "2.1", "a");
	uint64_t seq;
	int64_t date;

	OK(ent_store_begin(f->s, E));
	(void)append(f->s, 1, put(f->s, &r), INT64_MAX);
	assert_int_equal(ent_store_append(f->s, 1, put(f->s, &t), 1, &seq, &date, E),
	                 ENT_ELIMIT);
	OK(ent_store_commit(f->s, E));
}

/* ---- appending and removing ---- */
static void
appends_a_version_once_until_it_is_removed(void **state)
{
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "1", "2.1", "a");
	struct ent_entry *e;
	uint64_t seq, n;
	int64_t date;
	size_t count;

	OK(ent_store_begin(f->s, E));
	assert_int_equal(append(f->s, 1, put(f->s, &r), 10), 1);
	assert_int_equal(ent_store_append(f->s, 1, 1, 20, &seq, &date, E), ENT_EEXIST);
	assert_int_equal(seq, 1);
	assert_int_equal(append(f->s, 2, 1, 10), 1); /* another channel counts for itself */
	assert_int_equal(ent_store_append(f->s, 1, 2, 20, &seq, &date, E), ENT_ENOENT);
	assert_int_equal(ent_store_append(f->s, 1, UINT64_MAX, 20, &seq, &date, E), ENT_ENOENT);
	OK(ent_store_commit(f->s, E));

	OK(ent_store_begin(f->s, E));
	OK(ent_store_remove(f->s, 1, r.type, r.uuid, 0, NULL, 0, &n, E));
	assert_int_equal(n, 1);
	assert_int_equal(ent_store_remove(f->s, 1, r.type, r.uuid, 0, NULL, 0, &n, E),
	                 ENT_ENOENT);
	assert_int_equal(ent_store_on_channel(f->s, 1, r.type, r.uuid, NONE, &seq, E),
	                 ENT_ENOENT);
	OK(ent_store_on_channel(f->s, 2, r.type, r.uuid, NONE, &seq, E));
	assert_int_equal(append(f->s, 1, 1, 20), 2);
	OK(ent_store_commit(f->s, E));

	OK(ent_store_range(f->s, f->a, 1, 0, UINT64_MAX, &e, &count, E));
	assert_int_equal(count, 2);
	assert_int_equal(e[0].row.oid, 1);
	assert_int_equal(e[1].row.oid, 1);
	assert_true(e[0].date_added < e[1].date_added);
	assert_null(e[0].row.bytes.p);
	OK(ent_store_tip(f->s, 1, &seq, &date, &n, E));
	assert_int_equal(seq, 2);
	assert_true(date == e[1].date_added);
	assert_int_equal(n, 1);
	OK(ent_store_tip(f->s, 3, &seq, &date, &n, E));
	assert_int_equal(seq, 0);
	assert_true(date == INT64_MIN);
	assert_int_equal(n, 0);
}

static void
takes_only_channels_in_their_range(void **state)
{
	static const uint32_t bad[] = { 0, 1u << 19, UINT32_MAX };
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "1", "2.1", "a");
	struct ent_query q = { .limit = 1, .after_date = INT64_MIN };
	struct ent_entry *e;
	struct ent_page p;
	uint64_t n;
	int64_t d;
	size_t count;

	OK(ent_store_begin(f->s, E));
	(void)put(f->s, &r);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		q.channel = bad[i];
		assert_int_equal(ent_store_append(f->s, bad[i], 1, 1, &n, &d, E), ENT_EINVAL);
		assert_int_equal(ent_store_page(f->s, f->a, &q, &p, E), ENT_EINVAL);
		assert_int_equal(ent_store_range(f->s, f->a, bad[i], 1, 2, &e, &count, E),
		                 ENT_EINVAL);
		assert_int_equal(ent_store_tip(f->s, bad[i], &n, &d, &n, E), ENT_EINVAL);
		assert_int_equal(
		    ent_store_remove(f->s, bad[i], r.type, r.uuid, 0, NULL, 0, &n, E),
		    ENT_EINVAL);
		assert_int_equal(
		    ent_store_on_channel(f->s, bad[i], r.type, r.uuid, NONE, &n, E),
		    ENT_EINVAL);
	}
	assert_int_equal(append(f->s, (1u << 19) - 1, 1, 1), 1);
	assert_int_equal(append(f->s, 1, 1, 1), 1);
	OK(ent_store_commit(f->s, E));
	q.channel = (1u << 19) - 1;
	OK(ent_store_page(f->s, f->a, &q, &p, E));
	assert_int_equal(p.count, 1);
}

/* ---- pages ---- */
/*
 * seq: object, version, specification; entries 7 and 11 are removed.
 */
/* clang-format off */
static const struct {
	const char *type;
	uint8_t u;
	const char *v, *spec;
} sent[] = {
	{ "tool", 1, "2020", "2.1" },   /* 1 */
	{ "tool", 2, "2021", "2.1" },   /* 2 */
	{ "tool", 1, "2022", "2.1" },   /* 3 */
	{ "file", 3, "", "2.1" },       /* 4: an SCO, date 4000 */
	{ "tool", 1, "2021", "2.1" },   /* 5: late, between 1 and 3 */
	{ "malware", 2, "2021", "2.0" },/* 6: the UUID of 2 with another type */
	{ "tool", 4, "2020", "2.1" },   /* 7: removed */
	{ "tool", 4, "2019", "2.1" },   /* 8 */
	{ "tool", 5, "2020", "2.1" },   /* 9: mixed, the newer specification in the middle */
	{ "tool", 5, "2021", "2.0" },   /* 10 */
	{ "tool", 2, "2020", "2.1" },   /* 11: removed */
	{ "tool", 5, "2019", "2.0" },   /* 12 */
	{ "tool", 5, "2018", "2.1" },   /* 13 */
};
#define SENT (sizeof(sent) / sizeof(sent[0]))

enum { L = ENT_WHICH_LAST, F = ENT_WHICH_FIRST, A = ENT_WHICH_ALL, V = ENT_WHICH_LISTED };
static const struct {
	unsigned which;
	uint64_t after, upto;
	int64_t date;
	const char *ids, *types, *specs, *listed; /* comma-separated; ids as type:digit */
	const char *want;
} pages[] = {
	{ 0, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "2 3 4 6 8 9" },
	{ L, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "2 3 4 6 8 9" },
	{ F, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "1 2 4 6 8 13" },
	{ L | F, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "1 2 3 4 6 8 9 13" },
	{ A, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "1 2 3 4 5 6 8 9 13" },
	{ A | L | V, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "1 2 3 4 5 6 8 9 13" },
	{ V, 0, 0, INT64_MIN, NULL, NULL, NULL, NULL, "" },
	{ V, 0, 0, INT64_MIN, NULL, NULL, NULL, "2021,2018", "2 5 6 13" },
	{ V, 0, 0, INT64_MIN, NULL, NULL, NULL, "1970-01-01T00:00:00.004", "4" },
	{ V, 0, 0, INT64_MIN, NULL, NULL, NULL, "1970-01-01T00:00:00.005", "" },
	{ V | L, 0, 0, INT64_MIN, NULL, NULL, NULL, "2021", "2 3 4 5 6 8 9" },
	/* upto: last and first of what was there then */
	{ L, 0, 2, INT64_MIN, NULL, NULL, NULL, NULL, "1 2" },
	{ L, 0, 4, INT64_MIN, NULL, NULL, NULL, NULL, "2 3 4" },
	{ L, 2, 4, INT64_MIN, NULL, NULL, NULL, NULL, "3 4" },
	{ F, 0, 12, INT64_MIN, NULL, NULL, NULL, NULL, "1 2 4 6 8 9" },
	{ L, 0, 10, INT64_MIN, NULL, NULL, NULL, NULL, "2 3 4 6 8 9" },
	{ L, 0, UINT64_MAX, INT64_MIN, NULL, NULL, NULL, NULL, "2 3 4 6 8 9" },
	{ L, 5, 5, INT64_MIN, NULL, NULL, NULL, NULL, "" },
	{ L, UINT64_MAX, 0, INT64_MIN, NULL, NULL, NULL, NULL, "" },
	{ L, 100, 0, INT64_MIN, NULL, NULL, NULL, NULL, "" },
	{ L, 100, 0, 0, NULL, NULL, NULL, NULL, "" },
	/* dates: entry n has n * 1000 */
	{ A, 0, 0, 0, NULL, NULL, NULL, NULL, "1 2 3 4 5 6 8 9 13" },
	{ A, 0, 0, 999, NULL, NULL, NULL, NULL, "1 2 3 4 5 6 8 9 13" },
	{ A, 0, 0, 1000, NULL, NULL, NULL, NULL, "2 3 4 5 6 8 9 13" },
	{ A, 0, 0, 4999, NULL, NULL, NULL, NULL, "5 6 8 9 13" },
	{ A, 0, 0, 5000, NULL, NULL, NULL, NULL, "6 8 9 13" },
	{ A, 7, 0, 5000, NULL, NULL, NULL, NULL, "8 9 13" },
	{ A, 3, 6, 4000, NULL, NULL, NULL, NULL, "5 6" },
	{ A, 0, 0, 12999, NULL, NULL, NULL, NULL, "13" },
	{ A, 0, 0, 13000, NULL, NULL, NULL, NULL, "" },
	{ A, 0, 0, INT64_MAX, NULL, NULL, NULL, NULL, "" },
	/* types, specifications */
	{ L, 0, 0, INT64_MIN, NULL, "file", NULL, NULL, "4" },
	{ L, 0, 0, INT64_MIN, NULL, "file,malware", NULL, NULL, "4 6" },
	{ L, 0, 0, INT64_MIN, NULL, "x", NULL, NULL, "" },
	{ L, 0, 0, INT64_MIN, NULL, NULL, "2.1", NULL, "2 3 4 8 9" },
	{ L, 0, 0, INT64_MIN, NULL, NULL, "2.0", NULL, "6 10" },
	{ L, 0, 0, INT64_MIN, NULL, NULL, "2.0,2.1", NULL, "2 3 4 6 8 10" },
	{ F, 0, 0, INT64_MIN, NULL, NULL, "2.0", NULL, "6 12" },
	{ F, 0, 0, INT64_MIN, NULL, "tool", "2.0,2.1", NULL, "1 2 8 13" },
	{ A, 0, 0, INT64_MIN, NULL, NULL, "2.0", NULL, "6 10 12" },
	{ A, 0, 0, INT64_MIN, NULL, NULL, "3.0", NULL, "" },
	/* objects by name */
	{ L, 0, 0, INT64_MIN, "tool:1", NULL, NULL, NULL, "3" },
	{ A, 0, 0, INT64_MIN, "tool:1", NULL, NULL, NULL, "1 3 5" },
	{ A, 1, 4, INT64_MIN, "tool:1", NULL, NULL, NULL, "3" },
	{ A, 0, 0, 3000, "tool:1", NULL, NULL, NULL, "5" },
	{ L, 0, 0, INT64_MIN, "tool:2,tool:1,tool:2,file:1", NULL, NULL, NULL, "2 3" },
	{ L, 0, 0, INT64_MIN, "malware:2", NULL, NULL, NULL, "6" },
	{ L, 0, 0, INT64_MIN, "malware:2,file:3", "file", NULL, NULL, "4" },
	{ L, 0, 0, INT64_MIN, "tool:5", NULL, "2.0", NULL, "10" },
	{ V, 0, 0, INT64_MIN, "tool:1,tool:2", NULL, NULL, "2021", "2 5" },
	{ A, 0, 0, INT64_MIN, "tool:4", NULL, NULL, NULL, "8" },
	{ A, 0, 0, INT64_MIN, "tool:9", NULL, NULL, NULL, "" },
};
/* clang-format on */

static void
send_all(struct ent_store *s)
{
	struct ent_str gone = ENT_STR("2020");
	uint64_t n;

	for (size_t i = 0; i < SENT; i++) {
		struct ent_row r =
		    row_of(sent[i].type, sent[i].u, sent[i].v, sent[i].spec, "content");

		OK(ent_store_begin(s, E));
		assert_int_equal(append(s, 1, put(s, &r), (int64_t)(i + 1) * 1000), i + 1);
		(void)append(s, 2, i + 1, 1); /* another channel, that must not matter */
		OK(ent_store_commit(s, E));
	}
	OK(ent_store_begin(s, E));
	for (uint8_t u = 2; u <= 4; u += 2) {
		struct ent_row r = row_of("tool", u, "", "", "x");

		OK(ent_store_remove(s, 1, r.type, r.uuid, V, &gone, 1, &n, E));
		assert_int_equal(n, 1);
	}
	OK(ent_store_commit(s, E));
}

static size_t
split(const char *list, struct ent_str *out)
{
	struct ent_str rest = ent_str_c(list);
	size_t n = 0;

	while (rest.p && ent_str_next(&rest, ',', &out[n]))
		n++;
	return n;
}

static size_t
split_ids(const char *list, struct ent_ids *out)
{
	struct ent_str parts[8];
	size_t n = split(list, parts);

	for (size_t i = 0; i < n; i++) {
		out[i].type = (struct ent_str){ parts[i].p, parts[i].n - 2 };
		memset(out[i].uuid, parts[i].p[parts[i].n - 1] - '0', 16);
	}
	return n;
}

/* All of a query, in pages of `limit`, as text. */
static void
read_all(struct fixture *f, struct ent_query *q, char text[256])
{
	struct ent_page p;

	text[0] = '\0';
	do {
		OK(ent_store_page(f->s, f->a, q, &p, E));
		if (p.more && p.count == 0)
			fail_msg("an empty page says that more follows");
		for (size_t i = 0; i < p.count; i++) {
			const struct ent_entry *e = &p.entries[i];

			snprintf(text + strlen(text), 256 - strlen(text), "%s%d",
			         text[0] ? " " : "", (int)e->seq);
			assert_true(e->date_added == (int64_t)e->seq * 1000);
			assert_str(e->row.vkey, sent[e->seq - 1].v);
			assert_str(e->row.type, sent[e->seq - 1].type);
			if (q->with_bytes)
				assert_str(e->row.bytes, "content");
			else
				assert_null(e->row.bytes.p);
			q->after_seq = e->seq;
		}
	} while (p.more);
}

static void
pages_hold_what_matches(void **state)
{
	static const size_t limits[] = { 1, 2, 5, 1000, SIZE_MAX };
	struct fixture *f = *state;
	struct ent_str types[8], specs[8], listed[8];
	struct ent_ids ids[8];
	char text[256];

	send_all(f->s);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]) * 5; i++) {
		size_t c = i / 5;
		struct ent_query q = { .channel = 1,
			               .which = pages[c].which,
			               .after_seq = pages[c].after,
			               .upto = pages[c].upto,
			               .after_date = pages[c].date,
			               .ids = ids,
			               .types = types,
			               .specs = specs,
			               .listed = listed,
			               .limit = limits[i % 5],
			               .with_bytes = i % 2 == 0 };

		q.n_ids = split_ids(pages[c].ids, ids);
		q.n_types = split(pages[c].types, types);
		q.n_specs = split(pages[c].specs, specs);
		q.n_listed = split(pages[c].listed, listed);
		read_all(f, &q, text);
		if (strcmp(text, pages[c].want) != 0)
			fail_msg("case %zu, limit %zu: \"%s\" is not \"%s\"", c, limits[i % 5],
			         text, pages[c].want);
	}
}

static void
a_page_ends_at_its_bytes(void **state)
{
	/* clang-format off */
	static const struct {
		size_t limit, max_bytes;
		bool with_bytes;
		size_t want;
		bool more;
	} cases[] = {
		{ 10, 0, true, 4, false }, { 10, 1, true, 1, true }, { 10, 19, true, 1, true },
		{ 10, 20, true, 2, true }, { 10, 39, true, 3, true }, { 10, 40, true, 4, false },
		{ 10, 1, false, 4, false }, { 4, 0, true, 4, false }, { 3, 0, true, 3, true },
		{ 0, 0, true, 0, true }, { 2, 40, true, 2, true }, { 10, SIZE_MAX, true, 4, false },
	};
	/* clang-format on */
	struct fixture *f = *state;

	OK(ent_store_begin(f->s, E));
	for (uint8_t u = 1; u <= 4; u++) {
		struct ent_row r = row_of("tool", u, "1", "2.1", "0123456789");

		(void)append(f->s, 1, put(f->s, &r), 1);
	}
	OK(ent_store_commit(f->s, E));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_query q = { .channel = 1,
			               .after_date = INT64_MIN,
			               .limit = cases[i].limit,
			               .max_bytes = cases[i].max_bytes,
			               .with_bytes = cases[i].with_bytes };
		struct ent_page p;

		OK(ent_store_page(f->s, f->a, &q, &p, E));
		if (p.count != cases[i].want || p.more != cases[i].more)
			fail_msg("case %zu: %zu entries, more %d", i, p.count, p.more);
	}
}

static void
removes_what_is_asked(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned which;
		const char *listed;
		int want; /* removed, or an error */
		const char *left;
	} cases[] = {
		{ L, NULL, 1, "1 2" }, { F, NULL, 1, "2 3" }, { L | F, NULL, 2, "2" },
		{ A, NULL, 3, "" }, { 0, NULL, 3, "" }, { V, "b", 1, "1 3" }, { V, "a,c", 2, "2" },
		{ V | L, "b", 2, "1" }, { V, "z", ENT_ENOENT, "1 2 3" }, { V, NULL, ENT_ENOENT, "1 2 3" },
	};
	/* clang-format on */
	struct fixture *f = *state;
	static const char *const versions[] = { "a", "b", "c" };

	for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_query q = {
			.channel = i + 1, .after_date = INT64_MIN, .which = A, .limit = 9
		};
		struct ent_row r = row_of("tool", 1, "", "2.1", "x");
		struct ent_str listed[8];
		char left[64] = "";
		struct ent_page p;
		uint64_t n = 0;
		int rc;

		OK(ent_store_begin(f->s, E));
		for (size_t k = 0; k < 3; k++) {
			r.vkey = ent_str_c(versions[k]);
			(void)append(f->s, i + 1, put(f->s, &r), 1);
		}
		rc = ent_store_remove(f->s, i + 1, r.type, r.uuid, cases[i].which, listed,
		                      split(cases[i].listed, listed), &n, E);
		OK(ent_store_commit(f->s, E));
		assert_int_equal(rc ? rc : (int)n, cases[i].want);
		OK(ent_store_page(f->s, f->a, &q, &p, E));
		for (size_t k = 0; k < p.count; k++)
			snprintf(left + strlen(left), sizeof(left) - strlen(left), "%s%d",
			         k ? " " : "", (int)p.entries[k].seq);
		assert_string_equal(left, cases[i].left);
	}
}

static void
tells_whether_a_version_is_there(void **state)
{
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "", "", "x");
	uint64_t seq;

	send_all(f->s);
	OK(ent_store_on_channel(f->s, 1, r.type, r.uuid, NONE, &seq, E));
	assert_int_equal(seq, 3);
	OK(ent_store_on_channel(f->s, 1, r.type, r.uuid, ENT_STR("2021"), &seq, E));
	assert_int_equal(seq, 5);
	assert_int_equal(ent_store_on_channel(f->s, 1, r.type, r.uuid, ENT_STR(""), &seq, E),
	                 ENT_ENOENT);
	assert_int_equal(ent_store_on_channel(f->s, 1, ENT_STR("file"), r.uuid, NONE, &seq, E),
	                 ENT_ENOENT);
	assert_int_equal(ent_store_on_channel(f->s, 3, r.type, r.uuid, NONE, &seq, E),
	                 ENT_ENOENT);
	r = row_of("file", 3, "", "", "x");
	OK(ent_store_on_channel(f->s, 1, r.type, r.uuid, ENT_STR(""), &seq, E));
	assert_int_equal(seq, 4);
}

/* clang-format off */
#define CASES(backend) \
	CASE(dates_increase_and_leave_served_milliseconds_alone, backend), \
	CASE(refuses_dates_where_time_ends, backend), \
	CASE(appends_a_version_once_until_it_is_removed, backend), \
	CASE(takes_only_channels_in_their_range, backend), \
	CASE(pages_hold_what_matches, backend), \
	CASE(a_page_ends_at_its_bytes, backend), \
	CASE(removes_what_is_asked, backend), \
	CASE(tells_whether_a_version_is_there, backend)
/* clang-format on */

int
main(void)
{
	const struct CMUnitTest memory[] = { CASES(memory) };
	const struct CMUnitTest sqlite[] = { CASES(sqlite) };

	return cmocka_run_group_tests_name("memory", memory, NULL, NULL) +
	       cmocka_run_group_tests_name("sqlite", sqlite, NULL, NULL);
}
