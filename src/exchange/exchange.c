/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.c - opening a node's context, and its transactions.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "crypto/random.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/login.h"

/* Documents that are read at once. */
#define DOCS_BATCH 100

/* The key of cursors is made once and kept, so that a cursor outlives a restart. */
static int
load_cursor_key(struct ent_exchange *x, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(4096);
	struct ent_str key;
	int rc = a ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc == 0) {
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_STR("cursor-key"), &key,
		                       err);
		if (rc == ENT_ENOENT) {
			ent_random(x->cursor_key, sizeof(x->cursor_key));
			key = (struct ent_str){ (const char *)x->cursor_key,
				                sizeof(x->cursor_key) };
			rc = ent_store_doc_put(x->store, ENT_SPACE_META, ENT_STR("cursor-key"),
			                       key, err);
		} else if (rc == 0 && key.n != sizeof(x->cursor_key)) {
			rc = ent_fail(err, ENT_ECORRUPT, "the cursor key has %zu bytes, not 32",
			              key.n);
		} else if (rc == 0) {
			memcpy(x->cursor_key, key.p, key.n);
		}
		rc = ent_x_end(x, rc, err);
	}
	ent_arena_free(a);
	return rc;
}

/* Reads without a write transaction where the key is there already, so that readers never wait
 * for a writer. */
static int
open_cursor_key(struct ent_exchange *x, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(4096);
	struct ent_str key;
	int rc;

	if (!a)
		return ent_x_nomem(err);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_STR("cursor-key"), &key, NULL);
	if (rc == 0 && key.n == sizeof(x->cursor_key))
		memcpy(x->cursor_key, key.p, key.n);
	else
		rc = load_cursor_key(x, err);
	ent_arena_free(a);
	return rc;
}

int
ent_exchange_open(const struct ent_exchange_config *c, struct ent_exchange **out,
                  struct ent_err *err)
{
	struct ent_exchange *x = calloc(1, sizeof(*x));
	int rc;

	if (!x)
		return ent_x_nomem(err);
	x->c = *c;
	rc = ent_store_open(c->store_url, &x->store, err);
	if (rc == 0 && !c->logins) {
		x->logins = ent_logins_new();
		rc = x->logins ? 0 : ent_x_nomem(err);
	}
	if (rc == 0)
		rc = open_cursor_key(x, err);
	if (rc) {
		ent_exchange_close(x);
		return rc;
	}
	*out = x;
	return 0;
}

void
ent_exchange_close(struct ent_exchange *x)
{
	if (!x)
		return;
	ent_store_close(x->store);
	ent_logins_free(x->logins);
	explicit_bzero(x, sizeof(*x));
	free(x);
}

int
ent_x_begin(struct ent_exchange *x, struct ent_err *err)
{
	int rc;

	if (!ent_store_writing(x->store))
		return ent_store_begin(x->store, err);
	rc = ent_store_mark(x->store, err);
	x->depth += rc == 0;
	return rc;
}

int
ent_x_end(struct ent_exchange *x, int rc, struct ent_err *err)
{
	bool inner = x->depth > 0;

	x->depth -= inner;
	if (rc == 0)
		return inner ? ent_store_keep(x->store, err) : ent_exchange_batch_end(x, err);
	if (inner)
		ent_store_undo(x->store);
	else
		ent_store_rollback(x->store);
	return rc;
}

int
ent_exchange_batch_begin(struct ent_exchange *x, struct ent_err *err)
{
	return ent_store_begin(x->store, err);
}

int
ent_exchange_batch_end(struct ent_exchange *x, struct ent_err *err)
{
	int rc = ent_store_commit(x->store, err);

	if (rc == 0 && x->c.commits)
		(void)atomic_fetch_add(x->c.commits, 1);
	return rc;
}

void
ent_exchange_look(struct ent_exchange *x)
{
	uint64_t now = x->c.commits ? atomic_load(x->c.commits) : 0;

	if (!x->c.commits || now != x->looked_at)
		ent_store_look_end(x->store);
	x->looked_at = now;
	ent_store_look(x->store);
}

void
ent_exchange_rest(struct ent_exchange *x)
{
	ent_store_look_end(x->store);
}

int
ent_exchange_checkpoint_store(struct ent_exchange *x, struct ent_err *err)
{
	return ent_store_checkpoint(x->store, err);
}

int64_t
ent_x_now(const struct ent_exchange *x)
{
	return x->c.clock ? x->c.clock() : ent_now_us();
}

struct ent_str
ent_x_at(const struct ent_exchange *x, struct ent_arena *a)
{
	return ent_time_dup(a, ent_x_now(x), 3);
}

