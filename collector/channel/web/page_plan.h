/* page_plan.h - whether a condition holds, as far as one knows. */
#ifndef PAGE_PLAN_H
#define PAGE_PLAN_H

#include "page.h"

enum page_truth { TRUTH_NO, TRUTH_OPEN, TRUTH_YES };

/* All `count` conditions; what was answered with PAGE_UNSURE stays open. */
enum page_truth page_holds(const struct survey *s, const uint8_t *answers,
                           const struct condition *when, size_t count);

#endif
