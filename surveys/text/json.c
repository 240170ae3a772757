/* json.c - see surveys/json.h.  The one file that knows jansson.
 *
 * A document is a tree, some 150 bytes a value: ours until it is written, an
 * outsider's until it is freed.  jansson's own messages quote what they could
 * not read, which may be somebody's answer; so the causes are told here.
 */
#include "surveys/json.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include <jansson.h>

#include "surveys/utf8.h"

enum { DEPTH_MAX = 32 };

/* Digits that always read back as the same number. */
static const size_t layout = JSON_ENCODE_ANY | JSON_REAL_PRECISION(17);

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
    if (json_dumpf(root, out, layout | JSON_INDENT(2))) /* or which it was? */
        return ferror(out) ? ST_IO : ST_NOMEM;
    return fputc('\n', out) == EOF || fflush(out) == EOF ? ST_IO : ST_OK;
}

/* What has been told, whole: *root becomes the caller's. */
static enum status finish(struct json **j, json_t **root)
{
    struct json *own = *j;
    enum status st = own ? own->st : ST_NOMEM;

    if (st == ST_OK) {
        assert(!own->depth && own->root);
        *root = own->root;
    } else if (own) {
        json_decref(own->root);
    }
    free(own);
    *j = NULL;
    return st;
}

enum status json_end(struct json **j, FILE *out)
{
    json_t *root = NULL;
    enum status st = finish(j, &root);

    if (st == ST_OK)
        st = print(root, out);
    json_decref(root);
    return st;
}

struct sink {
    struct buffer *out;
    enum status st;
};

static int append(const char *text, size_t len, void *ctx)
{
    struct sink *s = ctx;

    if (s->st == ST_OK)
        s->st = buffer_add(s->out, text, len);
    return s->st == ST_OK ? 0 : -1;
}

enum status json_end_buffer(struct json **j, struct buffer *out)
{
    const size_t before = out->len;
    struct sink s = {.out = out, .st = ST_OK};
    json_t *root = NULL;
    enum status st = finish(j, &root);

    /* it forgets that a key could not be written, and goes on */
    if (st == ST_OK &&
        json_dump_callback(root, append, &s, layout | JSON_COMPACT))
        st = ST_NOMEM;
    if (s.st != ST_OK)
        st = s.st;
    if (st != ST_OK)
        out->len = before;
    json_decref(root);
    return st;
}

/* ---- reading ---- */

/* A document is its root; a value is jansson's. */
static json_t *tree(const struct json_value *v)
{
    return (json_t *)(uintptr_t)v; /* jansson's readers are not all const */
}

static const struct json_value *view(const json_t *t)
{
    return (const struct json_value *)t;
}

/* Where a reader of texts would look for a byte. */
struct place {
    unsigned line, column; /* in characters, from 1 */
};

/* jansson would go 2048 deep, and pays with stack for each level. */
static bool too_deep(const char *text, size_t len, struct place *at)
{
    bool quoted = false;
    size_t depth = 0;

    *at = (struct place){.line = 1};
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];

        at->column += (c & 0xc0) != 0x80;
        if (c == '\n')
            *at = (struct place){.line = at->line + 1};
        else if (c == '"')
            quoted = !quoted;
        else if (quoted)
            i += c == '\\';
        else if (c == '[' || c == '{')
            depth++;
        else if ((c == ']' || c == '}') && depth)
            depth--;
        if (depth > DEPTH_MAX)
            return true;
    }
    return false;
}

/* jansson 2.14 drops a byte of a token when its buffer cannot grow, and reads
 * past the end when that byte was the closing quote.  So the first allocation
 * that fails makes all later ones of this reading fail: then it gives up before
 * it decodes, and no document is short of a byte. */
static _Thread_local enum { IDLE, READING, STARVED } memory;

static void *allocate(size_t size)
{
    void *block = memory == STARVED ? NULL : malloc(size);

    if (!block && memory == READING)
        memory = STARVED;
    return block;
}

static void install_allocator(void)
{
    json_set_alloc_funcs(allocate, free);
}

static const char *cause(enum json_error_code code)
{
    switch (code) {
    case json_error_invalid_utf8:
        return "not UTF-8";
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "more text behind the document";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL in a text";
    case json_error_duplicate_key:
        return "a key twice";
    case json_error_numeric_overflow:
        return "a number too large";
    default:
        return "not JSON";
    }
}

enum status json_read(const char *text, size_t len, struct json_document **out,
                      struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    json_error_t failed;
    struct place at;
    bool starved;
    json_t *root;

    if (too_deep(text, len, &at))
        return err_set(err, ST_INVALID, "%u:%u: more than %d levels", at.line,
                       at.column, DEPTH_MAX);
    (void)pthread_once(&once, install_allocator);
    memory = READING;
    root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                      &failed);
    starved = memory == STARVED;
    memory = IDLE;
    if (starved) {
        json_decref(root);
        return ST_NOMEM;
    }
    if (!root)
        return err_set(err, ST_INVALID, "%d:%d: %s", failed.line, failed.column,
                       cause(json_error_code(&failed)));
    *out = (struct json_document *)root;
    return ST_OK;
}

void json_free(struct json_document **d)
{
    json_decref((json_t *)*d);
    *d = NULL;
}

const struct json_value *json_root(const struct json_document *d)
{
    return (const struct json_value *)d;
}

enum json_kind json_kind(const struct json_value *v)
{
    switch (json_typeof(tree(v))) {
    case JSON_OBJECT:
        return JSON_IS_OBJECT;
    case JSON_ARRAY:
        return JSON_IS_ARRAY;
    case JSON_STRING:
        return JSON_IS_TEXT;
    case JSON_INTEGER:
        return JSON_IS_INTEGER;
    case JSON_REAL:
        return JSON_IS_REAL;
    case JSON_NULL:
        return JSON_IS_NULL;
    default:
        return JSON_IS_BOOL;
    }
}

size_t json_count(const struct json_value *v)
{
    return json_is_object(tree(v)) ? json_object_size(tree(v))
                                   : json_array_size(tree(v));
}

const struct json_value *json_at(const struct json_value *array, size_t i)
{
    return view(json_array_get(tree(array), i));
}

const struct json_value *json_get(const struct json_value *object,
                                  const char *key)
{
    return view(json_object_get(tree(object), key));
}

bool json_next(const struct json_value *object, void **at, const char **key,
               const struct json_value **value)
{
    void *next = *at ? json_object_iter_next(tree(object), *at)
                     : json_object_iter(tree(object));

    if (!next)
        return false;
    *at = next;
    *key = json_object_iter_key(next);
    *value = view(json_object_iter_value(next));
    return true;
}

const char *json_text(const struct json_value *v)
{
    return json_string_value(tree(v));
}

bool json_whole(const struct json_value *v, int64_t *out)
{
    if (!json_is_integer(tree(v)))
        return false;
    *out = json_integer_value(tree(v));
    return true;
}

bool json_number(const struct json_value *v, double *out)
{
    if (!json_is_number(tree(v)))
        return false;
    *out = json_number_value(tree(v));
    return true;
}

bool json_bool(const struct json_value *v, bool *out)
{
    if (!json_is_boolean(tree(v)))
        return false;
    *out = json_is_true(tree(v));
    return true;
}
