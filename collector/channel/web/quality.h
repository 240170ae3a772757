/* quality.h - flags that a form's answers earn by themselves. */
#ifndef WEB_QUALITY_H
#define WEB_QUALITY_H

#include "surveys/response.h"

/* FLAG_FAST, FLAG_STRAIGHT: `answers` as stored, `duration_ms` the time that
 * they took, -1 when it is not known. */
uint32_t quality_flags(const struct survey *s, const uint8_t *answers,
                       int64_t duration_ms);

#endif
