/* json.c - see surveys/json.h.
 *
 * The text is built as it is told, so a document costs its own length and no
 * tree.  (jansson, which reads JSON, would print 72.4541179309101 as
 * 72.454117930910098, and has functions of our names.)
 */
#include "surveys/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "surveys/utf8.h"

enum { DEPTH_MAX = 32 }; /* of our own documents */

struct json {
    struct buffer out;
    size_t depth;
    char end[DEPTH_MAX]; /* what closes each open value */
    bool empty;          /* the innermost open one has nothing in it yet */
    enum status st;
};

struct json *json_new(void)
{
    return calloc(1, sizeof(struct json));
}

static void put(struct json *j, const char *text, size_t len)
{
    if (j->st == ST_OK)
        j->st = buffer_add(&j->out, text, len);
}

static void put_line(struct json *j)
{
    put(j, "\n", 1);
    for (size_t i = 0; i < j->depth; i++)
        put(j, "  ", 2);
}

static void put_escaped(struct json *j, const char *text, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    put(j, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        const unsigned char b = (unsigned char)text[i];
        const char code[6] = {'\\',           'u',           '0', '0',
                              digits[b >> 4], digits[b & 15]};

        if (b < 0x20 || b == 0x7f)
            put(j, code, sizeof code);
        else if (b == '"' || b == '\\')
            put(j, (const char[]){'\\', (char)b}, 2);
        else
            put(j, text + i, 1);
    }
    put(j, "\"", 1);
}

/* What stands before a value: comma, line, key.  False when it is in vain. */
static bool lead(struct json *j, const char *key)
{
    if (!j || j->st != ST_OK)
        return false;
    assert(j->depth ? (j->end[j->depth - 1] == '}') == (key != NULL)
                    : !j->out.len && !key);
    if (j->depth) {
        if (!j->empty)
            put(j, ",", 1);
        put_line(j);
    }
    if (key) {
        put_escaped(j, key, strlen(key));
        put(j, ": ", 2);
    }
    j->empty = false;
    return true;
}

static void descend(struct json *j, const char *key, const char *begin,
                    char end)
{
    if (!lead(j, key))
        return;
    assert(j->depth < DEPTH_MAX);
    put(j, begin, 1);
    j->end[j->depth++] = end;
    j->empty = true;
}

void json_object(struct json *j, const char *key)
{
    descend(j, key, "{", '}');
}

void json_array(struct json *j, const char *key)
{
    descend(j, key, "[", ']');
}

void json_close(struct json *j)
{
    if (!j || j->st != ST_OK)
        return;
    assert(j->depth);
    j->depth--;
    if (!j->empty)
        put_line(j);
    put(j, &j->end[j->depth], 1);
    j->empty = false;
}

void json_text(struct json *j, const char *key, const char *value)
{
    const size_t len = strlen(value);

    if (!lead(j, key))
        return;
    if (utf8_valid(value, len) < len)
        j->st = ST_INVALID;
    put_escaped(j, value, len);
}

/* The fewest digits that read back as the same number. */
static size_t format(char out[32], double value)
{
    for (int digits = 15; digits < 17; digits++) {
        int n = snprintf(out, 32, "%.*g", digits, value);

        if (strtod(out, NULL) == value)
            return (size_t)n;
    }
    return (size_t)snprintf(out, 32, "%.17g", value);
}

void json_number(struct json *j, const char *key, double value)
{
    char text[32];

    if (!isfinite(value))
        json_null(j, key);
    else if (lead(j, key))
        put(j, text, format(text, value));
}

void json_integer(struct json *j, const char *key, int64_t value)
{
    char text[32];

    if (lead(j, key))
        put(j, text,
            (size_t)snprintf(text, sizeof text, "%lld", (long long)value));
}

void json_bool(struct json *j, const char *key, bool value)
{
    if (lead(j, key))
        put(j, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json *j, const char *key)
{
    if (lead(j, key))
        put(j, "null", 4);
}

enum status json_end(struct json **j, FILE *out)
{
    struct json *own = *j;
    enum status st = own ? own->st : ST_NOMEM;

    if (st == ST_OK) {
        assert(!own->depth && own->out.len);
        put(own, "\n", 1);
        st = own->st;
    }
    if (st == ST_OK &&
        (fwrite(own->out.data, 1, own->out.len, out) < own->out.len ||
         fflush(out) == EOF))
        st = ST_IO;
    if (own)
        buffer_free(&own->out);
    free(own);
    *j = NULL;
    return st;
}
