/* page_parts.h - what all pages are made of: frame, links, words, texts.
 *
 * Words of the page that are in another language than the page (there are
 * fewer of ours than a survey may have) are marked as such.
 */
#ifndef PAGE_PARTS_H
#define PAGE_PARTS_H

#include "form_wording.h"
#include "page.h"
#include "words.h"

/* From <!doctype> to within <main>, with its heading: a word of ours, or
 * (WORDS) the survey's title. */
void part_open(struct html *h, const struct page *p, enum word title);
/* Of a screen of questions.  `wrong`: the document's title says so; `enter`:
 * what pressing Enter does. */
void part_open_form(struct html *h, const struct page *p, bool wrong,
                    const char *enter);
/* The telephone line, </main> and the footer. */
void part_close(struct html *h, const struct page *p);

/* A word as content, marked when it is in another language. */
void part_say(struct html *h, const struct page *p, enum word w);
void part_say_number(struct html *h, const struct page *p, enum word w,
                     size_t a, size_t b);
void part_say_text(struct html *h, const struct page *p, enum word w,
                   const char *a, const char *b);
/* The same with what `fn` writes in the places of {0} and {1}. */
typedef void part_value_fn(struct html *h, const void *ctx, int which);
void part_say_with(struct html *h, const struct page *p, enum word w,
                   part_value_fn *fn, const void *ctx);
/* The word alone, for an attribute or a title; and the attributes that tell
 * its language, or nothing where it is that of the page. */
const char *part_word(const struct page *p, enum word w);
void part_tongue(struct html *h, const struct page *p);
bool part_at_home(const struct page *p);

/* ` NAME="?query&lang=..&size=..#fragment"`: the page's own language and size;
 * "": no query, no fragment. */
void part_address(struct html *h, const struct page *p, const char *name,
                  const char *query, const char *fragment);
void part_href(struct html *h, const struct page *p, const char *query,
               const char *fragment);
/* A link whose text is a word; `class` may be NULL. */
void part_link(struct html *h, const struct page *p, const char *query,
               enum word w, const char *class);
/* <form> posting to this page, and what every form hides. */
void part_form(struct html *h, const struct page *p,
               const struct page_pair *hidden, size_t hiddens);
void part_button(struct html *h, const struct page *p, const char *action,
                 enum word w, const char *class);
void part_paragraph(struct html *h, const struct page *p, enum word w);
void part_heading(struct html *h, const struct page *p, enum word w);
/* Copy, delete and (not `stopped` yet) stop, for who came by a link. */
void part_rights(struct html *h, const struct page *p, bool stopped);

/* A text of the survey with its placeholders filled in. */
void part_filled(struct html *h, const struct page *p,
                 const struct page_sheet *f, struct span text);

#endif
