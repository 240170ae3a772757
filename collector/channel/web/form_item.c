#include "form_item.h"

#include "page_parts.h"
#include "page_plan.h"

/* A question and all that belongs to it. */
struct asking {
    const struct page *p;
    const struct page_sheet *f;
    size_t item;
    const struct item *it;
    const struct variant *only; /* the variant that is known to fit */
};

static struct asking ask(const struct page *p, const struct page_sheet *f,
                         size_t item)
{
    const struct survey *s = p->survey;
    struct asking a = {p, f, item, &s->item[item], NULL};

    for (size_t v = 0; v < a.it->variants && !a.only; v++) {
        const struct variant *one = &a.it->variant[v];

        if (page_holds(s, f->answers, one->when, one->conditions) == TRUTH_YES)
            a.only = one;
    }
    return a;
}

static bool possible(const struct asking *a, const struct variant *v)
{
    return a->only ? v == a->only
                   : page_holds(a->p->survey, a->f->answers, v->when,
                                v->conditions) != TRUTH_NO;
}

static struct wording wording_of(const struct asking *a, const struct texts *t)
{
    struct wording w;

    wording_read(a->it, a->p->language, texts_in(t, a->p->language), &w);
    return w;
}

/* ---- "if you chose this in question 18" ---- */

struct lead {
    const struct asking *a;
    const struct condition *when;
};

/* A text of the survey's within words of the page's. */
static void survey_text(struct html *h, const struct page *p,
                        const struct page_sheet *f, struct span text)
{
    if (!part_at_home(p))
        html_format(h, "<bdi lang=\"%s\">", p->language);
    part_filled(h, p, f, text);
    if (!part_at_home(p))
        html_raw(h, "</bdi>");
}

static void value_text(struct html *h, const struct asking *a,
                       const struct item *it, int value)
{
    for (size_t i = 0; i < it->choices; i++)
        if (it->choice[i].code == value) {
            survey_text(h, a->p, a->f,
                        span_of(texts_in(&it->choice[i].text, a->p->language)));
            return;
        }
    html_format(h, "%d", value);
}

static void lead_values(struct html *h, const struct lead *l)
{
    const struct item *it = &l->a->p->survey->item[l->when->item];

    for (size_t i = 0; i < l->when->count; i++) {
        if (i)
            html_text(h, part_word(l->a->p, WORD_OR));
        value_text(h, l->a, it, l->when->values[i]);
    }
}

static void lead_part(struct html *h, const void *ctx, int which)
{
    const struct lead *l = ctx;
    const struct page *p = l->a->p;
    const size_t item = l->when->item;
    const unsigned number = l->a->f->plan->number[item];
    struct wording w;

    if (which == 1) {
        lead_values(h, l);
    } else if (number) {
        html_format(h, "%d", (int)number);
    } else {
        wording_read(&p->survey->item[item], p->language,
                     texts_in(&p->survey->item[item].text, p->language), &w);
        survey_text(h, p, l->a->f, w.question);
    }
}

static void lead(struct html *h, const struct asking *a,
                 const struct variant *v)
{
    html_raw(h, "<span class=\"c\">");
    for (size_t i = 0; i < v->conditions; i++) {
        const struct lead l = {a, &v->when[i]};

        part_say_with(h, a->p,
                      a->f->plan->number[l.when->item] ? WORD_IF
                                                       : WORD_IF_EARLIER,
                      lead_part, &l);
    }
    html_raw(h, "</span>");
}

/* ---- the question ---- */

static void words(struct html *h, const struct asking *a, const struct texts *t,
                  bool ends)
{
    const struct wording w = wording_of(a, t);

    part_filled(h, a->p, a->f, w.question);
    if (ends && w.low.len) {
        html_format(h, " (%d = ", a->it->min);
        part_filled(h, a->p, a->f, w.low);
        html_format(h, ", %d = ", a->it->max);
        part_filled(h, a->p, a->f, w.high);
        html_raw(h, ")");
    }
}

