/* SPDX-License-Identifier: Apache-2.0 */
/*
 * served.c - what counterparts have read: noted in memory, then on record.
 */
#include "exchange/served.h"

#include <inttypes.h>
#include <pthread.h>

#include "base/buf.h"
#include "exchange/exchange_int.h"
#include "exchange/receipt.h"

#define AGREEMENT_TEXT 40 /* a UUID */
#define PARTY_TEXT     64 /* identity--UUID */

struct note {
	char agreement[AGREEMENT_TEXT], party[PARTY_TEXT];
	uint64_t upto;
	int64_t at; /* of the first of those since the last time */
};

struct ent_served {
	pthread_mutex_t lock;
	struct note note[ENT_SERVED_NOTES];
	size_t n;
};

struct ent_served *
ent_served_new(void)
{
	struct ent_served *s = calloc(1, sizeof(*s));

	if (s && pthread_mutex_init(&s->lock, NULL)) {
		free(s);
		return NULL;
	}
	return s;
}

void
ent_served_free(struct ent_served *s)
{
	if (!s)
		return;
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

static void
add_note(struct ent_served *s, const struct note *in)
{
	size_t i = 0;

	while (i < s->n && (strcmp(s->note[i].agreement, in->agreement) != 0 ||
	                    strcmp(s->note[i].party, in->party) != 0))
		i++;
	if (i < s->n) {
		struct note *to = &s->note[i];

		to->upto = in->upto > to->upto ? in->upto : to->upto;
		to->at = in->at < to->at ? in->at : to->at;
	} else if (s->n < ENT_SERVED_NOTES) {
		s->note[s->n++] = *in;
	}
}

void
ent_served_note(struct ent_served *s, struct ent_str agreement, struct ent_str party,
                uint64_t upto, int64_t at)
{
	struct note n = { .upto = upto, .at = at };

	if (!s || agreement.n >= sizeof(n.agreement) || party.n >= sizeof(n.party))
		return;
	memcpy(n.agreement, agreement.p, agreement.n);
	memcpy(n.party, party.p, party.n);
	(void)pthread_mutex_lock(&s->lock);
	add_note(s, &n);
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- on record: "UPTO AT UPTO AT ..." ---- */

static int
read_steps(struct ent_str text, uint64_t receipted, struct ent_served_step *step, size_t *n)
{
	struct ent_str word;
	uint64_t upto = 0, at = 0;

	*n = 0;
	while (*n < ENT_SERVED_STEPS && text.n > 0) {
		if (!ent_str_next(&text, ' ', &word) || ent_str_u64(word, UINT64_MAX, &upto) ||
		    !ent_str_next(&text, ' ', &word) || ent_str_u64(word, INT64_MAX, &at))
			return ENT_ECORRUPT;
		if (upto > receipted)
			step[(*n)++] = (struct ent_served_step){ upto, (int64_t)at };
	}
	return 0;
}

static struct ent_str
key_of(struct ent_arena *a, struct ent_str agreement, struct ent_str party)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(party));
}

int
ent_served_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                struct ent_str party, uint64_t receipted,
                struct ent_served_step step[ENT_SERVED_STEPS], size_t *n, struct ent_err *err)
{
	struct ent_str key = key_of(a, agreement, party), text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_SERVED, key, &text, err)
	               : ent_x_nomem(err);

	*n = 0;
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0 && read_steps(text, receipted, step, n))
		rc = ent_fail(err, ENT_ECORRUPT, "stored mark served/%.*s is damaged",
		              ENT_FMT(key));
	return rc;
}

static int
write_steps(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
            const struct ent_served_step *step, size_t n, struct ent_err *err)
{
	struct ent_str text;
	struct ent_buf b;
	int rc;

	if (n == 0)
		return ent_store_doc_del(x->store, ENT_SPACE_SERVED, key, err);
	ent_buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++)
		ent_buf_printf(&b, "%s%" PRIu64 " %" PRId64, i ? " " : "", step[i].upto,
		               step[i].at);
	text = ent_buf_done(&b, a);
	rc = text.p ? ent_store_doc_put(x->store, ENT_SPACE_SERVED, key, text, err)
	            : ent_x_nomem(err);
	ent_buf_release(&b);
	return rc;
}

