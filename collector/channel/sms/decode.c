/* decode.c - texts in the charsets of telephone networks, as UTF-8.
 *
 * Nobody vouches for the name of the charset nor for the bytes: a name that
 * iconv does not know is taken for UTF-8, bytes that do not fit become
 * U+FFFD. */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>

#include "kannel.h"
#include "surveys/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Only names of charsets that a network uses reach iconv: it takes options
 * and transliterations behind some. */
static const char *known(const char *charset)
{
    static const struct {
        const char *name, *iconv;
    } names[] = {{"UTF-16BE", "UTF-16BE"},        {"UTF-16", "UTF-16BE"},
                 {"UCS-2", "UTF-16BE"},           {"UCS-2BE", "UTF-16BE"},
                 {"ISO-10646-UCS-2", "UTF-16BE"}, {"GBK", "GB18030"},
                 {"GB2312", "GB18030"},           {"GB18030", "GB18030"},
                 {"ISO-8859-1", "ISO-8859-1"},    {"LATIN1", "ISO-8859-1"},
                 {"WINDOWS-1252", "CP1252"},      {"CP1252", "CP1252"},
                 {"US-ASCII", "ISO-8859-1"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i].name, charset) == 0)
            return names[i].iconv;
    return NULL;
}

/* `unit` bytes are passed over where they make no character. */
static enum status convert(iconv_t how, size_t unit, const char *data,
                           size_t len, struct buffer *out)
{
    char *in = (char *)(uintptr_t)data;
    enum status st = ST_OK;

    while (len > 0 && st == ST_OK) {
        char piece[256], *to = piece;
        size_t room = sizeof piece;
        const size_t done = iconv(how, &in, &len, &to, &room);
        const int why = errno;

        st = buffer_add(out, piece, sizeof piece - room);
        if (done != (size_t)-1 || why == E2BIG || st != ST_OK)
            continue;
        st = buffer_add(out, REPLACEMENT, 3);
        if (why == EINVAL || len < unit)
            break; /* half a character at the end */
        in += unit;
        len -= unit;
    }
    return st;
}

static enum status as_utf8(const char *data, size_t len, struct buffer *out)
{
    enum status st = ST_OK;

    while (len > 0 && st == ST_OK) {
        const size_t good = utf8_valid(data, len);

        st = buffer_add(out, data, good);
        data += good;
        len -= good;
        if (len == 0 || st != ST_OK)
            break;
        st = buffer_add(out, REPLACEMENT, 3);
        data++;
        len--;
    }
    return st;
}

enum status kannel_decode(const char *charset, const void *data, size_t len,
                          struct buffer *out)
{
    const char *name = known(charset);
    const size_t from = out->len;
    enum status st;

    if (name) {
        iconv_t how = iconv_open("UTF-8", name);

        if (how == (iconv_t)-1)
            return ST_NOMEM;
        st = convert(how, streq(name, "UTF-16BE") ? 2 : 1, data, len, out);
        iconv_close(how);
    } else {
        st = as_utf8(data, len, out);
    }
    for (size_t i = from; i < out->len; i++)
        if (iscntrl(out->data[i]))
            out->data[i] = ' ';
    return st;
}
