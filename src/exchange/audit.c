/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c - who did what and when on this node, as entries of the internal ledger.
 */
#include "exchange/audit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <unistd.h>

#include <entente/stix.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"

#define SECRET_KEY ENT_STR("audit-secret")
#define SECRET     32
/* Ids that an entry names: 64 digits each must fit with the rest into ENT_LEDGER_ENTRY_MAX. */
#define NAMED_MAX   900
#define BATCH       500
#define BATCH_ARENA ((size_t)256 << 20)

/* ---- who ---- */

void
ent_audit_as(struct ent_exchange *x, const char *kind, struct ent_str name)
{
	int n = snprintf(x->who, sizeof(x->who), "%s%s%.*s", kind, name.p ? ":" : "",
	                 ENT_FMT(name));

	for (int i = 0; i < n && x->who[i]; i++)
		if (x->who[i] < ' ' || x->who[i] > '~' || x->who[i] == '"' || x->who[i] == '\\')
			x->who[i] = '?';
}

/* Also without an entry in the list of accounts. */
static void
account_name(uid_t uid, char *out, size_t size)
{
	struct passwd pw, *found = NULL;
	char room[4096];

	if (getpwuid_r(uid, &pw, room, sizeof(room), &found) || !found)
		(void)snprintf(out, size, "%u", (unsigned)uid);
	else
		(void)snprintf(out, size, "%s", found->pw_name);
}

/* The account that logged in, as the kernel's audit keeps it; false: nobody did. */
static bool
login_uid(uid_t *out)
{
	char text[32];
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	uint64_t uid;

	if (fd >= 0)
		(void)close(fd);
	if (n <= 0 ||
	    ent_str_u64(ent_str_trim((struct ent_str){ text, (size_t)n }), UINT32_MAX, &uid) ||
	    uid == UINT32_MAX)
		return false;
	*out = (uid_t)uid;
	return true;
}

void
ent_audit_as_account(struct ent_exchange *x)
{
	char now[64], first[64], both[ENT_AUDIT_WHO];
	uid_t login;

	account_name(geteuid(), now, sizeof(now));
	if (!login_uid(&login) || login == geteuid()) {
		ent_audit_as(x, "account", ent_str_c(now));
		return;
	}
	account_name(login, first, sizeof(first));
	(void)snprintf(both, sizeof(both), "%s(%s)", now, first);
	ent_audit_as(x, "account", ent_str_c(both));
}

/* ---- acts ---- */

int
ent_audit_note(struct ent_exchange *x, struct ent_arena *a, const char *what,
               struct ent_str detail, struct ent_err *err)
{
	struct ent_str at = ent_x_at(x, a);
	struct ent_str entry = ent_arena_printf(
	    a, "{\"kind\":\"act\",\"act\":\"%s\",\"at\":\"%.*s\",\"who\":\"%s\"%s%.*s}", what,
	    ENT_FMT(at), x->who[0] ? x->who : "node", detail.p ? ",\"detail\":" : "",
	    ENT_FMT(detail));

	return ent_book_note(x, a, ENT_BOOK_INTERNAL, entry, err);
}

int
ent_audit_act(struct ent_exchange *x, struct ent_arena *a, const char *what,
              struct ent_str detail, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, ent_audit_note(x, a, what, detail, err), err);
}

/* Drawn once. */
static int
secret(struct ent_exchange *x, struct ent_arena *a, struct ent_str *out, struct ent_err *err)
{
	uint8_t drawn[SECRET];
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, SECRET_KEY, out, err);

	if (rc == 0 && out->n != SECRET)
		return ent_fail(err, ENT_ECORRUPT, "the audit's secret is damaged");
	if (rc != ENT_ENOENT)
		return rc;
	ent_random(drawn, sizeof(drawn));
	*out = ent_arena_dup(a, (struct ent_str){ (const char *)drawn, sizeof(drawn) });
	return out->p ? ent_store_doc_put(x->store, ENT_SPACE_META, SECRET_KEY, *out, err)
	              : ent_x_nomem(err);
}

static struct ent_str
id_hash(struct ent_arena *a, struct ent_str key, struct ent_str id)
{
	struct ent_str parts[2] = { key, id };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(parts, 2, hash);
	return ent_hex_dup(a, hash, sizeof(hash));
}

int
ent_audit_id(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
             struct ent_str *out, struct ent_err *err)
{
	struct ent_str key;
	int rc = secret(x, a, &key, err);

	if (rc)
		return rc;
	*out = id_hash(a, key, id);
	return out->p ? 0 : ent_x_nomem(err);
}

