/* visit_screen.c - see visit_page.h: questions, the review, and the front of an
 * open survey. */
#include <stdio.h>
#include <string.h>

#include "fills.h"
#include "visit_page.h"

struct screen {
    struct page_plan plan;
    const uint8_t *faults; /* or NULL */
    bool correct;
    size_t number;  /* 0: the review */
    char query[64]; /* of the page */
    size_t hiddens;
    struct page_pair hidden[2];
    char seen[PASS_SEEN_MAX];
    struct fills fills;
};

static void choose_screen(const struct visit *v, enum show show, const char *at,
                          struct screen *s)
{
    const size_t item =
        *at && v->survey ? survey_item(v->survey, at) : SIZE_MAX;
    const size_t open = page_open(v->survey, &s->plan, visit_answers(v));
    size_t first;

    if (item != SIZE_MAX && s->plan.screen[item])
        s->number = s->plan.screen[item];
    else if (open || show == SHOW_REVIEW)
        s->number = open; /* the review when nothing is open */
    else if (s->correct || !v->noted)
        s->number = 1;
    else
        s->number = show == SHOW_FORM ? s->plan.screens : 0;
    first = page_first(v->survey, &s->plan, s->number);
    if (s->number && first != SIZE_MAX)
        (void)snprintf(s->query, sizeof s->query, "show=form&at=%s",
                       v->survey->item[first].code);
    else
        (void)snprintf(s->query, sizeof s->query, "show=review");
}

static void fill_in(const struct visit *v, struct fills *out)
{
    fills_of(v->survey,
             v->told && v->standing.state != INVITATION_UNKNOWN ? &v->standing
                                                                : NULL,
             v->web->codes, v->language, out);
}

/* On the shelf: by what it says. */
static void name_screen(const struct screen *s, char what[SHELF_KEY_MAX])
{
    size_t n = (size_t)snprintf(what, SHELF_KEY_MAX, "screen %zu", s->number);

    for (size_t i = 0; i < s->fills.count && n < SHELF_KEY_MAX; i++)
        n += (size_t)snprintf(what + n, SHELF_KEY_MAX - n, "\n%s=%s",
                              s->fills.pair[i].name, s->fills.text[i]);
}

static void hide(struct screen *s, const char *name, const char *value)
{
    s->hidden[s->hiddens++] = (struct page_pair){name, value};
}

static void make_screen(const struct visit *v, const void *ctx, struct html *h)
{
    const struct screen *s = ctx;
    const struct page p = visit_page_of(v, s->query);
    const struct page_sheet sheet = {.plan = &s->plan,
                                     .answers = visit_answers(v),
                                     .faults = s->faults,
                                     .comment = v->noted ? v->slip.comment : "",
                                     .fill = s->fills.pair,
                                     .fills = s->fills.count,
                                     .hidden = s->hidden,
                                     .hiddens = s->hiddens,
                                     .resumed = v->noted && !s->faults &&
                                                !s->correct &&
                                                v->show == SHOW_FRONT,
                                     .correct = s->correct};

    if (s->number)
        page_form(h, &p, &sheet, s->number);
    else
        page_review(h, &p, &sheet);
}

/* Nothing of this customer is in it. */
static bool alike(const struct visit *v)
{
    return !v->noted && bytes_zero(v->have, sizeof v->have);
}

enum status visit_screen(const struct visit *v, enum show show, const char *at,
                         const uint8_t *faults, struct http_answer *answer)
{
    struct screen s = {.faults = faults};
    struct html h = {.st = ST_OK};
    char what[SHELF_KEY_MAX];

    visit_plan(v, &s.plan);
    if (s.plan.screens == 0)
        return visit_notice(v, NOTICE_ANSWERED, answer);
    s.correct = v->noted && v->slip.marks & SLIP_ANSWERED;
    choose_screen(v, show, at, &s);
    if (!v->noted) {
        pass_seen(&v->web->token_key, v->now, s.seen);
        hide(&s, "t", s.seen);
    }
    if (s.correct)
        hide(&s, "c", "1");
    fill_in(v, &s.fills);
    if (!faults && alike(v)) {
        name_screen(&s, what);
        return visit_from_shelf(v, what, make_screen, &s, COUNTED_FORM, answer);
    }
    make_screen(v, &s, &h);
    return visit_finish(&h, COUNTED_FORM, answer);
}

/* ---- the front of an open survey ---- */

#define FRONT_HIDDEN_MAX 8

enum status visit_start(const struct visit *v, const char *query,
                        const char *const *name, const char *const *said,
                        size_t count, struct http_answer *answer)
{
    struct page_pair hidden[FRONT_HIDDEN_MAX];
    struct page_plan plan;
    struct fills fills;
    struct page_sheet sheet = {.plan = &plan,
                               .answers = visit_answers(v),
                               .fill = fills.pair,
                               .comment = "",
                               .hidden = hidden};
    const struct page p = visit_page_of(v, query);
    struct html h = {.st = ST_OK};

    for (size_t i = 0; i < count && sheet.hiddens < FRONT_HIDDEN_MAX; i++)
        if (said[i])
            hidden[sheet.hiddens++] = (struct page_pair){name[i], said[i]};
    fill_in(v, &fills);
    sheet.fills = fills.count;
    visit_plan(v, &plan);
    page_start(&h, &p, &sheet);
    return visit_finish(&h, COUNTED_FORM, answer);
}
