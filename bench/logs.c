/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logs.c - the readers of logs on one processor: bytes and observations a second of each
 * alone.
 *
 * Usage: build/bench/bench_logs [FILE [FORMAT]]    without FILE: lines of every format
 * Everything is in memory; each figure is the best of five rounds, in processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "intake/log.h"

#define ROUNDS   5
#define LINES    100000
#define TEXT_MAX ((size_t)2 << 30)

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_logs: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- lines ---- */

static void
eve(struct ent_buf *b, unsigned i)
{
	ent_buf_printf(b,
	               "{\"timestamp\":\"2026-03-01T12:%02u:%02u.%06u+0000\",\"flow_id\":%u,"
	               "\"in_iface\":\"eth0\",\"event_type\":\"",
	               i / 60 % 60, i % 60, i % 1000000, i);
	ent_buf_c(b, i % 3 == 0 ? "dns" : i % 3 == 1 ? "http" : "tls");
	ent_buf_printf(
	    b,
	    "\",\"src_ip\":\"10.1.%u.%u\",\"src_port\":%u,\"dest_ip\":\"198.18.%u.%u\","
	    "\"dest_port\":443,\"proto\":\"TCP\",",
	    i / 250 % 250, i % 250, 1024 + i % 60000, i % 250, i / 250 % 250);
	if (i % 3 == 0)
		ent_buf_printf(b,
		               "\"dns\":{\"version\":2,\"type\":\"query\",\"id\":%u,\"rrname\":"
		               "\"host%u.example\",\"rrtype\":\"A\",\"tx_id\":0}}\n",
		               i % 65536, i);
	else if (i % 3 == 1)
		ent_buf_printf(
		    b,
		    "\"http\":{\"hostname\":\"host%u.example\",\"url\":\"/a/%u?q=1\","
		    "\"http_user_agent\":\"Mozilla/5.0 (X11; Linux x86_64)\","
		    "\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
		    "\"length\":1234}}\n",
		    i, i);
	else
		ent_buf_printf(
		    b,
		    "\"tls\":{\"subject\":\"CN=host%u.example\",\"issuerdn\":\"C=XX, "
		    "O=Some CA\",\"serial\":\"%032X\",\"fingerprint\":\"%040x\",\"sni\":"
		    "\"host%u.example\",\"version\":\"TLS 1.3\"}}\n",
		    i, i, i, i);
}

static void
zeek_tsv(struct ent_buf *b, unsigned i)
{
	if (i == 0)
		ent_buf_c(
		    b,
		    "#separator "
		    "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
		    "#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
		    "proto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_"
		    "name\trcode\t"
		    "rcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n"
		    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstrin"
		    "g\t"
		    "count\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount"
		    "\t"
		    "vector[string]\tvector[interval]\tbool\n");
	ent_buf_printf(
	    b,
	    "17723664%02u.%06u\tC%u\t10.1.%u.%u\t%u\t198.18.0.53\t53\tudp\t%u\t0.001\t"
	    "host%u.example\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t192.0.2.%u\t"
	    "60.0\tF\n",
	    i / 1000 % 100, i % 1000000, i, i / 250 % 250, i % 250, 1024 + i % 60000, i % 65536,
	    i, i % 250);
}

static void
zeek_json(struct ent_buf *b, unsigned i)
{
	ent_buf_printf(
	    b,
	    "{\"_path\":\"conn\",\"ts\":17723664%02u.%06u,\"uid\":\"C%u\",\"id.orig_h\":"
	    "\"10.1.%u.%u\",\"id.orig_p\":%u,\"id.resp_h\":\"198.18.0.1\",\"id.resp_p\":443,"
	    "\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":1.5,\"orig_bytes\":100,"
	    "\"resp_bytes\":200,\"conn_state\":\"SF\",\"missed_bytes\":0,\"history\":\"Sh\","
	    "\"orig_pkts\":3,\"resp_pkts\":4}\n",
	    i / 1000 % 100, i % 1000000, i, i / 250 % 250, i % 250, 1024 + i % 60000);
}

static void
csv(struct ent_buf *b, unsigned i)
{
	if (i == 0)
		ent_buf_c(b, "time,src,dst,port,host,action\n");
	ent_buf_printf(
	    b, "2026-03-01T12:%02u:%02uZ,10.1.%u.%u,198.18.0.1,443,host%u.example,allow\n",
	    i / 60 % 60, i % 60, i / 250 % 250, i % 250, i);
}

