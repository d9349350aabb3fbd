/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c - `entente watch`: what sensors see against what indicators say.
 */
#include "cli/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "cli/commands.h"

#define IDLE_MS    200                /* a followed log is looked at so often */
#define SAVE_US    INT64_C(2000000)   /* between two states */
#define HITS_BYTES ((size_t)64 << 20) /* of hits that aren't written yet */
#define SCRATCH    ((size_t)512 << 20)
#define SECOND     INT64_C(1000000)

static const struct ent_option options[] = {
	{ "indicators", "FILE", "indicators of a file: a bundle, an array or lines", 'i',
	  true },
	{ "holdings", NULL, "the node's indicators (without --indicators they are meant)", 0,
	  false },
	{ "format", "FORMAT", "of the logs: auto, stix, eve, zeek, csv (auto)", 0, false },
	{ "map", "FILE", "what the columns of a CSV are", 0, false },
	{ "hits", "FILE", "write hits there, behind what is in it, not to standard output", 0,
	  false },
	{ "follow", NULL, "go on when a log ends, also when it is rotated", 'f', false },
	{ "state", "FILE", "keep there how far it came; a new run goes on from it", 0, false },
	{ "min-confidence", "N", "only indicators of this confidence or more (0 to 100)", 0,
	  false },
	{ "decay", "DAYS", "confidence sinks to nothing in so many days", 0, false },
	{ "allow", "FILE", "values that never make a hit", 0, false },
	{ "mute-share", "PERCENT", "mute an indicator that hits more of all observations (5)",
	  0, false },
	{ "sightings", NULL, "keep hits as sightings in the holdings", 0, false },
	{ "to", "AGREEMENT", "and release them under this agreement", 0, false },
	{ "every", "SECONDS", "with --follow: make sightings so often (60)", 0, false },
	{ 0 },
};

struct clocks {
	int64_t saved, sighted, every;
	int signals;
	bool end, dirty;
};

/* ---- beginning ---- */

static int
open_node(struct ent_watch *w, struct ent_err *err)
{
	struct ent_cli *c = w->c;
	int rc = 0;

	if (!c->node)
		rc = ent_cli_open_node(c, err);
	return rc;
}

