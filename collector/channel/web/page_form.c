#include "form_item.h"
#include "page_parts.h"

/* A screen of questions, and the review of all of them. */

static void progress(struct html *h, const struct page *p,
                     const struct page_plan *plan, size_t screen)
{
    if (plan->screens < 2)
        return;
    html_raw(h, "<p class=\"at\" id=\"at\">");
    part_say_number(h, p, WORD_PROGRESS, screen, plan->screens);
    html_format(h,
                "</p><progress aria-labelledby=\"at\" value=\"%d\" max=\"%d\">"
                "</progress>",
                (int)screen, (int)plan->screens);
}

static bool faulty(const struct page *p, const struct page_sheet *f,
                   size_t screen, size_t item)
{
    return item < p->survey->items && f->plan->screen[item] == screen &&
           f->faults && f->faults[item] != FAULT_NONE;
}

static size_t count_faults(const struct page *p, const struct page_sheet *f,
                           size_t screen)
{
    size_t n = 0;

    for (size_t i = 0; i < p->survey->items; i++)
        n += faulty(p, f, screen, i);
    return n;
}

static void summary(struct html *h, const struct page *p,
                    const struct page_sheet *f, size_t screen, size_t faults)
{
    html_raw(h, "<div class=\"w\" role=\"alert\"><h2>");
    if (faults == 1)
        part_say(h, p, WORD_WRONG_ONE);
    else
        part_say_number(h, p, WORD_WRONG_HEAD, faults, 0);
    html_raw(h, "</h2><ul>");
    for (size_t i = 0; i < p->survey->items; i++) {
        if (!faulty(p, f, screen, i))
            continue;
        html_format(h, "<li><a href=\"#%s\">%d. ", p->survey->item[i].code,
                    (int)f->plan->number[i]);
        form_question(h, p, f, i);
        html_raw(h, "</a>");
    }
    html_raw(h, "</ul></div>");
}

static void note(struct html *h, const struct page *p, enum word w)
{
    html_raw(h, "<p class=\"i\">");
    part_say(h, p, w);
    html_raw(h, "</p>");
}

/* A field that people neither see, hear nor reach by keyboard. */
static void trap(struct html *h, const struct page *p)
{
    html_raw(h, "<div class=\"v\" aria-hidden=\"true\"><label for=\"" PAGE_TRAP
                "\">");
    part_say(h, p, WORD_LEAVE_EMPTY);
    html_raw(h, "</label><input id=\"" PAGE_TRAP "\" name=\"" PAGE_TRAP
                "\" tabindex=\"-1\" autocomplete=\"off\"></div>");
}

/* The first button, and what Enter does. */
static const char *first_act(const struct page_plan *plan, size_t screen)
{
    return screen < plan->screens ? "next"
           : plan->screens == 1   ? "submit"
                                  : "review";
}

static void buttons(struct html *h, const struct page *p,
                    const struct page_plan *plan, size_t screen)
{
    html_raw(h, "<div class=\"d\">");
    if (screen < plan->screens)
        part_button(h, p, "next", WORD_NEXT, "p");
    else if (plan->screens == 1)
        part_button(h, p, "submit", WORD_SUBMIT, "p");
    if (screen == plan->screens)
        part_button(h, p, "review", WORD_REVIEW,
                    plan->screens == 1 ? NULL : "p");
    if (screen > 1)
        part_button(h, p, "back", WORD_BACK, NULL);
    part_button(h, p, "save", WORD_SAVE, NULL);
    html_raw(h, "</div>");
}

void page_form(struct html *h, const struct page *p, const struct page_sheet *f,
               size_t screen)
{
    const size_t first = page_first(p->survey, f->plan, screen);
    const size_t faults = count_faults(p, f, screen);

    part_open_form(h, p, faults > 0, first_act(f->plan, screen));
    progress(h, p, f->plan, screen);
    if (faults)
        summary(h, p, f, screen, faults);
    else if (f->correct)
        note(h, p, WORD_CORRECTING);
    else if (f->resumed)
        note(h, p, WORD_RESUMED);
    if (screen == 1)
        part_paragraph(h, p, WORD_INTRO);
    part_form(h, p, f->hidden, f->hiddens);
    if (first < p->survey->items)
        html_format(h, "<input type=\"hidden\" name=\"at\" value=\"%s\">",
                    p->survey->item[first].code);
    trap(h, p);
    for (size_t i = first; i < p->survey->items; i++)
        if (f->plan->screen[i] == screen)
            form_item(h, p, f, i);
    buttons(h, p, f->plan, screen);
    html_raw(h, "</form>");
    part_close(h, p);
}

static void change(struct html *h, const struct page *p,
                   const struct page_sheet *f, size_t item)
{
    char query[16 + ITEM_CODE_MAX + 1];

    (void)snprintf(query, sizeof query, "show=form&at=%s",
                   p->survey->item[item].code);
    html_raw(h, "<a");
    part_href(h, p, query, p->survey->item[item].code);
    html_raw(h, ">");
    part_say_number(h, p, WORD_CHANGE, f->plan->number[item], 0);
    html_raw(h, "</a>");
}

static void reviewed(struct html *h, const struct page *p,
                     const struct page_sheet *f, size_t item)
{
    html_format(h, "<div><dt>%d. ", (int)f->plan->number[item]);
    form_question(h, p, f, item);
    html_raw(h, "</dt><dd><span>");
    if (p->survey->item[item].kind != ITEM_TEXT)
        form_answer(h, p, item, f->answers[item]);
    else if (*f->comment)
        html_text(h, f->comment);
    else
        part_say(h, p, WORD_NO_COMMENT);
    html_raw(h, "</span>");
    change(h, p, f, item);
    html_raw(h, "</dd></div>");
}

void page_review(struct html *h, const struct page *p,
                 const struct page_sheet *f)
{
    part_open(h, p, WORD_REVIEW_TITLE);
    if (f->correct)
        note(h, p, WORD_CORRECTING);
    part_paragraph(h, p, WORD_REVIEW_TEXT);
    html_raw(h, "<dl class=\"l\">");
    for (size_t i = 0; i < p->survey->items; i++)
        if (f->plan->screen[i])
            reviewed(h, p, f, i);
    html_raw(h, "</dl>");
    part_form(h, p, f->hidden, f->hiddens);
    html_raw(h, "<div class=\"d\">");
    part_button(h, p, "submit", WORD_SUBMIT, "p");
    part_link(h, p, "show=form", WORD_RETURN, "a");
    html_raw(h, "</div></form>");
    part_close(h, p);
}
