/* utf8.h - bytes that claim to be UTF-8, how wide they print, and what they
 * are when form does not matter. */
#ifndef SURVEYS_UTF8_H
#define SURVEYS_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/status.h"

/* Length of the longest valid prefix: `len` when all of it is valid (no
 * overlong forms, no surrogates, nothing past U+10FFFF). */
size_t utf8_valid(const char *text, size_t len);

/* Decode one character of valid UTF-8 at *at, which moves on; 0 at the end. */
uint32_t utf8_next(const char **at, const char *end);

/* Columns on a terminal: East Asian wide and full width count 2, combining
 * marks 0. */
size_t utf8_width(const char *text);

/* Units of an SMS: septets when all of it is in GSM 03.38 (extension
 * characters count 2; *gsm7 true), else UTF-16 units (*gsm7 false). */
size_t utf8_sms_units(const char *text, size_t len, bool *gsm7);

/* Append to *out what remains of a text when width, case, and dress do not
 * matter: NFKC with case folding, without what prints nothing (variation
 * selectors, joiners, soft hyphens) and without the frame of a keycap.  So
 * "８",
 * "⑧" and "8️⃣" all become "8".  ST_INVALID: not UTF-8; ST_RANGE as of
 * the buffer. */
MUST_USE enum status utf8_fold(const char *text, size_t len,
                               struct buffer *out);

#endif
