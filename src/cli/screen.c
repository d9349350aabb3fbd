/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen.c - `entente screen`: names against lists of designated persons and organisations, the
 * register of a node, or each other.
 */
#include "cli/screen.h"

#include <sys/stat.h>

#include "base/limits.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "codec/source.h"
#include "intake/csv.h"

struct run {
	struct ent_cli *c;
	struct ent_listing lists;
	struct ent_screening how;
	struct ent_screening_batch *batch;
	struct ent_keeping *keeping; /* instead, of a node's register */
	struct ent_progress bar;
};

/* ---- what is asked ---- */

static int
read_options(struct run *r, struct ent_err *err)
{
	static const char *const bands[] = { "weak", "possible", "strong", "exact" };
	struct ent_cli *c = r->c;
	struct ent_str band = ent_cli_value(c, "band"), type = ent_cli_value(c, "type");
	int64_t jobs = 1;
	int rc = ent_cli_number(c, "jobs", 1, ENT_SCREEN_JOBS, &jobs, err);

	if (rc)
		return rc;
	r->how =
	    (struct ent_screening){ .c = c,
		                    .lists = &r->lists,
		                    .form = c->json                     ? ENT_SCREENING_JSON
		                            : ent_cli_value(c, "csv").p ? ENT_SCREENING_CSV
		                                                        : ENT_SCREENING_TEXT,
		                    .jobs = (size_t)jobs,
		                    .common.birth = ent_cli_value(c, "birth"),
		                    .common.country = ent_cli_value(c, "country"),
		                    .common.document = ent_cli_value(c, "document"),
		                    .common.kind = ent_name_of(type),
		                    .common.least = ENT_BAND_POSSIBLE };
	if (type.p && !r->how.common.kind)
		return ent_fail(err, ENT_EINVAL,
		                "--type: person, organisation, vessel or aircraft");
	for (size_t i = 1; band.p && i < 4; i++)
		if (ent_str_is(band, bands[i])) {
			r->how.common.least = (enum ent_band)i;
			return 0;
		}
	return band.p ? ent_fail(err, ENT_EINVAL, "--band: possible, strong or exact") : 0;
}

/* Whether an operand is one more list, as the shell makes of --list *.xml. */
static bool
is_file(struct ent_str operand)
{
	struct stat st;

	return stat(operand.p, &st) == 0;
}

static int
read_lists(struct run *r, struct ent_err *err)
{
	struct ent_str *files;
	size_t n, used;
	int rc = ent_given_all(&r->c->given, r->c->arena, "list", &files, &n, err);

	if (rc == 0)
		rc = ent_listing_init(&r->lists, err);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = ent_listing_file(r->c, &r->lists, files[i].p, err);
	used = r->c->given.n_operands;
	for (size_t i = 0; i < used && rc == 0; i++)
		if (is_file(ent_cli_operand(r->c, i)))
			rc = ent_listing_file(r->c, &r->lists, ent_cli_operand(r->c, i).p, err);
	return rc ? rc : ent_listing_done(&r->lists, err);
}

/* ---- queries ---- */

static int
ask(struct run *r, struct ent_screening_query *q, struct ent_err *err)
{
	ent_progress_step(&r->bar, r->how.screened);
	return r->keeping ? ent_keeping_ask(r->keeping, q, err)
	                  : ent_screening_add(r->batch, q, err);
}

static int
one_name(void *self, struct ent_str line, uint64_t number, struct ent_err *err)
{
	struct run *r = self;
	struct ent_screening_query q = { .q = r->how.common, .line = number };

	q.q.name = line;
	return ask(r, &q, err);
}

/* Columns of a CSV, and the names that they may have. */
enum column { NAME, ID, BIRTH, COUNTRY, TYPE, DOCUMENT, COLUMNS };
/* clang-format off */
static const struct { const char *word; enum column column; } heads[] = {
	{"name", NAME}, {"query", NAME}, {"id", ID}, {"birth", BIRTH}, {"dob", BIRTH},
	{"birth_date", BIRTH}, {"country", COUNTRY}, {"nationality", COUNTRY}, {"type", TYPE},
	{"query_type", TYPE}, {"document", DOCUMENT}, {"passport", DOCUMENT},
};
/* clang-format on */

