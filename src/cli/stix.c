/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix.c - `entente stix validate`: streams of objects checked without a node.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/stix_feed.h"
#include "cli/stix_pool.h"

/* What duplicates and references are looked up in: 40 bytes an object, so that a stream of any
 * length stays within bounds. */
#define SET_MAX ((size_t)24 << 20)
#define OUT_MAX ((size_t)64 << 20)

static const struct ent_option options[] = {
	{ "strict", NULL, "warnings become errors", 0, false },
	{ "ignore", "CODES", "do not look for these, e.g. 202,401,open-vocab-format", 0, true },
	{ "select", "CODES", "no other warnings than these", 0, true },
	{ "promote", "CODES", "these warnings become errors", 0, true },
	{ "strict-types", NULL, "types that are not the standard's are errors", 0, false },
	{ "strict-properties", NULL, "properties that are not the standard's are errors", 0,
	  false },
	{ "enforce-refs", NULL, "references must lead to objects of the bundle", 0, false },
	{ "interop", NULL, "all have an author, who is in the bundle", 0, false },
	{ "format", "FORMAT", "text, json (as --json) or sarif", 0, false },
	{ "jobs", "N", "work on N processors", 'j', false },
	{ 0 },
};

struct validating {
	struct ent_cli *c;
	struct ent_checking how;
	struct ent_feed feed;
	struct ent_pool *pool;
	struct ent_tally file, all;
	struct ent_stix_set *set; /* of the bundle that is open */
	bool set_full;
	struct ent_buf b;
	bool comma; /* a result of SARIF was written */
};

/* ---- options ---- */

static int
read_codes(struct ent_cli *c, const char *name, struct ent_stix_codes *out, struct ent_err *err)
{
	struct ent_str *list;
	size_t n;
	int rc = ent_given_all(&c->given, c->arena, name, &list, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ent_stix_codes_parse(list[i], out, err);
	return rc ? ent_within(err, rc, "--%s", name) : 0;
}

static int
read_format(struct ent_cli *c, enum ent_format *out, struct ent_err *err)
{
	static const char *const names[] = { [ENT_FORMAT_TEXT] = "text",
		                             [ENT_FORMAT_JSON] = "json",
		                             [ENT_FORMAT_SARIF] = "sarif" };
	struct ent_str given = ent_cli_value(c, "format");

	*out = c->json ? ENT_FORMAT_JSON : ENT_FORMAT_TEXT;
	if (!given.p)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ent_str_is(given, names[i]) && (!c->json || i == ENT_FORMAT_JSON)) {
			*out = (enum ent_format)i;
			return 0;
		}
	return ent_fail(err, ENT_EINVAL,
	                c->json ? "--format: --json says json already"
	                        : "--format: text, json or sarif");
}

static int
read_options(struct validating *v, int64_t *jobs, struct ent_err *err)
{
	struct ent_stix_options *o = &v->how.o;
	struct ent_cli *c = v->c;
	int rc = read_format(c, &v->how.format, err);

	o->strict = ent_cli_flag(c, "strict");
	o->strict_types = ent_cli_flag(c, "strict-types");
	o->strict_properties = ent_cli_flag(c, "strict-properties");
	o->enforce_refs = ent_cli_flag(c, "enforce-refs");
	o->interop = ent_cli_flag(c, "interop");
	if (rc == 0)
		rc = read_codes(c, "ignore", &o->ignore, err);
	if (rc == 0)
		rc = read_codes(c, "select", &o->select, err);
	if (rc == 0)
		rc = read_codes(c, "promote", &o->promote, err);
	return rc ? rc : ent_cli_number(c, "jobs", 1, ENT_JOBS_MAX, jobs, err);
}

/* ---- what is printed ---- */

static void
write_out(struct validating *v, const char *p, size_t n)
{
	if (!n)
		return;
	if (v->how.format == ENT_FORMAT_SARIF && !v->comma) {
		v->comma = true;
		p++; /* before the first result there is no comma */
		n--;
	}
	ent_progress_end(&v->feed.progress);
	ent_out_bytes(&v->c->out, (struct ent_str){ p, n });
}

static void
add_tally(struct ent_tally *to, const struct ent_tally *t)
{
	to->objects += t->objects;
	to->errors += t->errors;
	to->warnings += t->warnings;
	to->notes += t->notes;
	to->invalid += t->invalid;
	to->usable += t->usable;
	for (size_t i = 0; i < ENT_CODES_MAX; i++)
		to->codes[i] += t->codes[i];
}

/* ---- several objects together ---- */

static int
note(struct validating *v, const struct ent_batch *b, const struct ent_checked *c,
     struct ent_err *err)
{
	int rc = 0;

