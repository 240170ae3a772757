/* fills.c - see fills.h. */
#include "fills.h"

#include <stdio.h>
#include <string.h>

#include "surveys/period.h"

struct filling {
    const struct standing *told;
    const struct codes *codes;
    bool chinese;
};

static void write_date(const struct filling *f, char *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    int32_t day, month;
    int n, m;

    if (!f->told || f->told->event_at <= 0) {
        (void)snprintf(out, FILL_TEXT_MAX + 1, "%s",
                       f->chinese ? "近日" : "recent days");
        return;
    }
    day = period_day(f->told->event_at);
    month = period_month(day);
    n = day - period_first(month) + 1;
    m = month % 12;
    if (f->chinese)
        (void)snprintf(out, FILL_TEXT_MAX + 1, "%d月%d日", m + 1, n);
    else
        (void)snprintf(out, FILL_TEXT_MAX + 1, "%d %s", n, months[m]);
}

static void write_name(const struct filling *f, enum code_table table,
                       const char *code, char *out)
{
    const struct code *found =
        f->codes && *code
            ? codes_find(f->codes, table, code, period_day(f->told->event_at))
            : NULL;
    const char *name = !found       ? ""
                       : f->chinese ? found->name_zh
                                    : found->name_en;

    if (strlen(name) <= FILL_TEXT_MAX)
        memcpy(out, name, strlen(name) + 1);
}

static void write_fill(const struct filling *f, const char *name, char *out)
{
    *out = '\0';
    if (streq(name, "date"))
        write_date(f, out);
    else if (!f->told)
        return;
    else if (streq(name, "product"))
        write_name(f, CODES_PRODUCT, f->told->product, out);
    else if (streq(name, "touch"))
        write_name(f, CODES_TOUCHPOINT, f->told->touchpoint, out);
    else if (streq(name, "op"))
        write_name(f, CODES_OPERATOR, f->told->operator, out);
}

void fills_of(const struct survey *s, const struct standing *told,
              const struct codes *codes, const char *language,
              struct fills *out)
{
    const struct filling f = {told, codes, strncmp(language, "zh", 2) == 0};

    out->count = 0;
    for (size_t i = 0; i < s->fills && out->count < FILLS_MAX; i++) {
        char *text = out->text[out->count];

        write_fill(&f, s->fill[i].name, text);
        if (*text)
            out->pair[out->count++] = (struct page_pair){s->fill[i].name, text};
    }
}
