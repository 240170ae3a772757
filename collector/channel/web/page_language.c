#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "words.h"

/* Which language to speak (RFC 4647, lookup), and which way it is written.
 *
 * What the query asks for goes before what the browser says, and a survey in
 * many languages before one of ours, since the questions are what matters.
 */

static const char *const own[] = {"zh-CN", "en"};

struct choices { /* the languages there are */
    const struct survey *survey;
};

static size_t languages(const struct choices *c)
{
    return c->survey ? c->survey->title.count : sizeof own / sizeof *own;
}

static const char *language_at(const struct choices *c, size_t i)
{
    return c->survey ? c->survey->title.list[i].language : own[i];
}

/* Of a wish of `len` bytes: the same tag, else one that it begins with or that
 * begins with it, else one of the same language. */
static const char *match(const struct choices *c, const char *wish, size_t len)
{
    const char *best = NULL;
    size_t best_length = 0;

    for (size_t i = 0; i < languages(c); i++) {
        const char *tag = language_at(c, i);
        size_t same = 0;

        while (same < len && tag[same] &&
               strncasecmp(tag + same, wish + same, 1) == 0)
            same++;
        if (same == len && !tag[same])
            return tag;
        /* count whole subtags alone */
        if (same < len && wish[same] != '-')
            while (same && wish[same - 1] != '-')
                same--;
        else if (tag[same] && tag[same] != '-')
            while (same && tag[same - 1] != '-')
                same--;
        if (same > best_length) {
            best = tag;
            best_length = same;
        }
    }
    return best;
}

static const char *standard(const struct choices *c)
{
    const char *chinese = match(c, "zh-CN", 5);

    return chinese ? chinese : language_at(c, 0);
}

/* The weight behind ";q=" in thousandths; 1000 when there is none. */
static unsigned weight(const char *at, const char *end)
{
    const char *q = memchr(at, ';', (size_t)(end - at));
    double value;

    if (!q)
        return 1000;
    q++;
    while (q < end && *q == ' ')
        q++;
    if (end - q < 3 || strncasecmp(q, "q=", 2) != 0)
        return 1000;
    value = strtod(q + 2, NULL);
    return value >= 0 && value <= 1 ? (unsigned)(value * 1000) : 0;
}

static const char *accepted(const struct choices *c, const char *accept)
{
    const char *best = NULL, *end;
    unsigned best_weight = 0;

    for (; *accept; accept = *end ? end + 1 : end) {
        size_t len;
        const char *tag;

        accept += strspn(accept, " \t");
        end = accept + strcspn(accept, ",");
        len = strcspn(accept, ",; \t");
        if (weight(accept, end) <= best_weight)
            continue;
        tag = len == 1 && *accept == '*' ? standard(c) : match(c, accept, len);
        if (tag) {
            best = tag;
            best_weight = weight(accept, end);
        }
    }
    return best;
}

void page_language(const struct survey *s, const char *wish, const char *accept,
                   char out[PAGE_LANGUAGE_MAX])
{
    const struct choices c = {s && s->title.count ? s : NULL};
    const char *found = wish ? match(&c, wish, strlen(wish)) : NULL;

    if (!found && accept)
        found = accepted(&c, accept);
    if (!found)
        found = standard(&c);
    (void)snprintf(out, PAGE_LANGUAGE_MAX, "%s", found);
}

bool page_right_to_left(const char *language)
{
    static const char *const scripts[] = {"Arab", "Hebr", "Thaa", "Syrc",
                                          "Nkoo", "Rohg", "Adlm"};
    static const char *const bases[] = {"ar", "ckb", "dv", "fa", "he", "ks",
                                        "ps", "sd",  "ug", "ur", "yi"};
    const char *script = strchr(language, '-');
    const size_t base = strcspn(language, "-");

    /* a script is four letters behind the language */
    if (script && strcspn(script + 1, "-") == 4) {
        for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
            if (strncasecmp(script + 1, scripts[i], 4) == 0)
                return true;
        return false;
    }
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (strlen(bases[i]) == base &&
            strncasecmp(language, bases[i], base) == 0)
            return true;
    return false;
}
