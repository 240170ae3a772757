/* reply_text.h - a reply in the one dress in which it is read. */
#ifndef SURVEYS_REPLY_TEXT_H
#define SURVEYS_REPLY_TEXT_H

#include "base/bytes.h"

/* Append the reply as utf8_fold has it, with the simplified form of those
 * traditional characters that the lexicon holds, numbers in rings that have no
 * plain form as "(8)", raised and lowered digits and fractions as "^", and
 * straight apostrophes.  Ends with a NUL that does not count.  ST_INVALID: not
 * UTF-8. */
MUST_USE enum status reply_plain(const char *text, size_t len,
                                 struct buffer *out);

/* Of a letter, a digit or a Han character; not of blanks, punctuation, and
 * pictures. */
bool reply_letter(uint32_t character);

#endif