static int
read_indicators(struct ent_watch *w, struct ent_err *err)
{
	bool holdings = ent_cli_flag(w->c, "holdings") || !ent_cli_flag(w->c, "indicators");
	struct ent_str *files;
	size_t n;
	int rc = ent_given_all(&w->c->given, w->c->arena, "indicators", &files, &n, err);

	w->kept = ent_arena_new(ENT_WATCH_ARENA);
	w->ids = w->kept ? ent_map_new(w->kept) : NULL;
	if (rc == 0 && !w->ids)
		rc = ent_cli_nomem(err);
	if (rc == 0)
		rc = ent_pattern_set_new(NULL, &w->set, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ent_watch_file(w, files[i].p, err);
	w->holdings = holdings;
	if (rc == 0 && holdings)
		rc = open_node(w, err);
	return rc || !holdings ? rc : ent_watch_holdings(w, err);
}

static int
read_options(struct ent_watch *w, struct clocks *k, struct ent_err *err)
{
	struct ent_cli *c = w->c;
	struct ent_agreement *g;
	int64_t percent = 5;
	int rc = ent_cli_number(c, "min-confidence", 0, 100, &w->min_confidence, err);

	if (rc == 0)
		rc = ent_cli_number(c, "decay", 1, 36500, &w->decay, err);
	if (rc == 0)
		rc = ent_cli_number(c, "mute-share", 1, 100, &percent, err);
	k->every = 60;
	if (rc == 0)
		rc = ent_cli_number(c, "every", 1, 86400, &k->every, err);
	w->mute_share = (double)percent / 100;
	w->follow = ent_cli_flag(c, "follow");
	w->state_path = ent_given_value(&c->given, "state");
	w->sightings = ent_cli_flag(c, "sightings") || ent_cli_flag(c, "to");
	if (rc == 0 && w->state_path && !ent_cli_flag(c, "hits"))
		rc = ent_fail(
		    err, ENT_EINVAL,
		    "--state goes with --hits FILE: what went to standard output can't "
		    "be taken back after a crash");
	if (rc == 0 && ent_cli_flag(c, "allow"))
		rc = ent_allow_read(c, ent_given_value(&c->given, "allow"), &w->allow, err);
	if (rc == 0 && w->sightings)
		rc = open_node(w, err);
	if (rc == 0 && ent_cli_flag(c, "to")) {
		rc = ent_cli_agreement(c, ent_cli_value(c, "to"), &g, err);
		if (rc == 0)
			w->agreement = g->id;
	}
	return rc;
}

/* The hits behind what the state knows of were made again, or will be. */
static int
open_hits(struct ent_watch *w, bool fresh, struct ent_err *err)
{
	const char *path = ent_given_value(&w->c->given, "hits");
	struct stat st;

	ent_buf_init(&w->hits, HITS_BYTES);
	w->hits_fd = STDOUT_FILENO;
	if (!path)
		return 0;
	w->hits_fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (w->hits_fd < 0 || fstat(w->hits_fd, &st))
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	if (S_ISREG(st.st_mode) && flock(w->hits_fd, LOCK_EX | LOCK_NB))
		return ent_fail(err, ENT_EBUSY, "%s: another watch writes its hits there",
		                path);
	if (fresh || (uint64_t)st.st_size < w->hits_length) {
		if (!fresh)
			ent_cli_complain(
			    w->c, "%s is shorter than it was: hits go on at its end", path);
		w->hits_length = (uint64_t)st.st_size;
	}
	if ((S_ISREG(st.st_mode) && ftruncate(w->hits_fd, (off_t)w->hits_length)) ||
	    (lseek(w->hits_fd, (off_t)w->hits_length, SEEK_SET) < 0 && S_ISREG(st.st_mode)))
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	return 0;
}

static int
open_log(struct ent_watch *w, struct ent_watch_input *in, const char *path,
         const struct ent_watch_place *place, struct ent_str mapping, struct ent_err *err)
{
	struct ent_logs_options o = { .kind = ent_str_c(path), .mapping = mapping };
	struct ent_str format = ent_cli_value(w->c, "format");
	int rc = format.p ? ent_logs_format(format, &o.format, err) : 0;

	if (rc == 0)
		rc = ent_logs_new(&o, &in->logs, err);
	return rc ? rc : ent_watch_input_open(w, in, path, place, err);
}

static int
open_inputs(struct ent_watch *w, struct ent_err *err)
{
	struct ent_cli *c = w->c;
	static const char *const standard[] = { "-" };
	const char *const *paths = c->given.n_operands ? c->given.operands : standard;
	size_t n = c->given.n_operands ? c->given.n_operands : 1;
	struct ent_watch_place **places =
	    ent_arena_array(c->arena, n, sizeof(struct ent_watch_place *));
	struct ent_str mapping = { NULL, 0 };
	int rc = 0;

	w->inputs = ent_arena_array(c->arena, n, sizeof(*w->inputs));
	if (!w->inputs || !places)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < n; i++) {
		if ((w->follow || w->state_path) && strcmp(paths[i], "-") == 0)
			return ent_fail(
			    err, ENT_EINVAL,
			    "--follow and --state go with files, not standard input");
		for (size_t j = 0; j < i; j++)
			if (strcmp(paths[i], paths[j]) == 0)
				return ent_fail(err, ENT_EINVAL, "%s is named twice", paths[i]);
	}
	if (ent_cli_flag(c, "map"))
		rc = ent_file_read(c->arena, ent_given_value(&c->given, "map"),
		                   ENT_LOGS_MAPPING, &mapping, err);
	if (rc == 0 && w->state_path)
		rc = ent_watch_load(w, paths, n, places, err);
	if (rc == 0)
		rc = open_hits(w, !w->loaded, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		w->n_inputs = i + 1;
		w->inputs[i].fd = -1;
		rc = open_log(w, &w->inputs[i], paths[i], places[i], mapping, err);
	}
	return rc;
}

