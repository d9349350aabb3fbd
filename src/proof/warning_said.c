/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning_said.c - what both parties said about an object: their messages, each in the ledger
 * of who wrote it.
 */
#include "proof/warning_int.h"

#include "proof/extension.h"
#include "proof/fields.h"

/* Its entry in the ledger of its author, which the other party cosigned. */
static int
check_one(struct ent_proving *r, const struct ent_json *v, struct ent_warning_message *m,
          struct ent_err *err)
{
	const struct ent_json *note = ent_json_getc(v, "object"),
			      *ext = ent_message_extension(note), *entry;
	const struct ent_json *release = ent_json_getc(v, "release");
	const struct ent_warning_party *by = &r->out->sender, *other = &r->out->receiver;
	struct ent_str author = ent_json_getstr(note, "created_by_ref"),
		       salt = ent_json_getstr(v, "salt");
	uint8_t sha256[ENT_SHA256];
	struct ent_proof_ledger l;
	int rc;

	*m = (struct ent_warning_message){ .by_sender = ent_str_eq(author, by->id),
		                           .id = ent_json_getstr(note, "id"),
		                           .thread = ent_json_getstr(ext, "thread"),
		                           .kind = ent_json_getstr(ext, "kind"),
		                           .result = ent_json_getstr(ext, "result"),
		                           .text = ent_json_getstr(note, "content") };
	if (!m->by_sender) {
		by = &r->out->receiver;
		other = &r->out->sender;
	}
	if (ent_json_count(v) != (salt.p ? 3 : 2) || !m->id.n || !m->thread.n || !m->kind.n)
		return ent_fail(err, ENT_EPARSE, "not a message with its entry");
	if (!ent_str_eq(author, by->id))
		return ent_fail(err, ENT_ESIG, "it is by neither of the two");
	rc = ent_proof_ledger(r, ent_json_getstr(release, "checkpoint"), by, other, &l, err);
	if (rc == 0)
		rc =
		    ent_proof_entry(r, release, true, &l, "release", &entry, &m->released, err);
	if (rc == 0)
		rc = ent_release_fits(r->a, entry, note, salt, r->out->agreement, sha256, err);
	m->cosigned = l.cosigned;
	return rc;
}

/* All of a thread that is about the object; where the object is a message, of its own. */
static int
check_threads(struct ent_proving *r, const struct ent_json *list, struct ent_err *err)
{
	const struct ent_json *object = ent_json_getc(r->v, "object");
	struct ent_str own = ent_json_getstr(ent_message_extension(object), "thread");
	struct ent_warning *out = r->out;

	for (size_t i = 0; i < out->messages; i++) {
		bool about = own.n && ent_str_eq(out->message[i].thread, own);

		for (size_t k = 0; !about && k < out->messages; k++)
			about = ent_str_eq(out->message[k].thread, out->message[i].thread) &&
			        ent_message_refers(
				    ent_json_getc(ent_json_at(list, k), "object"), out->object);
		for (size_t k = 0; k < i; k++)
			about &= !ent_str_eq(out->message[k].id, out->message[i].id);
		if (!about)
			return ent_fail(err, ENT_ESIG,
			                "messages: number %zu is in no thread about the "
			                "object, or stands twice",
			                i + 1);
	}
	return 0;
}

int
ent_proof_messages(struct ent_proving *r, struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(r->v, "messages");
	struct ent_warning *out = r->out;
	size_t n = ent_json_count(list);

	if (list && (!ent_json_is(list, ENT_JSON_ARRAY) || n == 0 || n > ENT_WARNING_MESSAGES))
		return ent_fail(err, ENT_EPARSE, "messages: not a list of 1 to %d of them",
		                ENT_WARNING_MESSAGES);
	for (size_t i = 0; i < n; i++) {
		struct ent_warning_message *m = &out->message[i];
		int rc = check_one(r, ent_json_at(list, i), m, err);

		if (rc)
			return ent_within(err, rc, "messages: number %zu", i + 1);
		if (i && m->released < m[-1].released)
			return ent_fail(err, ENT_ESIG,
			                "messages: number %zu is older than the one before it",
			                i + 1);
		out->messages++;
		if (!out->answer && !m->by_sender && !ent_str_is(m->kind, "request"))
			out->answer = m;
		if (ent_str_is(m->kind, "outcome"))
			out->outcome = m;
	}
	return check_threads(r, list, err);
}
