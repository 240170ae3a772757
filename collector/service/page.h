/* page.h - the inside of a page that is sent often: see collector/http.h.
 *
 * Its bytes have a count of their own, because an answer under way outlives
 * the page; and it can carry one finished answer for each of its two forms, so
 * that a page which is sent again and again in the same way is put together
 * once.  Both are opaque here.
 */
#ifndef SERVICE_PAGE_H
#define SERVICE_PAGE_H

#include <stdatomic.h>

#include "collector/http.h"

struct page_bytes {
    atomic_size_t shares;
    size_t len;
    uint8_t data[];
};
struct page_bytes *page_bytes_share(struct page_bytes *b);
void page_bytes_free(void *bytes); /* one share */

/* A finished answer, and what it was made from. */
struct page_answer {
    void *made; /* NULL: none yet */
    void (*drop)(void *made);
    unsigned status;
    const char *type;
    size_t headers;
    struct http_header_line header[HTTP_ANSWER_HEADERS];
};

struct http_page {
    atomic_size_t shares;
    struct page_bytes *plain;
    struct page_bytes *gzip; /* NULL: would not be shorter */
    /* The server whose answers are kept, by its number; 0: none yet.  The
     * first that sends the page has that right, and only its thread uses
     * them. */
    _Atomic uint64_t keeper;
    struct page_answer kept[2]; /* plain, gzip */
};

/* May this server keep answers here? */
bool page_keeps(struct http_page *p, uint64_t server);
/* Is that the answer which is kept?  Else it is to be made. */
bool page_answer_fits(const struct page_answer *kept,
                      const struct http_answer *a);
/* Takes `made`. */
void page_answer_keep(struct page_answer *kept, const struct http_answer *a,
                      void *made, void (*drop)(void *));

#endif
