/* contact.c - see collector/contact.h.
 *
 * What is sealed is one compact JSON object, so that what a gateway of another
 * version does not know it passes over:
 *
 *     {"kind":"sms","address":"13912345678","token":"…",
 *      "fills":{"date":"3月2日"}}
 */
#include "collector/contact.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/files.h"
#include "secret.h"
#include "surveys/json.h"

#define OVERHEAD ((size_t)crypto_box_SEALBYTES)
#define HEX      ((size_t)2 * CONTACT_KEY_SIZE)

/* ---- keys ---- */

enum status contact_key_make(const char *path, struct err *err)
{
    struct contact_key key;
    char text[2 * (HEX + 1) + 1];
    char public_path[PATH_MAX];
    enum status st;

    if (sodium_init() < 0)
        return err_set(err, ST_IO, "libsodium does not start");
    if ((size_t)snprintf(public_path, sizeof public_path, "%s.pub", path) >=
        sizeof public_path)
        return err_set(err, ST_RANGE, "%s: too long a name", path);
    (void)crypto_box_keypair(key.public_key, key.secret_key);
    bytes_hex(key.public_key, CONTACT_KEY_SIZE, text);
    text[HEX] = '\n';
    bytes_hex(key.secret_key, CONTACT_KEY_SIZE, text + HEX + 1);
    text[2 * HEX + 1] = '\n';
    st = file_create(path, 0600, text, sizeof text - 1, err);
    if (st == ST_OK) {
        st = file_create(public_path, 0644, text, HEX + 1, err);
        if (st != ST_OK)
            (void)unlink(path);
    }
    sodium_memzero(&key, sizeof key);
    sodium_memzero(text, sizeof text);
    return st;
}

enum status contact_key_load(const char *path, struct contact_key *out,
                             struct err *err)
{
    uint8_t keys[2 * SECRET_SIZE], want[CONTACT_KEY_SIZE];
    enum status st = secret_load(path, "a contact key", 2, keys, err);

    /* two lines of 32 bytes are also what a signing key has */
    if (st == ST_OK && (crypto_scalarmult_base(want, keys + SECRET_SIZE) != 0 ||
                        sodium_memcmp(want, keys, sizeof want) != 0))
        st = err_set(err, ST_INVALID,
                     "%s: not a contact key: its lines do not belong together",
                     path);
    if (st == ST_OK) {
        memcpy(out->public_key, keys, CONTACT_KEY_SIZE);
        memcpy(out->secret_key, keys + SECRET_SIZE, CONTACT_KEY_SIZE);
    }
    sodium_memzero(keys, sizeof keys);
    return st;
}

enum status contact_public_load(const char *path, uint8_t out[CONTACT_KEY_SIZE],
                                struct err *err)
{
    return secret_load_public(path, "a contact key", out, err);
}

/* ---- sealing ---- */

static enum status write_text(const struct contact *c, struct buffer *out)
{
    struct json *j = json_new();

    json_put_object(j, NULL);
    json_put_text(j, "kind", c->kind);
    json_put_text(j, "address", c->address);
    if (*c->activated)
        json_put_text(j, "activated", c->activated);
    if (*c->token)
        json_put_text(j, "token", c->token);
    if (c->fills) {
        json_put_object(j, "fills");
        for (size_t i = 0; i < c->fills; i++)
            json_put_text(j, c->fill[i].name, c->fill[i].text);
        json_close(j);
    }
    json_close(j);
    return json_end_buffer(&j, out);
}

static void wipe(struct buffer *b)
{
    if (b->data)
        sodium_memzero(b->data, b->cap);
    buffer_free(b);
}

enum status contact_seal(const uint8_t public_key[CONTACT_KEY_SIZE],
                         const struct contact *c, uint8_t out[CONTACT_MAX],
                         size_t *len)
{
    struct buffer text = {0};
    enum status st = write_text(c, &text);

    if (st == ST_OK && text.len > CONTACT_MAX - OVERHEAD)
        st = ST_RANGE;
    if (st == ST_OK &&
        crypto_box_seal(out, text.data, text.len, public_key) != 0)
        st = ST_INVALID; /* a public key that is none */
    if (st == ST_OK)
        *len = text.len + OVERHEAD;
    wipe(&text);
    return st;
}

/* ---- opening ---- */

/* A text of an object into `size` bytes; `least` characters at least. */
static bool take_text(const struct json_value *object, const char *key,
                      size_t least, char *out, size_t size)
{
    const struct json_value *v = json_get(object, key);
    const char *text = v ? json_text(v) : "";

    if (!text || strlen(text) < least || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool take_fills(const struct json_value *object, struct contact *out)
{
    const struct json_value *fills = json_get(object, "fills"), *value;
    const char *name;
    void *at = NULL;

    if (!fills)
        return true;
    if (json_kind(fills) != JSON_IS_OBJECT)
        return false;
    while (json_next(fills, &at, &name, &value)) {
        const size_t i = out->fills++;

        if (i == CONTACT_FILLS_MAX || strlen(name) >= sizeof out->fill[i].name)
            return false;
        memcpy(out->fill[i].name, name, strlen(name) + 1);
        if (!take_text(fills, name, 0, out->fill[i].text,
                       sizeof out->fill[i].text))
            return false;
    }
    return true;
}

static enum status read_text(const struct buffer *text, struct contact *out)
{
    struct json_document *d = NULL;
    struct contact c = {.fills = 0};
    const struct json_value *root;
    enum status st = json_read((const char *)text->data, text->len, &d, NULL);

    if (st != ST_OK)
        return st;
    root = json_root(d);
    if (json_kind(root) != JSON_IS_OBJECT ||
        !take_text(root, "kind", 1, c.kind, sizeof c.kind) ||
        !take_text(root, "address", 1, c.address, sizeof c.address) ||
        !take_text(root, "activated", 0, c.activated, sizeof c.activated) ||
        !take_text(root, "token", 0, c.token, sizeof c.token) ||
        !take_fills(root, &c))
        st = ST_INVALID;
    if (st == ST_OK)
        *out = c;
    sodium_memzero(&c, sizeof c);
    json_free(&d);
    return st;
}

enum status contact_open(const struct contact_key *key, const uint8_t *sealed,
                         size_t len, struct contact *out)
{
    struct buffer text = {0};
    enum status st;

    if (len < OVERHEAD || len > CONTACT_MAX)
        return ST_CORRUPT;
    st = buffer_reserve(&text, CONTACT_MAX);
    if (st != ST_OK)
        return st;
    if (crypto_box_seal_open(text.data, sealed, len, key->public_key,
                             key->secret_key) == 0) {
        text.len = len - OVERHEAD;
        st = read_text(&text, out);
    } else {
        st = ST_CORRUPT;
    }
    wipe(&text);
    return st;
}
