/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - the indicators of a bundle against what was seen: prints each hit, and why.
 *
 * OBSERVATIONS has a line for each observation, a JSON array of its objects (SCOs); each is
 * taken to be a second after the one before.
 *
 * cc match.c $(pkg-config --cflags --libs libentente) -o match
 */
#include "file.h"

struct seen {
	struct ent_pattern_set *set;
	const struct ent_json *indicators; /* their places are the keys */
	struct ent_arena *a;
};

static int
show(void *self, const struct ent_pattern_hit *hit)
{
	struct seen *s = self;
	const struct ent_json *indicator = ent_json_at(s->indicators, hit->key);

	printf("%.*s\n", ENT_FMT(ent_json_getstr(indicator, "id")));
	for (size_t i = 0; i < hit->n; i++) {
		struct ent_str why = ent_pattern_set_why(s->set, hit->key, &hit->seen[i], s->a);

		printf("  line %llu, object %zu: %.*s\n", (unsigned long long)hit->seen[i].tag,
		       hit->seen[i].object, ENT_FMT(why));
	}
	return 0; /* go on */
}

/* The patterns of the indicators of a bundle. */
static int
add_all(struct ent_pattern_set *set, const struct ent_json *objects, struct ent_err *err)
{
	for (size_t i = 0; i < ent_json_count(objects); i++) {
		const struct ent_json *v = ent_json_at(objects, i);
		int rc;

		if (!ent_str_is(ent_json_getstr(v, "type"), "indicator") ||
		    !ent_str_is(ent_json_getstr(v, "pattern_type"), "stix"))
			continue;
		rc = ent_pattern_set_add(set, i, ent_json_getstr(v, "pattern"), err);
		if (rc)
			return ent_within(err, rc, "%.*s", ENT_FMT(ent_json_getstr(v, "id")));
	}
	return 0;
}

static int
feed_all(struct seen *s, struct ent_str text, struct ent_err *err)
{
	struct ent_str line;
	uint64_t number = 1;
	int rc = 0;

	for (; rc == 0 && ent_str_next(&text, '\n', &line); number++) {
		int64_t at = (int64_t)number * 1000000;
		struct ent_observation o = {
			.tag = number, .first = at, .last = at, .count = 1
		};

		if (!line.n)
			continue;
		ent_arena_reset(s->a);
		rc = ent_json_parse(s->a, line, 64, &o.objects, err);
		if (rc == 0)
			rc = ent_pattern_set_feed(s->set, &o, show, s, err);
		if (rc)
			rc = ent_within(err, rc, "line %llu", (unsigned long long)number);
	}
	return rc;
}

int
main(int argc, char **argv)
{
	struct ent_str bundle = read_file(argc == 3 ? argv[1] : "");
	struct ent_str lines = read_file(argc == 3 ? argv[2] : "");
	struct ent_arena *a = arena_for(bundle.n);
	struct seen s = { .a = arena_for(lines.n) };
	const struct ent_json *doc;
	struct ent_err err = { 0, "usage: match INDICATORS OBSERVATIONS" };
	int rc = ENT_EINVAL;

	if (bundle.p && lines.p && a && s.a)
		rc = ent_json_parse(a, bundle, 64, &doc, &err);
	if (rc == 0)
		rc = ent_pattern_set_new(NULL, &s.set, &err);
	if (rc == 0) {
		s.indicators = ent_json_getc(doc, "objects");
		rc = add_all(s.set, s.indicators, &err);
	}
	if (rc == 0)
		rc = feed_all(&s, lines, &err);
	if (rc)
		fprintf(stderr, "%s\n", err.msg);
	ent_pattern_set_free(s.set);
	ent_arena_free(s.a);
	ent_arena_free(a);
	free((char *)bundle.p);
	free((char *)lines.p);
	return rc ? 2 : 0;
}
