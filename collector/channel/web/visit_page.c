/* visit_page.c - see visit.h: answers to a visit.
 *
 * A page that every customer of a survey sees alike is made once and taken from
 * the shelf; one with anybody's answers in it is made for this visit alone. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "counters.h"
#include "visit_page.h"

static const char html_type[] = "text/html; charset=utf-8";

/* ---- notices ---- */

static const struct {
    unsigned status;
    enum counted_page counted;
} notices[PAGE_NOTICES] = {
    [NOTICE_ANSWERED] = {200, COUNTED_ANSWERED},
    [NOTICE_EXPIRED] = {410, COUNTED_EXPIRED},
    [NOTICE_UNKNOWN] = {404, COUNTED_UNKNOWN},
    [NOTICE_CLOSED] = {410, COUNTED_CLOSED},
    [NOTICE_MISSING] = {404, COUNTED_OTHER},
    [NOTICE_BAD] = {400, COUNTED_OTHER},
    [NOTICE_METHOD] = {405, COUNTED_OTHER},
    [NOTICE_LARGE] = {413, COUNTED_OTHER},
    [NOTICE_MANY] = {429, COUNTED_OTHER},
    [NOTICE_BUSY] = {503, COUNTED_OTHER},
    [NOTICE_DELETED] = {200, COUNTED_OWN},
    [NOTICE_STOPPED] = {200, COUNTED_OWN},
    [NOTICE_NO_COPY] = {200, COUNTED_OWN},
    [NOTICE_WAIT] = {503, COUNTED_OWN},
    [NOTICE_SAVED] = {200, COUNTED_OTHER},
};

struct page visit_page_of(const struct visit *v, const char *query)
{
    return (struct page){.site = &v->web->site,
                         .survey = v->survey,
                         .language = v->language,
                         .large = v->large,
                         .query = query,
                         .owned = v->pass.door == DOOR_INVITED};
}

enum status visit_finish(struct html *h, enum counted_page counted,
                         struct http_answer *answer)
{
    if (h->st != ST_OK) {
        buffer_free(&h->out);
        return h->st;
    }
    metric_add(&web_counters.pages[counted], 1);
    answer->type = html_type;
    answer->body = h->out;
    return ST_OK;
}

/* ---- the shelf ---- */

/* false: it does not fit, and would be taken for another's. */
static bool shelf_key(const struct visit *v, const char *what,
                      char key[SHELF_KEY_MAX])
{
    static const uint8_t none[HASH_SIZE];
    char version[2 * HASH_SIZE + 1];

    bytes_hex(v->survey ? v->survey->version : none, HASH_SIZE, version);
    return snprintf(key, SHELF_KEY_MAX, "%s %s %c%c %s", version, v->language,
                    v->large ? 'L' : 'N',
                    v->pass.door == DOOR_INVITED ? 'i' : 'o',
                    what) < SHELF_KEY_MAX;
}

enum status visit_from_shelf(const struct visit *v, const char *what,
                             visit_maker *make, const void *ctx,
                             enum counted_page counted,
                             struct http_answer *answer)
{
    const int64_t steady = clock_steady();
    char key[SHELF_KEY_MAX];
    struct html h = {.st = ST_OK};
    enum status st;

    const bool fits = shelf_key(v, what, key);

    answer->type = html_type;
    answer->page = fits ? shelf_take(v->web->shelf, key, steady) : NULL;
    if (!answer->page) {
        make(v, ctx, &h);
        st = h.st;
        if (st == ST_OK)
            st = http_page_new(h.out.data, h.out.len, &answer->page);
        buffer_free(&h.out);
        if (st != ST_OK)
            return st;
        if (fits)
            shelf_put(v->web->shelf, key, answer->page, steady);
    }
    metric_add(&web_counters.pages[counted], 1);
    return ST_OK;
}

static void make_notice(const struct visit *v, const void *ctx, struct html *h)
{
    const enum page_notice *n = ctx;
    const struct page p = visit_page_of(v, "");

    page_notice(h, &p, *n);
}

enum status visit_notice(const struct visit *v, enum page_notice n,
                         struct http_answer *answer)
{
    char what[32];

    (void)snprintf(what, sizeof what, "notice %d", (int)n);
    answer->status = notices[n].status;
    if (answer->status == 503 || answer->status == 429) {
        enum status st = http_answer_header(answer, "Retry-After",
                                            n == NOTICE_MANY ? "60" : "5");

        if (st != ST_OK)
            return st;
    }
    return visit_from_shelf(v, what, make_notice, &n, notices[n].counted,
                            answer);
}

