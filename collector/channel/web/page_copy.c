#include <stdio.h>

#include "form_item.h"
#include "page_parts.h"
#include "surveys/period.h"

/* All that is stored about a link's answers, for the person whose they are
 * (PIPL art. 45).  Codes stand as they are stored: a copy is to be the same as
 * the record. */

static void row(struct html *h, const struct page *p, enum word w,
                const char *text)
{
    if (!*text)
        return;
    html_raw(h, "<div><dt>");
    part_say(h, p, w);
    html_format(h, "</dt><dd><span dir=\"auto\">%s</span></dd></div>", text);
}

static void moment(struct html *h, const struct page *p, enum word w,
                   int64_t ms)
{
    char text[40], day[PERIOD_TEXT];
    int seconds;

    if (ms <= 0)
        return;
    period_format_day(period_day(ms), day);
    seconds = (int)((ms - period_start(period_day(ms))) / 1000);
    (void)snprintf(text, sizeof text, "%s %02d:%02d:%02d UTC+8", day,
                   seconds / 3600, seconds / 60 % 60, seconds % 60);
    row(h, p, w, text);
}

static void code(struct html *h, const struct page *p, enum word w,
                 const uint8_t id[ID_SIZE])
{
    char text[2 * ID_SIZE + 1];

    bytes_hex(id, ID_SIZE, text);
    row(h, p, w, bytes_zero(id, ID_SIZE) ? "" : text);
}

static void number(struct html *h, const struct page *p, enum word w,
                   uint32_t value)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%u", value);
    row(h, p, w, value ? text : "");
}

static void dimensions(struct html *h, const struct page *p,
                       const struct context *c)
{
    row(h, p, WORD_CHANNEL, channel_name((enum channel)c->channel));
    row(h, p, WORD_ENTRY, entry_name((enum entry)c->entry));
    row(h, p, WORD_FRAME, frame_name((enum frame)c->frame));
    row(h, p, WORD_OPERATOR, c->operator);
    row(h, p, WORD_PRODUCT, c->product);
    row(h, p, WORD_PROVINCE, c->province);
    row(h, p, WORD_ORG, c->org);
    row(h, p, WORD_TOUCHPOINT, c->touchpoint);
    row(h, p, WORD_CLASS, c->class);
    row(h, p, WORD_STRATUM, c->stratum);
}

static void attributes(struct html *h, const struct page *p,
                       const struct context *c)
{
    for (size_t i = 0; i < p->survey->attributes; i++) {
        const struct attribute *a = &p->survey->attribute[i];
        const char *text = NULL;

        for (size_t k = 0; k < a->values; k++)
            if (a->value[k].code == c->attributes[i])
                text = texts_in(&a->value[k].text, p->language);
        if (!text)
            continue;
        html_raw(h, "<div><dt>");
        part_say_text(h, p, WORD_ATTRIBUTE, a->code, "");
        html_format(h, "</dt><dd><span>%s</span></dd></div>", text);
    }
}

static void record(struct html *h, const struct page *p,
                   const struct response *r)
{
    code(h, p, WORD_ID, r->id);
    row(h, p, WORD_SURVEY, p->survey->code);
    moment(h, p, WORD_EVENT_AT, r->event_at);
    moment(h, p, WORD_ANSWERED_AT, r->answered_at);
    moment(h, p, WORD_RECEIVED_AT, r->received_at);
    dimensions(h, p, &r->context);
    attributes(h, p, &r->context);
    number(h, p, WORD_RATE, r->rate_ppm);
    if (r->duration_ms) {
        html_raw(h, "<div><dt>");
        part_say(h, p, WORD_DURATION);
        html_raw(h, "</dt><dd><span>");
        part_say_number(h, p, WORD_SECONDS, (r->duration_ms + 500) / 1000, 0);
        html_raw(h, "</span></dd></div>");
    }
    code(h, p, WORD_RESPONDENT, r->respondent);
    code(h, p, WORD_DEVICE, r->device);
    code(h, p, WORD_STAFF, r->staff);
    number(h, p, WORD_FLAGS, r->flags);
}

static void answers(struct html *h, const struct page *p,
                    const struct response *r)
{
    const struct page_plan plan = {.screens = 0};
    const struct page_sheet sheet = {.plan = &plan, .answers = r->answers};

    for (size_t i = 0; i < r->items; i++) {
        if (p->survey->item[i].kind == ITEM_TEXT)
            continue;
        html_format(h, "<div><dt>%s ", p->survey->item[i].code);
        form_question(h, p, &sheet, i);
        html_raw(h, "</dt><dd><span>");
        form_answer(h, p, i, r->answers[i]);
        html_raw(h, "</span></dd></div>");
    }
    if (!r->comment_len)
        return;
    html_raw(h, "<div><dt>");
    part_say(h, p, WORD_COMMENT);
    html_raw(h, "</dt><dd><span dir=\"auto\">");
    html_text_len(h, r->comment, r->comment_len);
    html_raw(h, "</span></dd></div>");
}

/* Of another version only what was stored is known, not what was asked. */
static void bare_answers(struct html *h, const struct page *p,
                         const struct response *r)
{
    part_paragraph(h, p, WORD_COPY_OTHER);
    html_raw(h, "<p>");
    for (size_t i = 0; i < r->items; i++)
        html_format(h, "%s%d", i ? ", " : "", (int)r->answers[i]);
    html_raw(h, "</p><p>");
    html_text_len(h, r->comment, r->comment_len);
    html_raw(h, "</p>");
}

void page_copy(struct html *h, const struct page *p, const struct page_copy *c)
{
    part_open(h, p, WORD_COPY);
    if (c->waiting) {
        html_raw(h, "<p class=\"i\">");
        part_say(h, p, WORD_COPY_WAITING);
        html_raw(h, "</p>");
    }
    part_paragraph(h, p, WORD_COPY_TEXT);
    for (size_t i = 0; i < c->count; i++) {
        const struct response *r = &c->list[i];
        const bool known =
            memcmp(r->version, p->survey->version, HASH_SIZE) == 0 &&
            r->items == p->survey->items;

        html_raw(h, "<h2>");
        part_say(h, p, WORD_ANSWERS);
        html_format(h, " %d</h2><dl class=\"l\">", (int)i + 1);
        record(h, p, r);
        if (known)
            answers(h, p, r);
        html_raw(h, "</dl>");
        if (!known)
            bare_answers(h, p, r);
    }
    part_rights(h, p, false);
    part_close(h, p);
}
