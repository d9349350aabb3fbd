/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.c - the program entente-verify: verifies exported ledgers, with nothing but the files.
 *
 * Each FILE is an export (ledger/export.h).  What is verified: that the entries are the ones
 * whose root was signed, that the ledger's key signed it, that the witnesses' cosignatures
 * hold, and that several files of one ledger are states of one history.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "ledger/export.h"
#include "verify_int.h"

#define FILE_MAX ((uint64_t)4 << 30) /* a mapped file */
#define PIPE_MAX ((size_t)512 << 20) /* what comes through a pipe is held in memory */
#define KEYS_MAX (2 * ENT_PARTIES_MAX)

enum { ALL_HOLD, NOT_HELD, UNUSABLE }; /* exit codes */

/* A key that the auditor brought along.  Without a name it is that of every ledger that has no
 * named one. */
struct known {
	struct ent_str name;
	uint8_t key[32];
	bool used; /* a file is signed or cosigned with it */
};

struct input {
	const char *path;
	struct ent_str text;
	struct ent_arena *arena; /* of the text, if it isn't mapped */
	bool mapped;
	int rc;
	struct ent_err err;
	bool warning; /* a proof of warning; else an exported ledger */
	struct ent_arena *proof;
	struct ent_warning told;
	struct ent_ledger_report report;
	bool key_known;
	bool witness_known[ENT_WITNESSES_MAX];
};

struct verifier {
	struct known known[KEYS_MAX];
	size_t nknown;
	struct input *input;
	size_t ninput;
	bool json;
	int status;
};

static const char help[] =
    "usage: entente-verify [--json] [--key [NAME=]BASE64]... FILE...\n"
    "\n"
    "Verifies exported ledgers: that no entry was changed, moved, added or taken out since\n"
    "the ledger was signed, who signed and cosigned it, and that several files of one\n"
    "ledger belong to one history.  And proofs of warning: that an object was sent under a\n"
    "signed agreement, and that the other side signed that it has it.  \"-\" reads\n"
    "standard input.\n"
    "\n"
    "  --key BASE64       the ledger's key, as you know it from elsewhere than the file\n"
    "  --key NAME=BASE64  the same for one ledger, or for one witness, by its name\n"
    "  --json             the result as one JSON object\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 all hold, 1 something does not hold, 2 an input could not be used.\n";

static void
worse(struct verifier *v, int status)
{
	/* What doesn't hold is worse than what couldn't be read. */
	if (v->status == ALL_HOLD || status == NOT_HELD)
		v->status = status;
}

static int
status_of(int rc)
{
	if (rc == 0)
		return ALL_HOLD;
	return rc == ENT_ESIG ? NOT_HELD : UNUSABLE;
}

/* ---- output ---- */

/* Text from a file, for a terminal: what isn't printable ASCII is shown by its number, so
 * nothing can disguise it. */
void
ent_put_plain(struct ent_str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t c = ent_utf8_next(s, &at);

		if (c >= 0x20 && c < 0x7f)
			putchar(c);
		else if (c >= 0)
			printf("\\u{%x}", (unsigned)c);
		else
			printf("\\x%02x", (unsigned char)s.p[from]);
		at = c < 0 ? from + 1 : at;
	}
}

void
ent_put_json(struct ent_str s)
{
	putchar('"');
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0) {
			at = from + 1;
			printf("\\ufffd");
		} else if (c < 0x20 || c == '"' || c == '\\') {
			printf("\\u%04x", (unsigned)c);
		} else {
			(void)fwrite(s.p + from, 1, at - from, stdout);
		}
	}
	putchar('"');
}

static const char *
key_text(const uint8_t key[32], char out[ENT_B64_LEN(32) + 1])
{
	ent_b64(key, 32, out);
	return out;
}

static const char *
time_text(int64_t seconds, char out[ENT_TIME_TEXT])
{
	if (seconds > INT64_MAX / 1000000)
		return "a time beyond reckoning";
	return ent_time_text(seconds * 1000000, 0, out);
}

static const char *
result_word(const struct input *in)
{
	static const char *const words[] = { "holds", "does-not-hold", "unusable" };

	return words[status_of(in->rc)];
}

/* ---- reading ---- */

