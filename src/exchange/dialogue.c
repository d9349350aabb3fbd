/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.c - messages and threads.
 */
#include "exchange/dialogue.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/release.h"
#include "json/write.h"

#define ABOUT_MAX 100

static const char *const priorities[] = { "routine", "priority", "immediate", "flash" };
static const char *const results[] = { "attack-prevented", "arrest",         "disruption",
	                               "no-match",         "not-actionable", "still-open" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
find_name(const char *const *names, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_is(s, names[i]))
			return (int)i;
	return -1;
}

/* What each move must say, and may. */
static int
check_move(const struct ent_message_new *m, struct ent_err *err)
{
	if (m->move == ENT_MOVE_DECLINE && !ent_in_list(ent_decline_reasons, m->decline))
		return ent_fail(err, ENT_EINVAL,
		                "a request is declined for one of the reasons of the list: "
		                "`entente help thread decline`");
	if (m->answer.n && !ent_in_list(ent_answer_kinds, m->answer))
		return ent_fail(
		    err, ENT_EINVAL,
		    "an answer is full, partial, no-trace or cannot-confirm-or-deny");
	if ((m->move == ENT_MOVE_EVALUATE || m->scheme.n) &&
	    !ent_evaluation_ok(m->scheme, m->source, m->information))
		return ent_fail(
		    err, ENT_EINVAL,
		    "an evaluation is admiralty with A-F and 1-6, or europol-4x4 with "
		    "A, B, C, X and 1-4");
	if (m->move == ENT_MOVE_CORRECT && (!m->object.n || !m->property.n))
		return ent_fail(
		    err, ENT_EINVAL,
		    "a correction names an object, a property and what it should be");
	return 0;
}

static int
check_new(const struct ent_message_new *m, struct ent_err *err)
{
	if (m->text.n == 0 || m->text.n > ENT_MESSAGE_BYTES)
		return ent_fail(err, ENT_EINVAL, "a message has 1 to %d bytes of text",
		                ENT_MESSAGE_BYTES);
	if (m->n_about > ABOUT_MAX)
		return ent_fail(err, ENT_EINVAL, "a message is about at most %d objects",
		                ABOUT_MAX);
	if (m->priority.p && find_name(priorities, COUNT(priorities), m->priority) < 0)
		return ent_fail(err, ENT_EINVAL,
		                "priority is routine, priority, immediate or flash");
	if (m->due.p && ent_time_parse(m->due, NULL, NULL))
		return ent_fail(err, ENT_EINVAL,
		                "due is not a timestamp such as 2019-06-30T12:00:00Z");
	if (!m->plain) {
		int rc = check_move(m, err);

		if (rc)
			return rc;
	}
	if (m->kind != ENT_MSG_OUTCOME)
		return 0;
	if (find_name(results, COUNT(results), m->result) < 0)
		return ent_fail(err, ENT_EINVAL,
		                "a result is attack-prevented, arrest, disruption, no-match, "
		                "not-actionable or still-open");
	return 0;
}

static int
check_stage(const struct ent_thread *t, const struct ent_message_new *m, struct ent_err *err)
{
	enum ent_stage to;

	if (ent_move_apply(t->stage, m->move, t->own_request, &to))
		return 0;
	if (ent_stage_is_end(t->stage))
		return ent_fail(err, ENT_ESTATE, "the thread is %s", ent_stage_name(t->stage));
	return ent_fail(
	    err, ENT_ESTATE,
	    "the thread is %s, and %s opened it: \"%s\" is not for this node to say "
	    "now",
	    ent_stage_name(t->stage), t->own_request ? "this node" : "the other side",
	    ent_move_name(m->move));
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
	*answers = t->answers;
	return m->plain ? 0 : check_stage(t, m, err);
}

static void
write_refs(struct ent_jw *w, const struct ent_exchange *x, const struct ent_message_new *m,
           struct ent_str answers, struct ent_str attached)
{
	ent_jw_key(w, "object_refs");
	ent_jw_array(w);
	for (size_t i = 0; i < m->n_about; i++)
		ent_jw_str(w, m->about[i]);
	if (attached.p)
		ent_jw_str(w, attached);
	if (answers.p)
		ent_jw_str(w, answers);
	if (m->n_about == 0 && !answers.p && !attached.p)
		ent_jw_c(w, x->c.party); /* a note is about something: here, about its author */
	ent_jw_end_array(w);
}