/* The wording whose ends stand over the scale: that of all variants that are
 * shown, when they agree. */
static struct wording common(const struct asking *a)
{
    struct wording w = {.low.len = 0};
    bool first = true;

    if (!a->it->variants)
        return wording_of(a, &a->it->text);
    for (size_t v = 0; v < a->it->variants; v++) {
        struct wording next;

        if (!possible(a, &a->it->variant[v]))
            continue;
        next = wording_of(a, &a->it->variant[v].text);
        if (first)
            w = next;
        else if (!span_same(w.low, next.low) || !span_same(w.high, next.high))
            w.low.len = w.high.len = 0;
        first = false;
    }
    return w;
}

static void question(struct html *h, const struct asking *a, bool ends)
{
    if (!a->it->variants) {
        words(h, a, &a->it->text, ends);
        return;
    }
    for (size_t v = 0; v < a->it->variants; v++) {
        const struct variant *one = &a->it->variant[v];

        if (!possible(a, one))
            continue;
        html_raw(h, "<span>");
        if (!a->only)
            lead(h, a, one);
        words(h, a, &one->text, ends);
        html_raw(h, "</span> ");
    }
}

void form_question(struct html *h, const struct page *p,
                   const struct page_sheet *f, size_t item)
{
    const struct asking a = ask(p, f, item);

    question(h, &a, false);
}

static void numbered(struct html *h, const struct asking *a, bool ends)
{
    html_format(h, "<span class=\"n\">%d. </span>",
                (int)a->f->plan->number[a->item]);
    question(h, a, ends);
}

/* ---- the answer ---- */

static enum page_fault fault_of(const struct asking *a)
{
    return a->f->faults ? (enum page_fault)a->f->faults[a->item] : FAULT_NONE;
}

static void fault(struct html *h, const struct asking *a)
{
    static const enum word said[] = {[FAULT_MISSING] = WORD_MISSING,
                                     [FAULT_INVALID] = WORD_INVALID,
                                     [FAULT_LONG] = WORD_LONG};

    if (fault_of(a) == FAULT_NONE)
        return;
    html_format(h, "<p class=\"x\" id=\"%s-e\">", a->it->code);
    part_say(h, a->p, said[fault_of(a)]);
    html_raw(h, "</p>");
}

/* `value`: as the customer gives it; below `min`: "do not know". */
static void radio(struct html *h, const struct asking *a, int value, bool first)
{
    const uint8_t stored = a->f->answers[a->item];
    const bool unsure = value < a->it->min;
    const bool checked = unsure ? stored == PAGE_UNSURE
                                : stored && stored != PAGE_UNSURE &&
                                      stored + a->it->min - 1 == value;

    html_raw(h, "<input type=\"radio\"");
    if (first)
        html_format(h, " id=\"%s\"", a->it->code);
    html_format(h, " name=\"%s\" value=\"", a->it->code);
    if (unsure)
        html_raw(h, "-");
    else
        html_format(h, "%d", value);
    html_raw(h, checked ? "\" checked>" : "\">");
}

static void unsure(struct html *h, const struct asking *a, enum word w)
{
    html_raw(h, "<label class=\"o u\">");
    radio(h, a, a->it->min - 1, false);
    html_raw(h, "<span>");
    part_say(h, a->p, w);
    html_raw(h, "</span></label>");
}

/* Columns of a narrow screen, so that no tile is left alone in its row. */
static const char *columns(int points)
{
    return points % 5 == 0                   ? " s5"
           : points % 6 == 0 || points == 11 ? " s6"
                                             : "";
}

static void ends(struct html *h, const struct asking *a, struct wording w)
{
    if (!w.low.len)
        return;
    html_format(h, "<div class=\"e\" id=\"%s-a\"><span>%d = ", a->it->code,
                a->it->min);
    part_filled(h, a->p, a->f, w.low);
    html_format(h, "</span><span>%d = ", a->it->max);
    part_filled(h, a->p, a->f, w.high);
    html_raw(h, "</span></div>");
}

