/* json.h - writing and reading one JSON document.
 *
 * Writing: values are appended to the innermost open object or array; `key` is
 * NULL in an array.  Keys stay in the order they were told in; of a key told
 * twice the last value stands.  Numbers have 17 digits, so they read back as
 * themselves; NaN and the infinities become null.  Texts must be UTF-8
 * (ST_INVALID).  The first failure sticks and is returned by json_end.
 */
#ifndef SURVEYS_JSON_H
#define SURVEYS_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"

struct json;

struct json *json_new(void); /* NULL when out of memory: all calls then fail */
void json_put_object(struct json *j, const char *key);
void json_put_array(struct json *j, const char *key);
void json_close(struct json *j); /* the innermost open one */
void json_put_text(struct json *j, const char *key, const char *value);
void json_put_number(struct json *j, const char *key, double value);
void json_put_integer(struct json *j, const char *key, int64_t value);
void json_put_bool(struct json *j, const char *key, bool value);
void json_put_null(struct json *j, const char *key);

/* Write the document and a line end to `out`, and free it.  After an earlier
 * failure nothing is written. */
MUST_USE enum status json_end(struct json **j, FILE *out);
/* The same, compact, appended to *out without a line end. */
MUST_USE enum status json_end_buffer(struct json **j, struct buffer *out);

/* ---- reading ---- */

enum json_kind {
    JSON_IS_OBJECT,
    JSON_IS_ARRAY,
    JSON_IS_TEXT,
    JSON_IS_INTEGER,
    JSON_IS_REAL,
    JSON_IS_BOOL,
    JSON_IS_NULL
};

/* A parsed document; a value in it is a view and lives as long. */
struct json_document;
struct json_value;

/* Strict RFC 8259 from outside: UTF-8, a key only once, no NUL in a text, at
 * most 32 deep.  ST_INVALID with line, column and cause. */
MUST_USE enum status json_read(const char *text, size_t len,
                               struct json_document **out, struct err *err);
void json_free(struct json_document **d);
const struct json_value *json_root(const struct json_document *d);

enum json_kind json_kind(const struct json_value *v);
size_t json_count(const struct json_value *v); /* of an object or array */
const struct json_value *json_at(const struct json_value *array, size_t i);
/* NULL: no such key. */
const struct json_value *json_get(const struct json_value *object,
                                  const char *key);
/* Each member in turn, `*at` from NULL: false behind the last one. */
bool json_next(const struct json_value *object, void **at, const char **key,
               const struct json_value **value);
const char *json_text(const struct json_value *v); /* NULL: not a text */
bool json_whole(const struct json_value *v, int64_t *out); /* an integer */
bool json_number(const struct json_value *v, double *out); /* integers too */
bool json_bool(const struct json_value *v, bool *out);

#endif
