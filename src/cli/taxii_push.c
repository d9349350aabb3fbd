/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_push.c - `entente taxii push`: the objects of files into a collection of any server.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/stix_feed.h"
#include "taxii/pusher.h"

#define FILES 3 /* the operands before them */

struct push {
	struct ent_cli *c;
	struct ent_session session;
	struct ent_feed feed;
	struct ent_pusher *pusher;
	struct ent_arena *arena; /* of an object's tree */
	uint64_t unusable;       /* what isn't an object, and wasn't sent */
};

static const struct ent_column refused_columns[] = {
	{ "id", "REFUSED", false },
	{ "version", "VERSION", false },
	{ "message", "WHY", false },
};

/* ---- what the pusher has to say ---- */

static bool
wait_for(void *self, uint64_t ms, const struct ent_err *why)
{
	struct push *p = self;

	if (why) {
		ent_progress_end(&p->feed.progress);
		ent_cli_complain(p->c, "%s; sent again in %.1f s", why->msg, (double)ms / 1000);
	}
	return ent_session_pause(ms);
}

static void
refused(void *self, const struct ent_push_detail *d)
{
	struct push *p = self;

	ent_cell(&p->c->out, d->id);
	ent_cell(&p->c->out, d->version);
	ent_cell(&p->c->out, d->message);
}

static void
pending(void *self, struct ent_str id)
{
	struct push *p = self;

	ent_progress_end(&p->feed.progress);
	ent_cli_complain(p->c,
	                 "the server isn't through with status %.*s: ask again with "
	                 "`entente taxii status`",
	                 ENT_FMT(id));
}

/* ---- objects out of files ---- */

static int
unusable(struct push *p, const struct ent_item *i, const char *why)
{
	ent_progress_end(&p->feed.progress);
	ent_cli_complain(p->c, "%s:%llu:%llu: %s", p->feed.files[p->feed.at].path,
	                 (unsigned long long)i->at.line, (unsigned long long)i->at.column, why);
	p->unusable++;
	return 0;
}

/* An object, or a bundle in JSON lines.  An envelope that isn't JSON would be refused whole, so
 * each is read first. */
static int
push_item(struct push *p, const struct ent_item *i, struct ent_err *err)
{
	const struct ent_json *doc, *list;
	struct ent_err why = { 0 };
	size_t n = 0;
	int rc;

	ent_arena_free(p->arena);
	p->arena = ent_arena_new(ENT_DOC_ARENA(i->bytes.n));
	if (!p->arena)
		return ent_cli_nomem(err);
	rc = ent_json_parse(p->arena, i->bytes, ENT_JSON_DEPTH, &doc, &why);
	if (rc == 0)
		rc = ent_stix_members(doc, &list, &n, &why);
	if (rc == 0 && !list && !ent_json_getstr(doc, "id").p)
		rc = ent_fail(&why, ENT_EUNUSABLE, "it isn't a STIX object: it has no id");
	if (rc == ENT_ENOMEM)
		return ent_cli_nomem(err);
	if (rc)
		return unusable(p, i, why.msg);
	for (size_t k = 0; rc == 0 && k < n; k++)
		rc = ent_pusher_add(p->pusher, ent_json_raw(list ? ent_json_at(list, k) : doc),
		                    err);
	return rc;
}

static int
push_all(struct push *p, struct ent_err *err)
{
	struct ent_item item;
	int rc = 0, got;

	while (rc == 0 && (got = ent_feed_next(&p->feed, &item, err)) != 0) {
		if (got < 0)
			return got;
		if (got == 1 && item.kind == ENT_ITEM_FAULT)
			rc = unusable(p, &item, item.text);
		else if (got == 1 && item.kind == ENT_ITEM_OBJECT)
			rc = push_item(p, &item, err);
	}
	return rc ? rc : ent_pusher_flush(p->pusher, err);
}

/* ---- the command ---- */

