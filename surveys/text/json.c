/* json.c - see surveys/json.h.  The one file that knows jansson.
 *
 * The document is a tree until it is written: some 150 bytes a value.
 */
#include "surveys/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "surveys/utf8.h"

enum { DEPTH_MAX = 32 }; /* of our own documents */

/* Digits that always read back as the same number. */
static const size_t layout =
    JSON_INDENT(2) | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17);

struct json {
    json_t *root;
    size_t depth;
    json_t *open[DEPTH_MAX]; /* the innermost last; the root owns them */
    enum status st;
};

struct json *json_new(void)
{
    return calloc(1, sizeof(struct json));
}

static bool valid(const char *text)
{
    const size_t len = strlen(text);

    return utf8_valid(text, len) == len;
}

/* Takes `value`, NULL when there was no memory for it.  False when it is in
 * vain. */
static bool put(struct json *j, const char *key, json_t *value)
{
    json_t *in = j && j->depth ? j->open[j->depth - 1] : NULL;

    if (!j || j->st != ST_OK) {
        json_decref(value);
        return false;
    }
    assert(in ? json_is_object(in) == (key != NULL) : !j->root && !key);
    if (!value) {
        j->st = ST_NOMEM;
    } else if (key && !valid(key)) {
        json_decref(value);
        j->st = ST_INVALID;
    } else if (!in) {
        j->root = value;
    } else if (key ? json_object_set_new_nocheck(in, key, value)
                   : json_array_append_new(in, value)) {
        j->st = ST_NOMEM;
    }
    return j->st == ST_OK;
}

static void descend(struct json *j, const char *key, json_t *value)
{
    if (!put(j, key, value))
        return;
    assert(j->depth < DEPTH_MAX);
    j->open[j->depth++] = value;
}

void json_put_object(struct json *j, const char *key)
{
    descend(j, key, json_object());
}

void json_put_array(struct json *j, const char *key)
{
    descend(j, key, json_array());
}

void json_close(struct json *j)
{
    if (!j || j->st != ST_OK)
        return;
    assert(j->depth);
    j->depth--;
}

void json_put_text(struct json *j, const char *key, const char *value)
{
    if (j && j->st == ST_OK && !valid(value))
        j->st = ST_INVALID;
    put(j, key, json_string_nocheck(value));
}

void json_put_number(struct json *j, const char *key, double value)
{
    put(j, key, isfinite(value) ? json_real(value) : json_null());
}

void json_put_integer(struct json *j, const char *key, int64_t value)
{
    put(j, key, json_integer(value));
}

void json_put_bool(struct json *j, const char *key, bool value)
{
    put(j, key, json_boolean(value));
}

void json_put_null(struct json *j, const char *key)
{
    put(j, key, json_null());
}

static enum status print(const json_t *root, FILE *out)
{
    if (json_dumpf(root, out, layout)) /* does not say which it was */
        return ferror(out) ? ST_IO : ST_NOMEM;
    return fputc('\n', out) == EOF || fflush(out) == EOF ? ST_IO : ST_OK;
}

enum status json_end(struct json **j, FILE *out)
{
    struct json *own = *j;
    enum status st = own ? own->st : ST_NOMEM;

    if (st == ST_OK) {
        assert(!own->depth && own->root);
        st = print(own->root, out);
    }
    if (own)
        json_decref(own->root);
    free(own);
    *j = NULL;
    return st;
}
