/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.c - messages and threads.
 */
#include "exchange/dialogue.h"

#include "base/utf8.h"
#include "crypto/random.h"
#include "exchange/exchange_int.h"
#include "exchange/release.h"
#include "json/write.h"

#define MESSAGES_MAX  100000
#define ABOUT_MAX     100
#define TEXT_MAX      65536
#define SUBJECT_BYTES 60

static const char *const priorities[] = { "routine", "priority", "immediate", "flash" };
static const char *const results[] = { "attack-prevented", "arrest",         "disruption",
	                               "no-match",         "not-actionable", "still-open" };
static const char *const thread_names[] = { "open", "answered", "overdue", "closed" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const char *
ent_thread_state_name(enum ent_thread_state s)
{
	return thread_names[s];
}

static int
find_name(const char *const *names, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_is(s, names[i]))
			return (int)i;
	return -1;
}

/* ---- reading ---- */

static int
read_message(struct ent_exchange *x, struct ent_arena *a, struct ent_doc d,
             struct ent_message *out, struct ent_err *err)
{
	struct ent_str rest = d.key, created, version = d.value, whose;
	const struct ent_json *v, *ext;
	struct ent_held h;
	enum ent_message_kind kind;
	int rc;

	(void)ent_str_next(&version, ' ', &whose);
	*out = (struct ent_message){ .own = ent_str_is(whose, "own") };
	(void)ent_str_next(&rest, '/', &out->agreement);
	(void)ent_str_next(&rest, '/', &out->thread);
	(void)ent_str_next(&rest, '/', &created);
	out->note = rest;
	rc = ent_holdings_get(x, a, rest, version, &h, err);
	if (rc == 0)
		rc = ent_json_parse(a, h.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc;
	ext = ent_message_extension(v);
	kind = ent_message_kind_of(ext);
	out->kind = kind == ENT_MSG_KINDS ? ENT_MSG_REMARK : kind;
	out->text = ent_json_getstr(v, "content");
	out->by = ent_json_getstr(v, "created_by_ref");
	out->created = ent_json_getstr(v, "created");
	out->in_reply_to = ent_json_getstr(ext, "in_reply_to");
	out->priority = ent_json_getstr(ext, "priority");
	out->due = ent_json_getstr(ext, "due");
	out->result = ent_json_getstr(ext, "result");
	out->date = ent_json_getstr(ext, "date");
	return 0;
}

/* What a thread's messages come to: who has the word, and since when. */
static void
judge(const struct ent_exchange *x, struct ent_thread *t)
{
	const struct ent_message *last = &t->messages[t->count - 1];
	struct ent_str due = { NULL, 0 };
	int64_t until;

	t->subject = ent_utf8_cut(t->messages[0].text, SUBJECT_BYTES);
	t->since = last->created;
	t->state = ENT_THREAD_OPEN;
	for (size_t i = 0; i < t->count; i++) {
		const struct ent_message *m = &t->messages[i];

		if (m->kind == ENT_MSG_REQUEST) {
			due = m->due;
			t->state = ENT_THREAD_OPEN;
		} else if (m->kind == ENT_MSG_REPLY) {
			t->state = ENT_THREAD_ANSWERED;
		} else if (m->kind == ENT_MSG_OUTCOME) {
			t->state = ent_str_is(m->result, "still-open") ? ENT_THREAD_ANSWERED
			                                               : ENT_THREAD_CLOSED;
		}
	}
	if (t->state == ENT_THREAD_OPEN && due.p && ent_time_parse(due, &until, NULL) == 0 &&
	    ent_x_now(x) > until)
		t->state = ENT_THREAD_OVERDUE;
	if (t->state != ENT_THREAD_CLOSED)
		t->awaits = last->own ? ENT_STR("them") : ENT_STR("us");
}

static bool
same_thread(const struct ent_message *a, const struct ent_message *b)
{
	return ent_str_eq(a->agreement, b->agreement) && ent_str_eq(a->thread, b->thread);
}

static int
later(const void *l, const void *r)
{
	const struct ent_thread *a = l, *b = r;
	int c = ent_str_cmp(a->since, b->since);

	return c ? c : ent_str_cmp(a->id, b->id);
}

/* Messages come in the order of agreement, thread and time: a thread is a run of them. */
static int
group(struct ent_exchange *x, struct ent_arena *a, struct ent_message *m, size_t n,
      struct ent_str wanted, struct ent_thread **out, size_t *count, struct ent_err *err)
{
	*out = ent_arena_array(a, n, sizeof(**out));
	*count = 0;
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0, j; i < n; i = j) {
		struct ent_thread *t = &(*out)[*count];

		for (j = i + 1; j < n && same_thread(&m[i], &m[j]);)
			j++;
		if (wanted.p && (wanted.n > m[i].thread.n ||
		                 memcmp(wanted.p, m[i].thread.p, wanted.n) != 0))
			continue;
		*t = (struct ent_thread){ .id = m[i].thread,
			                  .agreement = m[i].agreement,
			                  .messages = m + i,
			                  .count = j - i };
		judge(x, t);
		(*count)++;
	}
	if (*count)
		qsort(*out, *count, sizeof(**out), later);
	return 0;
}