	if (!c->item.member || !c->tree || v->set_full)
		return 0;
	if (!v->set)
		rc = ent_stix_set_new(&v->how.o, SET_MAX, &v->set, err);
	if (rc == 0)
		rc = ent_stix_set_add(v->set, c->tree, c->index, err);
	if (rc != ENT_ELIMIT)
		return rc;
	v->set_full = true;
	ent_progress_end(&v->feed.progress);
	ent_cli_complain(v->c,
	                 "%s: from object %llu on duplicates%s are not looked for: too many "
	                 "objects for the memory that is set aside",
	                 b->path, (unsigned long long)c->index,
	                 v->how.o.enforce_refs || v->how.o.interop ? " and references" : "");
	if (v->how.o.enforce_refs || v->how.o.interop) {
		/* what is missing so far may only be further on */
		ent_stix_set_free(v->set);
		v->set = NULL;
	}
	return 0;
}

struct together {
	struct ent_arena *arena;
	struct ent_findings *f;
	bool nomem;
};

/* A finding about a member as one about its bundle. */
static int
together(void *self, uint64_t index, struct ent_str id, const struct ent_finding *one)
{
	struct together *t = self;
	struct ent_findings *f = t->f;
	struct ent_finding *list;

	(void)id;
	f->errors += one->severity == ENT_MUST_RULE;
	f->warnings += one->severity == ENT_SHOULD_RULE;
	f->notes += one->severity == ENT_NOTE;
	if (f->count >= ENT_FINDINGS_MAX)
		return 0;
	list = ent_arena_array(t->arena, f->count + 1, sizeof(*list));
	if (!list) {
		t->nomem = true;
		return 1;
	}
	if (f->count)
		memcpy(list, f->list, f->count * sizeof(*list));
	list[f->count] = *one;
	list[f->count].pointer = ent_arena_printf(
	    t->arena, "/objects/%llu%.*s", (unsigned long long)index, ENT_FMT(one->pointer));
	list[f->count].text = ent_arena_dup(t->arena, one->text);
	t->nomem = !list[f->count].pointer.p || !list[f->count].text.p;
	f->list = list;
	f->count++;
	return t->nomem;
}

/* What a bundle says of itself and what its members show together; c is NULL where objects
 * stood in no bundle. */
static int
bundle(struct validating *v, struct ent_batch *b, struct ent_checked *c, struct ent_err *err)
{
	struct ent_checked none = { .item = { .at = { 0, 1, 1 } },
		                    .index = v->feed.files[b->file].objects };
	struct together t = { .arena = b->arena };
	struct ent_findings f;
	bool is = c != NULL;
	int rc = 0;

	ent_findings_init(&f, b->arena);
	t.f = &f;
	if (c)
		is = ent_check_header(b, c, &f, &rc);
	if (rc == 0 && v->set && (is || v->how.o.enforce_refs || v->how.o.interop))
		rc = ent_stix_set_finish(v->set, together, &t, err);
	ent_stix_set_free(v->set);
	v->set = NULL;
	v->set_full = false;
	if (rc || t.nomem)
		return ent_cli_nomem(err);
	/* a bundle of which there is nothing to say has no line, unless it is empty */
	if (!f.count && !(is && c->item.members == 0))
		return 0;
	ent_buf_clear(&v->b);
	ent_checked_put(&v->how, b->path, c ? c : &none, &f, &v->b, &b->tally);
	if (!ent_buf_ok(&v->b))
		return ent_cli_nomem(err);
	write_out(v, ent_buf_view(&v->b).p, v->b.n);
	return 0;
}

/* ---- files ---- */

static int
end_file(struct validating *v, struct ent_batch *b, struct ent_err *err)
{
	struct ent_feed_file *file = &v->feed.files[b->file];
	int rc = v->set ? bundle(v, b, NULL, err) : 0;

	add_tally(&v->file, &b->tally);
	if (v->file.objects && !v->file.usable && !file->failed)
		ent_feed_complain(&v->feed, file, ENT_EPARSE,
		                  "nothing in it can be read as JSON");
	if (v->how.format == ENT_FORMAT_TEXT && v->file.objects) {
		ent_progress_end(&v->feed.progress);
		ent_out_line(&v->c->out, "%s: %llu object%s, %llu error%s, %llu warning%s",
		             file->path, (unsigned long long)v->file.objects,
		             ent_cli_s(v->file.objects), (unsigned long long)v->file.errors,
		             ent_cli_s(v->file.errors), (unsigned long long)v->file.warnings,
		             ent_cli_s(v->file.warnings));
	}
	add_tally(&v->all, &v->file);
	v->file = (struct ent_tally){ 0 };
	return rc;
}

static int
print(struct validating *v, struct ent_batch *b, struct ent_err *err)
{
	struct ent_str out = ent_buf_view(&b->out);
	size_t from = 0;
	int rc = b->rc ? ent_cli_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < b->count; i++) {
		struct ent_checked *c = &b->list[i];

		if (c->item.kind != ENT_ITEM_BUNDLE) {
			rc = note(v, b, c, err);
			continue;
		}
		/* what was before it comes first */
		if (i) {
			size_t to = b->list[i - 1].text_end;

			to = to > from ? to : from;
			write_out(v, out.p + from, to - from);
			from = to;
		}
		rc = bundle(v, b, c, err);
	}
	if (rc)
		return rc;
	write_out(v, out.p + from, out.n - from);
	if (b->last)
		return end_file(v, b, err);
	add_tally(&v->file, &b->tally);
	return 0;
}

