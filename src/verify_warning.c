/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_warning.c - what a proof of warning shows, for people and for programs.
 */
#include <stdio.h>

#include "base/enc.h"
#include "base/time.h"
#include "verify_int.h"

static void
say(const char *what, struct ent_str s)
{
	printf("  %-12s ", what);
	ent_put_plain(s);
	putchar('\n');
}

static void
party(const char *what, const struct ent_warning_party *p)
{
	char key[ENT_B64_LEN(ENT_PUB) + 1], when[ENT_TIME_TEXT];

	printf("  %-12s ", what);
	ent_put_plain(p->name);
	printf(" (");
	ent_put_plain(p->id);
	ent_b64(p->sign, ENT_PUB, key);
	printf(")\n               who signs with %s\n", key);
	printf("               and accepted the agreement at %s\n",
	       ent_time_text(p->agreed, 0, when));
}

void
ent_verify_print(const struct ent_warning *w)
{
	char when[ENT_TIME_TEXT];

	say("object", w->object);
	if (w->version.n)
		say("version", w->version);
	say("sha256", w->sha256);
	say("agreement", w->title);
	say("", w->agreement);
	party("sent by", &w->sender);
	party("received by", &w->receiver);
	printf("  sent         %s, by the sender's ledger, as number %llu of its channel\n",
	       ent_time_text(w->released, 3, when), (unsigned long long)w->seq);
	printf("  receipted    %s, by the receiver's signature over it\n",
	       ent_time_text(w->receipted, 3, when));
	printf("  cosigned     %s: the receiver signed the sender's ledger of %llu entries,\n"
	       "               both the sending and the receipt among them\n",
	       ent_time_text(w->cosigned, 0, when), (unsigned long long)w->size);
	printf(
	    "  The keys were taken from the file: compare them with those that you have from\n"
	    "  their owners, or give them with --key ID=KEY.\n"
	    "  HOLDS: ");
	ent_put_plain(w->sender.name);
	printf(" sent this object, and ");
	ent_put_plain(w->receiver.name);
	printf(" has it: neither can deny it.\n\n");
}

static void
member(const char *key, struct ent_str s)
{
	printf(",\"%s\":", key);
	ent_put_json(s);
}

static void
party_json(const char *what, const struct ent_warning_party *p)
{
	char key[ENT_B64_LEN(ENT_PUB) + 1], when[ENT_TIME_TEXT];

	printf(",\"%s\":{\"id\":", what);
	ent_put_json(p->id);
	member("name", p->name);
	ent_b64(p->sign, ENT_PUB, key);
	printf(",\"key\":\"%s\",\"agreed\":\"%s\"}", key, ent_time_text(p->agreed, 3, when));
}

void
ent_verify_print_json(const struct ent_warning *w)
{
	char when[ENT_TIME_TEXT];

	member("object", w->object);
	member("version", w->version);
	member("sha256", w->sha256);
	member("agreement", w->agreement);
	member("title", w->title);
	party_json("sender", &w->sender);
	party_json("receiver", &w->receiver);
	printf(",\"number\":%llu", (unsigned long long)w->seq);
	printf(",\"sent\":\"%s\"", ent_time_text(w->released, 3, when));
	printf(",\"receipted\":\"%s\"", ent_time_text(w->receipted, 3, when));
	printf(",\"cosigned\":\"%s\",\"entries\":%llu", ent_time_text(w->cosigned, 0, when),
	       (unsigned long long)w->size);
}