/* ---- going on ---- */

static int
hold_signals(struct clocks *k, struct ent_err *err)
{
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	k->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (k->signals < 0)
		return ent_fail(err, ENT_ENOMEM, "signalfd: %m");
	errno = pthread_sigmask(SIG_BLOCK, &ends, NULL);
	return errno ? ent_fail(err, ENT_EINVAL, "signal mask: %m") : 0;
}

/* Until there is something to do, or a signal ends it; idle: nothing came the last time. */
static void
attend(const struct ent_watch *w, struct clocks *k, bool idle)
{
	struct pollfd p[2] = { { .fd = k->signals, .events = POLLIN },
		               { .fd = STDIN_FILENO, .events = POLLIN } };
	/* reading would wait where no signal is heard */
	bool standard = w->n_inputs == 1 && strcmp(w->inputs[0].path, "-") == 0;

	if (poll(p, standard ? 2 : 1, standard ? -1 : idle ? IDLE_MS : 0) > 0 && p[0].revents)
		k->end = true;
}

/* What is due between two looks at the inputs. */
static int
between(struct ent_watch *w, struct clocks *k, bool idle, struct ent_err *err)
{
	int64_t now = ent_tick_us();
	int rc = 0;

	if (k->dirty && (idle || now - k->saved > SAVE_US)) {
		rc = ent_watch_save(w, err);
		k->saved = now;
		k->dirty = ent_watch_behind(w);
	} else {
		rc = ent_watch_flush(w, err);
	}
	if (rc == 0 && w->follow && now - k->sighted > k->every * SECOND) {
		if (w->holdings)
			rc = ent_watch_holdings(w, err);
		if (rc == 0)
			rc = ent_watch_sight(w, err);
		k->sighted = now;
	}
	return rc;
}

static int
go(struct ent_watch *w, struct clocks *k, struct ent_err *err)
{
	struct ent_progress bar;
	char what[96];
	bool idle = false;
	int rc = 0;

	ent_progress_init(&bar, what, 0);
	k->saved = k->sighted = ent_tick_us();
	for (attend(w, k, false); rc == 0 && !k->end; attend(w, k, idle)) {
		bool any = false, open = false;

		for (size_t i = 0; rc == 0 && i < w->n_inputs; i++) {
			bool got = false;

			rc = ent_watch_input_step(w, &w->inputs[i], &got, err);
			any |= got;
			open |= !w->inputs[i].end;
		}
		k->dirty |= any;
		(void)snprintf(what, sizeof(what), "%llu hits, %llu muted; observations",
		               (unsigned long long)w->counts.hits,
		               (unsigned long long)w->counts.muted);
		ent_progress_step(&bar, w->counts.observations);
		if (!open)
			break;
		idle = !any;
		if (rc == 0)
			rc = between(w, k, idle, err);
	}
	ent_progress_end(&bar);
	return rc;
}

/* ---- the end ---- */

static struct ent_logs_counts
sum(const struct ent_watch *w)
{
	struct ent_logs_counts all = { 0 };

	for (size_t i = 0; i < w->n_inputs; i++) {
		const struct ent_logs_counts *c = ent_logs_counts(w->inputs[i].logs);

		all.lines += c->lines;
		all.observations += c->observations;
		all.skipped += c->skipped;
		all.ignored += c->ignored;
		all.values += c->values;
		all.broken += c->broken;
		all.jumps += c->jumps;
	}
	return all;
}