static void
stix(struct ent_buf *b, unsigned i)
{
	ent_buf_printf(
	    b,
	    "{\"type\":\"observed-data\",\"first_observed\":\"2026-03-01T12:%02u:%02uZ\","
	    "\"last_observed\":\"2026-03-01T13:00:00Z\",\"number_observed\":1,\"objects\":{"
	    "\"0\":{\"type\":\"ipv4-addr\",\"value\":\"10.1.%u.%u\"},\"1\":{\"type\":"
	    "\"domain-name\",\"value\":\"host%u.example\"}}}\n",
	    i / 60 % 60, i % 60, i / 250 % 250, i % 250, i);
}

static const struct {
	const char *name;
	enum ent_logs_format format;
	void (*line)(struct ent_buf *b, unsigned i);
	const char *mapping;
} kinds[] = {
	{ "eve", ENT_LOGS_EVE, eve, NULL },
	{ "zeek tsv", ENT_LOGS_ZEEK, zeek_tsv, NULL },
	{ "zeek json", ENT_LOGS_ZEEK, zeek_json, NULL },
	{ "csv", ENT_LOGS_CSV, csv,
	  "time time\nsrc network-traffic:src_ref.value\ndst network-traffic:dst_ref.value\n"
	  "port network-traffic:dst_port\nhost domain-name:value\n" },
	{ "stix", ENT_LOGS_STIX, stix, NULL },
};

/* ---- reading ---- */

static int
count(void *self, const struct ent_logs_seen *seen, struct ent_err *err)
{
	uint64_t *n = self;

	(void)err;
	*n += ent_json_count(seen->objects) > 0;
	return 0;
}

static void
read_all(const char *name, const struct ent_logs_options *o, struct ent_str text)
{
	double best = 0;
	uint64_t n = 0;

	for (int r = 0; r < ROUNDS; r++) {
		struct ent_str rest = text, line;
		struct ent_err err = { 0 };
		struct ent_logs *l = NULL;
		double begin = now(), took;

		n = 0;
		if (ent_logs_new(o, &l, &err))
			die(name, err.msg);
		while (rest.n && ent_str_next(&rest, '\n', &line))
			if (ent_logs_line(l, line, count, &n, &err))
				die(name, err.msg);
		took = now() - begin;
		if (ent_logs_counts(l)->broken)
			die(name, ent_logs_counts(l)->told[0].why);
		ent_logs_free(l);
		if (r == 0 || took < best)
			best = took;
	}
	printf("%-10s %9llu observations  %7.0f MB/s  %9.0f observations/s  %5.2f us each\n",
	       name, (unsigned long long)n, (double)text.n / best / 1e6, (double)n / best,
	       best / (double)n * 1e6);
}

int
main(int argc, char **argv)
{
	struct ent_buf b;

	ent_buf_init(&b, TEXT_MAX);
	if (argc > 1) {
		struct ent_arena *a = ent_arena_new(TEXT_MAX);
		struct ent_logs_options o = { .kind = ent_str_c(argv[1]) };
		struct ent_err err = { 0 };
		struct ent_str text;

		if (!a || ent_file_read(a, argv[1], TEXT_MAX / 2, &text, &err))
			die(argv[1], err.msg);
		if (argc > 2 && ent_logs_format(ent_str_c(argv[2]), &o.format, &err))
			die(argv[2], err.msg);
		ent_buf_str(&b, text);
		(void)ent_buf_room(&b, ENT_JSON_PADDING);
		read_all("file", &o, (struct ent_str){ b.p, b.n });
		ent_arena_free(a);
	}
	for (size_t k = 0; argc == 1 && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct ent_logs_options o = { .format = kinds[k].format,
			                      .mapping = ent_str_c(kinds[k].mapping) };

		ent_buf_clear(&b);
		for (unsigned i = 0; i < LINES; i++)
			kinds[k].line(&b, i);
		if (!ent_buf_room(&b, ENT_JSON_PADDING))
			die(kinds[k].name, "no memory");
		read_all(kinds[k].name, &o, (struct ent_str){ b.p, b.n });
	}
	ent_buf_release(&b);
	return 0;
}
