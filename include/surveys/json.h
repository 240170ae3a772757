/* json.h - writing one JSON document.
 *
 * Values are appended to the innermost open object or array; `key` is NULL in
 * an array.  Keys stay in the order they were told in; of a key told twice the
 * last value stands.  Numbers have 17 digits, so they read back as themselves;
 * NaN and the infinities become null.  Texts must be UTF-8 (ST_INVALID).  The
 * first failure sticks and is returned by json_end.
 */
#ifndef SURVEYS_JSON_H
#define SURVEYS_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

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

#endif