/* Maps a file, or reads what can't be mapped. */
static int
load(struct input *in, struct ent_err *err)
{
	int fd = strcmp(in->path, "-") == 0 ? -1 : open(in->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd < 0 && strcmp(in->path, "-") != 0)
		return ent_fail(err, ent_errno_code(errno), "%m");
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		if (fd >= 0)
			(void)close(fd);
		in->arena = ent_arena_new(PIPE_MAX + 4096);
		if (!in->arena)
			return ent_fail(err, ENT_ENOMEM, "out of memory");
		return ent_file_read(in->arena, in->path, PIPE_MAX, &in->text, err);
	}
	if ((uint64_t)st.st_size > FILE_MAX) {
		(void)close(fd);
		return ent_fail(err, ENT_ELIMIT, "larger than 4 GiB");
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (p == MAP_FAILED)
		return ent_fail(err, ENT_ENOMEM, "%m");
	in->text = (struct ent_str){ p, (size_t)st.st_size };
	in->mapped = true;
	return 0;
}

static void
unload(struct input *in)
{
	union { /* munmap takes what mmap gave, which text.p holds as const */
		const char *p;
		void *v;
	} text = { in->text.p };

	if (in->mapped)
		(void)munmap(text.v, in->text.n);
	ent_arena_free(in->arena);
	ent_arena_free(in->proof);
}

/* ---- keys ---- */

/* "BASE64" or "NAME=BASE64": the last 44 characters are the key. */
static bool
add_key(struct verifier *v, const char *arg)
{
	struct ent_str s = ent_str_c(arg);
	struct known *k = &v->known[v->nknown];
	size_t head = s.n - ENT_B64_LEN(32);

	if (v->nknown == KEYS_MAX || s.n < ENT_B64_LEN(32) || head == 1)
		return false;
	if (head && s.p[head - 1] != '=')
		return false;
	*k = (struct known){ .name = { s.p, head ? head - 1 : 0 } };
	if (ent_unb64_n(ent_str_from(s, head), k->key, sizeof(k->key)))
		return false;
	for (size_t i = 0; i < v->nknown; i++)
		if (ent_str_eq(v->known[i].name, k->name))
			return false;
	v->nknown++;
	return true;
}

/* The key known for name; ledgers fall back on the one without a name. */
static struct known *
known_for(struct verifier *v, struct ent_str name, bool ledger)
{
	struct known *fallback = NULL;

	for (size_t i = 0; i < v->nknown; i++) {
		if (ent_str_eq(v->known[i].name, name))
			return &v->known[i];
		if (ledger && v->known[i].name.n == 0)
			fallback = &v->known[i];
	}
	return fallback;
}

/* A witness that changed its keys stands in a file once for each. */
static bool
names_key(const struct ent_ledger_report *r, struct ent_str name, const uint8_t key[32])
{
	for (unsigned i = 0; i < r->witnesses; i++)
		if (ent_str_eq(r->witness[i].name, name) &&
		    memcmp(r->witness[i].key, key, 32) == 0)
			return true;
	return false;
}

