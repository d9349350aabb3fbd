/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.c - `entente init`, `serve` and `status`: the node itself.
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "base/time.h"
#include "base/uuid.h"
#include "cli/commands.h"
#include "exchange/book.h"
#include "exchange/life.h"
#include "exchange/peer.h"
#include "exchange/vitals.h"

static const struct ent_option init_options[] = {
	{ "name", "NAME", "name of the organisation; needed", 0, false },
	{ "standalone", NULL,
	  "for collections without agreements: nobody has to reach it by a URL", 0, false },
	{ "listen", "ADDR:PORT", "where connections are taken (127.0.0.1:6443)", 0, false },
	{ "url", "URL", "where counterparts reach it (https:// and the above)", 0, false },
	{ "host", "HOST", "name in the origins of its ledgers (made of name and key)", 0,
	  false },
	{ "days", "N", "validity of the certificate (3650)", 0, false },
	{ "passphrase-file", "FILE", "its first line is the passphrase of the key files", 0,
	  false },
	{ 0 },
};

static void
show_settings(struct ent_cli *c)
{
	static const struct {
		const char *key, *label;
	} shown[] = {
		{ "name", "name" },     { "party", "party" }, { "host", "host" },
		{ "listen", "listen" }, { "url", "url" },
	};

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		ent_out_c(&c->out, shown[i].key, shown[i].label,
		          ent_node_setting(c->node, shown[i].key));
}

static int
init(struct ent_cli *c, struct ent_err *err)
{
	const char *dir = c->given.operands[0];
	struct ent_init i = {
		.name = ent_given_value(&c->given, "name"),
		.listen = ent_given_value(&c->given, "listen"),
		.url = ent_given_value(&c->given, "url"),
		.host = ent_given_value(&c->given, "host"),
		.standalone = ent_cli_flag(c, "standalone"),
	};
	int64_t days = 0;
	int rc = ent_cli_number(c, "days", 1, 36500, &days, err);

	if (rc == 0 && !i.name)
		rc = ent_fail(err, ENT_EINVAL, "--name NAME is needed: who runs this node?");
	i.days = (int)days;
	if (rc == 0)
		rc = ent_cli_first_line(c, "passphrase-file", &i.passphrase, err);
	if (rc == 0)
		rc = ent_node_init(dir, &i, err);
	if (rc == 0)
		rc = ent_node_open(dir, i.passphrase, &c->node, err);
	if (rc)
		return rc;
	ent_out_line(&c->out, "%s is the node of %s.", dir, i.name);
	ent_out_c(&c->out, "dir", NULL, dir);
	show_settings(c);
	ent_out_line(
	    &c->out,
	    "\nMove %s/next.seed to a safe place that is not on this machine: it is the "
	    "key\nthat will follow the present one.\nNext: entente --node %s %s",
	    dir, dir, i.standalone ? "collection add TITLE --root ROOT" : "serve");
	return 0;
}

const struct ent_command ent_cmd_init = {
	.name = "init",
	.help = "make a node: keys, certificate, database, settings",
	.operands = "DIR",
	.min = 1,
	.max = 1,
	.json = true,
	.options = init_options,
	.run = init,
};

/* ---- serve ---- */

struct ready {
	const char *name;
};

static void
on_ready(void *self, const char *url)
{
	const struct ready *r = self;

	(void)printf("%s serves %s: press ^C or send SIGTERM to stop\n", r->name, url);
	(void)fflush(stdout);
}

static const struct ent_option serve_options[] = {
	{ "listen", "ADDR:PORT", "instead of the address in entente.conf", 0, false },
	{ "listen-plain", "ADDR:PORT", "plain HTTP too, on loopback alone or unix:PATH", 0,
	  false },
	{ 0 },
};

static int
serve(struct ent_cli *c, struct ent_err *err)
{
	struct ent_serve o = {
		.listen = ent_given_value(&c->given, "listen"),
		.listen_plain = ent_given_value(&c->given, "listen-plain"),
		.argv = c->argv,
	};
	struct ready r;
	struct ent_str name;
	int rc = ent_cli_open_node(c, err);

	if (rc)
		return rc;
	name = ent_arena_dup(c->arena, ent_str_c(ent_node_setting(c->node, "name")));
	ent_node_close(c->node); /* the server has its own */
	c->node = NULL;
	c->x = NULL;
	o.passphrase = c->passphrase;
	if (!name.p)
		return ent_cli_nomem(err);
	r.name = name.p;
	o.ready = on_ready;
	o.self = &r;
	return ent_node_serve(c->dir, &o, err);
}

