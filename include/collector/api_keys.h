/* api_keys.h - who may post answers over HTTP: POST /v1/responses.
 *
 * An app or mini program proves itself with a random key that only it knows;
 * the file has the key's hash, so whoever reads the file can not post.
 */
#ifndef COLLECTOR_API_KEYS_H
#define COLLECTOR_API_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "surveys/response.h"

#define API_KEY_TEXT 64 /* hexadecimal digits of 32 random bytes */
#define API_KEY_HASH 32

struct api_key {
    char name[33];              /* [a-z0-9-]{1,32} */
    uint8_t hash[API_KEY_HASH]; /* BLAKE2b-256 of the key's 64 digits */
    uint32_t frames;            /* 1u << enum frame */
    size_t units;               /* 0: every unit */
    const char *const *unit;    /* province or org codes, sorted */
    size_t surveys;             /* 0: every survey */
    const char *const *survey;  /* codes, sorted */
};

/* api-keys.yaml, mode 0600, a list:
 *
 *     - name: app-1
 *       hash: "…64 hexadecimal digits…"
 *       frames: [open]
 *       units: ["11", "31"]       # optional
 *       surveys: ["mobile"]       # optional
 *
 * Immutable once loaded and counted, as struct clients is.  ST_REFUSED: others
 * may read it; ST_INVALID names file:line:column. */
struct api_keys;
MUST_USE enum status api_keys_load(const char *path, struct api_keys **out,
                                   struct err *err);
struct api_keys *api_keys_share(struct api_keys *k);
void api_keys_free(struct api_keys **k);
size_t api_keys_count(const struct api_keys *k);
const struct api_key *api_keys_at(const struct api_keys *k, size_t i);
/* Whose key is this?  Takes as long whoever it is; NULL: nobody's. */
const struct api_key *api_keys_find(const struct api_keys *k, const char *key);
/* May this key submit to that survey for that context?  The channel is not
 * asked: it is the program's own. */
bool api_key_may(const struct api_key *k, const char *survey,
                 const struct context *context);

/* A fresh key and its hash. */
MUST_USE enum status api_key_make(char key[API_KEY_TEXT + 1],
                                  uint8_t hash[API_KEY_HASH]);
/* Change the file itself and keep what else stands in it; it is made with mode
 * 0600 when it does not exist.  ST_EXISTS: the name is taken. */
MUST_USE enum status api_keys_add(const char *path, const struct api_key *add,
                                  struct err *err);
MUST_USE enum status api_keys_remove(const char *path, const char *name,
                                     struct err *err);

#endif