static uint64_t
today(const struct ent_exchange *x)
{
	return (uint64_t)(ent_x_now(x) / (INT64_C(86400) * 1000000));
}

uint64_t
ent_x_daily_count(struct ent_exchange *x, struct ent_arena *a, const char *what,
                  struct ent_str party)
{
	struct ent_str key = ent_arena_printf(a, "%s/%.*s", what, ENT_FMT(party)), text, word;
	uint64_t day, count = 0;

	if (key.p && ent_store_doc_get(x->store, a, ENT_SPACE_DAILY, key, &text, NULL) == 0 &&
	    ent_str_next(&text, ' ', &word) && ent_str_u64(word, UINT64_MAX, &day) == 0 &&
	    day == today(x))
		(void)ent_str_u64(text, UINT64_MAX, &count);
	return count;
}

bool
ent_x_daily(struct ent_exchange *x, struct ent_arena *a, const char *what, struct ent_str party,
            uint64_t most)
{
	struct ent_str key = ent_arena_printf(a, "%s/%.*s", what, ENT_FMT(party)), text;
	uint64_t count = ent_x_daily_count(x, a, what, party);

	if (!key.p || count >= most)
		return false;
	text = ent_arena_printf(a, "%" PRIu64 " %" PRIu64, today(x), count + 1);
	return text.p && ent_store_doc_put(x->store, ENT_SPACE_DAILY, key, text, NULL) == 0;
}

bool
ent_alarm_allowed(struct ent_exchange *x, struct ent_arena *a, struct ent_str party)
{
	return ent_x_daily(x, a, "alarm", party, ENT_ALARMS_DAY);
}

int
ent_x_channel(struct ent_exchange *x, struct ent_arena *a, uint32_t *out, struct ent_err *err)
{
	struct ent_str text;
	uint64_t last = 0;
	int rc =
	    ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_STR("channels"), &text, err);

	if (rc && rc != ENT_ENOENT)
		return rc;
	if (rc == 0 && ent_str_u64(text, (1u << 19) - 2, &last))
		return ent_fail(err, ENT_ECORRUPT,
		                "the counter of channels is damaged or used up");
	*out = (uint32_t)last + 1;
	text = ent_arena_printf(a, "%" PRIu32, *out);
	return text.p
	           ? ent_store_doc_put(x->store, ENT_SPACE_META, ENT_STR("channels"), text, err)
	           : ent_x_nomem(err);
}

int
ent_x_docs_each(struct ent_exchange *x, struct ent_str space, struct ent_str prefix,
                struct ent_str after,
                int (*see)(void *self, struct ent_doc d, struct ent_err *err), void *self,
                struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_buf last; /* of a batch: keys have no bound of their own */
	size_t n = DOCS_BATCH;
	int rc = a ? 0 : ent_x_nomem(err);

	ent_buf_init(&last, ENT_HTTP_ANSWER_MAX);
	while (rc == 0 && n == DOCS_BATCH) {
		struct ent_doc *docs;

		ent_arena_reset(a);
		rc = ent_store_docs(x->store, a, space, prefix, after, DOCS_BATCH, &docs, &n,
		                    err);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = see(self, docs[i], err);
		if (rc || n < DOCS_BATCH)
			break;
		ent_buf_clear(&last);
		ent_buf_str(&last, docs[n - 1].key);
		after = ent_buf_view(&last);
		rc = after.p ? 0 : ent_x_nomem(err);
	}
	ent_buf_release(&last);
	ent_arena_free(a);
	return rc;
}

int
ent_x_doc(struct ent_exchange *x, struct ent_arena *a, struct ent_str space, struct ent_str key,
          const struct ent_json **out, struct ent_err *err)
{
	struct ent_str text;
	int rc = ent_store_doc_get(x->store, a, space, key, &text, err);

	if (rc)
		return rc;
	rc = ent_json_parse(a, text, ENT_JSON_DEPTH, out, err);
	if (rc == ENT_EPARSE || rc == ENT_ELIMIT)
		return ent_fail(err, ENT_ECORRUPT, "stored record %.*s/%.*s is damaged",
		                ENT_FMT(space), ENT_FMT(key));
	return rc;
}

const char *
ent_exchange_party(const struct ent_exchange *x)
{
	return x->c.party;
}

const char *
ent_exchange_name(const struct ent_exchange *x)
{
	return x->c.name;
}

const uint8_t *
ent_exchange_pin(const struct ent_exchange *x)
{
	return x->c.pin;
}