static int
read_head(const struct ent_csv_row *row, size_t at[COLUMNS], struct ent_err *err)
{
	for (size_t i = 0; i < COLUMNS; i++)
		at[i] = SIZE_MAX;
	for (size_t i = 0; i < row->n; i++)
		for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
			if (ent_str_caseis(ent_str_trim(row->field[i]), heads[k].word) &&
			    at[heads[k].column] == SIZE_MAX)
				at[heads[k].column] = i;
	return at[NAME] == SIZE_MAX
	           ? ent_fail(err, ENT_EPARSE, "the header has no column \"name\"")
	           : 0;
}

static struct ent_str
field(const struct ent_csv_row *row, size_t at, struct ent_str otherwise)
{
	struct ent_str s = at < row->n ? ent_str_trim(row->field[at]) : otherwise;

	return s.n ? s : otherwise;
}

static int
one_row(struct run *r, const struct ent_csv_row *row, const size_t at[COLUMNS],
        struct ent_err *err)
{
	const struct ent_query *common = &r->how.common;
	struct ent_screening_query q = { .q = *common, .line = row->line };
	struct ent_str type = field(row, at[TYPE], (struct ent_str){ NULL, 0 });

	q.q.name = field(row, at[NAME], ENT_STR(""));
	q.id = field(row, at[ID], (struct ent_str){ NULL, 0 });
	q.q.birth = field(row, at[BIRTH], common->birth);
	q.q.country = field(row, at[COUNTRY], common->country);
	q.q.document = field(row, at[DOCUMENT], common->document);
	if (type.n)
		q.q.kind = ent_name_of(type);
	return ask(r, &q, err);
}

static int
from_csv(struct run *r, const char *path, struct ent_err *err)
{
	struct ent_source *s = NULL;
	struct ent_csv *csv = NULL;
	struct ent_csv_row row;
	size_t at[COLUMNS];
	bool headed = false;
	int rc = ent_source_open(path, &s, err), more;

	if (rc == 0)
		rc = ent_csv_new(ent_source_read, s, ',', &csv, err);
	while (rc == 0 && (more = ent_csv_next(csv, &row, err)) != 0) {
		rc = more < 0  ? more
		     : !headed ? read_head(&row, at, err)
		               : one_row(r, &row, at, err);
		headed = true;
	}
	ent_csv_free(csv);
	ent_source_close(s);
	return rc;
}

