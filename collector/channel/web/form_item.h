/* form_item.h - one question on a form, and its answer in words.
 *
 * Scales and choices are native radio buttons in a fieldset, whose legend is
 * the question; the first of them has the item's code as its id, so that a link
 * to #CODE leads to where one answers.
 */
#ifndef FORM_ITEM_H
#define FORM_ITEM_H

#include "page.h"

void form_item(struct html *h, const struct page *p, const struct page_sheet *f,
               size_t item);

/* The question alone; as far as is known which of its variants fits. */
void form_question(struct html *h, const struct page *p,
                   const struct page_sheet *f, size_t item);
/* An answer as people read it. */
void form_answer(struct html *h, const struct page *p, size_t item,
                 uint8_t stored);

#endif