static int
note_export(struct ent_exchange *x, struct ent_arena *a, const char *what, struct ent_str name,
            struct ent_str object, struct ent_err *err)
{
	struct ent_str hash = { NULL, 0 }, detail;
	struct ent_buf b;
	struct ent_jw w;
	int rc = object.p ? ent_audit_id(x, a, object, &hash, err) : 0;

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	if (name.p)
		ent_jw_kstr(&w, "of", name);
	if (hash.p)
		ent_jw_kstr(&w, "object", hash);
	ent_jw_end_object(&w);
	detail = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return detail.p ? ent_audit_note(x, a, what, detail, err) : ent_x_nomem(err);
}

int
ent_audit_export(struct ent_exchange *x, struct ent_arena *a, const char *what,
                 struct ent_str name, struct ent_str object, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, note_export(x, a, what, name, object, err), err);
}

/* ---- what is sensitive ---- */

#define EXT_ATTACK      "extension-definition--7f5f05e1-1d92-4790-af3e-a379fd251eee"
#define EXT_DESIGNATION "extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829"

/* What is personal data: the one table of it.  All that a row gives must be so. */
static const struct personal {
	const char *type, *extension; /* extension NULL: none is asked for */
	/* a member of the object with that value; or of each in a list of the extension, with a
	 * value that begins so */
	const char *list, *member, *value;
} personal[] = {
	{ "identity", NULL, NULL, "identity_class", "individual" },
	{ "threat-actor", EXT_DESIGNATION, NULL, NULL, NULL },
	{ "incident", EXT_ATTACK, "perpetrators", "actor_ref", "identity--" },
};
#define PERSONAL (sizeof(personal) / sizeof(personal[0]))

static bool
fits(const struct personal *p, const struct ent_json *v)
{
	const struct ent_json *list;

	if (p->extension) {
		v = ent_json_getc(ent_json_getc(v, "extensions"), p->extension);
		if (!v)
			return false;
	}
	if (!p->member)
		return true;
	if (!p->list)
		return ent_str_is(ent_json_getstr(v, p->member), p->value);
	list = ent_json_getc(v, p->list);
	for (size_t i = 0; i < ent_json_count(list); i++)
		if (ent_str_starts(ent_json_getstr(ent_json_at(list, i), p->member), p->value))
			return true;
	return false;
}

static int
see_marking(void *self, struct ent_str id, struct ent_str selector)
{
	(void)selector;
	*(bool *)self |= id.p && ent_tlp_of(id) == ENT_TLP_RED;
	return 0;
}

/* Most objects are neither, and are not parsed to learn that: the ids of RED are not in them,
 * nor an escape by which they could be written otherwise. */
