/* keys.c - CURVE key pairs: see collector/keys.h.
 *
 * libzmq asserts on a malformed key, so the text is judged here, by the rules
 * of Z85 (ZeroMQ RFC 32), before any socket sees it.
 */
#include "collector/keys.h"

#include <stdio.h>
#include <zmq.h>

#include "collector/files.h"

/* two lines of 40 characters, with room for CRLF and some blank lines */
#define KEY_FILE_MAX 256

static int z85_digit(char c)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 ".-:+=^!/*?&<>()[]{}@%$#";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

bool key_legal(const char *text)
{
    if (strnlen(text, KEY_TEXT + 1) != KEY_TEXT)
        return false;
    for (size_t i = 0; i < KEY_TEXT; i += 5) {
        uint64_t group = 0;

        for (size_t k = i; k < i + 5; k++) {
            const int digit = z85_digit(text[k]);

            if (digit < 0)
                return false;
            group = group * 85 + (uint64_t)digit;
        }
        if (group > UINT32_MAX)
            return false;
    }
    return true;
}

enum status key_make(struct key_pair *out)
{
    return zmq_curve_keypair(out->public_key, out->secret_key) == 0 ? ST_OK
                                                                    : ST_IO;
}

enum status key_save(const struct key_pair *k, const char *path,
                     struct err *err)
{
    char text[2 * (KEY_TEXT + 1) + 1];
    enum status st;

    snprintf(text, sizeof text, "%s\n%s\n", k->public_key, k->secret_key);
    st = file_create(path, 0600, text, strlen(text), err);
    explicit_bzero(text, sizeof text);
    return st;
}

/* Take the next line that is not empty; false: none, or it is no key. */
static bool take_key(const char **at, const char *end, char out[KEY_TEXT + 1])
{
    const char *from = *at;
    const char *to;

    while (from < end && (*from == '\n' || *from == '\r'))
        from++;
    to = from;
    while (to < end && *to != '\n' && *to != '\r')
        to++;
    *at = to;
    if (to - from != KEY_TEXT)
        return false;
    memcpy(out, from, KEY_TEXT);
    out[KEY_TEXT] = '\0';
    return key_legal(out);
}

static bool only_line_ends(const char *at, const char *end)
{
    while (at < end && (*at == '\n' || *at == '\r'))
        at++;
    return at == end;
}

static bool belong_together(const struct key_pair *k)
{
    char derived[KEY_TEXT + 1];

    return zmq_curve_public(derived, k->secret_key) == 0 &&
           streq(derived, k->public_key);
}

/* One key and nothing else, which may be read by all: so it is a public one. */
static bool public_alone(const char *path)
{
    struct buffer text = {.max = KEY_FILE_MAX};
    char key[KEY_TEXT + 1];
    const bool read = file_read(path, false, &text, NULL) == ST_OK;
    const char *at = (const char *)text.data;
    const char *end = at ? at + text.len : NULL;
    const bool alone =
        read && take_key(&at, end, key) && only_line_ends(at, end);

    if (text.data)
        explicit_bzero(text.data, text.cap);
    buffer_free(&text);
    return alone;
}

enum status key_load(const char *path, struct key_pair *out, struct err *err)
{
    struct buffer text = {.max = KEY_FILE_MAX};
    struct key_pair k = {0};
    enum status st = file_read(path, true, &text, err);
    const char *at = (const char *)text.data;
    const char *end = at ? at + text.len : NULL;

    if (st != ST_OK && st != ST_RANGE)
        goto done;
    if (st == ST_RANGE || !take_key(&at, end, k.public_key) ||
        !take_key(&at, end, k.secret_key))
        st = err_set(err, ST_INVALID,
                     "%s: is not a key file: two lines of 40 characters of Z85",
                     path);
    else if (!only_line_ends(at, end))
        st = err_set(err, ST_INVALID, "%s: more than two keys", path);
    else if (!belong_together(&k))
        st = err_set(err, ST_INVALID,
                     "%s: the public key is not that of the secret key", path);
    else
        *out = k;
done:
    if ((st == ST_INVALID || st == ST_REFUSED) && public_alone(path))
        st = err_set(err, ST_INVALID,
                     "%s: is a public key; the key pair is wanted, in the file "
                     "that manyi-keys made beside it",
                     path);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    explicit_bzero(&k, sizeof k);
    buffer_free(&text);
    return st;
}

enum status key_load_public(const char *path, char out[KEY_TEXT + 1],
                            struct err *err)
{
    struct buffer text = {.max = KEY_FILE_MAX};
    char key[KEY_TEXT + 1];
    enum status st = file_read(path, false, &text, err);
    const char *at = (const char *)text.data;

    if (st == ST_RANGE ||
        (st == ST_OK && !take_key(&at, at ? at + text.len : NULL, key)))
        st = err_set(err, ST_INVALID,
                     "%s: does not begin with a public key of 40 characters of "
                     "Z85",
                     path);
    if (st == ST_OK)
        memcpy(out, key, sizeof key);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    buffer_free(&text);
    return st;
}
