/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii.h - a client of TAXII 2.1 servers.  It is a library of its own, libentente-taxii: cc
 * prog.c $(pkg-config --cflags --libs libentente-taxii).
 *
 * A struct ent_remote is one server, with the caller's credentials and a connection that is
 * kept.  It belongs to one thread at a time; any number of them may be used at the same time.
 * Each call sends one request (or, where the server was busy and the options say so, the same
 * again) and waits for its answer.  What it gives lives in the arena that it gets, and stays
 * after the struct ent_remote is closed.
 *
 * Redirects aren't followed, and nothing is sent to another server than the one that was
 * opened: credentials would go there.  Texts of the server are as it sent them, and may hold
 * control characters; those in a struct ent_err are cut and have none.
 *
 * Codes that all calls share: ENT_ENET no connection, or it broke; ENT_ESIG the server's
 * certificate or key isn't the one expected; ENT_EAUTH 401, or the proxy wants a password;
 * ENT_EDENIED 403, or the URL is another server's; ENT_ENOENT 404; ENT_EINVAL 400 and 422, or
 * the caller's words; ENT_EBUSY 429 and 503; ENT_ELIMIT 413, or an answer that is too large;
 * ENT_ESTATE 403 of a node of entente whose agreement isn't in force; ENT_EPROTO any other
 * status, and answers that TAXII 2.1 doesn't allow; ENT_ESTORE a file that can't be used;
 * ENT_ENOMEM.  What the standard requires and servers leave out all the same is taken as absent
 * where one can go on without it.
 */
#ifndef ENTENTE_TAXII_H
#define ENTENTE_TAXII_H
#include <entente/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- a server ---- */

/* Zeroed is a client without credentials that trusts the system's roots.  All of it is copied,
 * so nothing has to outlive ent_remote_open. */
struct ent_remote_options {
	const char *cert_file, *key_file; /* shown to the server, PEM; NULL: none */
	const char *user, *password;      /* HTTP Basic; NULL: none */
	const char *token;                /* "Authorization: Bearer"; NULL: none */
	const char *ca_file;              /* PEM; NULL: the system's roots */
	const uint8_t *pin; /* 32 bytes, the SHA-256 of the SubjectPublicKeyInfo that the server
	                       must have; nothing else of its certificate matters then */
	/* NULL: as https_proxy, all_proxy and no_proxy in the environment say, but never to
	 * this machine; "": none; else http://[NAME:PASSWORD@]HOST:PORT, asked to CONNECT, or
	 * socks5h://.  The pin and the certificates stay between client and server. */
	const char *proxy;
	int connect_ms, total_ms; /* for a connection, for a request; 0: 10 s, 120 s */
	size_t answer_max;        /* bytes of an answer; 0: 64 MiB */
	/*
	 * How often a server that is busy (429, 503) is asked again; 0: never.  wait waits, and
	 * ends it with the failure by returning false; ms doubles, has some chance in it, and
	 * is never shorter than the server's Retry-After, which is why wait isn't asked if that
	 * is more than five minutes.  NULL: sleeps.
	 */
	unsigned retries;
	bool (*wait)(void *self, uint64_t ms, const struct ent_err *why);
	void *self;
};

struct ent_remote;

/*
 * url is the server's address, "https://host:port" (http:// to this machine only); a final
 * "/taxii2/" is fine.  Nothing is sent yet.  o may be NULL.  ENT_EINVAL, ENT_ENOMEM.
 */
ENT_API int ent_remote_open(const char *url, const struct ent_remote_options *o,
                            struct ent_remote **out, struct ent_err *err);
ENT_API void ent_remote_close(struct ent_remote *r); /* NULL is fine */
/* "https://host:port"; until it is closed. */
ENT_API const char *ent_remote_url(const struct ent_remote *r);
/* The pin that the server showed in the last call; ENT_ENOENT if there was none. */
ENT_API int ent_remote_pin(struct ent_remote *r, uint8_t pin[32]);

/*
 * The addresses of a domain's servers, "https://host:port", in the order in which to try them:
 * SRV records of _taxii2._tcp (TAXII 2.1, 3.9; RFC 2782), as the system's resolver finds
 * them, or that name server ("192.0.2.53" or "192.0.2.53:5353").  The DNS isn't proof: give
 * credentials only to a host that belongs to the domain, or that you know.  ENT_ENOENT there is
 * none; ENT_ENET; ENT_EPROTO; ENT_EINVAL it isn't a domain.
 */
ENT_API int ent_remote_find(struct ent_arena *a, const char *domain, const char *name_server,
                            struct ent_str **urls, size_t *count, struct ent_err *err);

/* ---- what it offers ---- */

