/* gzip.c - see gzip.h. */
#include "gzip.h"

#define ZLIB_CONST
#include <zlib.h>

#define GZIP_FORMAT 16 /* zlib's way to say it, beside the window's bits */
#define MEMORY      9

struct gzip {
    z_stream stream;
};

enum status gzip_new(int level, struct gzip **out)
{
    struct gzip *g = calloc(1, sizeof *g);

    if (!g)
        return ST_NOMEM;
    if (deflateInit2(&g->stream, level, Z_DEFLATED, MAX_WBITS + GZIP_FORMAT,
                     MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(g);
        return ST_NOMEM;
    }
    *out = g;
    return ST_OK;
}

void gzip_free(struct gzip **g)
{
    if (!*g)
        return;
    deflateEnd(&(*g)->stream);
    free(*g);
    *g = NULL;
}

enum status gzip_add(struct gzip *g, const void *data, size_t len,
                     struct buffer *out)
{
    enum status st = ST_RANGE;

    /* zlib counts in 32 bits */
    if (len > UINT32_MAX || buffer_reserve(out, len) != ST_OK)
        return len > UINT32_MAX ? ST_RANGE : ST_NOMEM;
    g->stream.next_in = data;
    g->stream.avail_in = (uInt)len;
    g->stream.next_out = out->data + out->len;
    g->stream.avail_out = (uInt)len;
    if (deflate(&g->stream, Z_FINISH) == Z_STREAM_END) {
        out->len += len - g->stream.avail_out;
        st = ST_OK;
    }
    (void)deflateReset(&g->stream);
    return st;
}
