/* contact.h - how to reach a customer, readable for the one gateway that must.
 *
 * A libsodium sealed box (X25519, XSalsa20-Poly1305): whoever has the gateway's
 * public contact key can close it, the gateway alone can open it.  The
 * collector keeps it and cannot read it; it is gone when the invitation ends.
 */
#ifndef COLLECTOR_CONTACT_H
#define COLLECTOR_CONTACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

#define CONTACT_KEY_SIZE  32
#define CONTACT_FILLS_MAX 6

/* Two lines of 64 hexadecimal digits, public and secret, mode 0600; FILE.pub
 * has the first line alone.  `manyi-keys contact` makes them. */
struct contact_key {
    uint8_t public_key[CONTACT_KEY_SIZE];
    uint8_t secret_key[CONTACT_KEY_SIZE];
};
MUST_USE enum status contact_key_make(const char *path, struct err *err);
MUST_USE enum status contact_key_load(const char *path, struct contact_key *out,
                                      struct err *err);
MUST_USE enum status contact_public_load(const char *path,
                                         uint8_t out[CONTACT_KEY_SIZE],
                                         struct err *err);

struct contact {
    char kind[9];       /* "sms" */
    char address[65];   /* a number in digits, normalised */
    char activated[11]; /* "2021-03-04", or "" */
    char token[21];     /* of the web link, or "" */
    size_t fills;       /* what the survey's {placeholders} stand for */
    struct {
        char name[17];
        char text[49];
    } fill[CONTACT_FILLS_MAX];
};

/* ST_RANGE: does not fit into CONTACT_MAX bytes. */
MUST_USE enum status contact_seal(const uint8_t public_key[CONTACT_KEY_SIZE],
                                  const struct contact *c,
                                  uint8_t out[CONTACT_MAX], size_t *len);
/* ST_CORRUPT: sealed for somebody else, or damaged.  ST_INVALID: what was
 * inside is not a contact. */
MUST_USE enum status contact_open(const struct contact_key *key,
                                  const uint8_t *sealed, size_t len,
                                  struct contact *out);

#endif