/* What an envelope may have here, and bounds of our own. */
static int
open_pusher(struct push *p, struct ent_err *err)
{
	int64_t objects = ENT_PUSH_OBJECTS, seconds = ENT_PUSH_SECONDS,
		tries = ENT_SESSION_TRIES;
	struct ent_cli *c = p->c;
	struct ent_pusher_config config = { .remote = p->session.remote,
		                            .root = ent_cli_operand(c, 1),
		                            .collection = ent_cli_operand(c, 2),
		                            .bytes = ENT_PUSH_BYTES,
		                            .wait = wait_for,
		                            .refused = refused,
		                            .pending = pending,
		                            .self = p };
	struct ent_root_info root = { 0 };
	int rc = ent_cli_number(c, "limit", 1, ENT_POST_MAX, &objects, err);

	if (rc == 0)
		rc = ent_cli_number(c, "wait", 0, INT32_MAX, &seconds, err);
	if (rc == 0)
		rc = ent_cli_number(c, "retries", 0, ENT_RETRY_MAX, &tries, err);
	if (rc == 0)
		rc = ent_remote_root(p->session.remote, c->arena, config.root, &root, err);
	if (rc == ENT_EPROTO || rc == ENT_EDENIED) {
		ent_cli_complain(c, "%s; so how much it takes at once isn't known", err->msg);
		rc = 0;
	}
	if (rc)
		return rc;
	if (root.max_content_length && root.max_content_length < config.bytes)
		config.bytes = root.max_content_length;
	config.objects = (size_t)objects;
	config.tries = (unsigned)tries;
	config.patience_ms = (uint64_t)seconds * 1000;
	return ent_pusher_new(&config, &p->pusher, err);
}

static void
show_sum(struct push *p)
{
	const struct ent_pushed *s = ent_pusher_sum(p->pusher);
	struct ent_out *o = &p->c->out;

	ent_out_int(o, "taken", "taken", (int64_t)s->taken);
	ent_out_int(o, "refused", "refused", (int64_t)s->refused);
	if (p->c->json || p->unusable)
		ent_out_int(o, "unusable", "unusable", (int64_t)p->unusable);
	if (p->c->json || s->waiting)
		ent_out_int(o, "pending", "pending", (int64_t)s->waiting);
	if (p->c->json || s->untold)
		ent_out_int(o, "untold", "untold", (int64_t)s->untold);
	ent_out_int(o, "envelopes", NULL, (int64_t)s->envelopes);
}

/* Whether everything was taken: 0, ENT_NO, or the status of a file that can't be used. */
static int
verdict(const struct push *p)
{
	const struct ent_pushed *s = ent_pusher_sum(p->pusher);

	if (p->feed.worst || p->unusable)
		return p->feed.worst > 2 ? p->feed.worst : 2;
	return s->refused || s->waiting || s->untold ? ENT_NO : 0;
}

static int
push(struct ent_cli *c, struct ent_err *err)
{
	struct push p = { .c = c };
	int rc = ent_feed_open(c, FILES, &p.feed, err);

	if (rc == 0)
		rc = ent_session_open(c, &p.session, err);
	if (rc == 0)
		rc = open_pusher(&p, err);
	if (rc == 0) {
		ent_out_list(&c->out, "failures", ENT_COLUMNS(refused_columns));
		rc = push_all(&p, err);
		ent_progress_end(&p.feed.progress);
		ent_out_list_end(&c->out, NULL);
		show_sum(&p);
	}
	if (rc == 0)
		rc = verdict(&p);
	ent_pusher_free(p.pusher);
	ent_arena_free(p.arena);
	ent_session_close(&p.session);
	ent_feed_close(&p.feed);
	return rc;
}

static const struct ent_option push_options[] = {
	{ "limit", "N", "objects in an envelope, at most (500)", 0, false },
	{ "wait", "SECONDS", "how long a status may be pending (300)", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

const struct ent_command ent_cmd_taxii_push = {
	.name = "taxii push",
	.help = "put the objects of files into a collection",
	.operands = "URL ROOT COLLECTION FILE...",
	.min = FILES + 1,
	.max = -1,
	.json = true,
	.options = push_options,
	.text = "FILE is as for `entente stix validate`; - is standard input.  It is safe to "
		"repeat:\n"
		"what the server has already is taken again.\n" ENT_TAXII_TEXT,
	.run = push,
};
