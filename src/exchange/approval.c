/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approval.c - requests for the release of a version, and what a second person said.
 */
#include "exchange/approval.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/user.h"
#include "json/write.h"

#define ID_MIN 4

static const char *const states[] = { "waiting", "approved", "refused" };

const char *
ent_approval_state_name(enum ent_approval_state s)
{
	return states[s];
}

static struct ent_str
id_of(struct ent_arena *a, struct ent_str agreement, const uint8_t sha256[ENT_SHA256])
{
	struct ent_str s = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement),
	                                    ENT_FMT(ent_hex_dup(a, sha256, ENT_SHA256)));

	return s.p ? ent_sha256_hex(a, s) : s;
}

/* ---- records ---- */

static int
read_record(struct ent_str id, const struct ent_json *v, struct ent_approval *out,
            struct ent_err *err)
{
	struct ent_str state = ent_json_getstr(v, "state");

	*out = (struct ent_approval){
		.id = id,
		.agreement = ent_json_getstr(v, "agreement"),
		.object = ent_json_getstr(v, "object"),
		.version = ent_json_getstr(v, "version"),
		.sha256 = ent_json_getstr(v, "sha256"),
		.requested_by = ent_json_getstr(v, "requested_by"),
		.requested_at = ent_json_getstr(v, "requested_at"),
		.decided_by = ent_json_getstr(v, "decided_by"),
		.decided_at = ent_json_getstr(v, "decided_at"),
		.reason = ent_json_getstr(v, "reason"),
	};
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (ent_str_is(state, states[i])) {
			out->state = (enum ent_approval_state)i;
			return 0;
		}
	return ent_fail(err, ENT_ECORRUPT, "the approval %.*s has no state", ENT_FMT(id));
}

static int
write_record(struct ent_exchange *x, struct ent_arena *a, const struct ent_approval *v,
             struct ent_err *err)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_STATEMENT_BYTES + 2 * ENT_REASON_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "state", states[v->state]);
	ent_jw_kstr(&w, "agreement", v->agreement);
	ent_jw_kstr(&w, "object", v->object);
	ent_jw_kstr(&w, "version", v->version);
	ent_jw_kstr(&w, "sha256", v->sha256);
	ent_jw_kstr(&w, "requested_by", v->requested_by);
	ent_jw_kstr(&w, "requested_at", v->requested_at);
	if (v->state != ENT_APPROVAL_WAITING) {
		ent_jw_kstr(&w, "decided_by", v->decided_by);
		ent_jw_kstr(&w, "decided_at", v->decided_at);
		ent_jw_kstr(&w, "reason", v->reason);
	}
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_APPROVAL, v->id, text, err)
	              : ent_x_nomem(err);
}

/* Ids of SCOs can be guessed: the ledger has what stands for them. */
static int
note(struct ent_exchange *x, struct ent_arena *a, const char *act, const struct ent_approval *v,
     struct ent_err *err)
{
	struct ent_str object, detail;
	int rc = ent_audit_id(x, a, v->object, &object, err);

	if (rc)
		return rc;
	detail =
	    ent_arena_printf(a, "{\"approval\":\"%.*s\",\"object\":\"%.*s\",\"of\":\"%.*s\"}",
	                     ENT_FMT(v->id), ENT_FMT(object), ENT_FMT(v->agreement));
	return detail.p ? ent_audit_note(x, a, act, detail, err) : ent_x_nomem(err);
}

/* ---- asking ---- */

int
ent_approval_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                const struct ent_held *h, struct ent_approval *out, struct ent_err *err)
{
	struct ent_str id = id_of(a, agreement, h->sha256);
	const struct ent_json *v;
	int rc = id.p ? ent_x_doc(x, a, ENT_SPACE_APPROVAL, id, &v, err) : ent_x_nomem(err);

	return rc ? rc : read_record(id, v, out, err);
}

int
ent_approval_request(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     const struct ent_held *h, bool again, bool *waits, struct ent_err *err)
{
	struct ent_approval v;
	struct ent_str who;
	int rc = ent_approval_of(x, a, agreement, h, &v, err);

	*waits = rc || v.state == ENT_APPROVAL_WAITING || again;
	if (rc == 0 && (v.state != ENT_APPROVAL_REFUSED || !again))
		return 0;
	if (rc == 0 || rc == ENT_ENOENT)
		rc = ent_user_acting(x, a, &who, err);
	if (rc)
		return rc;
	v = (struct ent_approval){
		.id = id_of(a, agreement, h->sha256),
		.agreement = agreement,
		.object = h->id,
		.version = h->version.p ? h->version : ENT_STR(""),
		.sha256 = ent_hex_dup(a, h->sha256, ENT_SHA256),
		.requested_by = who,
		.requested_at = ent_x_at(x, a),
	};
	if (!v.id.p || !v.sha256.p || !v.requested_at.p)
		return ent_x_nomem(err);
	rc = write_record(x, a, &v, err);
	return rc ? rc : note(x, a, "release-request", &v, err);
}