const struct ent_command ent_cmd_serve = {
	.name = "serve",
	.help = "serve the node until SIGTERM or ^C",
	.operands = "",
	.options = serve_options,
	.text = "Prints one line when connections are taken; logs go to standard error.",
	.run = serve,
};

/* ---- status ---- */

static const struct ent_column agreement_columns[] = {
	{ "id", "AGREEMENT", false },
	{ "state", NULL, false },
	{ "describe", "STATE", false },
	{ "title", "TITLE", false },
};

static int
see_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	struct ent_cli *c = self;

	ent_cell(&c->out, id);
	ent_cell_c(&c->out, g ? ent_state_name(g->state) : "unreadable");
	ent_cell(&c->out, g ? ent_agreement_describe(c->arena, g) : ent_str_c(why->msg));
	ent_cell(&c->out, g ? g->title : (struct ent_str){ 0 });
	return 0;
}

static int
list_agreements(struct ent_cli *c, struct ent_err *err)
{
	int rc;

	ent_out_list(&c->out, "agreements", ENT_COLUMNS(agreement_columns));
	rc = ent_agreement_each(c->x, see_agreement, c, err);
	ent_out_list_end(&c->out, rc ? NULL : "There are no agreements yet.");
	return rc;
}

static int
show_sizes(struct ent_cli *c, struct ent_err *err)
{
	const char *store = ent_node_setting(c->node, "store");
	struct ent_str path = { NULL, 0 }, *names;
	struct ent_peer *peers;
	struct ent_hash root;
	struct stat st;
	uint64_t size;
	size_t n;
	int rc = ent_peers(c->x, c->arena, &peers, &n, err);

	if (rc)
		return rc;
	ent_out_int(&c->out, "peers", "peers", (int64_t)n);
	if (store && ent_str_starts(ent_str_c(store), "sqlite:"))
		path = store[7] == '/' ? ent_str_c(store + 7)
		                       : ent_arena_printf(c->arena, "%s/%s", c->dir, store + 7);
	if (path.p && stat(path.p, &st) == 0)
		ent_out_int(&c->out, "database_bytes", "database bytes", st.st_size);
	rc = ent_book_names(c->x, c->arena, &names, &n, err);
	if (rc)
		return rc;
	ent_out_int(&c->out, "ledgers", "ledgers", (int64_t)n);
	rc = ent_book_tip(c->x, c->arena, ENT_BOOK_INTERNAL, &size, &root, err);
	if (rc == 0)
		ent_out_int(&c->out, "internal_entries", "internal ledger", (int64_t)size);
	return rc;
}

static const struct ent_column collection_columns[] = {
	{ "id", "COLLECTION", false },
	{ "root", "ROOT", false },
	{ "title", "TITLE", false },
	{ "objects", "OBJECTS", true },
};
static const struct ent_column sync_columns[] = {
	{ "agreement", "AGREEMENT", false },
	{ "party", NULL, false },
	{ "at", "LAST SYNC", false },
};

static const struct ent_column fed_columns[] = {
	{ "feed", "FEED", false },       { "objects", "OBJECTS", true },
	{ "refused", "REFUSED", true },  { "complete", "COMPLETE", false },
	{ "at", "LAST SUCCESS", false }, { "failures", "FAILURES", true },
};

static void
show_feeds(struct ent_cli *c, const struct ent_vitals *v)
{
	ent_out_list(&c->out, "feeds", ENT_COLUMNS(fed_columns));
	for (size_t i = 0; i < v->n_fed; i++) {
		const struct ent_harvest_state *s = &v->fed[i].state;

		ent_cell(&c->out, v->fed[i].name);
		ent_cell_int(&c->out, (int64_t)s->objects);
		ent_cell_int(&c->out, (int64_t)s->refused);
		ent_cell_bool(&c->out, s->complete);
		if (s->good)
			ent_cell_time(&c->out, s->good);
		else
			ent_cell(&c->out, (struct ent_str){ NULL, 0 });
		ent_cell_int(&c->out, (int64_t)s->failures);
	}
	ent_out_list_end(&c->out, NULL);
}

