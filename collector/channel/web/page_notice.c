#include "page_parts.h"

/* Pages that say one thing: what became of a link, of a request, of a wish. */

static void one_text(struct html *h, const struct page *p, enum word title,
                     enum word text)
{
    part_open(h, p, title);
    part_paragraph(h, p, text);
}

static const struct {
    enum word title, text;
} notices[PAGE_NOTICES] = {
    [NOTICE_ANSWERED] = {WORD_ANSWERED, WORD_ANSWERED_TEXT},
    [NOTICE_EXPIRED] = {WORD_EXPIRED, WORD_EXPIRED_TEXT},
    [NOTICE_UNKNOWN] = {WORD_UNKNOWN, WORD_UNKNOWN_TEXT},
    [NOTICE_CLOSED] = {WORD_CLOSED, WORD_CLOSED_TEXT},
    [NOTICE_MISSING] = {WORD_NOWHERE, WORD_NOWHERE_TEXT},
    [NOTICE_BAD] = {WORD_BAD, WORD_BAD_TEXT},
    [NOTICE_METHOD] = {WORD_METHOD, WORD_METHOD_TEXT},
    [NOTICE_LARGE] = {WORD_TOO_LARGE, WORD_TOO_LARGE_TEXT},
    [NOTICE_MANY] = {WORD_MANY, WORD_MANY_TEXT},
    [NOTICE_BUSY] = {WORD_BUSY, WORD_BUSY_TEXT},
    [NOTICE_DELETED] = {WORD_DELETED, WORD_DELETED_TEXT},
    [NOTICE_STOPPED] = {WORD_STOPPED, WORD_STOPPED_TEXT},
    [NOTICE_NO_COPY] = {WORD_NO_COPY, WORD_NO_COPY_TEXT},
    [NOTICE_WAIT] = {WORD_WAIT, WORD_WAIT_TEXT},
    [NOTICE_SAVED] = {WORD_SAVED, WORD_SAVED_TEXT},
};

static void back_to_form(struct html *h, const struct page *p)
{
    html_raw(h, "<p class=\"d\">");
    part_link(h, p, "show=form", WORD_RETURN, "a");
    html_raw(h, "</p>");
}

void page_notice(struct html *h, const struct page *p, enum page_notice n)
{
    one_text(h, p, notices[n].title, notices[n].text);
    if (n == NOTICE_SAVED)
        back_to_form(h, p);
    else if (n == NOTICE_ANSWERED || n == NOTICE_STOPPED)
        part_rights(h, p, n == NOTICE_STOPPED);
    part_close(h, p);
}

void page_start(struct html *h, const struct page *p,
                const struct page_sheet *f)
{
    part_open(h, p, WORDS);
    html_raw(h, "<p>");
    part_say_number(h, p, WORD_START_TEXT, f->plan->questions, 0);
    html_raw(h, "</p>");
    part_form(h, p, f->hidden, f->hiddens);
    html_raw(h, "<div class=\"d\">");
    part_button(h, p, "start", WORD_START, "p");
    html_raw(h, "</div></form>");
    part_close(h, p);
}

void page_thanks(struct html *h, const struct page *p, int minutes)
{
    one_text(h, p, WORD_THANKS_TITLE, WORD_THANKS_TEXT);
    if (minutes > 0) {
        html_raw(h, "<p>");
        part_say_number(h, p, WORD_THANKS_CORRECT, (size_t)minutes, 0);
        html_raw(h, "</p><p class=\"d\">");
        part_link(h, p, "show=form", WORD_CORRECT, "a");
        html_raw(h, "</p>");
    }
    part_rights(h, p, false);
    part_close(h, p);
}

void page_confirm(struct html *h, const struct page *p, enum page_wish w,
                  const struct page_pair *hidden, size_t hiddens)
{
    const bool gone = w == PAGE_DELETE;

    one_text(h, p, gone ? WORD_DELETE_TITLE : WORD_STOP_TITLE,
             gone ? WORD_DELETE_TEXT : WORD_STOP_TEXT);
    part_form(h, p, hidden, hiddens);
    html_raw(h, "<div class=\"d\">");
    part_button(h, p, gone ? "delete" : "stop",
                gone ? WORD_DELETE_YES : WORD_STOP_YES, gone ? "r" : "p");
    part_link(h, p, "", WORD_NO, "a");
    html_raw(h, "</div></form>");
    part_close(h, p);
}

static void say_site(struct html *h, const struct page *p, enum word w,
                     const char *text)
{
    if (!*text)
        return;
    html_raw(h, "<p>");
    part_say_text(h, p, w, text, "");
    html_raw(h, "</p>");
}

static void keep(struct html *h, const struct page *p)
{
    part_heading(h, p, WORD_KEEP);
    html_raw(h, "<p>");
    if (p->site->keep_months > 0)
        part_say_number(h, p, WORD_KEEP_MONTHS, (size_t)p->site->keep_months,
                        0);
    else
        part_say(h, p, WORD_KEEP_TEXT);
    html_raw(h, "</p>");
}

/* What PIPL art. 17 wants told before anything is collected. */
void page_privacy(struct html *h, const struct page *p)
{
    const struct page_site *s = p->site;

    part_open(h, p, WORD_PRIVACY);
    part_heading(h, p, WORD_WHO);
    say_site(h, p, WORD_WHO_TEXT, *s->controller ? s->controller : s->name);
    say_site(h, p, WORD_WHO_CONTACT, s->contact);
    part_heading(h, p, WORD_WHY);
    part_paragraph(h, p, WORD_WHY_TEXT);
    part_heading(h, p, WORD_WHAT);
    part_paragraph(h, p, WORD_WHAT_TEXT);
    part_paragraph(h, p, WORD_WHAT_NOT);
    keep(h, p);
    part_heading(h, p, WORD_RIGHTS);
    part_paragraph(h, p, WORD_RIGHTS_TEXT);
    if (*s->contact)
        part_paragraph(h, p, WORD_RIGHTS_HOW);
    part_rights(h, p, false);
    say_site(h, p, WORD_NOTICE, s->notice);
    if (p->survey)
        back_to_form(h, p);
    part_close(h, p);
}
