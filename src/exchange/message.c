/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.c - notes that are messages, and the dialogues that they belong to.
 */
#include "exchange/message.h"

#include "exchange/exchange_int.h"
#include "exchange/holdings.h"

static const char *const kind_names[] = { "request",         "reply",   "tip",
	                                  "acknowledgement", "outcome", "remark" };

const char *
ent_message_kind_name(enum ent_message_kind k)
{
	return kind_names[k];
}

enum ent_message_kind
ent_message_kind_of(const struct ent_json *extension)
{
	struct ent_str name = ent_json_getstr(extension, "kind");
	int k = 0;

	while (k < ENT_MSG_KINDS && !ent_str_is(name, kind_names[k]))
		k++;
	return (enum ent_message_kind)k;
}

/* A thread's id in the form in which it is a key; false if it isn't a UUID. */
static bool
thread_key(struct ent_str thread, char out[ENT_UUID_TEXT])
{
	uint8_t uuid[16];

	if (ent_uuid_parse(thread, uuid))
		return false;
	(void)ent_uuid_text(uuid, out);
	return true;
}

bool
ent_message_is(const struct ent_json *v)
{
	const struct ent_json *ext = ent_message_extension(v);
	char thread[ENT_UUID_TEXT];

	return ext && ent_str_is(ent_json_getstr(v, "type"), "note") &&
	       thread_key(ent_json_getstr(ext, "thread"), thread) &&
	       ent_message_kind_of(ext) != ENT_MSG_KINDS;
}

int
ent_message_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_str from, const struct ent_json *note, bool *held,
                  struct ent_err *err)
{
	struct ent_str author = ent_json_getstr(note, "created_by_ref"),
		       id = ent_json_getstr(note, "id"), none = { NULL, 0 },
		       version = ent_json_getstr(note, "modified");
	struct ent_held h;
	int rc;

	/* a third person's message may be passed on; another party's says who speaks here */
	if (!ent_str_eq(author, from) && ent_agreement_party(g, author) >= 0)
		return ent_fail(err, ENT_EDENIED,
		                "%.*s: a message in the name of another party than its sender",
		                ENT_FMT(id));
	if (ent_json_getstr(note, "content").n > ENT_MESSAGE_BYTES ||
	    ent_json_raw(note).n > 4 * (size_t)ENT_MESSAGE_BYTES)
		return ent_fail(err, ENT_EDENIED,
		                "%.*s: a message has at most %d bytes of text, and four times "
		                "that in all",
		                ENT_FMT(id), ENT_MESSAGE_BYTES);
	if (ent_holdings_get(x, a, id, version, &h, NULL) == 0)
		return 0; /* the same again, or another under the same version: the store tells
		           */
	*held = true;
	rc = ent_holdings_get(x, a, id, none, &h, NULL);
	if (rc == ENT_ENOENT || rc == ENT_EINVAL)
		return 0;
	return rc ? ent_fail(err, rc, "the holdings can't be read")
	          : ent_fail(err, ENT_EDENIED,
	                     "%.*s: a message is not changed after it was sent; send another",
	                     ENT_FMT(id));
}

int
ent_message_index(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  const struct ent_json *note, bool own, struct ent_err *err)
{
	const struct ent_json *ext = ent_message_extension(note);
	struct ent_str created = ent_json_getstr(note, "created"), key, value, old;
	char thread[ENT_UUID_TEXT];
	int64_t at;
	int rc;

	if (!ent_message_is(note) || ent_time_parse(created, &at, NULL) ||
	    !thread_key(ent_json_getstr(ext, "thread"), thread))
		return 0;
	/* nobody speaks last for ever: what is dated ahead stands where it came */
	if (at > ent_x_now(x))
		at = ent_x_now(x);
	key = ent_arena_printf(a, "%.*s/%s/%.*s/%.*s", ENT_FMT(agreement), thread,
	                       ENT_FMT(ent_time_dup(a, at, 6)),
	                       ENT_FMT(ent_json_getstr(note, "id")));
	value = ent_arena_printf(a, "%s %.*s", own ? "own" : "theirs",
	                         ENT_FMT(ent_json_getstr(note, "modified")));
	if (!key.p || !value.p)
		return ent_x_nomem(err);
	/* what was said first stands */
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_MESSAGE, key, &old, err);
	return rc == ENT_ENOENT
	           ? ent_store_doc_put(x->store, ENT_SPACE_MESSAGE, key, value, err)
	           : rc;
}

struct ent_str
ent_message_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str id)
{
	struct ent_str agreement;

	if (!ent_str_starts(id, "note--") ||
	    ent_store_doc_get(x->store, a, ENT_SPACE_WRITTEN, id, &agreement, NULL))
		return (struct ent_str){ NULL, 0 };
	return agreement;
}
