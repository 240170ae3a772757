/* names.h - codes as people write them: by code, or by name. */
#ifndef AGENT_NAMES_H
#define AGENT_NAMES_H

#include "surveys/codes.h"

/* Find the row of `table` that is valid on `day` and has this code, or this
 * Chinese or English name.  Names are compared without what is often left
 * out: 中国 in front, 省, 市, 自治区 and the like behind.  NULL: none, or more
 * than one. */
const struct code *names_find(const struct codes *codes, enum code_table table,
                              const char *text, int32_t day);

#endif