static void make_thanks(const struct visit *v, const void *ctx, struct html *h)
{
    const struct page p = visit_page_of(v, "");

    page_thanks(h, &p, *(const int *)ctx);
}

static enum status show_thanks(const struct visit *v,
                               struct http_answer *answer)
{
    const int minutes = visit_minutes(v);
    char what[32];

    (void)snprintf(what, sizeof what, "thanks %d", minutes);
    return visit_from_shelf(v, what, make_thanks, &minutes, COUNTED_THANKS,
                            answer);
}

static void make_privacy(const struct visit *v, const void *ctx, struct html *h)
{
    const struct page p = visit_page_of(v, "show=privacy");

    (void)ctx;
    page_privacy(h, &p);
}

static void make_confirm(const struct visit *v, const void *ctx, struct html *h)
{
    const bool stop = *(const enum show *)ctx == SHOW_STOP;
    const struct page p = visit_page_of(v, stop ? "show=stop" : "show=delete");

    page_confirm(h, &p, stop ? PAGE_STOP : PAGE_DELETE, NULL, 0);
}

/* ---- the customer's own ---- */

static enum status show_copy(struct visit *v, struct http_answer *answer)
{
    struct response list[ENTRIES + 1];
    uint8_t answers[ITEMS_MAX];
    struct page_copy copy = {.list = list};
    struct page p = visit_page_of(v, "show=copy");
    struct html h = {.st = ST_OK};

    if (v->noted && v->slip.marks & SLIP_DELETED)
        return visit_notice(v, NOTICE_DELETED, answer);
    if (visit_gather(v, &copy, list, answers) != ST_OK)
        return visit_notice(v, NOTICE_WAIT, answer);
    if (copy.count == 0)
        return visit_notice(v, NOTICE_NO_COPY, answer);
    p.survey = v->copied;
    page_copy(&h, &p, &copy);
    return visit_finish(&h, COUNTED_OWN, answer);
}

/* ---- what was asked for ---- */

static enum status show_answered(const struct visit *v,
                                 struct http_answer *answer)
{
    const bool asks = v->show == SHOW_FORM || v->show == SHOW_REVIEW;

    if (asks && v->survey && visit_minutes(v))
        return visit_screen(v, v->show, v->at, NULL, answer);
    if (visit_recent(v))
        return show_thanks(v, answer);
    return visit_notice(v, NOTICE_ANSWERED, answer);
}

static enum status show_asked(struct visit *v, struct http_answer *answer)
{
    enum page_notice notice;

    switch (v->show) {
    case SHOW_PRIVACY:
        return visit_from_shelf(v, "privacy", make_privacy, NULL, COUNTED_OWN,
                                answer);
    case SHOW_COPY:
        return show_copy(v, answer);
    case SHOW_DELETE:
    case SHOW_STOP:
        if (v->noted && v->slip.marks & SLIP_DELETED)
            return visit_notice(v, NOTICE_DELETED, answer);
        return visit_from_shelf(v, show_word(v->show), make_confirm, &v->show,
                                COUNTED_OWN, answer);
    default:
        if (visit_may_answer(v, &notice))
            return visit_screen(v, v->show, v->at, NULL, answer);
        if (notice == NOTICE_ANSWERED)
            return show_answered(v, answer);
        return visit_notice(v, notice, answer);
    }
}

/* 303: the browser asks for the page by itself, so that neither its back
 * button nor a reload sends anything twice. */
static enum status redirect(const struct visit *v, struct http_answer *answer)
{
    char to[160];

    (void)snprintf(to, sizeof to, "?show=%s%s%s%s%s%s", show_word(v->see),
                   *v->see_at ? "&at=" : "", v->see_at,
                   *v->wish ? "&lang=" : "", *v->wish ? v->language : "",
                   v->large ? "&size=large" : "");
    answer->status = 303;
    answer->type = html_type;
    return http_answer_header(answer, "Location", to);
}

enum status visit_show(struct visit *v, struct http_answer *answer)
{
    enum status st;

    if (!v->post)
        return show_asked(v, answer);
    if (v->outcome == OUT_SEE)
        return redirect(v, answer);
    if (v->outcome == OUT_FAULTY) {
        answer->status = 422;
        return visit_screen(v, SHOW_FORM, v->see_at, v->faulty, answer);
    }
    st = visit_notice(v, v->notice, answer);
    if (v->notice == NOTICE_ANSWERED)
        answer->status = 409;
    return st;
}
