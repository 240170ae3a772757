/* page.c - see page.h. */
#include "page.h"

#include <stdlib.h>

#include "gzip.h"

#define SMALLEST 9 /* made once, sent often */

/* ---- bytes ---- */

static struct page_bytes *bytes_new(const void *data, size_t len)
{
    struct page_bytes *b = malloc(sizeof *b + len);

    if (!b)
        return NULL;
    b->shares = 1;
    b->len = len;
    if (len)
        memcpy(b->data, data, len);
    return b;
}

struct page_bytes *page_bytes_share(struct page_bytes *b)
{
    atomic_fetch_add_explicit(&b->shares, 1, memory_order_relaxed);
    return b;
}

void page_bytes_free(void *bytes)
{
    struct page_bytes *b = bytes;

    if (b &&
        atomic_fetch_sub_explicit(&b->shares, 1, memory_order_acq_rel) == 1)
        free(b);
}

static enum status compress(const void *data, size_t len,
                            struct page_bytes **out)
{
    struct buffer small = {0};
    struct gzip *g = NULL;
    enum status st = gzip_new(SMALLEST, &g);

    if (st == ST_OK)
        st = gzip_add(g, data, len, &small);
    if (st == ST_OK) {
        *out = bytes_new(small.data, small.len);
        st = *out ? ST_OK : ST_NOMEM;
    }
    buffer_free(&small);
    gzip_free(&g);
    return st == ST_RANGE ? ST_OK : st;
}

/* ---- pages ---- */

enum status http_page_new(const void *data, size_t len, struct http_page **out)
{
    struct http_page *p = calloc(1, sizeof *p);
    enum status st = ST_OK;

    if (!p)
        return ST_NOMEM;
    p->shares = 1;
    p->plain = bytes_new(data, len);
    if (!p->plain)
        st = ST_NOMEM;
    else if (len > GZIP_WORTH)
        st = compress(data, len, &p->gzip);
    if (st == ST_OK)
        *out = p;
    else
        http_page_free(&p);
    return st;
}

struct http_page *http_page_share(struct http_page *p)
{
    atomic_fetch_add_explicit(&p->shares, 1, memory_order_relaxed);
    return p;
}

static void drop_kept(struct page_answer *kept)
{
    if (kept->made)
        kept->drop(kept->made);
    kept->made = NULL;
}

void http_page_free(struct http_page **p)
{
    struct http_page *gone = *p;

    *p = NULL;
    if (!gone ||
        atomic_fetch_sub_explicit(&gone->shares, 1, memory_order_acq_rel) != 1)
        return;
    drop_kept(&gone->kept[0]);
    drop_kept(&gone->kept[1]);
    page_bytes_free(gone->plain);
    page_bytes_free(gone->gzip);
    free(gone);
}

size_t http_page_size(const struct http_page *p, bool gzip)
{
    return gzip && p->gzip ? p->gzip->len : p->plain->len;
}

/* ---- answers that are kept ---- */

bool page_keeps(struct http_page *p, uint64_t server)
{
    uint64_t none = 0;

    return atomic_compare_exchange_strong(&p->keeper, &none, server) ||
           none == server;
}

bool page_answer_fits(const struct page_answer *kept,
                      const struct http_answer *a)
{
    if (!kept->made || kept->status != a->status ||
        !streq(kept->type, a->type) || kept->headers != a->headers)
        return false;
    for (size_t i = 0; i < a->headers; i++)
        if (!streq(kept->header[i].name, a->header[i].name) ||
            !streq(kept->header[i].value, a->header[i].value))
            return false;
    return true;
}

void page_answer_keep(struct page_answer *kept, const struct http_answer *a,
                      void *made, void (*drop)(void *))
{
    drop_kept(kept);
    kept->made = made;
    kept->drop = drop;
    kept->status = a->status;
    kept->type = a->type;
    kept->headers = a->headers;
    memcpy(kept->header, a->header, sizeof kept->header);
}
