/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h - how every function of entente reports a failure.
 *
 * A function returns 0 or a negative enum ent_code, and says why in the struct ent_err that the
 * caller may give as its last argument (NULL: the caller doesn't want to know).  Nothing is
 * allocated to report a failure.
 */
#ifndef ENTENTE_ERR_H
#define ENTENTE_ERR_H

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_API          __attribute__((visibility("default")))
#define ENT_MUST         __attribute__((warn_unused_result))
#define ENT_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum ent_code {
	ENT_OK = 0,
	ENT_ENOMEM = -1,     /* memory, or the limit of an arena or buffer, ran out */
	ENT_EINVAL = -2,     /* the caller's words: an option, an argument, a parameter */
	ENT_EPARSE = -3,     /* the bytes aren't what they claim to be */
	ENT_ELIMIT = -4,     /* well formed as far as read, but larger or deeper than allowed */
	ENT_ENOENT = -5,     /* there is no such thing, or the caller may not know of it */
	ENT_EEXIST = -6,     /* it is there already */
	ENT_ECONFLICT = -7,  /* the same name with other content */
	ENT_EDENIED = -8,    /* known, and not allowed */
	ENT_ESTATE = -9,     /* not while things stand as they do: an agreement not in force */
	ENT_ESTORE = -10,    /* a file or database could not be read or written */
	ENT_EFULL = -11,     /* the disk or a quota is full */
	ENT_EBUSY = -12,     /* somebody else holds it: try again */
	ENT_ECORRUPT = -13,  /* stored data contradict themselves */
	ENT_ESIG = -14,      /* a signature, hash, proof or pin that doesn't hold */
	ENT_ENET = -15,      /* the other side could not be reached, or the line broke */
	ENT_EPROTO = -16,    /* the other side answered what its protocol doesn't allow */
	ENT_EAUTH = -17,     /* who is calling isn't known */
	ENT_EUNUSABLE = -18, /* understood, but can't be acted on */
	ENT_CODE_LAST = -18
};

struct ent_err {
	int code;
	char msg[508]; /* UTF-8, cut if it was longer */
};

/* Fills *err (if not NULL) with code and text, and returns code: "return ent_fail(err,
 * ENT_ENOENT, ...)". */
ENT_API int ent_fail(struct ent_err *err, int code, const char *fmt, ...) ENT_PRINTF(3, 4);

/* Puts what the caller knows before the text that is in *err, "prefix: text", and returns code.
 */
ENT_API int ent_within(struct ent_err *err, int code, const char *fmt, ...) ENT_PRINTF(3, 4);

/* A short lower-case word for a code, as in "denied"; static memory, never NULL. */
ENT_API const char *ent_code_name(int code);

#ifdef __cplusplus
}
#endif
#endif
