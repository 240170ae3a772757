/* fold.c - see utf8_fold in surveys/utf8.h.  The one file that knows
 * libutf8proc.
 *
 * The text is opened into characters of four bytes each, folded there and
 * closed again in place; some three times the text's own memory.
 */
#include "surveys/utf8.h"

#include <stdlib.h>

#include <utf8proc.h>

static const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT |
                                     UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
                                     UTF8PROC_IGNORE;

static const utf8proc_int32_t keycap = 0x20e3;

static size_t without_keycaps(utf8proc_int32_t *characters, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (characters[i] != keycap)
            characters[kept++] = characters[i];
    return kept;
}

enum status utf8_fold(const char *text, size_t len, struct buffer *out)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_int32_t *characters;
    utf8proc_ssize_t n;
    enum status st;

    if (utf8_valid(text, len) != len)
        return ST_INVALID;
    n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, NULL, 0, how);
    if (n < 0)
        return ST_RANGE;
    characters = malloc(((size_t)n + 1) * sizeof *characters);
    if (!characters)
        return ST_NOMEM;
    n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, characters, n, how);
    n = (utf8proc_ssize_t)without_keycaps(characters, (size_t)n);
    n = utf8proc_reencode(characters, n, how);
    st = buffer_add(out, characters, (size_t)n);
    free(characters);
    return st;
}
