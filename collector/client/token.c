/* token.c - see collector/token.h.
 *
 * A token's 116 bits are a number of 20 digits to the base 57 (57^20 > 2^116):
 * every text of 20 characters stands for one number, and one of 2^116 or more
 * is nobody's.  The MACs are keyed BLAKE2b of 16 bytes, libsodium's least, of
 * which the first 8 are used; each kind of text has a label before it. */
#include "collector/token.h"

#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "secret.h"
#include "surveys/response.h"

#define BASE        57
#define MAC_SIZE    16
#define DAY_MS      INT64_C(86400000)
#define FIRST_DAY   INT64_C(1767196800000) /* 2026-01-01 in Shanghai, ms */
#define BEFORE_DAYS 32
#define WORDS       4 /* of 32 bits, the highest first */

static const char alphabet[BASE + 1] =
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

struct parts {
    uint64_t high; /* serial, campaign, day: 52 bits */
    uint64_t mac;
};

enum status token_key_load(const char *path, struct token_key *out,
                           struct err *err)
{
    return secret_load(path, "a token key", 1, out->bytes, err);
}

/* ---- to the base 57 ---- */

static void write_digits(uint64_t high, uint64_t low, size_t digits, char *out)
{
    uint32_t words[WORDS] = {(uint32_t)(high >> 32), (uint32_t)high,
                             (uint32_t)(low >> 32), (uint32_t)low};

    out[digits] = '\0';
    while (digits--) {
        uint64_t rest = 0;

        for (size_t i = 0; i < WORDS; i++) {
            rest = rest << 32 | words[i];
            words[i] = (uint32_t)(rest / BASE);
            rest %= BASE;
        }
        out[digits] = alphabet[rest];
    }
}

/* False: not `digits` characters of the alphabet. */
static bool read_digits(const char *text, size_t digits, struct parts *out)
{
    uint32_t words[WORDS] = {0};

    if (strnlen(text, digits + 1) != digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        const char *at = strchr(alphabet, text[i]);
        uint64_t carry = at ? (uint64_t)(at - alphabet) : 0;

        if (!at)
            return false;
        for (size_t k = WORDS; k-- > 0;) { /* 57^20 < 2^128 */
            carry += (uint64_t)words[k] * BASE;
            words[k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    out->high = (uint64_t)words[0] << 32 | words[1];
    out->mac = (uint64_t)words[2] << 32 | words[3];
    return true;
}

/* ---- MACs ---- */

/* The NULs are hashed too: no two triples run together. */
static void mac(const struct token_key *key, const char *kind,
                const char *label, const void *data, size_t len,
                uint8_t out[MAC_SIZE])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, key->bytes, sizeof key->bytes,
                                  MAC_SIZE);
    (void)crypto_generichash_update(&state, (const uint8_t *)kind,
                                    strlen(kind) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)label,
                                    strlen(label) + 1);
    (void)crypto_generichash_update(&state, data, len);
    (void)crypto_generichash_final(&state, out, MAC_SIZE);
}

static uint64_t pack(const struct token *t)
{
    assert(t->serial <= TOKEN_SERIAL_MAX);
    assert(t->campaign <= TOKEN_CAMPAIGN_MAX && t->day <= TOKEN_DAY_MAX);
    return (uint64_t)t->serial << 22 | (uint64_t)t->campaign << 12 | t->day;
}

static void mac_of(const struct token_key *key, const char *kind, uint64_t high,
                   uint8_t out[MAC_SIZE])
{
    uint8_t bytes[8];

    bytes_put64(bytes, high);
    mac(key, kind, "", bytes, sizeof bytes, out);
}

void token_make(const struct token_key *key, const struct token *t,
                char out[TOKEN_LENGTH + 1])
{
    const uint64_t high = pack(t);
    uint8_t seal[MAC_SIZE];

    mac_of(key, "token", high, seal);
    write_digits(high, bytes_get64(seal), TOKEN_LENGTH, out);
}

enum status token_read(const struct token_key *key, const char *text,
                       struct token *out)
{
    struct parts p;
    uint8_t want[MAC_SIZE], got[8];

    if (!read_digits(text, TOKEN_LENGTH, &p) || p.high >> 52)
        return ST_INVALID;
    mac_of(key, "token", p.high, want);
    bytes_put64(got, p.mac);
    if (sodium_memcmp(got, want, sizeof got) != 0)
        return ST_INVALID;
    *out = (struct token){.serial = (uint32_t)(p.high >> 22),
                          .campaign = p.high >> 12 & TOKEN_CAMPAIGN_MAX,
                          .day = p.high & TOKEN_DAY_MAX};
    return ST_OK;
}

/* ---- what follows from a token ---- */

void token_id(const struct token_key *key, const struct token *t,
              uint8_t out[ID_SIZE])
{
    const int64_t ms = FIRST_DAY + (t->day - BEFORE_DAYS) * DAY_MS +
                       (int64_t)t->serial % DAY_MS;
    uint8_t random[MAC_SIZE];

    mac_of(key, "id", pack(t), random);
    response_id(ms, random, out);
}

int64_t token_expires(const struct token *t)
{
    return FIRST_DAY + (t->day + 1) * DAY_MS;
}

uint16_t token_day(int64_t ms)
{
    if (ms < FIRST_DAY)
        return 0;
    if (ms - FIRST_DAY >= TOKEN_DAY_MAX * DAY_MS)
        return TOKEN_DAY_MAX;
    return (uint16_t)((ms - FIRST_DAY) / DAY_MS);
}

/* ---- other texts ---- */

void token_seal(const struct token_key *key, const char *label,
                const char *text, char out[TOKEN_SEAL_LENGTH + 1])
{
    uint8_t seal[MAC_SIZE];

    mac(key, "seal", label, text, strlen(text), seal);
    write_digits(0, bytes_get64(seal), TOKEN_SEAL_LENGTH, out);
}

bool token_sealed(const struct token_key *key, const char *label,
                  const char *text, const char *seal)
{
    char want[TOKEN_SEAL_LENGTH + 1];

    token_seal(key, label, text, want);
    return strnlen(seal, TOKEN_SEAL_LENGTH + 1) == TOKEN_SEAL_LENGTH &&
           sodium_memcmp(seal, want, TOKEN_SEAL_LENGTH) == 0;
}
