/* accept.c - see accept.h. */
#include "accept.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

/* A weight (RFC 9110, 12.4.2) that is above 0; `text` is what follows ";". */
static bool has_weight(const char *text, size_t len)
{
    size_t digits = 0, i = 0;

    while (i < len && strchr(" \t;", text[i]))
        i++;
    if (i == len)
        return true;
    if (len - i < 3 || (text[i] | 0x20) != 'q' || text[i + 1] != '=')
        return false;
    for (i += 2; i < len && !strchr(" \t", text[i]); i++) {
        if (text[i] >= '1' && text[i] <= '9')
            digits++;
        else if (text[i] != '0' && text[i] != '.')
            return false;
    }
    return digits > 0;
}

bool accept_gzip(const char *header)
{
    bool any = false;

    while (header && *header) {
        size_t name, len;

        header += strspn(header, " \t,");
        name = strcspn(header, " \t;,");
        len = strcspn(header, ",");
        if (is_word(header, name, "gzip") || is_word(header, name, "x-gzip"))
            return has_weight(header + name, len - name);
        if (is_word(header, name, "*"))
            any = has_weight(header + name, len - name);
        header += len;
    }
    return any;
}

bool accept_is_text(const char *type)
{
    return strncmp(type, "text/", 5) == 0 || strstr(type, "json") ||
           strstr(type, "xml") || strstr(type, "javascript");
}
