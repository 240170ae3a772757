/* json.h - writing one JSON document.
 *
 * Values are appended to the innermost open object or array; `key` is NULL in
 * an array.  Numbers keep all their digits (17 where it takes as many)
 * and NaN becomes null; texts must be UTF-8.  The first failure sticks and is
 * returned by json_end.
 */
#ifndef SURVEYS_JSON_H
#define SURVEYS_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

struct json;

/* jansson has functions of the same names: keep ours out of its sight. */
#pragma GCC visibility push(hidden)

struct json *json_new(void); /* NULL when out of memory: all calls then fail */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_close(struct json *j); /* the innermost open one */
void json_text(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, double value);
void json_integer(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* Write the document and a line end to `out`, and free it. */
MUST_USE enum status json_end(struct json **j, FILE *out);

#pragma GCC visibility pop

#endif
