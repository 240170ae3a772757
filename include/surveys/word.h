/* word.h - one short value of a file: trimmed, and read as what it should be.
 */
#ifndef SURVEYS_WORD_H
#define SURVEYS_WORD_H

#include "base/limits.h"
#include "surveys/csv.h"

enum { WORD_MAX = 255 };

struct word {
    char text[WORD_MAX + 1]; /* NUL-terminated */
    size_t len;
};

/* Without the blanks around it.  One that is longer than any value may be is
 * cut to WORD_MAX bytes, and then is none. */
void word_trim(const struct csv_field *f, struct word *out);

/* Whether it may be a code: 1 to CODE_MAX printable ASCII characters. */
bool word_code(const struct word *w);
/* Each false when it is something else; *out is then untouched. */
bool word_whole(const struct word *w, uint64_t max, uint64_t *out);
/* 32 hexadecimal digits, with hyphens as a UUID has them or without. */
bool word_sixteen(const struct word *w, uint8_t out[ID_SIZE]);
/* A rate of a draw, "0.05" or "5%", in 1e-6. */
bool word_rate(const struct word *w, uint32_t *ppm);

#endif
