/* keys.h - CURVE keys, who holds them, and what they may do.
 *
 * A program's own key is one file of mode 0600 or stricter, two lines: public
 * and secret key in Z85 (40 characters each).  The collector knows its peers
 * by `clients.yaml`: name, public key, and rights.  A client's key is its
 * identity, looked up for every message.
 */
#ifndef COLLECTOR_KEYS_H
#define COLLECTOR_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "surveys/response.h"

#define KEY_TEXT 40

struct key_pair {
    char public_key[KEY_TEXT + 1];
    char secret_key[KEY_TEXT + 1];
};

/* 40 characters of Z85?  Asked before any such text reaches a socket. */
bool key_legal(const char *text);

MUST_USE enum status key_make(struct key_pair *out);
/* The file must not exist; it is made with mode 0600. */
MUST_USE enum status key_save(const struct key_pair *k, const char *path,
                              struct err *err);
/* ST_REFUSED when others may read it; ST_INVALID when malformed. */
MUST_USE enum status key_load(const char *path, struct key_pair *out,
                              struct err *err);
/* A public key: the first line of a key file or of a public one. */
MUST_USE enum status key_load_public(const char *path, char out[KEY_TEXT + 1],
                                     struct err *err);

/* The other secrets: files of mode 0600 that must not exist yet, in lower-case
 * hexadecimal.  Keyed hashes of people take 32 random bytes; releases are
 * signed with Ed25519 (two lines, public and secret key). */
#define SIGNING_TEXT 64
MUST_USE enum status hash_key_make(const char *path, struct err *err);
MUST_USE enum status signing_key_make(const char *path,
                                      char public_key[SIGNING_TEXT + 1],
                                      struct err *err);
/* Mode and shape of any secret's file; *kind names it for a human. */
MUST_USE enum status secret_check(const char *path, const char **kind,
                                  struct err *err);

/* Message types that a key may be bound to, a set of bits in this order. */
enum right {
    RIGHT_SUBMIT,
    RIGHT_DESCRIBE,
    RIGHT_DEFINE,
    RIGHT_INVITE,
    RIGHT_PULL,
    RIGHT_INVITATION,
    RIGHT_EVENT,
    RIGHT_REVIEW,
    RIGHT_ERASE,
    RIGHT_SAMPLE,    /* what a draw took from what there was */
    RIGHT_CAMPAIGN,  /* draft, approve, pause ... */
    RIGHT_CAMPAIGNS, /* read them */
    RIGHT_OPTOUTS,   /* read who does not want to be asked */
    RIGHT_COPY,      /* a customer's own answers, for the customer */
    RIGHT_ASK,       /* questions to manyi-scorer serve: no collector's type */
    RIGHTS
};
const char *right_name(enum right r);
bool right_parse(const char *name, uint8_t *out); /* false: no such name */

/* As what somebody asks: an analyst sees everything at once, a reader what is
 * published. */
enum role { ROLE_NONE, ROLE_ANALYST, ROLE_READER, ROLES };
const char *role_name(enum role r);
bool role_parse(const char *name, uint8_t *out);

#define SCOPE_TEXT_MAX 2000

struct client {
    char name[33]; /* [a-z0-9-]{1,32} */
    char key[KEY_TEXT + 1];
    uint32_t types;          /* 1u << enum right */
    uint32_t channels;       /* 1u << enum channel */
    uint32_t frames;         /* 1u << enum frame */
    size_t units;            /* 0: every unit */
    const char *const *unit; /* province or org codes, sorted */
    /* of who may ask */
    enum role role;
    size_t scopes;            /* 0: everything */
    const char *const *scope; /* "province=11,31": all of them hold; sorted */
};

/* clients.yaml, a list:
 *
 *     - name: web-1
 *       key: "…40 characters of Z85…"
 *       types: [submit, describe]
 *       channels: [web]
 *       frames: [invited, open]
 *       units: ["11", "31"]     # optional
 *     - name: dashboard
 *       key: "…"
 *       types: [ask]
 *       role: reader            # or analyst
 *       scope: ["province=11,31", "operator=CT"]  # optional
 *
 * Immutable once loaded and counted: any thread may hold a share, and a table
 * is gone when its last share is freed. */
struct clients;
MUST_USE enum status clients_load(const char *path, struct clients **out,
                                  struct err *err);
struct clients *clients_share(struct clients *c);
void clients_free(struct clients **c);
size_t clients_count(const struct clients *c);
const struct client *clients_at(const struct clients *c,
                                size_t i); /* by name */
/* By public key; NULL: not known, or no longer. */
const struct client *clients_find(const struct clients *c, const char *key);
/* May this client submit for that context? */
bool client_may(const struct client *c, const struct context *context);

/* Change the file itself and keep what else stands in it, comments included;
 * it is made when it does not exist.  ST_EXISTS: the name or key is taken. */
MUST_USE enum status clients_add(const char *path, const struct client *add,
                                 struct err *err);
MUST_USE enum status clients_remove(const char *path, const char *name,
                                    struct err *err);

#endif