/* Fills a batch with what comes next of one file; *more: there may be another. */
static int
fill(struct validating *v, struct ent_batch *b, bool *more, struct ent_err *err)
{
	struct ent_feed_file *file = &v->feed.files[v->feed.at];
	int rc = 1;

	b->file = v->feed.at;
	b->path = file->path;
	while (rc == 1 && !ent_batch_full(b)) {
		struct ent_item item;
		uint64_t index = file->objects;

		rc = ent_feed_next(&v->feed, &item, err);
		if (rc == 1 && !ent_batch_add(b, &item, index))
			return ent_cli_nomem(err);
	}
	b->last = rc == 2;
	*more = v->feed.at < v->feed.n_files;
	return rc < 0 ? rc : 0;
}

static int
run(struct validating *v, struct ent_err *err)
{
	bool more = v->feed.n_files > 0;
	struct ent_batch *b;
	int rc = 0;

	while (rc == 0 && more) {
		b = ent_pool_empty(v->pool);
		if (!b) {
			rc = print(v, ent_pool_take(v->pool), err);
			continue;
		}
		rc = fill(v, b, &more, err);
		if (rc == 0)
			ent_pool_put(v->pool);
	}
	while (rc == 0 && (b = ent_pool_take(v->pool)))
		rc = print(v, b, err);
	return rc;
}

/* ---- the end ---- */

static const struct ent_column columns[] = {
	{ NULL, "CODE", false },
	{ NULL, "NUMBER", true },
	{ NULL, "LEVEL", false },
	{ NULL, "FOUND", true },
};

static void
summary(struct validating *v)
{
	static const char *const levels[] = {
		[ENT_MUST_RULE] = "error", [ENT_SHOULD_RULE] = "warning", [ENT_NOTE] = "note"
	};
	struct ent_out *o = &v->c->out;
	const struct ent_tally *t = &v->all;

	if (t->errors + t->warnings + t->notes) {
		ent_out_line(o, "%s", "");
		ent_out_list(o, "", ENT_COLUMNS(columns));
		for (size_t i = 0; i < v->how.n_codes; i++) {
			if (!t->codes[i])
				continue;
			ent_cell_c(o, v->how.codes[i].code);
			if (v->how.codes[i].number)
				ent_cell_int(o, v->how.codes[i].number);
			else
				ent_cell_c(o, "");
			ent_cell_c(o, levels[v->how.codes[i].severity]);
			ent_cell_int(o, (int64_t)t->codes[i]);
		}
		ent_out_list_end(o, NULL);
	}
	if (v->feed.n_files > 1)
		ent_out_line(
		    o, "\n%zu files: %llu objects, %llu invalid; %llu errors, %llu warnings",
		    v->feed.n_files, (unsigned long long)t->objects,
		    (unsigned long long)t->invalid, (unsigned long long)t->errors,
		    (unsigned long long)t->warnings);
}

static void
frame(struct validating *v, bool end)
{
	if (v->how.format != ENT_FORMAT_SARIF)
		return;
	ent_buf_clear(&v->b);
	if (end)
		ent_sarif_end(&v->b);
	else
		ent_sarif_begin(&v->how, &v->b, v->c->version);
	ent_out_bytes(&v->c->out, ent_buf_view(&v->b));
}

/* Files that can't be used don't keep the others from being looked at. */
static int
validate(struct ent_cli *c, struct ent_err *err)
{
	struct validating v = { .c = c };
	int64_t jobs = 1;
	int rc = read_options(&v, &jobs, err);

	ent_buf_init(&v.b, OUT_MAX);
	ent_checking_init(&v.how);
	if (rc == 0)
		rc = ent_feed_open(c, 0, &v.feed, err);
	v.how.many = v.feed.n_files > 1;
	if (rc == 0)
		rc = ent_pool_new(&v.how, (size_t)jobs, &v.pool, err);
	if (rc == 0) {
		frame(&v, false);
		rc = run(&v, err);
		frame(&v, true);
	}
	ent_feed_close(&v.feed);
	ent_pool_free(v.pool);
	ent_stix_set_free(v.set);
	ent_buf_release(&v.b);
	if (rc)
		return rc;
	if (v.how.format == ENT_FORMAT_TEXT)
		summary(&v);
	return v.feed.worst ? v.feed.worst : v.all.invalid ? ENT_NO : 0;
}

const struct ent_command ent_cmd_stix_validate = {
	.name = "stix validate",
	.help = "check files and streams against STIX 2.1",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.options = options,
	.text = "A FILE holds an object, a bundle, a list, a TAXII envelope or JSON lines, "
		"plain or\n"
		"packed by gzip or zstd; a folder stands for the .json, .jsonl, .gz and .zst "
		"files in\n"
		"it, \"-\" for standard input.  Files of any size are read in bounded memory.\n"
		"\n"
		"Prints each finding with its place, code, section and a sentence; --json "
		"prints one\n"
		"JSON object a line for each object, valid or not.  The exit status is 0 if "
		"all are\n"
		"valid, 1 if there is an error, 2 if a file cannot be read as JSON at all.",
	.run = validate,
};