int
ent_threads(struct ent_exchange *x, struct ent_arena *a, struct ent_str thread,
            struct ent_thread **out, size_t *count, struct ent_err *err)
{
	struct ent_message *m;
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_MESSAGE, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, MESSAGES_MAX, &docs, &n, err);

	if (rc == 0 && n == MESSAGES_MAX)
		rc = ent_fail(err, ENT_ELIMIT,
		              "there are more than %d messages: not all of them could be shown",
		              MESSAGES_MAX);
	if (rc)
		return rc;
	m = ent_arena_array(a, n, sizeof(*m));
	if (!m)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_message(x, a, docs[i], &m[i], err);
	return rc ? rc : group(x, a, m, n, thread, out, count, err);
}

/* ---- writing ---- */

static int
check_new(const struct ent_message_new *m, struct ent_err *err)
{
	if (m->text.n == 0 || m->text.n > TEXT_MAX)
		return ent_fail(err, ENT_EINVAL, "a message has 1 to %d bytes of text",
		                TEXT_MAX);
	if (m->n_about > ABOUT_MAX)
		return ent_fail(err, ENT_EINVAL, "a message is about at most %d objects",
		                ABOUT_MAX);
	if (m->priority.p && find_name(priorities, COUNT(priorities), m->priority) < 0)
		return ent_fail(err, ENT_EINVAL,
		                "priority is routine, priority, immediate or flash");
	if (m->due.p && ent_time_parse(m->due, NULL, NULL))
		return ent_fail(err, ENT_EINVAL,
		                "due is not a timestamp such as 2019-06-30T12:00:00Z");
	if (m->kind != ENT_MSG_OUTCOME)
		return 0;
	if (find_name(results, COUNT(results), m->result) < 0)
		return ent_fail(err, ENT_EINVAL,
		                "a result is attack-prevented, arrest, disruption, no-match, "
		                "not-actionable or still-open");
	return 0;
}

/* The thread that a message goes on in: its id in full, its agreement, the message that it
 * answers. */
static int
find_thread(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
            struct ent_str *thread, struct ent_str *agreement, struct ent_str *answers,
            struct ent_err *err)
{
	struct ent_thread *t;
	size_t n;
	int rc;

	*agreement = m->agreement;
	if (!m->thread.p) {
		*thread = ent_uuid4_dup(a);
		return thread->p ? 0 : ent_x_nomem(err);
	}
	rc = ent_threads(x, a, m->thread, &t, &n, err);
	if (rc)
		return rc;
	if (n != 1)
		return ent_fail(
		    err, n ? ENT_EINVAL : ENT_ENOENT,
		    n ? "%zu threads begin with \"%.*s\": give more of the id"
		      : "%zu threads begin with \"%.*s\": `entente inbox --all` shows them",
		    n, ENT_FMT(m->thread));
	*thread = t->id;
	*agreement = t->agreement;
	for (size_t i = 0; i < t->count; i++)
		if (!t->messages[i].own)
			*answers = t->messages[i].note; /* the last one of theirs */
	return 0;
}

static void
write_refs(struct ent_jw *w, const struct ent_exchange *x, const struct ent_message_new *m,
           struct ent_str answers)
{
	ent_jw_key(w, "object_refs");
	ent_jw_array(w);
	for (size_t i = 0; i < m->n_about; i++)
		ent_jw_str(w, m->about[i]);
	if (answers.p)
		ent_jw_str(w, answers);
	if (m->n_about == 0 && !answers.p)
		ent_jw_c(w, x->c.party); /* a note is about something: here, about its author */
	ent_jw_end_array(w);
}

