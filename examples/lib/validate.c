/* SPDX-License-Identifier: Apache-2.0 */
/*
 * validate.c - checks each object of a file against STIX 2.1.
 *
 * cc validate.c $(pkg-config --cflags --libs libentente) -o validate
 *
 * Exit status: 0 valid, 1 not valid, 2 the file can't be used.
 */
#include "file.h"

/* Prints what is wrong with one object; how many errors there are. */
static size_t
validate(struct ent_arena *a, const struct ent_json *object)
{
	struct ent_str id = ent_json_getstr(object, "id");
	struct ent_err err;
	struct ent_findings f;

	ent_arena_reset(a);
	ent_findings_init(&f, a);
	if (ent_stix_check(object, &f, &err)) {
		fprintf(stderr, "%s\n", err.msg); /* out of memory: nothing else can fail */
		return 1;
	}
	for (size_t i = 0; i < f.count; i++)
		printf("%.*s %.*s: %s: %.*s [%s]\n", ENT_FMT(id), ENT_FMT(f.list[i].pointer),
		       f.list[i].severity == ENT_MUST_RULE ? "error" : "warning",
		       ENT_FMT(f.list[i].text), f.list[i].code);
	return f.errors;
}

int
main(int argc, char **argv)
{
	struct ent_str text = read_file(argc == 2 ? argv[1] : "");
	struct ent_arena *a = arena_for(text.n), *each = ent_arena_new(16 << 20);
	const struct ent_json *doc, *list;
	struct ent_err err = { 0, "usage: validate FILE" };
	size_t n = 0, errors = 0;
	int rc = ENT_EINVAL;

	if (text.p && a && each)
		rc = ent_json_parse(a, text, 64, &doc, &err);
	if (rc == 0) /* a bundle, a list or one object: then list is NULL */
		rc = ent_stix_members(doc, &list, &n, &err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		errors += validate(each, list ? ent_json_at(list, i) : doc);
	if (rc)
		fprintf(stderr, "%s\n", err.msg);
	else
		printf("%zu objects, %zu errors\n", n, errors);
	ent_arena_free(each);
	ent_arena_free(a);
	free((char *)text.p);
	return rc ? 2 : errors != 0;
}