static void
logs_json(const struct ent_watch *w, struct ent_jw *j)
{
	ent_jw_key(j, "logs");
	ent_jw_array(j);
	for (size_t i = 0; i < w->n_inputs; i++) {
		const struct ent_logs_counts *c = ent_logs_counts(w->inputs[i].logs);

		ent_jw_object(j);
		ent_jw_kc(j, "path", w->inputs[i].path);
		ent_jw_kint(j, "lines", (int64_t)c->lines);
		ent_jw_kint(j, "rotated", (int64_t)w->inputs[i].rotated);
		ent_jw_kint(j, "truncated", (int64_t)w->inputs[i].truncated);
		ent_jw_key(j, "broken");
		ent_jw_array(j);
		for (size_t k = 0; k < c->n_told; k++) {
			ent_jw_object(j);
			ent_jw_kint(j, "line", (int64_t)c->told[k].line);
			ent_jw_kc(j, "why", c->told[k].why);
			ent_jw_end_object(j);
		}
		ent_jw_end_array(j);
		ent_jw_key(j, "ignored");
		ent_jw_object(j);
		for (size_t k = 0; k < c->n_names; k++)
			ent_jw_kint(j, c->names[k].name, (int64_t)c->names[k].count);
		ent_jw_end_object(j);
		ent_jw_end_object(j);
	}
	ent_jw_end_array(j);
}

static size_t
active(const struct ent_watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->list[i].active;
	return n;
}

