/* qr_svg.c - see qr_svg.h. */
#include "qr_svg.h"

#include <errno.h>
#include <qrencode.h>
#include <stdarg.h>
#include <stdio.h>

#define QUIET 4
#define MM    4

__attribute__((format(printf, 2, 3))) static enum status
print(struct buffer *out, const char *format, ...)
{
    char text[512];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return n < (int)sizeof text ? buffer_add(out, text, (size_t)n) : ST_RANGE;
}

/* One horizontal stroke for each run of dark modules. */
static enum status strokes(const QRcode *code, struct buffer *out)
{
    const int width = code->width;
    enum status st = ST_OK;

    for (int y = 0; y < width; y++)
        for (int x = 0; x < width && st == ST_OK; x++) {
            const unsigned char *row = code->data + y * width;
            int run = 0;

            while (x + run < width && row[x + run] & 1)
                run++;
            if (run)
                st = print(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run,
                           run);
            x += run;
        }
    return st;
}

enum status qr_svg(const char *text, struct buffer *out)
{
    const size_t before = out->len;
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_Q);
    enum status st;
    int side;

    if (!code)
        return errno == ENOMEM ? ST_NOMEM : ST_RANGE;
    side = code->width + 2 * QUIET;
    st = print(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" "
               "height=\"%dmm\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\">"
               "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
               "<path fill=\"#000\" d=\"",
               side * MM, side * MM, side, side, side, side);
    if (st == ST_OK)
        st = strokes(code, out);
    if (st == ST_OK)
        st = print(out, "\"/></svg>\n");
    QRcode_free(code);
    if (st != ST_OK)
        out->len = before;
    return st;
}