static bool
may_be_red(struct ent_str bytes)
{
	static const char *const signs[] = { "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
		                             "e828b379-4e03-4974-9ac4-e53a884c97c1", "\\" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (memmem(bytes.p, bytes.n, signs[i], strlen(signs[i])))
			return true;
	return false;
}

unsigned
ent_audit_class(struct ent_arena *scratch, struct ent_str type, struct ent_str bytes)
{
	const struct ent_json *v;
	bool red = bytes.p && may_be_red(bytes), look = red;
	unsigned found = 0;

	for (size_t i = 0; i < PERSONAL; i++)
		look |= ent_str_is(type, personal[i].type);
	if (!look || !bytes.p || ent_json_parse(scratch, bytes, ENT_JSON_DEPTH, &v, NULL))
		return 0;
	if (red) {
		red = false;
		(void)ent_stix_markings(v, see_marking, &red);
		found |= red ? ENT_AUDIT_RED : 0;
	}
	for (size_t i = 0; i < PERSONAL; i++)
		if (ent_str_is(type, personal[i].type) && fits(&personal[i], v))
			found |= ENT_AUDIT_PERSONAL;
	return found;
}

/* ---- reads ---- */

int
ent_audit_read_begin(struct ent_audit_read *r, struct ent_exchange *x, struct ent_arena *a,
                     size_t objects, struct ent_err *err)
{
	*r = (struct ent_audit_read){ .x = x };
	r->room = objects < NAMED_MAX ? objects : NAMED_MAX;
	r->ids = ent_arena_array(a, r->room, sizeof(*r->ids));
	r->scratch = r->ids ? ent_arena_new(ENT_REQUEST_ARENA) : NULL;
	return r->scratch ? 0 : ent_x_nomem(err);
}

void
ent_audit_read_see(struct ent_audit_read *r, struct ent_str type, struct ent_str id,
                   struct ent_str bytes)
{
	unsigned is;

	ent_arena_reset(r->scratch);
	is = ent_audit_class(r->scratch, type, bytes);
	r->red += (is & ENT_AUDIT_RED) != 0;
	r->personal += (is & ENT_AUDIT_PERSONAL) != 0;
	if (is && r->n < r->room)
		r->ids[r->n++] = id;
}

static int
note_read(struct ent_audit_read *r, struct ent_arena *a, struct ent_str where,
          struct ent_err *err)
{
	struct ent_str key, detail;
	struct ent_buf b;
	struct ent_jw w;
	int rc = secret(r->x, a, &key, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "of", where);
	ent_jw_kint(&w, "red", (int64_t)r->red);
	ent_jw_kint(&w, "personal", (int64_t)r->personal);
	ent_jw_key(&w, "objects");
	ent_jw_array(&w);
	for (size_t i = 0; i < r->n; i++) {
		ent_arena_reset(r->scratch);
		ent_jw_str(&w, id_hash(r->scratch, key, r->ids[i]));
	}
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	detail = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return detail.p ? ent_audit_note(r->x, a, "read", detail, err) : ent_x_nomem(err);
}

int
ent_audit_read_note(struct ent_audit_read *r, struct ent_arena *a, struct ent_str where,
                    struct ent_err *err)
{
	int rc = ent_audit_read_due(r) ? ent_x_begin(r->x, err) : 0;

	if (rc || !ent_audit_read_due(r))
		return rc;
	return ent_x_end(r->x, note_read(r, a, where, err), err);
}

void
ent_audit_read_end(struct ent_audit_read *r)
{
	ent_arena_free(r->scratch);
	r->scratch = NULL;
}

/* ---- looking ---- */

/* What ids are looked for, as entries have them. */
struct wanted {
	const struct ent_audit_query *q;
	struct ent_str plain, keyed; /* hashes of the object's id; absent: any entry */
};

static bool
stands_in(struct ent_str entry, struct ent_str text)
{
	return text.p && memmem(entry.p, entry.n, text.p, text.n);
}

static bool
wants(const struct wanted *w, const struct ent_json *v, struct ent_audit_entry *e)
{
	const struct ent_audit_query *q = w->q;
	int64_t at = INT64_MIN;

	e->at = ent_json_getstr(v, "at");
	e->who = ent_json_getstr(v, "who");
	e->what = ent_json_getstr(v, "act");
	if (!e->what.p) /* the node's cards and what else isn't an act */
		e->what = ent_json_getstr(v, "kind");
	e->detail = ent_json_raw(ent_json_getc(v, "detail"));
	if (!ent_json_getc(v, "detail"))
		e->detail = (struct ent_str){ NULL, 0 };
	if (ent_time_parse(e->at, &at, NULL))
		at = INT64_MIN;
	if (at < q->since || at > q->until)
		return false;
	if (q->who.p && !stands_in(e->who.p ? e->who : ENT_STR(""), q->who))
		return false;
	if (q->what.p && !ent_str_eq(e->what, q->what))
		return false;
	return !q->object.p || stands_in(e->entry, w->plain) || stands_in(e->entry, w->keyed);
}

static int
see_batch(const struct wanted *w, struct ent_arena *a, const struct ent_str *entries, size_t n,
          uint64_t first,
          int (*see)(void *self, const struct ent_audit_entry *e, struct ent_err *err),
          void *self, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_audit_entry e = { .index = first + i, .entry = entries[i] };
		const struct ent_json *v;

		rc = ent_json_parse(a, entries[i], ENT_JSON_DEPTH, &v, err);
		if (rc)
			return ent_within(err, rc, "entry %" PRIu64 " of the internal ledger",
			                  e.index);
		if (wants(w, v, &e))
			rc = see(self, &e, err);
	}
	return rc;
}

static int
want(struct ent_exchange *x, struct ent_arena *a, const struct ent_audit_query *q,
     struct wanted *w, struct ent_err *err)
{
	struct ent_str key;
	int rc;

	*w = (struct wanted){ .q = q };
	if (!q->object.p)
		return 0;
	w->plain = ent_sha256_hex(a, q->object);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, SECRET_KEY, &key, err);
	if (rc == 0)
		w->keyed = id_hash(a, key, q->object);
	return rc == ENT_ENOENT ? 0 : rc;
}

int
ent_audit_each(struct ent_exchange *x, const struct ent_audit_query *q,
               int (*see)(void *self, const struct ent_audit_entry *e, struct ent_err *err),
               void *self, struct ent_err *err)
{
	struct ent_arena *keep = ent_arena_new(8192), *a = ent_arena_new(BATCH_ARENA);
	struct ent_str *entries;
	struct wanted w = { .q = q };
	uint64_t first = 0;
	size_t got = BATCH;
	int rc = keep && a ? want(x, keep, q, &w, err) : ent_x_nomem(err);

	while (rc == 0 && got == BATCH) {
		ent_arena_reset(a);
		rc = ent_book_entries(x, a, ENT_BOOK_INTERNAL, first, BATCH, &entries, &got,
		                      err);
		if (rc == 0)
			rc = see_batch(&w, a, entries, got, first, see, self, err);
		first += got;
	}
	ent_arena_free(a);
	ent_arena_free(keep);
	return rc;
}