/* What is as it should be takes no line of its own. */
static void
show_receipts(struct ent_cli *c, const struct ent_vitals *v)
{
	const struct {
		const char *key, *label;
		size_t n;
	} queue[] = {
		{ "receipts_refused", "receipts that their senders refuse",
		  v->receipts_refused },
		{ "receipts_late", "receipts of counterparts that are late", v->receipts_late },
		{ "receipts_missing", "receipts of counterparts that are missing",
		  v->receipts_missing },
		{ "receipt_alarms", "alarm: receipts that do not fit what was sent",
		  v->receipt_alarms },
	};
	bool look = false;

	ent_out_int(&c->out, "receipts_waiting", "receipts to send",
	            (int64_t)v->receipts_waiting);
	for (size_t i = 0; i < sizeof(queue) / sizeof(queue[0]); i++) {
		ent_out_int(&c->out, queue[i].key, queue[i].n ? queue[i].label : NULL,
		            (int64_t)queue[i].n);
		look |= queue[i].n > 0;
	}
	if (look)
		ent_out_line(&c->out, "  `entente receipts --missing` has them.");
}

/* Threats to life stand before everything else. */
static int
show_life(struct ent_cli *c, struct ent_err *err)
{
	struct ent_life_alarms a;
	int rc = ent_life_alarms(c->x, c->arena, &a, err);
	const struct {
		const char *key, *label;
		size_t n;
	} alarms[] = {
		{ "life_unacknowledged", "THREAT TO LIFE, not acknowledged here",
		  a.unacknowledged },
		{ "life_unanswered", "threat to life that they have not acknowledged in time",
		  a.unanswered },
		{ "life_unreported", "threat to life, our report is overdue", a.unreported },
		{ "life_drafts", "threat to life, waits for a second person", a.drafts },
	};

	if (rc)
		return rc;
	for (size_t i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++)
		ent_out_int(&c->out, alarms[i].key, alarms[i].n ? alarms[i].label : NULL,
		            (int64_t)alarms[i].n);
	if (a.unacknowledged + a.unanswered + a.unreported + a.drafts)
		ent_out_line(&c->out, "  `entente life list` has them.");
	return 0;
}

static int
show_vitals(struct ent_cli *c, struct ent_err *err)
{
	struct ent_vitals v;
	int rc = ent_vitals(c->x, c->arena, &v, err);

	if (rc)
		return rc;
	ent_out_int(&c->out, "objects", "objects held", (int64_t)v.objects);
	ent_out_int(&c->out, "users", "users", (int64_t)v.users);
	ent_out_int(&c->out, "tokens", "tokens", (int64_t)v.tokens);
	show_receipts(c, &v);
	ent_out_list(&c->out, "collections", ENT_COLUMNS(collection_columns));
	for (size_t i = 0; i < v.n_collections; i++) {
		ent_cell(&c->out, v.collections[i].id);
		ent_cell(&c->out, v.collections[i].root);
		ent_cell(&c->out, v.collections[i].title);
		ent_cell_int(&c->out, (int64_t)v.entries[i]);
	}
	ent_out_list_end(&c->out, NULL);
	ent_out_list(&c->out, "synced", ENT_COLUMNS(sync_columns));
	for (size_t i = 0; i < v.n_synced; i++) {
		ent_cell(&c->out, v.synced[i].agreement);
		ent_cell(&c->out, v.synced[i].party);
		ent_cell_time(&c->out, v.synced[i].at);
	}
	ent_out_list_end(&c->out, NULL);
	show_feeds(c, &v);
	return 0;
}

/* Of a certificate that can't be read `serve` says more. */
static void
show_certificate(struct ent_cli *c)
{
	char when[ENT_TIME_TEXT];
	int64_t ends;

	if (ent_node_certificate_ends(c->node, &ends, NULL))
		return;
	ent_out_c(&c->out, "certificate_ends", "certificate ends",
	          ent_time_text(ends, 0, when));
	if (ends - ent_now_us() < ENT_CERT_WARN_US)
		ent_out_line(&c->out,
		             "The certificate ends soon: entente key certificate --renew");
}

static int
status(struct ent_cli *c, struct ent_err *err)
{
	int rc = show_life(c, err);

	if (rc)
		return rc;
	show_settings(c);
	ent_out_c(&c->out, "version", "version", c->version);
	show_certificate(c);
	rc = show_sizes(c, err);
	if (rc == 0)
		rc = show_vitals(c, err);
	if (rc)
		return rc;
	ent_out_line(&c->out, "%s", "");
	return list_agreements(c, err);
}

const struct ent_command ent_cmd_status = {
	.name = "status",
	.help = "who this node is, its agreements and sizes",
	.operands = "",
	.node = true,
	.json = true,
	.run = status,
};
