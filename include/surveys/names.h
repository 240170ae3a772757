/* names.h - codes as people write them: by code, or by name. */
#ifndef SURVEYS_NAMES_H
#define SURVEYS_NAMES_H

#include "surveys/codes.h"
#include "surveys/survey.h"

/* Find the row of `table` that is valid on `day` and has this code, or this
 * Chinese or English name.  Names are compared without what is often left
 * out: 中国 in front, 省, 市, 自治区 and the like behind.  NULL: none, or more
 * than one. */
const struct code *names_find(const struct codes *codes, enum code_table table,
                              const char *text, int32_t day);

/* An attribute's value, given by its code or by its text in any language.
 * False when it has no such value. */
bool names_value(const struct attribute *a, const char *text, uint8_t *out);

#endif
