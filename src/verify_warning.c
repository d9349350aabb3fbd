/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_warning.c - what a proof of warning shows, for people and for programs.
 */
#include <stdio.h>

#include "base/enc.h"
#include "base/time.h"
#include "verify_int.h"

#define TEXT_SHOWN 60 /* bytes of a message */

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

/* The first line of a text, and not much of it. */
static void
excerpt(struct ent_str s)
{
	size_t n = ent_str_find(s, '\n'), most = n < TEXT_SHOWN ? n : TEXT_SHOWN;

	putchar('"');
	ent_put_plain((struct ent_str){ s.p, most });
	printf(most < s.n ? "...\"\n" : "\"\n");
}

static void
message(const struct ent_warning *w, const struct ent_warning_message *m)
{
	char when[ENT_TIME_TEXT], until[ENT_TIME_TEXT];

	printf("  %-12s %s ",
	       m == w->outcome  ? "outcome"
	       : m == w->answer ? "answered"
	                        : "said",
	       ent_time_text(m->released, 3, when));
	ent_put_plain(m->by_sender ? w->sender.name : w->receiver.name);
	printf(": ");
	ent_put_plain(m->kind);
	if (m->result.n) {
		printf(", ");
		ent_put_plain(m->result);
	}
	printf(": ");
	excerpt(m->text);
	printf("               by the writer's ledger, which the other one signed at %s\n",
	       ent_time_text(m->cosigned, 0, until));
}

static void
holds(const struct ent_warning *w)
{
	printf(
	    "  The keys were taken from the file: compare them with those that you have from\n"
	    "  their owners, or give them with --key ID=KEY.\n"
	    "  HOLDS: ");
	ent_put_plain(w->sender.name);
	printf(" sent this object, and ");
	ent_put_plain(w->receiver.name);
	if (w->hidden)
		printf(
		    " receipted its number:\n  neither can deny that. Properties are kept "
		    "back; "
		    "that the others are of the object\n  that was sent is the sender's word "
		    "of the day it was sent, which it can't change now.\n\n");
	else
		printf(" has it: neither can deny it.\n\n");
}

void
ent_verify_print(const struct ent_warning *w)
{
	char when[ENT_TIME_TEXT];

	say("object", w->object);
	if (w->version.n)
		say("version", w->version);
	if (w->hidden)
		printf("  kept back    %zu of its properties\n", w->hidden);
	else
		say("sha256", w->sha256);
	say("agreement", w->title);
	say("", w->agreement);
	party("sent by", &w->sender);
	party("received by", &w->receiver);
	printf("  sent         %s, by the sender's ledger, as number %llu of its channel\n",
	       ent_time_text(w->released, 3, when), (unsigned long long)w->seq);
	if (w->stored)
		printf("  stored       %s, by the receiver's own ledger\n",
		       ent_time_text(w->stored, 3, when));
	printf("  receipted    %s, by the receiver's signature over it\n",
	       ent_time_text(w->receipted, 3, when));
	printf("  cosigned     %s: the receiver signed the sender's ledger of %llu entries,\n"
	       "               both the sending and the receipt among them\n",
	       ent_time_text(w->cosigned, 0, when), (unsigned long long)w->size);
	for (size_t i = 0; i < w->messages; i++)
		message(w, &w->message[i]);
	holds(w);
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

static void
message_json(const struct ent_warning *w, const struct ent_warning_message *m, bool comma)
{
	char when[ENT_TIME_TEXT];

	printf("%s{\"id\":", comma ? "," : "");
	ent_put_json(m->id);
	member("by", m->by_sender ? w->sender.id : w->receiver.id);
	member("kind", m->kind);
	if (m->result.n)
		member("result", m->result);
	member("text", m->text);
	printf(",\"sent\":\"%s\"", ent_time_text(m->released, 3, when));
	printf(",\"cosigned\":\"%s\"}", ent_time_text(m->cosigned, 0, when));
}

void
ent_verify_print_json(const struct ent_warning *w)
{
	char when[ENT_TIME_TEXT];

	member("object", w->object);
	member("version", w->version);
	if (w->hidden)
		printf(",\"hidden\":%zu", w->hidden);
	else
		member("sha256", w->sha256);
	member("agreement", w->agreement);
	member("title", w->title);
	party_json("sender", &w->sender);
	party_json("receiver", &w->receiver);
	printf(",\"number\":%llu", (unsigned long long)w->seq);
	printf(",\"sent\":\"%s\"", ent_time_text(w->released, 3, when));
	if (w->stored)
		printf(",\"stored\":\"%s\"", ent_time_text(w->stored, 3, when));
	printf(",\"receipted\":\"%s\"", ent_time_text(w->receipted, 3, when));
	printf(",\"cosigned\":\"%s\",\"entries\":%llu", ent_time_text(w->cosigned, 0, when),
	       (unsigned long long)w->size);
	if (w->answer)
		printf(",\"answered\":\"%s\"", ent_time_text(w->answer->released, 3, when));
	if (w->outcome)
		printf(",\"outcome\":\"%s\"", ent_time_text(w->outcome->released, 3, when));
	printf(",\"messages\":[");
	for (size_t i = 0; i < w->messages; i++)
		message_json(w, &w->message[i], i > 0);
	putchar(']');
}
