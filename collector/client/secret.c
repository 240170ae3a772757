/* secret.c - see secret.h.  What was read is wiped from memory. */
#include "secret.h"

#include <sodium.h>

#include "collector/files.h"

#define LINE     ((size_t)2 * SECRET_SIZE)
#define FILE_MAX 4096

/* The keys of the first `lines` lines; *used: bytes up to the last of them,
 * without its end. */
static bool parse(const struct buffer *text, size_t lines, uint8_t *out,
                  size_t *used)
{
    size_t at = 0;

    for (size_t i = 0; i < lines; i++) {
        size_t len = 0;

        if (i && at < text->len && text->data[at] == '\r')
            at++;
        if (i && (at == text->len || text->data[at++] != '\n'))
            return false;
        if (text->len - at < LINE ||
            sodium_hex2bin(out + i * SECRET_SIZE, SECRET_SIZE,
                           (const char *)text->data + at, LINE, NULL, &len,
                           NULL) != 0 ||
            len != SECRET_SIZE)
            return false;
        at += LINE;
    }
    *used = at;
    return true;
}

static bool only_line_ends(const struct buffer *text, size_t from)
{
    while (from < text->len &&
           (text->data[from] == '\r' || text->data[from] == '\n'))
        from++;
    return from == text->len;
}

static enum status load(const char *path, bool secret, size_t lines,
                        uint8_t out[SECRETS_MAX * SECRET_SIZE], bool *legal,
                        struct err *err)
{
    struct buffer text = {.max = FILE_MAX};
    enum status st = file_read(path, secret, &text, err);
    size_t used = 0;

    if (st == ST_OK)
        *legal = parse(&text, lines, out, &used) &&
                 (secret ? only_line_ends(&text, used)
                         : used == text.len ||
                               strchr("\r\n", text.data[used]) != NULL);
    if (text.data)
        sodium_memzero(text.data, text.cap);
    buffer_free(&text);
    return st;
}

enum status secret_load(const char *path, const char *what, size_t lines,
                        uint8_t *out, struct err *err)
{
    uint8_t keys[SECRETS_MAX * SECRET_SIZE];
    bool legal = false;
    enum status st = load(path, true, lines, keys, &legal, err);

    if (st == ST_OK && !legal)
        st = err_set(err, ST_INVALID, "%s: %s is %s of %zu hexadecimal digits",
                     path, what, lines == 1 ? "one line" : "two lines", LINE);
    if (st == ST_OK)
        memcpy(out, keys, lines * SECRET_SIZE);
    sodium_memzero(keys, sizeof keys);
    return st;
}

enum status secret_load_public(const char *path, const char *what,
                               uint8_t out[SECRET_SIZE], struct err *err)
{
    uint8_t keys[SECRETS_MAX * SECRET_SIZE];
    bool legal = false;
    enum status st = load(path, false, 1, keys, &legal, err);

    if (st == ST_OK && !legal)
        return err_set(err, ST_INVALID,
                       "%s: %s begins with a line of %zu hexadecimal digits",
                       path, what, LINE);
    if (st == ST_OK)
        memcpy(out, keys, SECRET_SIZE);
    return st;
}