int
ent_served_receipted(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_str party, uint64_t receipted, struct ent_err *err)
{
	struct ent_served_step step[ENT_SERVED_STEPS];
	struct ent_str key = key_of(a, agreement, party), text;
	size_t n;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_SERVED, key, &text, err)
	               : ent_x_nomem(err);

	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	if (read_steps(text, receipted, step, &n))
		n = 0; /* a damaged mark says nothing; the next page is noted anew */
	return write_steps(x, a, key, step, n, err);
}

/* *wanted: it isn't on record and no receipt has come; write: then it is put there. */
static int
keep_one(struct ent_exchange *x, struct ent_arena *a, const struct note *in, bool write,
         bool *wanted, struct ent_err *err)
{
	struct ent_str agreement = ent_str_c(in->agreement), party = ent_str_c(in->party), key;
	struct ent_served_step step[ENT_SERVED_STEPS];
	uint64_t receipted = 0;
	size_t n = 0;
	int rc = ent_receipted(x, a, agreement, party, &receipted, err);

	*wanted = false;
	if (rc || in->upto <= receipted)
		return rc;
	rc = ent_served_read(x, a, agreement, party, receipted, step, &n, err);
	if (rc == ENT_ECORRUPT)
		rc = 0;
	if (rc || (n && step[n - 1].upto >= in->upto))
		return rc;
	*wanted = true;
	if (!write)
		return 0;
	if (n < ENT_SERVED_STEPS)
		step[n++] = (struct ent_served_step){ in->upto, in->at };
	else
		step[n - 1].upto = in->upto;
	key = key_of(a, agreement, party);
	return key.p ? write_steps(x, a, key, step, n, err) : ent_x_nomem(err);
}

/* A pass over all; *wanted: whether one is to be written. */
static int
pass(struct ent_exchange *x, struct ent_arena *a, const struct note *in, size_t n, bool write,
     bool *wanted, struct ent_err *err)
{
	int rc = 0;
	bool one;

	*wanted = false;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		ent_arena_reset(a);
		rc = keep_one(x, a, &in[i], write, &one, err);
		*wanted |= one;
	}
	return rc;
}

/* Looks first, and begins a write only where there is something to be written. */
static int
keep(struct ent_exchange *x, const struct note *in, size_t n, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(65536);
	bool wanted = false;
	int rc = a ? pass(x, a, in, n, false, &wanted, err) : ent_x_nomem(err);

	if (rc == 0 && wanted) {
		rc = ent_x_begin(x, err);
		if (rc == 0)
			rc = ent_x_end(x, pass(x, a, in, n, true, &wanted, err), err);
	}
	ent_arena_free(a);
	return rc;
}

int
ent_served_keep(struct ent_exchange *x, struct ent_err *err)
{
	struct ent_served *s = x->c.served;
	struct note *taken = NULL;
	size_t n = 0;
	int rc = 0;

	if (!s)
		return 0;
	(void)pthread_mutex_lock(&s->lock);
	if (s->n) {
		taken = calloc(s->n, sizeof(*taken));
		if (taken) {
			n = s->n;
			memcpy(taken, s->note, n * sizeof(*taken));
			s->n = 0;
		} else {
			rc = ent_x_nomem(err);
		}
	}
	(void)pthread_mutex_unlock(&s->lock);
	if (n)
		rc = keep(x, taken, n, err);
	if (rc && n) {
		(void)pthread_mutex_lock(&s->lock);
		for (size_t i = 0; i < n; i++)
			add_note(s, &taken[i]);
		(void)pthread_mutex_unlock(&s->lock);
	}
	free(taken);
	return rc;
}
