/* form.c - see form.h.  WHATWG URL, section 5.1. */
#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "collector/http.h"
#include "surveys/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum status percent_decode(char *text, size_t *len)
{
    size_t to = 0;

    for (size_t at = 0; at < *len; at++) {
        char c = text[at];

        if (c == '%') {
            const int high = at + 2 < *len ? hex_digit(text[at + 1]) : -1;
            const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;

            if (low < 0)
                return ST_INVALID;
            c = (char)(high << 4 | low);
            at += 2;
        }
        if (c == '\0')
            return ST_INVALID;
        text[to++] = c;
    }
    if (utf8_valid(text, to) != to)
        return ST_INVALID;
    text[to] = '\0';
    *len = to;
    return ST_OK;
}

/* What is there up to one of `ends`, which becomes its NUL; *at moves on. */
static char *cut(char **at, const char *end, char ends)
{
    char *begin = *at;
    char *stop = memchr(begin, ends, (size_t)(end - begin));

    if (stop)
        *stop = '\0';
    *at = stop ? stop + 1 : NULL;
    return begin;
}

static enum status decode(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '+')
            text[i] = ' ';
    return percent_decode(text, &len);
}

static enum status take_field(char *text, size_t len, struct form_field *out)
{
    char *value = memchr(text, '=', len);
    const size_t key_len = value ? (size_t)(value - text) : len;
    enum status st;

    /* a key alone has an empty value: the NUL behind it */
    value = value ? value + 1 : text + len;
    st = decode(value, len - (size_t)(value - text));
    if (st == ST_OK)
        st = decode(text, key_len);
    *out = (struct form_field){text, value};
    return st;
}

static size_t count_fields(const uint8_t *body, size_t len)
{
    size_t n = 1;

    for (size_t i = 0; i < len; i++)
        n += body[i] == '&';
    return n;
}

enum status form_parse(const uint8_t *body, size_t len, struct form *out)
{
    const size_t max = count_fields(body, len);
    struct form f = {0};
    enum status st = ST_OK;
    char *at, *end;

    if (max > HTTP_FIELDS_MAX)
        return ST_RANGE;
    if (len == 0) {
        *out = f;
        return ST_OK;
    }
    f.text = malloc(len + 1);
    f.field = calloc(max, sizeof *f.field);
    if (!f.text || !f.field) {
        form_free(&f);
        return ST_NOMEM;
    }
    memcpy(f.text, body, len);
    f.text[len] = '\0';
    at = f.text;
    end = f.text + len;
    while (at && st == ST_OK) {
        char *text = cut(&at, end, '&');
        const size_t size = (size_t)((at ? at - 1 : end) - text);

        if (size > 0)
            st = take_field(text, size, &f.field[f.count++]);
    }
    if (st == ST_OK)
        *out = f;
    else
        form_free(&f);
    return st;
}

const char *form_get(const struct form *f, const char *key)
{
    for (size_t i = 0; i < f->count; i++)
        if (streq(f->field[i].key, key))
            return f->field[i].value;
    return NULL;
}

void form_free(struct form *f)
{
    free(f->text);
    free(f->field);
    *f = (struct form){0};
}
