/* json_fuzz.c - any bytes as JSON: a document within its limits that, written
 * again, reads as the same; or a refusal. */
#include <stdlib.h>

#include "surveys/json.h"
#include "surveys/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { DEPTH = 32 + 1 }; /* a value in 32 arrays */

static void put(struct json *j, const char *key, const struct json_value *v,
                int depth);

static void put_members(struct json *j, const struct json_value *v, int depth)
{
    const struct json_value *value = NULL;
    const char *key = NULL;
    void *at = NULL;
    size_t n = 0;

    while (json_next(v, &at, &key, &value)) {
        if (!key || json_get(v, key) != value)
            __builtin_trap();
        put(j, key, value, depth + 1);
        n++;
    }
    if (n != json_count(v))
        __builtin_trap();
}

static void put_plain(struct json *j, const char *key,
                      const struct json_value *v)
{
    int64_t whole = 0;
    double number = 0;
    bool yes = false;

    if (json_whole(v, &whole))
        json_put_integer(j, key, whole);
    else if (json_number(v, &number))
        json_put_number(j, key, number);
    else if (json_bool(v, &yes))
        json_put_bool(j, key, yes);
    else if (json_kind(v) == JSON_IS_NULL)
        json_put_null(j, key);
    else
        __builtin_trap();
}

static void put(struct json *j, const char *key, const struct json_value *v,
                int depth)
{
    const char *const text = json_text(v);

    if (depth > DEPTH)
        __builtin_trap();
    if (json_kind(v) == JSON_IS_OBJECT) {
        json_put_object(j, key);
        put_members(j, v, depth);
        json_close(j);
    } else if (json_kind(v) == JSON_IS_ARRAY) {
        json_put_array(j, key);
        for (size_t i = 0; i < json_count(v); i++)
            put(j, NULL, json_at(v, i), depth + 1);
        json_close(j);
    } else if (text) {
        if (utf8_valid(text, strlen(text)) != strlen(text))
            __builtin_trap();
        json_put_text(j, key, text);
    } else {
        put_plain(j, key, v);
    }
}

static void write_out(const struct json_document *d, struct buffer *out)
{
    struct json *j = json_new();

    put(j, NULL, json_root(d), 1);
    if (json_end_buffer(&j, out) != ST_OK)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct json_document *d = NULL, *again = NULL;
    struct buffer first = {.max = 0}, second = {.max = 0};
    struct err err = {""};

    if (json_read((const char *)data, len, &d, &err) != ST_OK) {
        if (d || !err.text[0])
            __builtin_trap();
        return 0;
    }
    write_out(d, &first);
    if (json_read((const char *)first.data, first.len, &again, &err) != ST_OK)
        __builtin_trap();
    write_out(again, &second);
    if (second.len != first.len || memcmp(first.data, second.data, first.len))
        __builtin_trap();
    json_free(&again);
    json_free(&d);
    buffer_free(&first);
    buffer_free(&second);
    return 0;
}