/* ---- finding ---- */

int
ent_approval_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  struct ent_approval *out, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	const struct ent_json *v;
	struct ent_doc *docs;
	size_t n;
	int rc;

	if (id.n < ID_MIN || id.n > 64)
		return ent_fail(err, ENT_EINVAL,
		                "an approval is named by %d to 64 digits: `entente approval "
		                "list` shows them",
		                ID_MIN);
	rc = ent_store_docs(x->store, a, ENT_SPACE_APPROVAL, id, none, 2, &docs, &n, err);
	if (rc)
		return rc;
	if (n == 0)
		return ent_fail(err, ENT_ENOENT, "no approval %.*s", ENT_FMT(id));
	if (n > 1)
		return ent_fail(err, ENT_EINVAL, "several approvals begin with %.*s",
		                ENT_FMT(id));
	rc = ent_json_parse(a, docs[0].value, ENT_JSON_DEPTH, &v, err);
	return rc ? rc : read_record(docs[0].key, v, out, err);
}

#define BATCH 100

int
ent_approvals_each(struct ent_exchange *x, bool all,
                   int (*see)(void *self, const struct ent_approval *v, struct ent_err *err),
                   void *self, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	char after[65] = "";
	size_t n = BATCH;
	int rc = a ? 0 : ent_x_nomem(err);

	while (rc == 0 && n == BATCH) {
		struct ent_doc *docs;

		ent_arena_reset(a);
		rc = ent_store_docs(x->store, a, ENT_SPACE_APPROVAL, ENT_STR(""),
		                    ent_str_c(after[0] ? after : NULL), BATCH, &docs, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			const struct ent_json *json;
			struct ent_approval v;

			(void)snprintf(after, sizeof(after), "%.*s", ENT_FMT(docs[i].key));
			rc = ent_json_parse(a, docs[i].value, ENT_JSON_DEPTH, &json, err);
			if (rc == 0)
				rc = read_record(docs[i].key, json, &v, err);
			if (rc == 0 && (all || v.state == ENT_APPROVAL_WAITING))
				rc = see(self, &v, err);
		}
	}
	ent_arena_free(a);
	return rc;
}

/* ---- deciding ---- */

static int
check_decision(const struct ent_approval *v, struct ent_str who, struct ent_str reason,
               bool approve, struct ent_err *err)
{
	if (v->state != ENT_APPROVAL_WAITING)
		return ent_fail(err, ENT_ESTATE, "%.*s has %s it already, %.*s",
		                ENT_FMT(v->decided_by), states[v->state],
		                ENT_FMT(v->decided_at));
	if (ent_str_eq(v->requested_by, who))
		return ent_fail(err, ENT_EDENIED,
		                "%.*s asked for it: another person has to decide",
		                ENT_FMT(who));
	if (!approve && !reason.n)
		return ent_fail(err, ENT_EINVAL, "a refusal needs a reason");
	if (reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_ELIMIT, "the reason has more than %d bytes",
		                ENT_REASON_BYTES);
	return 0;
}

static int
decide(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, bool approve,
       struct ent_str reason, struct ent_approval *out, struct ent_err *err)
{
	struct ent_str who;
	int rc = ent_user_acting(x, a, &who, err);

	if (rc == 0)
		rc = ent_approval_find(x, a, id, out, err);
	if (rc == 0)
		rc = check_decision(out, who, reason, approve, err);
	if (rc)
		return rc;
	out->state = approve ? ENT_APPROVAL_APPROVED : ENT_APPROVAL_REFUSED;
	out->decided_by = who;
	out->decided_at = ent_x_at(x, a);
	out->reason = reason.p ? reason : ENT_STR("");
	if (!out->decided_at.p)
		return ent_x_nomem(err);
	rc = write_record(x, a, out, err);
	return rc ? rc : note(x, a, approve ? "release-approve" : "release-refuse", out, err);
}

int
ent_approval_decide(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                    bool approve, struct ent_str reason, struct ent_approval *out,
                    struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, decide(x, a, id, approve, reason, out, err), err);
}