/* Holds the keys that the file names against those that are known. */
static int
compare_keys(struct verifier *v, struct input *in, struct ent_err *err)
{
	struct ent_ledger_report *r = &in->report;
	struct known *k = known_for(v, r->origin, true);

	if (k && memcmp(k->key, r->key, sizeof(k->key)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "it is signed with another key than the one that was given");
	if (k)
		in->key_known = k->used = true;
	for (unsigned i = 0; i < r->witnesses; i++) {
		k = known_for(v, r->witness[i].name, false);
		if (k && !names_key(r, r->witness[i].name, k->key))
			return ent_fail(
			    err, ENT_ESIG,
			    "it names another key for witness %.*s than the one given",
			    ENT_FMT(r->witness[i].name));
		if (k && r->witness[i].cosigned && memcmp(k->key, r->witness[i].key, 32) == 0)
			in->witness_known[i] = k->used = true;
	}
	return 0;
}

/* Whether a party had that key at any time: its cards lead from each to the others. */
static bool
had_key(const struct ent_warning_party *p, enum ent_key_use use, const uint8_t key[32])
{
	for (size_t i = 0; i < p->keys.n; i++) {
		const struct ent_key_period *k = &p->keys.period[i];
		const uint8_t *own[ENT_KEY_USES] = { k->sign, k->ledger, k->witness };

		if (memcmp(own[use], key, 32) == 0)
			return true;
	}
	return false;
}

/* The keys of a proof against those that are known: a party's signing key goes by its id. */
static int
compare_proof(struct verifier *v, const struct ent_warning *w, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(65536);
	const struct {
		struct ent_str name;
		const struct ent_warning_party *party;
		enum ent_key_use use;
	} keys[] = {
		{ w->sender.id, &w->sender, ENT_KEY_SIGN },
		{ w->receiver.id, &w->receiver, ENT_KEY_SIGN },
		{ a ? ent_arena_printf(a, "%.*s/entente/%.*s", ENT_FMT(w->sender.host),
		                       ENT_FMT(w->agreement))
		    : w->sender.id,
		  &w->sender, ENT_KEY_LEDGER },
		{ a ? ent_arena_printf(a, "%.*s/entente", ENT_FMT(w->receiver.host))
		    : w->receiver.id,
		  &w->receiver, ENT_KEY_WITNESS },
	};
	int rc = a ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	for (size_t i = 0; rc == 0 && i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct known *k = known_for(v, keys[i].name, false);

		if (k && !had_key(keys[i].party, keys[i].use, k->key))
			rc = ent_fail(err, ENT_ESIG,
			              "it has another key for %.*s than the one that was given",
			              ENT_FMT(keys[i].name));
		else if (k)
			k->used = true;
	}
	ent_arena_free(a);
	return rc;
}

static int
verify_proof(struct verifier *v, struct input *in)
{
	int rc;

	in->proof = ent_arena_new(ENT_DOC_ARENA(ENT_PROOF_FILE_MAX) * 4);
	rc = in->proof ? ent_warning_verify(in->proof, in->text, &in->told, &in->err)
	               : ent_fail(&in->err, ENT_ENOMEM, "out of memory");
	return rc ? rc : compare_proof(v, &in->told, &in->err);
}

static void
verify(struct verifier *v, struct input *in)
{
	in->rc = load(in, &in->err);
	in->warning = in->rc == 0 && ent_str_starts(in->text, "{");
	if (in->warning) {
		in->rc = verify_proof(v, in);
		worse(v, status_of(in->rc));
		return;
	}
	if (in->rc == 0)
		in->rc = ent_ledger_verify(in->text, &in->report, NULL, NULL, &in->err);
	if (in->rc == 0)
		in->rc = compare_keys(v, in, &in->err);
	worse(v, status_of(in->rc));
}

/* ---- several files of one ledger ---- */

struct prefix {
	struct ent_range range;
	uint64_t size;
};

static int
prefix_add(void *self, uint64_t index, struct ent_str entry, struct ent_err *err)
{
	struct prefix *p = self;
	struct ent_hash leaf;

	if (index == p->size)
		return 1; /* enough */
	ent_leaf_hash(entry, &leaf);
	return ent_range_add(&p->range, &leaf, NULL, NULL, err);
}

/* Are the entries of small the first ones of large? */
static bool
is_prefix(const struct input *small, const struct input *large)
{
	struct prefix p = { .size = small->report.size };
	struct ent_ledger_report ignored;
	struct ent_hash root;

	ent_range_init(&p.range);
	if (ent_ledger_verify(large->text, &ignored, prefix_add, &p, NULL) < 0)
		return false;
	ent_range_root(&p.range, &root);
	return p.range.size == p.size && memcmp(&root, &small->report.root, sizeof(root)) == 0;
}

/* The file of the same ledger with the next larger size (of equal ones, the one that comes
 * next), or NULL. */
static const struct input *
next_larger(const struct verifier *v, const struct input *in)
{
	const struct input *best = NULL;

	for (const struct input *o = v->input; o < v->input + v->ninput; o++) {
		if (o == in || o->rc || o->warning ||
		    !ent_str_eq(o->report.origin, in->report.origin))
			continue;
		if (o->report.size < in->report.size ||
		    (o->report.size == in->report.size && o < in))
			continue;
		if (!best || o->report.size < best->report.size)
			best = o;
	}
	return best;
}

static void
report_pair(const struct verifier *v, const struct input *small, const struct input *large,
            bool consistent, bool first)
{
	bool same_key = memcmp(small->report.key, large->report.key, 32) == 0;

	if (v->json) {
		printf("%s{\"smaller\":", first ? "" : ",");
		ent_put_json(ent_str_c(small->path));
		printf(",\"larger\":");
		ent_put_json(ent_str_c(large->path));
		printf(",\"consistent\":%s,\"same_key\":%s}", consistent ? "true" : "false",
		       same_key ? "true" : "false");
		return;
	}
	printf("%s and %s, both of ledger ", small->path, large->path);
	ent_put_plain(small->report.origin);
	printf(
	    ":\n  %s: the %llu entries of the one are%s the first of the %llu of the other.\n",
	    consistent ? "CONSISTENT" : "CONTRADICTION", (unsigned long long)small->report.size,
	    consistent ? "" : " not", (unsigned long long)large->report.size);
	if (!same_key)
		printf("  The two are signed with different keys: find out why, and which is "
		       "the owner's.\n");
	else if (!consistent)
		printf("  The holder of that key has signed two histories of one ledger; the "
		       "two files\n"
		       "  together prove it.\n");
	putchar('\n');
}

static void
compare_files(struct verifier *v)
{
	bool first = true;

	for (const struct input *in = v->input; in < v->input + v->ninput; in++) {
		const struct input *larger = in->rc || in->warning ? NULL : next_larger(v, in);
		bool ok;

		if (!larger)
			continue;
		ok = is_prefix(in, larger);
		if (!ok)
			worse(v, NOT_HELD);
		report_pair(v, in, larger, ok, first);
		first = false;
	}
}

/* ---- reports ---- */

static void
print_witness(const struct input *in, unsigned i)
{
	const struct ent_ledger_witness *w = &in->report.witness[i];
	char key[ENT_B64_LEN(32) + 1], when[ENT_TIME_TEXT];

	printf("  %s  ", w->cosigned ? "cosigned by" : "not cosigned by");
	ent_put_plain(w->name);
	if (!w->cosigned) {
		printf(", which the file names as a witness\n");
		return;
	}
	printf(" at %s\n               with key %s\n", time_text(w->time, when),
	       key_text(w->key, key));
	if (in->witness_known[i])
		printf("               which is the key that you gave.\n");
	else
		printf("               This key was taken from the file: compare it with the "
		       "one that you\n"
		       "               have from its owner, or give it with --key NAME=KEY.\n");
}

static void
print_file(const struct input *in)
{
	const struct ent_ledger_report *r = &in->report;
	char text[ENT_B64_LEN(32) + 1];

	printf("%s\n", in->path);
	if (in->rc) {
		printf("  %s: ",
		       status_of(in->rc) == NOT_HELD ? "DOES NOT HOLD" : "CANNOT BE USED");
		ent_put_plain(ent_str_c(in->err.msg));
		printf("\n\n");
		return;
	}
	if (in->warning) {
		ent_verify_print(&in->told);
		return;
	}
	printf("  ledger       ");
	ent_put_plain(r->origin);
	printf("\n  entries      %llu\n", (unsigned long long)r->size);
	printf("  root         %s\n", key_text(r->root.b, text));
	printf("  signed with  key %s\n", key_text(r->key, text));
	if (in->key_known)
		printf("               which is the key that you gave.\n");
	else
		printf("               This key was taken from the file: compare it with the "
		       "one that you\n"
		       "               have from the ledger's owner, or give it with --key.\n");
	for (unsigned i = 0; i < r->witnesses; i++)
		print_witness(in, i);
	if (r->cosignatures == 0)
		printf(
		    "  Nobody cosigned this state: only the ledger's owner vouches for it.\n");
	if (r->clock.backwards)
		printf("  FLAGGED: time runs backwards at %llu of the entries, first at number "
		       "%llu: the\n"
		       "  owner's clock stepped back there, or something was dated back.\n",
		       (unsigned long long)r->clock.backwards,
		       (unsigned long long)r->clock.first);
	printf("  HOLDS: the entries are those that this key signed; none was changed, moved, "
	       "added\n"
	       "  or taken out.\n\n");
}

static void
print_json(const struct input *in, bool first)
{
	const struct ent_ledger_report *r = &in->report;
	char text[ENT_B64_LEN(32) + 1], when[ENT_TIME_TEXT];

	printf("%s{\"file\":", first ? "" : ",");
	ent_put_json(ent_str_c(in->path));
	printf(",\"result\":\"%s\"", result_word(in));
	if (in->rc) {
		printf(",\"error\":");
		ent_put_json(ent_str_c(in->err.msg));
		putchar('}');
		return;
	}
	if (in->warning) {
		ent_verify_print_json(&in->told);
		putchar('}');
		return;
	}
	printf(",\"origin\":");
	ent_put_json(r->origin);
	printf(",\"entries\":%llu,\"root\":\"%s\"", (unsigned long long)r->size,
	       key_text(r->root.b, text));
	printf(",\"key\":\"%s\",\"key_given\":%s,\"witnesses\":[", key_text(r->key, text),
	       in->key_known ? "true" : "false");
	for (unsigned i = 0; i < r->witnesses; i++) {
		const struct ent_ledger_witness *w = &r->witness[i];

		printf("%s{\"name\":", i ? "," : "");
		ent_put_json(w->name);
		printf(",\"key\":\"%s\",\"key_given\":%s,\"cosigned\":%s",
		       key_text(w->key, text), in->witness_known[i] ? "true" : "false",
		       w->cosigned ? "true" : "false");
		if (w->cosigned)
			printf(",\"time\":\"%s\"", time_text(w->time, when));
		putchar('}');
	}
	printf("],\"backwards\":%llu}", (unsigned long long)r->clock.backwards);
}

/* A key that was given for a name must have verified something, or its absence goes unnoticed.
 */
static void
report_unused(struct verifier *v)
{
	bool first = true;

	for (const struct known *k = v->known; k < v->known + v->nknown; k++) {
		if (k->used)
			continue;
		worse(v, NOT_HELD);
		if (v->json) {
			printf("%s", first ? "" : ",");
			ent_put_json(k->name);
		} else if (k->name.n) {
			ent_put_plain(k->name);
			printf(": no file that holds is signed or cosigned with the key that "
			       "you gave for it.\n");
		} else {
			printf("The key that you gave has signed no file that holds.\n");
		}
		first = false;
	}
}

static void
report(struct verifier *v)
{
	if (v->json)
		printf("{\"files\":[");
	for (size_t i = 0; i < v->ninput; i++) {
		if (v->json)
			print_json(&v->input[i], i == 0);
		else
			print_file(&v->input[i]);
	}
	if (v->json)
		printf("],\"pairs\":[");
	compare_files(v);
	if (v->json)
		printf("],\"keys_unused\":[");
	report_unused(v);
	if (v->json)
		printf("],\"all_hold\":%s}\n", v->status == ALL_HOLD ? "true" : "false");
}

static int
usage(const char *why, const char *what)
{
	(void)fprintf(stderr, "entente-verify: %s%s (see --help)\n", why, what);
	return UNUSABLE;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "key", required_argument, NULL, 'k' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct verifier v = { .status = ALL_HOLD };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			v.json = true;
			break;
		case 'k':
			if (!add_key(&v, optarg))
				return usage(
				    "not a key, not NAME=KEY, or the second one for its name: ",
				    optarg);
			break;
		case 'h':
			return fputs(help, stdout) < 0 || fflush(stdout) != 0 ? UNUSABLE
			                                                      : ALL_HOLD;
		case 'V':
			printf("entente-verify %s\n", ENT_VERSION);
			return fflush(stdout) != 0 ? UNUSABLE : ALL_HOLD;
		default:
			return UNUSABLE; /* getopt has said why */
		}
	}
	v.ninput = (size_t)(argc - optind);
	if (v.ninput == 0)
		return usage("no file given", "");
	v.input = calloc(v.ninput, sizeof(*v.input));
	if (!v.input)
		return usage("out of memory", "");
	for (size_t i = 0; i < v.ninput; i++) {
		v.input[i].path = argv[optind + (int)i];
		verify(&v, &v.input[i]);
	}
	report(&v);
	for (size_t i = 0; i < v.ninput; i++)
		unload(&v.input[i]);
	free(v.input);
	if (fflush(stdout) != 0 || ferror(stdout))
		return usage("the result could not be written: ", strerror(errno));
	return v.status;
}