static int
summary_json(struct ent_watch *w, struct ent_err *err)
{
	struct ent_logs_counts all = sum(w);
	struct ent_pattern_stats s;
	struct ent_buf b;
	struct ent_jw j;
	int rc;

	ent_pattern_set_stats(w->set, &s);
	ent_buf_init(&b, HITS_BYTES);
	ent_jw_init(&j, &b);
	ent_jw_object(&j);
	ent_jw_key(&j, "summary");
	ent_jw_object(&j);
	ent_jw_kint(&j, "indicators", (int64_t)active(w));
	ent_jw_kint(&j, "unusable", (int64_t)w->unusable);
	ent_jw_kint(&j, "revoked", (int64_t)w->revoked);
	ent_jw_kint(&j, "below_confidence", (int64_t)w->unsure);
	ent_jw_kint(&j, "other_languages", (int64_t)w->others);
	ent_jw_kint(&j, "lines", (int64_t)all.lines);
	ent_jw_kint(&j, "observations", (int64_t)w->counts.observations);
	ent_jw_kint(&j, "hits", (int64_t)w->counts.hits);
	ent_jw_kint(&j, "allowed", (int64_t)w->counts.allowed);
	ent_jw_kint(&j, "outside_validity", (int64_t)w->counts.outside);
	ent_jw_kint(&j, "muted", (int64_t)w->counts.muted);
	ent_jw_kint(&j, "sightings", (int64_t)w->counts.sightings);
	ent_jw_kint(&j, "released", (int64_t)w->released);
	ent_jw_kint(&j, "queued", (int64_t)w->queued);
	ent_jw_kint(&j, "denied", (int64_t)w->denied);
	ent_jw_kint(&j, "skipped_records", (int64_t)all.skipped);
	ent_jw_kint(&j, "ignored_fields", (int64_t)all.ignored);
	ent_jw_kint(&j, "bad_values", (int64_t)all.values);
	ent_jw_kint(&j, "broken_lines", (int64_t)all.broken);
	ent_jw_kint(&j, "clock_jumps", (int64_t)all.jumps);
	ent_jw_kint(&j, "not_evaluated", (int64_t)s.failed);
	ent_jw_kint(&j, "dropped", (int64_t)s.dropped);
	logs_json(w, &j);
	ent_jw_end_object(&j);
	ent_jw_end_object(&j);
	ent_buf_ch(&b, '\n');
	rc = ent_buf_ok(&b) ? ent_fd_write(STDOUT_FILENO, ent_buf_view(&b), err)
	                    : ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

static void
summary_text(struct ent_watch *w)
{
	struct ent_logs_counts all = sum(w);

	ent_cli_complain(
	    w->c,
	    "%llu observations against %zu indicators: %llu hits, %llu allowed, "
	    "%llu outside of their time, %llu muted",
	    (unsigned long long)w->counts.observations, active(w),
	    (unsigned long long)w->counts.hits, (unsigned long long)w->counts.allowed,
	    (unsigned long long)w->counts.outside, (unsigned long long)w->counts.muted);
	if (w->sightings)
		ent_cli_complain(
		    w->c, "%llu sightings: %llu released, %llu queued, %llu denied",
		    (unsigned long long)w->counts.sightings, (unsigned long long)w->released,
		    (unsigned long long)w->queued, (unsigned long long)w->denied);
	if (!all.broken)
		return;
	ent_cli_complain(w->c, "%llu broken lines", (unsigned long long)all.broken);
	for (size_t i = 0; i < w->n_inputs; i++) {
		const struct ent_logs_counts *c = ent_logs_counts(w->inputs[i].logs);

		for (size_t k = 0; k < c->n_told; k++)
			ent_cli_complain(w->c, "%s: line %llu: %s", w->inputs[i].path,
			                 (unsigned long long)c->told[k].line, c->told[k].why);
	}
}

static void
release_all(struct ent_watch *w)
{
	for (size_t i = 0; i < w->n_inputs; i++)
		ent_watch_input_close(&w->inputs[i]);
	if (w->hits_fd > STDOUT_FILENO)
		(void)close(w->hits_fd);
	ent_buf_release(&w->hits);
	ent_pattern_set_free(w->set);
	ent_arena_free(w->kept);
	ent_arena_free(w->scratch);
	free(w->list);
}

static int
all_of_it(struct ent_watch *w, struct clocks *k, struct ent_err *err)
{
	int rc = read_options(w, k, err);

	/* before anything is written: who ends it early gets all the same what is done */
	if (rc == 0)
		rc = hold_signals(k, err);
	if (rc == 0)
		rc = read_indicators(w, err);
	if (rc == 0)
		rc = open_inputs(w, err);
	if (rc == 0)
		rc = ent_watch_resume(w, err);
	/* from here on there is a state: what a killed run wrote behind it is cut off */
	if (rc == 0)
		rc = ent_watch_save(w, err);
	if (rc)
		return rc;
	rc = go(w, k, err);
	/* what was found is written, also where something failed */
	if (rc) {
		struct ent_err ignored;

		(void)ent_watch_flush(w, &ignored);
		return rc;
	}
	rc = ent_watch_sight(w, err);
	if (rc == 0)
		rc = ent_watch_save(w, err);
	return rc;
}

static int
watch(struct ent_cli *c, struct ent_err *err)
{
	struct ent_watch w = { .c = c, .hits_fd = STDOUT_FILENO };
	struct clocks k = { .signals = -1 };
	int rc;

	w.scratch = ent_arena_new(SCRATCH);
	rc = w.scratch ? all_of_it(&w, &k, err) : ent_cli_nomem(err);
	if (rc == 0 && c->json)
		rc = summary_json(&w, err);
	else if (rc == 0)
		summary_text(&w);
	release_all(&w);
	if (k.signals >= 0)
		(void)close(k.signals);
	return rc;
}

const struct ent_command ent_cmd_watch = {
	.name = "watch",
	.help = "hold what sensors see against indicators, and tell what hits",
	.operands = "[LOG...]",
	.max = -1,
	.json = true,
	.options = options,
	.text =
	    "Logs are Suricata's EVE, Zeek's (TSV or JSON), STIX in lines, or CSV with --map; "
	    "\"-\"\n"
	    "or none is standard input.  A hit is a line of JSON; with --json a last line has\n"
	    "the counts.  With --state nothing is lost or told twice, even when it is killed.",
	.run = watch,
};
