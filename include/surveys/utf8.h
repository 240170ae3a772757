/* utf8.h - bytes that claim to be UTF-8, and how wide they print. */
#ifndef SURVEYS_UTF8_H
#define SURVEYS_UTF8_H

#include <stddef.h>
#include <stdint.h>

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

#endif
