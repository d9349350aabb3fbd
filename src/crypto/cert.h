/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cert.h - a node's TLS key and self-signed certificate, and the pin by which counterparts know
 * it.
 */
#ifndef ENT_CRYPTO_CERT_H
#define ENT_CRYPTO_CERT_H
#include <entente/arena.h>

#define ENT_PIN 32

/*
 * Makes a P-256 key (PEM, mode 0600) and a self-signed certificate (PEM) for the DNS names or
 * addresses in hosts (subjectAltName; "DNS:" or "IP:" is found out), valid from a day ago for
 * days days.  ENT_EEXIST if a file is there.
 */
int ent_cert_create(const char *key_path, const char *cert_path, const char *name,
                    const struct ent_str *hosts, size_t nhosts, int days, struct ent_err *err);
/* The certificate at cert_path anew, with the same key, name and hosts, valid from a day ago
 * for days days; the old one or the new one is there after a crash. */
int ent_cert_renew(const char *key_path, const char *cert_path, int days, struct ent_err *err);
/* When the first certificate in a PEM file ends, in microseconds since 1970. */
int ent_cert_ends(const char *cert_path, int64_t *at, struct ent_err *err);
/* SHA-256 of the SubjectPublicKeyInfo of the first certificate in a PEM file. */
int ent_cert_pin(const char *cert_path, uint8_t pin[ENT_PIN], struct ent_err *err);

#endif