/* TAXII 2.1, 4.1.1.  Absent texts are absent. */
struct ent_discovery_info {
	struct ent_str title, description, contact, standard; /* standard: "default" */
	struct ent_str *roots; /* as in the answer: "/root/" or a whole URL */
	size_t roots_count;
};
ENT_API int ent_remote_discover(struct ent_remote *r, struct ent_arena *a,
                                struct ent_discovery_info *out, struct ent_err *err);

/* 4.2.1 */
struct ent_root_info {
	struct ent_str title, description;
	struct ent_str *versions;
	size_t versions_count;
	uint64_t max_content_length; /* 0: the server doesn't say */
};
/* root as ent_discovery_info has it; slashes around it don't matter. */
ENT_API int ent_remote_root(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                            struct ent_root_info *out, struct ent_err *err);

/* 5.2.1.  A right that the server doesn't state is taken as given: it will say so itself. */
struct ent_collection_info {
	struct ent_str id, title, description, alias;
	bool can_read, can_write;
	struct ent_str *media_types;
	size_t media_types_count;
};
ENT_API int ent_remote_collections(struct ent_remote *r, struct ent_arena *a,
                                   struct ent_str root, struct ent_collection_info **out,
                                   size_t *count, struct ent_err *err);
/* id may be the alias. */
ENT_API int ent_remote_collection(struct ent_remote *r, struct ent_arena *a,
                                  struct ent_str root, struct ent_str id,
                                  struct ent_collection_info *out, struct ent_err *err);

/* ---- pages of a collection ---- */

enum ent_listing {
	ENT_LIST_OBJECTS,  /* 5.4; 5.6 with an object's id: STIX objects */
	ENT_LIST_MANIFEST, /* 5.3: {"id", "date_added", "version", "media_type"} */
	ENT_LIST_VERSIONS  /* 5.8: the versions of one object, strings */
};

struct ent_texts {
	const struct ent_str *list;
	size_t count; /* 0: no such filter */
};

/* Borrowed for the call.  Zeroed it asks for the first page of a collection's objects. */
struct ent_page_query {
	enum ent_listing what;
	struct ent_str root, collection;
	struct ent_str object; /* an id; absent but for ENT_LIST_VERSIONS, may be for objects */
	struct ent_str added_after; /* a timestamp, exclusive; absent: from the start */
	struct ent_str next;        /* of the page before; absent: none */
	size_t limit;               /* 0: the server's */
	/* match[id], [type], [version], [spec_version]: OR inside, AND between them */
	struct ent_texts ids, types, versions, spec_versions;
};

struct ent_page_info {
	const struct ent_json *items; /* an array; NULL if count is 0 */
	size_t count;
	bool more;
	struct ent_str next; /* for the next page; absent if there is none */
	/* X-TAXII-Date-Added-First and -Last.  Keep last, and ask with it as added_after for
	 * what came since.  Absent if the server doesn't say, or no timestamps. */
	struct ent_str first, last;
};

/*
 * One page.  To read on: as long as more, ask the same with next; if that is absent, with last
 * as added_after.  A server with which one can't get on that way (the same next again, a date
 * that isn't after added_after, more of nothing) is ENT_EPROTO, so the loop ends.
 */
ENT_API int ent_remote_page(struct ent_remote *r, struct ent_arena *a,
                            const struct ent_page_query *q, struct ent_page_info *out,
                            struct ent_err *err);

/* ---- adding and deleting ---- */

struct ent_push_detail {
	struct ent_str id, version, message; /* absent where the server doesn't say */
};

/* 4.3.1.  A count that the server leaves out is what its lists, or the other counts, say. */
struct ent_push_info {
	struct ent_str id; /* to ask for it again with ent_remote_status */
	bool pending;      /* the server isn't through yet */
	uint64_t total, success, failure, waiting;
	struct ent_push_detail *successes, *failures, *pendings;
	size_t successes_count, failures_count, pendings_count;
};

/*
 * Adds objects: envelope is {"objects":[...]} as text, at most max_content_length of the root.
 * 0: the server has taken the envelope, and *out says what came of each object.  Pushing the
 * same again is safe: an exact duplicate is a success (5.5).
 */
ENT_API int ent_remote_push(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                            struct ent_str collection, struct ent_str envelope,
                            struct ent_push_info *out, struct ent_err *err);
ENT_API int ent_remote_status(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                              struct ent_str id, struct ent_push_info *out,
                              struct ent_err *err);
/* Deletes an object: of all its versions those that fit; with neither filter, all. */
ENT_API int ent_remote_delete(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                              struct ent_str collection, struct ent_str object,
                              struct ent_texts versions, struct ent_texts spec_versions,
                              struct ent_err *err);

#ifdef __cplusplus
}
#endif
#endif