static void scale(struct html *h, const struct asking *a, struct wording w)
{
    ends(h, a, w);
    html_format(h, "<div class=\"s%s\">", columns(item_points(a->it)));
    for (int v = a->it->min; v <= a->it->max; v++) {
        html_raw(h, "<label>");
        radio(h, a, v, v == a->it->min);
        html_format(h, "<span>%d</span></label>", v);
    }
    html_raw(h, "</div>");
    unsure(h, a, WORD_UNSURE);
}

static void choices(struct html *h, const struct asking *a)
{
    for (size_t i = 0; i < a->it->choices; i++) {
        html_raw(h, "<label class=\"o\">");
        radio(h, a, a->it->choice[i].code, i == 0);
        html_raw(h, "<span>");
        part_filled(h, a->p, a->f,
                    span_of(texts_in(&a->it->choice[i].text, a->p->language)));
        html_raw(h, "</span></label>");
    }
    unsure(h, a, WORD_UNSURE_CHOICE);
}

static void comment(struct html *h, const struct asking *a)
{
    const char *code = a->it->code;

    html_format(h, "<div class=\"f%s\"><label for=\"%s\">",
                fault_of(a) ? " b" : "", code);
    numbered(h, a, false);
    html_raw(h, "</label>");
    fault(h, a);
    html_format(h, "<p class=\"q\" id=\"%s-a\">", code);
    part_say_number(h, a->p, WORD_COMMENT_HINT, PAGE_COMMENT_CHARS, 0);
    html_format(h,
                "</p><textarea id=\"%s\" name=\"%s\" rows=\"4\" "
                "maxlength=\"%d\" autocomplete=\"off\" "
                "aria-describedby=\"%s-a%s%s\">\n%s</textarea></div>",
                code, code, PAGE_COMMENT_CHARS, code, fault_of(a) ? " " : "",
                fault_of(a) ? code : "", a->f->comment);
}

void form_item(struct html *h, const struct page *p, const struct page_sheet *f,
               size_t item)
{
    const struct asking a = ask(p, f, item);
    const struct wording w = common(&a);
    const bool wrong = fault_of(&a) != FAULT_NONE;

    if (a.it->kind == ITEM_TEXT) {
        comment(h, &a);
        return;
    }
    html_raw(h, wrong ? "<fieldset class=\"b\"" : "<fieldset");
    if (wrong || w.low.len) {
        html_raw(h, " aria-describedby=\"");
        if (wrong)
            html_format(h, "%s-e ", a.it->code);
        if (w.low.len)
            html_format(h, "%s-a", a.it->code);
        html_raw(h, "\"");
    }
    html_raw(h, "><legend>");
    numbered(h, &a, a.it->variants && !w.low.len);
    html_raw(h, "</legend>");
    fault(h, &a);
    if (a.it->kind == ITEM_SCALE)
        scale(h, &a, w);
    else
        choices(h, &a);
    html_raw(h, "</fieldset>");
}

void form_answer(struct html *h, const struct page *p, size_t item,
                 uint8_t stored)
{
    const struct item *it = &p->survey->item[item];
    const int value = stored + it->min - 1;

    if (stored == 0) {
        part_say(h, p, WORD_NO_ANSWER);
    } else if (stored == PAGE_UNSURE) {
        part_say(h, p,
                 it->kind == ITEM_SCALE ? WORD_UNSURE : WORD_UNSURE_CHOICE);
    } else if (it->kind == ITEM_SCALE) {
        part_say_number(h, p, WORD_OUT_OF, (size_t)value, (size_t)it->max);
    } else {
        for (size_t i = 0; i < it->choices; i++)
            if (it->choice[i].code == value)
                part_filled(
                    h, p, NULL,
                    span_of(texts_in(&it->choice[i].text, p->language)));
    }
}
