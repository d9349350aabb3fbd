/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrk_cert.c - loaded into wrk by LD_PRELOAD, shows the certificate and key in the files
 * WRK_CERT and WRK_KEY to the server, which wrk itself has no option for.
 */
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

/* OpenSSL's own, which the program meant. */
SSL_CTX *
SSL_CTX_new(const SSL_METHOD *method)
{
	SSL_CTX *(*theirs)(const SSL_METHOD *) = NULL;
	const char *cert = getenv("WRK_CERT"), *key = getenv("WRK_KEY");
	SSL_CTX *c;

	*(void **)&theirs = dlsym(RTLD_NEXT, "SSL_CTX_new");
	c = theirs ? theirs(method) : NULL;
	if (!c || !cert || !key ||
	    SSL_CTX_use_certificate_file(c, cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1) {
		fprintf(stderr, "wrk_cert: WRK_CERT and WRK_KEY can't be used\n");
		exit(1);
	}
	return c;
}
