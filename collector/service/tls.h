/* tls.h - the files of a server that speaks TLS, and whom it lets in. */
#ifndef SERVICE_TLS_H
#define SERVICE_TLS_H

#include "base/bytes.h"
#include "base/err.h"

/* TLS 1.2 and 1.3 and what goes with them. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* PEM texts, each ended with a NUL; `clients` may be empty. */
struct tls_files {
    struct buffer certificate, key, clients;
};

/* ST_REFUSED: others may read the key.  ST_INVALID names the file: it holds no
 * certificate, or the key is not the certificate's. */
MUST_USE enum status tls_load(const char *certificate, const char *key,
                              const char *clients, struct tls_files *out,
                              struct err *err);
void tls_files_free(struct tls_files *f); /* wipes the key */

/* End the handshake of this session (gnutls_session_t) unless the other side
 * shows a client certificate that the server's `clients` vouch for. */
void tls_require_client(void *session);

#endif
