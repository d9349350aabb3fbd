/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror.h - a list of any TAXII server, 2.1 or 2.0, read page after page from a mark on, so
 * that nothing is skipped and nothing goes round in a circle.
 *
 * Each page is given away together with the mark from which to go on once that page is kept; a
 * caller that keeps both in one step can be killed anywhere.  What has the date of a mark's
 * edge may come again: who takes it has to know what it holds.
 *
 * What servers do, and what comes of it:
 *   next                       is followed, with the query that it belongs to
 *   more, and no next          goes on by X-TAXII-Date-Added-Last, less a microsecond: several
 *                              objects may have that date
 *   TAXII 2.0: 206, and        the same
 *   Content-Range
 *   next is refused (400, 404) the walk begins anew at the mark, once for each advance
 *   no date headers            the mark stays; the next walk reads all again
 *   dates that go back         as no date headers; ENT_EPROTO where there is no next either
 *   next again, a page again,  ENT_EPROTO that names it
 *   no advance, too many
 *   empty pages
 */
#ifndef ENT_TAXII_MIRROR_H
#define ENT_TAXII_MIRROR_H
#include "taxii/client.h"

/* From where a walk goes on. */
struct ent_mirror_mark {
	int64_t after;       /* all that was added up to then is kept; INT64_MIN: nothing is */
	struct ent_str next; /* of the server, inside a walk; absent: none */
	int64_t from;        /* the added_after that next belongs to */
};
#define ENT_MIRROR_START ((struct ent_mirror_mark){ .after = INT64_MIN, .from = INT64_MIN })

struct ent_mirror_page {
	const struct ent_json *list; /* NULL: the page is empty */
	size_t count;
	bool more;                   /* false: the server has no more for now */
	struct ent_mirror_mark mark; /* with this page kept */
};

struct ent_mirror {
	const char *path; /* below the server's base, with filters; without added_after, next */
	const char *key;  /* of the list in the answer: "objects", "versions" */
	bool once;        /* one page, whether or not there is a way on from it */
	/* Keeps a page and its mark; what it is given, and a, last until it returns.  Its
	 * failure ends the walk and is returned. */
	int (*take)(void *self, struct ent_arena *a, const struct ent_mirror_page *p,
	            struct ent_err *err);
	bool (*stop)(void *self); /* asked between pages; NULL: goes on to the end */
	void *self;
};

struct ent_mirror_report {
	size_t pages, objects;
	size_t anew;   /* how often a walk began anew because next was refused */
	bool complete; /* it came to the end of what the server has */
	bool undated;  /* a page had objects and no usable date: the mark has not come along */
};

/*
 * Walks from at (next is borrowed while it runs).  0 also where stop() ended it.  ENT_EPROTO
 * where the server makes no progress; the client's failures (client.h), its patience included.
 */
int ent_mirror_run(struct ent_taxii_client *c, const struct ent_mirror *m,
                   const struct ent_mirror_mark *at, struct ent_mirror_report *out,
                   struct ent_err *err);

/* ROOT/collections/COLL/objects/ with filters ("match%5Btype%5D=...", as they stand in the URL;
 * "": none) and a limit (0: the server's).  A root may have several segments or be a whole
 * URL. */
int ent_taxii_objects_path(struct ent_arena *a, struct ent_str root, struct ent_str coll,
                           struct ent_str match, size_t limit, struct ent_str *out,
                           struct ent_err *err);

#endif
