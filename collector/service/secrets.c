/* secrets.c - the secrets that are not CURVE keys: see collector/keys.h. */
#include <sodium.h>
#include <stdio.h>

#include "collector/files.h"
#include "collector/keys.h"

#define SECRET_BYTES    32
#define SECRET_FILE_MAX 256

static enum status start_sodium(struct err *err)
{
    return sodium_init() >= 0 ? ST_OK
                              : err_set(err, ST_IO, "libsodium does not start");
}

enum status hash_key_make(const char *path, struct err *err)
{
    uint8_t key[SECRET_BYTES];
    char text[2 * SECRET_BYTES + 2];
    enum status st = start_sodium(err);

    if (st != ST_OK)
        return st;
    randombytes_buf(key, sizeof key);
    bytes_hex(key, sizeof key, text);
    text[2 * SECRET_BYTES] = '\n';
    st = file_create(path, 0600, text, 2 * SECRET_BYTES + 1, err);
    sodium_memzero(key, sizeof key);
    sodium_memzero(text, sizeof text);
    return st;
}

enum status signing_key_make(const char *path,
                             char public_key[SIGNING_TEXT + 1], struct err *err)
{
    uint8_t public[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    char public_hex[SIGNING_TEXT + 1], secret_hex[SIGNING_TEXT + 1];
    char text[2 * (SIGNING_TEXT + 1) + 1];
    enum status st = start_sodium(err);

    if (st != ST_OK)
        return st;
    crypto_sign_keypair(public, secret);
    bytes_hex(public, sizeof public, public_hex);
    /* the first half of libsodium's secret key is the seed, RFC 8032's key */
    bytes_hex(secret, SECRET_BYTES, secret_hex);
    snprintf(text, sizeof text, "%s\n%s\n", public_hex, secret_hex);
    st = file_create(path, 0600, text, strlen(text), err);
    if (st == ST_OK)
        memcpy(public_key, public_hex, sizeof public_hex);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(secret_hex, sizeof secret_hex);
    sodium_memzero(text, sizeof text);
    return st;
}

static bool hex_lines(const struct buffer *text, size_t lines)
{
    const size_t line = 2 * SECRET_BYTES + 1;

    if (text->len != lines * line)
        return false;
    for (size_t i = 0; i < text->len; i++) {
        const uint8_t c = text->data[i];

        if (i % line == line - 1 ? c != '\n'
                                 : !c || !strchr("0123456789abcdef", c))
            return false;
    }
    return true;
}

/* Two secrets have this shape: the public half tells which it is. */
static const char *kind_of_pair(const struct buffer *text)
{
    uint8_t public[SECRET_BYTES], secret[SECRET_BYTES], want[SECRET_BYTES];
    uint8_t ignored[crypto_sign_SECRETKEYBYTES];
    const char *lines = (const char *)text->data;
    const char *kind = NULL;

    (void)sodium_hex2bin(public, sizeof public, lines, SIGNING_TEXT, NULL, NULL,
                         NULL);
    (void)sodium_hex2bin(secret, sizeof secret, lines + SIGNING_TEXT + 1,
                         SIGNING_TEXT, NULL, NULL, NULL);
    if (crypto_scalarmult_base(want, secret) == 0 &&
        memcmp(want, public, sizeof want) == 0)
        kind = "contact key";
    crypto_sign_seed_keypair(want, ignored, secret);
    if (memcmp(want, public, sizeof want) == 0)
        kind = "Ed25519 signing key";
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(ignored, sizeof ignored);
    return kind;
}

/* Mode first: what others may read is no secret, whatever is in it. */
enum status secret_check(const char *path, const char **kind, struct err *err)
{
    struct buffer text = {.max = SECRET_FILE_MAX};
    struct key_pair k = {.public_key = ""};
    const char *found = NULL;
    enum status st = file_read(path, true, &text, err);

    if (st == ST_OK && hex_lines(&text, 1)) {
        found = "hash key";
    } else if (st == ST_OK && hex_lines(&text, 2)) {
        found = kind_of_pair(&text);
        if (!found)
            st = err_set(err, ST_INVALID,
                         "%s: the two lines do not belong together", path);
    } else if (st == ST_OK || st == ST_RANGE) {
        st = key_load(path, &k, err);
        found = "CURVE key pair";
    }
    if (st == ST_OK)
        *kind = found;
    if (text.data)
        sodium_memzero(text.data, text.cap);
    buffer_free(&text);
    sodium_memzero(&k, sizeof k);
    return st;
}
