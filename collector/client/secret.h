/* secret.h - files of 32-byte keys: lines of 64 hexadecimal digits, which
 * nobody else may read.
 */
#ifndef CLIENT_SECRET_H
#define CLIENT_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SECRET_SIZE 32
#define SECRETS_MAX 2 /* lines of a file */

/* Read `lines` keys into `out`, 32 bytes each.  `what` names such a file for a
 * human ("a hash key").  ST_REFUSED when others may read it; ST_INVALID when
 * malformed. */
MUST_USE enum status secret_load(const char *path, const char *what,
                                 size_t lines, uint8_t *out, struct err *err);
/* The first line of such a file, or of one that is public: any mode, and what
 * follows it is not looked at. */
MUST_USE enum status secret_load_public(const char *path, const char *what,
                                        uint8_t out[SECRET_SIZE],
                                        struct err *err);

#endif