/* What version 1.1.0 of the extension adds. */
static void
write_move(struct ent_jw *w, const struct ent_message_new *m)
{
	ent_jw_kc(w, "act", ent_move_name(m->move));
	if (m->answer.n)
		ent_jw_kstr(w, "answer", m->answer);
	if (m->decline.n)
		ent_jw_kstr(w, "decline_reason", m->decline);
	if (m->scheme.n) {
		ent_jw_key(w, "evaluation");
		ent_jw_object(w);
		ent_jw_kstr(w, "scheme", m->scheme);
		ent_jw_kstr(w, "source", m->source);
		ent_jw_kstr(w, "information", m->information);
		ent_jw_end_object(w);
	}
	if (m->object.n) {
		ent_jw_key(w, "correction");
		ent_jw_object(w);
		ent_jw_kstr(w, "object_ref", m->object);
		ent_jw_kstr(w, "property", m->property);
		ent_jw_kstr(w, "value", m->value);
		ent_jw_end_object(w);
	}
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
	if (!m->plain)
		write_move(w, m);
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
           struct ent_str id, struct ent_str thread, struct ent_str answers, enum ent_tlp tlp,
           struct ent_str attached)
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
	write_refs(&w, x, m, answers, attached);
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

	for (int i = 0; !r->requested && i < ENT_RULES; i++)
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
	int rc = ent_release(x, g->id, &o, &rep, err);

	return rc == 0 && rep.denied ? ENT_EDENIED : rc;
}

/* The attachment as an artifact, which goes before the note that names it. */
static int
attach(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
       const struct ent_agreement *g, enum ent_tlp tlp, struct ent_str *id, struct ent_err *err)
{
	struct ent_str b64, hash, json;
	int rc;

	if (!m->attachment.p)
		return 0;
	if (m->attachment.n == 0 || m->attachment.n > ENT_ATTACHMENT_MAX)
		return ent_fail(err, ENT_EINVAL, "an attachment has 1 to %u bytes",
		                ENT_ATTACHMENT_MAX);
	b64 = ent_b64_dup(a, (const uint8_t *)m->attachment.p, m->attachment.n);
	hash = ent_sha256_hex(a, m->attachment);
	*id = ent_stix_id_new(a, "artifact");
	json = ent_arena_printf(a,
	                        "{\"type\":\"artifact\",\"spec_version\":\"2.1\",\"id\":\"%.*"
	                        "s\",\"mime_type\":\"%.*s\","
	                        "\"payload_bin\":\"%.*s\",\"hashes\":{\"SHA-256\":\"%.*s\"},"
	                        "\"object_marking_refs\":[\"%.*s\"]}",
	                        ENT_FMT(*id),
	                        ENT_FMT(m->attachment_type.n
	                                    ? m->attachment_type
	                                    : ENT_STR("application/octet-stream")),
	                        ENT_FMT(b64), ENT_FMT(hash), ENT_FMT(ent_tlp_id(tlp)));
	if (!b64.p || !hash.p || !id->p || !json.p)
		return ent_x_nomem(err);
	rc = ent_holdings_put_text(x, a, json, ENT_SOURCE_OWN, err);
	return rc ? rc : put_on_channel(x, g, *id, err);
}

static int
send(struct ent_exchange *x, struct ent_arena *a, const struct ent_message_new *m,
     struct ent_message *out, struct ent_err *err)
{
	struct ent_str thread, agreement, answers = { NULL, 0 }, note,
					  id = ent_stix_id_new(a, "note");
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_str attached = { NULL, 0 };
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
	rc = attach(x, a, m, g, tlp, &attached, err);
	if (rc)
		return rc;
	note = write_note(x, a, m, id, thread, answers, tlp, attached);
	rc = note.p ? ent_holdings_put_text(x, a, note, ENT_SOURCE_OWN, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_WRITTEN, id, g->id, err);
	if (rc == 0)
		rc = put_on_channel(x, g, id, err);
	if (rc == 0)
		rc = ent_audit_note(x, a, ent_message_kind_name(m->kind),
		                    ent_arena_printf(a, "{\"of\":\"%.*s\",\"note\":\"%.*s\"}",
		                                     ENT_FMT(g->id), ENT_FMT(id)),
		                    err);
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

static int
keep_evaluation(struct ent_exchange *x, struct ent_arena *a, struct ent_str note,
                struct ent_str text, struct ent_err *err)
{
	struct ent_str detail = ent_arena_printf(a, "{\"note\":\"%.*s\"}", ENT_FMT(note));
	int rc = detail.p ? ent_store_doc_put(x->store, ENT_SPACE_EVALUATION, note, text, err)
	                  : ent_x_nomem(err);

	return rc ? rc : ent_audit_note(x, a, "evaluate", detail, err);
}

int
ent_evaluate(struct ent_exchange *x, struct ent_arena *a, struct ent_str note,
             struct ent_str scheme, struct ent_str source, struct ent_str information,
             struct ent_err *err)
{
	const struct ent_message_new m = { .move = ENT_MOVE_EVALUATE,
		                           .scheme = scheme,
		                           .source = source,
		                           .information = information };
	struct ent_str text = ent_arena_printf(a, "%.*s %.*s%.*s", ENT_FMT(scheme),
	                                       ENT_FMT(source), ENT_FMT(information));
	int rc = text.p ? check_move(&m, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, keep_evaluation(x, a, note, text, err), err);
}
