#include "page_parts.h"

#include <stdio.h>
#include <strings.h>

/* Whether the page's own words are in the language of the page.  Chinese in
 * traditional characters is another one to a voice and to a font. */
bool part_at_home(const struct page *p)
{
    static const char *const simplified[] = {"zh", "zh-CN", "zh-Hans",
                                             "zh-Hans-CN", "zh-SG"};

    if (words_for(p->language) != WORDS_ZH)
        return strncasecmp(p->language, "en", 2) == 0 &&
               (!p->language[2] || p->language[2] == '-');
    for (size_t i = 0; i < sizeof simplified / sizeof *simplified; i++)
        if (strcasecmp(p->language, simplified[i]) == 0)
            return true;
    return false;
}

const char *part_word(const struct page *p, enum word w)
{
    return words_text(words_for(p->language), w);
}

void part_tongue(struct html *h, const struct page *p)
{
    if (part_at_home(p))
        return;
    html_format(h, " lang=\"%s\"", words_tag(words_for(p->language)));
    if (page_right_to_left(p->language))
        html_raw(h, " dir=\"ltr\"");
}

void part_say_with(struct html *h, const struct page *p, enum word w,
                   part_value_fn *fn, const void *ctx)
{
    const char *text = part_word(p, w), *hole;
    const bool home = part_at_home(p);

    if (!home) {
        html_raw(h, "<span");
        part_tongue(h, p);
        html_raw(h, ">");
    }
    while ((hole = strchr(text, '{'))) {
        html_text_len(h, text, (size_t)(hole - text));
        fn(h, ctx, hole[1] - '0');
        text = hole + 3;
    }
    html_text(h, text);
    if (!home)
        html_raw(h, "</span>");
}

struct two {
    const char *text[2];
};

static void say_one_of_two(struct html *h, const void *ctx, int which)
{
    const struct two *t = ctx;

    html_text(h, t->text[which]);
}

void part_say_text(struct html *h, const struct page *p, enum word w,
                   const char *a, const char *b)
{
    const struct two t = {{a, b}};

    part_say_with(h, p, w, say_one_of_two, &t);
}

void part_say(struct html *h, const struct page *p, enum word w)
{
    part_say_text(h, p, w, "", "");
}

void part_say_number(struct html *h, const struct page *p, enum word w,
                     size_t a, size_t b)
{
    char first[24], second[24];

    (void)snprintf(first, sizeof first, "%zu", a);
    (void)snprintf(second, sizeof second, "%zu", b);
    part_say_text(h, p, w, first, second);
}

void part_address(struct html *h, const struct page *p, const char *name,
                  const char *query, const char *fragment)
{
    html_format(h, " %s=\"?%s%slang=%s%s%s%s\"", name, query, *query ? "&" : "",
                p->language, p->large ? "&size=large" : "",
                *fragment ? "#" : "", fragment);
}

void part_href(struct html *h, const struct page *p, const char *query,
               const char *fragment)
{
    part_address(h, p, "href", query, fragment);
}

void part_link(struct html *h, const struct page *p, const char *query,
               enum word w, const char *class)
{
    html_raw(h, "<a");
    if (class)
        html_format(h, " class=\"%s\"", class);
    part_href(h, p, query, "");
    html_raw(h, ">");
    part_say(h, p, w);
    html_raw(h, "</a>");
}

void part_form(struct html *h, const struct page *p,
               const struct page_pair *hidden, size_t hiddens)
{
    html_raw(h, "<form id=\"f\" method=\"post\"");
    part_address(h, p, "action", "", "");
    html_raw(h, ">");
    for (size_t i = 0; i < hiddens; i++)
        html_format(h, "<input type=\"hidden\" name=\"%s\" value=\"%s\">",
                    hidden[i].name, hidden[i].value);
}

void part_button(struct html *h, const struct page *p, const char *action,
                 enum word w, const char *class)
{
    html_format(h, "<button name=\"do\" value=\"%s\"", action);
    if (class)
        html_format(h, " class=\"%s\"", class);
    html_raw(h, ">");
    part_say(h, p, w);
    html_raw(h, "</button>");
}

void part_paragraph(struct html *h, const struct page *p, enum word w)
{
    html_raw(h, "<p>");
    part_say(h, p, w);
    html_raw(h, "</p>");
}

void part_heading(struct html *h, const struct page *p, enum word w)
{
    html_raw(h, "<h2>");
    part_say(h, p, w);
    html_raw(h, "</h2>");
}

void part_rights(struct html *h, const struct page *p, bool stopped)
{
    if (!p->owned)
        return;
    part_heading(h, p, WORD_YOURS);
    html_raw(h, "<ul class=\"k\"><li>");
    part_link(h, p, "show=copy", WORD_COPY, NULL);
    html_raw(h, "<li>");
    part_link(h, p, "show=delete", WORD_DELETE, NULL);
    if (!stopped) {
        html_raw(h, "<li>");
        part_link(h, p, "show=stop", WORD_STOP, NULL);
    }
    html_raw(h, "</ul>");
}

static const char *fill_of(const struct page *p, const struct page_sheet *f,
                           struct span name)
{
    for (size_t i = 0; f && i < f->fills; i++)
        if (span_same(span_of(f->fill[i].name), name))
            return f->fill[i].value;
    for (size_t i = 0; i < p->survey->fills; i++)
        if (span_same(span_of(p->survey->fill[i].name), name))
            return texts_in(&p->survey->fill[i].text, p->language);
    return NULL;
}

void part_filled(struct html *h, const struct page *p,
                 const struct page_sheet *f, struct span text)
{
    const char *at = text.text, *const end = text.text + text.len;

    while (at < end) {
        const char *open = memchr(at, '{', (size_t)(end - at));
        const char *close =
            open ? memchr(open, '}', (size_t)(end - open)) : NULL;
        const char *fill;

        if (!close) {
            html_text_len(h, at, (size_t)(end - at));
            return;
        }
        html_text_len(h, at, (size_t)(open - at));
        fill =
            fill_of(p, f, (struct span){open + 1, (size_t)(close - open - 1)});
        if (fill)
            html_text(h, fill);
        else
            html_text_len(h, open, (size_t)(close - open + 1));
        at = close + 1;
    }
}
