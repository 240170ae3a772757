/* token.h - the right to answer, short enough for a link in an SMS.
 *
 * 116 bits in 20 characters of an alphabet of 57 (letters and digits without
 * 0 O 1 l I): serial number, campaign, expiry day, and a MAC of 64 bits
 * (BLAKE2b under the token key), so that it is checked without a look-up.  The
 * response's id follows from it under the same key: 20 characters are all that
 * a gateway needs while the collector is away.
 *
 *     bits 115..86 serial   85..76 campaign   75..64 day   63..0 MAC
 *
 * The id is a UUIDv7 layout: its clock part is the beginning of the expiry day
 * in Shanghai less 32 days, plus the serial in milliseconds modulo a day, so
 * that the ids of one draw ascend; its random part is BLAKE2b of the token.
 */
#ifndef COLLECTOR_TOKEN_H
#define COLLECTOR_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

#define TOKEN_LENGTH       20
#define TOKEN_SERIAL_MAX   ((1u << 30) - 1)
#define TOKEN_CAMPAIGN_MAX 1023
#define TOKEN_DAY_MAX      4095

struct token {
    uint32_t serial;
    uint16_t campaign; /* its number, from 1; 0: none */
    uint16_t day;      /* the last day it counts, from 2026-01-01 = 0 */
};

/* The key is a file as of person.h: 32 random bytes, one line of hexadecimal
 * digits, mode 0600 (`manyi-keys hash`). */
struct token_key {
    uint8_t bytes[32];
};
MUST_USE enum status token_key_load(const char *path, struct token_key *out,
                                    struct err *err);

void token_make(const struct token_key *key, const struct token *t,
                char out[TOKEN_LENGTH + 1]);
/* ST_INVALID: not one of this key.  Constant time in the MAC.  Expired ones
 * are read like any other. */
MUST_USE enum status token_read(const struct token_key *key, const char *text,
                                struct token *out);
/* The response's id. */
void token_id(const struct token_key *key, const struct token *t,
              uint8_t out[ID_SIZE]);
/* The first moment (ms) at which it no longer counts, and the day of a moment.
 * Days are those of Asia/Shanghai. */
int64_t token_expires(const struct token *t);
uint16_t token_day(int64_t ms); /* 0 before 2026, TOKEN_DAY_MAX at the end */

/* A MAC over any other text that comes back from outside (a form, a QR code):
 * `label` keeps kinds apart. */
#define TOKEN_SEAL_LENGTH 11
void token_seal(const struct token_key *key, const char *label,
                const char *text, char out[TOKEN_SEAL_LENGTH + 1]);
bool token_sealed(const struct token_key *key, const char *label,
                  const char *text, const char *seal);

#endif