static int
head(struct run *r, struct ent_err *err)
{
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_screening_header(&b);
	if (ent_buf_ok(&b))
		ent_out_bytes(&r->c->out, ent_buf_view(&b));
	else
		rc = ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

static int
ask_all(struct run *r, struct ent_err *err)
{
	struct ent_str names = ent_cli_value(r->c, "names"), csv = ent_cli_value(r->c, "csv");
	int rc = r->how.form == ENT_SCREENING_CSV ? head(r, err) : 0;

	for (size_t i = 0; i < r->c->given.n_operands && rc == 0; i++) {
		struct ent_screening_query q = { .q = r->how.common };

		q.q.name = ent_cli_operand(r->c, i);
		if (r->keeping || !is_file(q.q.name))
			rc = ask(r, &q, err);
	}
	if (rc == 0 && names.p)
		rc = ent_lines_each(names.p, one_name, r, err);
	if (rc && names.p && rc != ENT_ENOMEM)
		return ent_within(err, rc, "%s", names.p);
	if (rc == 0 && csv.p) {
		rc = from_csv(r, csv.p, err);
		if (rc && rc != ENT_ENOMEM)
			return ent_within(err, rc, "%s", csv.p);
	}
	return rc || r->keeping ? rc : ent_screening_flush(r->batch, err);
}

static int
against_lists(struct ent_cli *c, struct ent_err *err)
{
	struct run r = { .c = c };
	int rc = read_options(&r, err);

	if (rc == 0)
		rc = read_lists(&r, err);
	if (rc == 0)
		rc = ent_screening_begin(&r.how, &r.batch, err);
	if (rc == 0) {
		ent_progress_init(&r.bar, "names", 0);
		rc = ask_all(&r, err);
		ent_progress_end(&r.bar);
	}
	ent_screening_free(r.batch);
	ent_listing_release(&r.lists);
	return rc ? rc : r.how.unread ? 2 : 0;
}

/* The same against the node's register; who was asked for is kept. */
static int
against_register(struct ent_cli *c, struct ent_err *err)
{
	struct run r = { .c = c };
	bool keep = !ent_cli_flag(c, "no-keep");
	uint8_t mark[32];
	int rc = read_options(&r, err);

	rc = rc ? rc : ent_listing_init(&r.lists, err);
	rc = rc ? rc : ent_listing_register(c, &r.lists, mark, err);
	rc = rc ? rc : ent_listing_done(&r.lists, err);
	if (rc == 0)
		rc = keep ? ent_keeping_begin(&r.how, mark, &r.keeping, err)
		          : ent_screening_begin(&r.how, &r.batch, err);
	if (rc == 0) {
		ent_progress_init(&r.bar, "names", 0);
		rc = ask_all(&r, err);
		ent_progress_end(&r.bar);
	}
	rc = ent_keeping_end(r.keeping, rc, err);
	ent_screening_free(r.batch);
	ent_listing_release(&r.lists);
	return rc ? rc : r.how.unread ? 2 : 0;
}

static int
screen(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str pairs = ent_cli_value(c, "pairs");
	bool list = ent_cli_value(c, "list").p, again = ent_cli_flag(c, "again");
	bool named =
	    c->given.n_operands || ent_cli_value(c, "names").p || ent_cli_value(c, "csv").p;

	if (pairs.p && (list || c->given.n_operands))
		return ent_fail(err, ENT_EINVAL, "--pairs compares the names of FILE alone");
	if (pairs.p)
		return ent_screen_pairs(c, pairs.p, err);
	if (again && (list || named))
		return ent_fail(err, ENT_EINVAL,
		                "--again screens those who were screened before");
	if (again)
		return ent_screen_again(c, err);
	if (!named)
		return ent_fail(err, ENT_EINVAL,
		                "say whom to look for: NAME..., --names FILE or --csv FILE");
	return list ? against_lists(c, err) : against_register(c, err);
}

/* clang-format off */
static const struct ent_option screen_options[] = {
	{"list", "FILE", "a list to screen against, instead of the node's register: UN XML, OFAC CSV or XML and others, or a name a line", 0, true},
	{"names", "FILE", "screen the names of a file, one a line; - is standard input", 0, false},
	{"csv", "FILE", "screen the rows of a CSV with the column name; the answer is a CSV too", 0, false},
	{"birth", "DATE", "when who is looked for was born: 1957, 1957-03-10", 0, false},
	{"country", "COUNTRY", "a country of who is looked for", 0, false},
	{"type", "TYPE", "what is looked for: person, organisation, vessel or aircraft", 0, false},
	{"document", "NUMBER", "number of a passport or the like: found whatever the name", 0, false},
	{"band", "BAND", "tell of hits of this band or better: possible (default), strong or exact", 0, false},
	{"jobs", "N", "work on N processors", 'j', false},
	{"no-keep", NULL, "don't keep in the node who was screened, and what was found", 0, false},
	{"again", NULL, "screen all anew who were screened before the register changed", 0, false},
	{"pairs", "FILE", "compare the query and the candidate of each line; - is standard input", 0, false},
	{NULL, NULL, NULL, 0, false},
};
const struct ent_command ent_cmd_screen = {
	"screen", "look for names on lists, across spellings and scripts", "[NAME]...", 0, -1, false, true, screen_options,
	"Without --list, the names are screened against the designations in force of the node's register, and each is\n"
	"kept with what was found: `entente screening` lists and decides. With --again, the exit status is 1 where\n"
	"somebody has a hit that he hadn't.\n"
	"\n"
	"With --json, each name is answered by a line {\"query\":...,\"result\":\"clear\",\"hits\":[...]}; a hit has list, ref,\n"
	"name, kind, strength, score, band and explanation. The result is clear, possible or probable (a hit is strong or exact).\n"
	"Further files behind --list FILE are lists too. The exit status is 2 if a name has no letter or digit.\n"
	"\n"
	"A line of --pairs FILE is {\"id\":...,\"query\":...,\"dob\":...,\"country\":...,\"candidate\":{\"names\":[...],\"dob\":...,\n"
	"\"country\":...}}; the answer to it is a line {\"id\":...,\"score\":0.93,\"band\":\"strong\",\"explanation\":...}.\n"
	"Bands are exact, strong, possible and weak. The exit status is 2 if a line is no such object.\n",
	screen,
};
/* clang-format on */