static void
write_extension(struct ent_jw *w, const struct ent_message_new *m, struct ent_str thread,
                struct ent_str answers, struct ent_str now)
{
	ent_jw_key(w, "extensions");
	ent_jw_object(w);
	ent_jw_key(w, ENT_EXT_MESSAGE);
	ent_jw_object(w);
	ent_jw_kc(w, "extension_type", "property-extension");
	ent_jw_kstr(w, "thread", thread);
	ent_jw_kc(w, "kind", ent_message_kind_name(m->kind));
	if (answers.p)
		ent_jw_kstr(w, "in_reply_to", answers);
	if (m->priority.p)
		ent_jw_kstr(w, "priority", m->priority);
	if (m->due.p)
		ent_jw_kstr(w, "due", m->due);
	if (m->kind == ENT_MSG_OUTCOME) {
		ent_jw_kstr(w, "result", m->result);
		ent_jw_kstr(w, "date", m->date.p ? m->date : now);
		if (m->incident.p)
			ent_jw_kstr(w, "incident_ref", m->incident);
	}
	ent_jw_end_object(w);
	ent_jw_end_object(w);
}

static struct ent_str
write_note(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
           struct ent_str id, struct ent_str thread, struct ent_str answers, enum ent_tlp tlp)
{
	struct ent_str now = ent_x_at(x, a), out;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, 1 << 20);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "type", "note");
	ent_jw_kc(&w, "spec_version", "2.1");
	ent_jw_kstr(&w, "id", id);
	ent_jw_kc(&w, "created_by_ref", x->c.party);
	ent_jw_kstr(&w, "created", now);
	ent_jw_kstr(&w, "modified", now);
	ent_jw_kstr(&w, "content", m->text);
	write_refs(&w, x, m, answers);
	ent_jw_key(&w, "object_marking_refs");
	ent_jw_array(&w);
	ent_jw_str(&w, ent_tlp_id(tlp));
	ent_jw_end_array(&w);
	write_extension(&w, m, thread, answers, now);
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

struct denial {
	struct ent_err *err;
};

static void
keep_denial(void *self, const struct ent_released *r)
{
	const struct denial *d = self;

	for (int i = 0; i < ENT_RULES; i++)
		if (r->decision->rule[i].result == ENT_DENY) {
			(void)ent_fail(d->err, ENT_EDENIED, "the gate says no (%s): %.*s",
			               ent_rule_name((enum ent_rule)i),
			               ENT_FMT(r->decision->rule[i].reason));
			return;
		}
}

static int
put_on_channel(struct ent_exchange *x, const struct ent_agreement *g, struct ent_str id,
               struct ent_err *err)
{
	struct denial d = { err };
	struct ent_release_options o = {
		.ids = &id, .n_ids = 1, .each = keep_denial, .self = &d
	};
	struct ent_release_report rep;
	int rc = ent_release(x, g, &o, &rep, err);

	return rc == 0 && rep.denied ? ENT_EDENIED : rc;
}

static int
send(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
     struct ent_message *out, struct ent_err *err)
{
	struct ent_str thread, agreement, answers = { NULL, 0 }, note,
					  id = ent_stix_id_new(a, "note");
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	enum ent_tlp tlp = m->tlp;
	int rc = g && id.p ? find_thread(x, a, m, &thread, &agreement, &answers, err)
	                   : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_agreement_load(x, a, agreement, g, err);
	if (rc)
		return rc;
	if (tlp == ENT_TLP_NONE)
		tlp = g->party[g->self].terms.tlp_max < ENT_TLP_AMBER
		          ? g->party[g->self].terms.tlp_max
		          : ENT_TLP_AMBER;
	note = write_note(x, a, m, id, thread, answers, tlp);
	rc = note.p ? ent_holdings_put_text(x, a, note, ENT_SOURCE_OWN, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_WRITTEN, id, g->id, err);
	if (rc == 0)
		rc = put_on_channel(x, g, id, err);
	*out = (struct ent_message){ .note = id,
		                     .thread = thread,
		                     .agreement = g->id,
		                     .kind = m->kind,
		                     .text = m->text,
		                     .own = true };
	return rc;
}

int
ent_message_send(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
                 struct ent_message *out, struct ent_err *err)
{
	int rc = check_new(m, err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, send(x, a, m, out, err), err);
}
