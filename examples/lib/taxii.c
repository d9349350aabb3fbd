/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii.c - lists the collections of a TAXII 2.1 server, or prints the objects of one as JSON
 * lines.
 *
 * cc taxii.c $(pkg-config --cflags --libs libentente-taxii) -o taxii
 *
 * taxii URL ROOT            the collections
 * taxii URL ROOT COLLECTION [ADDED_AFTER]
 *                           all objects, or those since then; in the end, on standard error,
 *                           what to give as ADDED_AFTER the next time
 *
 * From the environment: TAXII_USER and TAXII_PASSWORD, or TAXII_TOKEN; TAXII_CA, a file of
 * roots. Exit status: 0, 1 the server says no, 2 something else went wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <entente/taxii.h>

#define ARENA ((size_t)256 << 20) /* a page of objects with its tree */

static int
list_collections(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                 struct ent_err *err)
{
	struct ent_collection_info *list;
	size_t n;
	int rc = ent_remote_collections(r, a, root, &list, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		printf("%.*s %s%s %.*s\n", ENT_FMT(list[i].id), list[i].can_read ? "r" : "-",
		       list[i].can_write ? "w" : "-", ENT_FMT(list[i].title));
	return rc;
}

/* What has to outlive the page that it came with. */
static struct ent_str
keep(char *to, size_t room, struct ent_str s)
{
	if (!s.p || s.n >= room)
		return (struct ent_str){ NULL, 0 };
	memcpy(to, s.p, s.n);
	return (struct ent_str){ to, s.n };
}

static int
print_objects(struct ent_remote *r, struct ent_arena *a, struct ent_page_query *q,
              struct ent_err *err)
{
	char next[8192], last[64];
	struct ent_page_info page;
	int rc;

	do {
		ent_arena_reset(a);
		rc = ent_remote_page(r, a, q, &page, err);
		if (rc)
			return rc;
		for (size_t i = 0; i < page.count; i++)
			printf("%.*s\n", ENT_FMT(ent_json_raw(ent_json_at(page.items, i))));
		q->next = keep(next, sizeof(next), page.next);
		if (page.last.p && !q->next.p) /* go on by date where there is no next */
			q->added_after = keep(last, sizeof(last), page.last);
	} while (page.more);
	if (q->added_after.p)
		fprintf(stderr, "added_after %.*s\n", ENT_FMT(q->added_after));
	return 0;
}

int
main(int argc, char **argv)
{
	struct ent_remote_options o = { .user = getenv("TAXII_USER"),
		                        .password = getenv("TAXII_PASSWORD"),
		                        .token = getenv("TAXII_TOKEN"),
		                        .ca_file = getenv("TAXII_CA"),
		                        .retries = 3 };
	struct ent_err err = { 0, "usage: taxii URL ROOT [COLLECTION [ADDED_AFTER]]" };
	struct ent_arena *a = ent_arena_new(ARENA);
	struct ent_page_query q = { .limit = 500 };
	struct ent_remote *r = NULL;
	int rc = a && argc > 2 && argc < 6 ? 0 : ENT_EINVAL;

	if (rc == 0)
		rc = ent_remote_open(argv[1], &o, &r, &err);
	if (rc == 0) {
		q.root = ent_str_c(argv[2]);
		q.collection = ent_str_c(argc > 3 ? argv[3] : NULL);
		q.added_after = ent_str_c(argc > 4 ? argv[4] : NULL);
		rc = q.collection.p ? print_objects(r, a, &q, &err)
		                    : list_collections(r, a, q.root, &err);
	}
	if (rc)
		fprintf(stderr, "%s\n", err.msg);
	ent_remote_close(r);
	ent_arena_free(a);
	if (rc == 0)
		return 0;
	return rc == ENT_EDENIED || rc == ENT_EAUTH || rc == ENT_ENOENT ? 1 : 2;
}
