/* names.c - see surveys/names.h.  A code is found at once; a name by going
 * through its table, of which the longest has some dozens of rows. */
#include "surveys/names.h"

#include <strings.h>

struct part {
    const char *text;
    size_t len;
};

static bool ends_with(const struct part *p, const char *end)
{
    const size_t len = strlen(end);

    return p->len > len && memcmp(p->text + p->len - len, end, len) == 0;
}

/* The part of a Chinese name that is never left out. */
static struct part core_of(const char *name)
{
    static const char *const behind[] = {"特别行政区", "自治区", "回族", "壮族",
                                         "维吾尔",     "省",     "市"};
    static const char before[] = "中国";
    struct part p = {name, strlen(name)};

    if (p.len > strlen(before) && memcmp(name, before, strlen(before)) == 0) {
        p.text += strlen(before);
        p.len -= strlen(before);
    }
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (ends_with(&p, behind[i]))
            p.len -= strlen(behind[i]);
    return p;
}

static bool is_called(const struct code *c, const char *text)
{
    const struct part a = core_of(c->name_zh), b = core_of(text);

    return strcasecmp(c->name_en, text) == 0 ||
           (a.len == b.len && memcmp(a.text, b.text, a.len) == 0);
}

const struct code *names_find(const struct codes *codes, enum code_table table,
                              const char *text, int32_t day)
{
    const struct code *found = codes_find(codes, table, text, day);

    if (found)
        return found;
    for (size_t i = 0; i < codes_count(codes, table); i++) {
        const struct code *c = codes_at(codes, table, i);

        if (day < c->valid_from || day >= c->valid_to || !is_called(c, text))
            continue;
        if (found)
            return NULL;
        found = c;
    }
    return found;
}

static bool value_is(const struct choice *v, const char *text)
{
    char number[12];

    (void)snprintf(number, sizeof number, "%d", v->code);
    if (streq(number, text))
        return true;
    for (size_t i = 0; i < v->text.count; i++)
        if (streq(v->text.list[i].text, text))
            return true;
    return false;
}

bool names_value(const struct attribute *a, const char *text, uint8_t *out)
{
    for (size_t i = 0; i < a->values; i++) {
        if (!value_is(&a->value[i], text))
            continue;
        *out = (uint8_t)a->value[i].code;
        return true;
    }
    return false;
}
