/* page_look_test.c - whole pages: every kind, in all their dresses.
 *
 * Each must be well-formed, hold nothing that the policy would refuse and fit
 * the first round trip of a connection.  With PAGES=folder they are also
 * written there, for tests/web/pages_test.js and for eyes.
 */
#include "page_check.h"
#include "page_samples.h"

#include "alloc.h"

struct dress {
    const char *suffix, *language;
    bool large;
};
static const struct dress dresses[] = {
    {"", "zh-CN", false}, {"-en", "en", false}, {"-large", "zh-CN", true}};

static void keep(const char *name, const char *suffix, const char *kind,
                 const char *page)
{
    const char *folder = getenv("PAGES");
    char path[PATH_MAX];
    FILE *out;

    if (!folder)
        return;
    (void)snprintf(path, sizeof path, "%s/%s%s%s", folder, name, suffix, kind);
    out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(page, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void finish(struct html *h, const char *name, const char *suffix)
{
    assert_int_equal(h->st, ST_OK);
    assert_int_equal(buffer_byte(&h->out, 0), ST_OK);
    check_page((const char *)h->out.data);
    keep(name, suffix, ".html", (const char *)h->out.data);
    buffer_free(&h->out);
    *h = (struct html){.st = ST_OK};
}

/* ---- forms ---- */

static const struct page_pair hidden[] = {{"form", "0190\"<&'"}, {"t", "1"}};

struct sample {
    struct survey *survey;
    uint8_t answers[ITEMS_MAX], faults[ITEMS_MAX];
    struct page_plan plan;
    struct page_sheet sheet;
};

static void prepare(struct sample *s, const char *code,
                    enum page_setting setting)
{
    s->survey = sample_load(code);
    page_plan(s->survey, setting, s->answers, NULL, &s->plan);
    s->sheet = (struct page_sheet){.plan = &s->plan,
                                   .answers = s->answers,
                                   .faults = s->faults,
                                   .comment = "",
                                   .hidden = hidden,
                                   .hiddens = 2};
}

static struct page page_of(const struct sample *s, const struct dress *d,
                           const char *query)
{
    return (struct page){.site = &sample_site,
                         .survey = s->survey,
                         .language = d->language,
                         .large = d->large,
                         .query = query,
                         .owned = true};
}

static void one_page(void **state)
{
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};
    char csp[PAGE_CSP_MAX];

    (void)state;
    page_csp(csp);
    keep("csp", "", ".txt", csp);
    prepare(&s, "tcsi-mobile", PAGES_ONE);
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &dresses[d], "");

        page_form(&h, &p, &s.sheet, 1);
        finish(&h, "one", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static void a_construct_a_page(void **state)
{
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};

    (void)state;
    prepare(&s, "tcsi-mobile", PAGES_CONSTRUCT);
    s.sheet.resumed = true;
    s.answers[3] = 7;
    s.answers[4] = PAGE_UNSURE;
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &dresses[d], "show=form&at=EXP1");

        page_form(&h, &p, &s.sheet, 2);
        finish(&h, "construct", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static void an_error(void **state)
{
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};

    (void)state;
    prepare(&s, "repair", PAGES_ONE);
    s.answers[0] = 9;
    s.answers[2] = 10;
    s.faults[1] = FAULT_MISSING;
    s.faults[3] = FAULT_INVALID;
    s.faults[6] = FAULT_LONG;
    s.sheet.comment = "\n<b>\"他说：不'错'&\"</b>\n第二行";
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &dresses[d], "");

        page_form(&h, &p, &s.sheet, 1);
        finish(&h, "error", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static void a_review(void **state)
{
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};

    (void)state;
    prepare(&s, "repair", PAGES_ONE);
    s.answers[0] = 9;
    s.answers[1] = 2;
    s.answers[2] = 10;
    s.answers[3] = PAGE_UNSURE;
    s.answers[5] = 1;
    s.sheet.comment = "师傅很准时。\n<script>alert(1)</script>";
    s.sheet.correct = true;
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &dresses[d], "show=review");

        page_review(&h, &p, &s.sheet);
        finish(&h, "review", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static void other_tongues(void **state)
{
    static const struct dress tongues[] = {
        {"-ug", "ug", false}, {"-ar", "ar", false}, {"-ug-large", "ug", true}};
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};

    (void)state;
    prepare(&s, "instant", PAGES_ONE);
    survey_free(&s.survey);
    s.survey = sample_parse(many_tongues);
    s.answers[0] = 3;
    page_plan(s.survey, PAGES_ONE, s.answers, NULL, &s.plan);
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &tongues[d], "");

        page_form(&h, &p, &s.sheet, 1);
        finish(&h, "tongues", tongues[d].suffix);
        page_form(&h, &p, &s.sheet, 2);
        finish(&h, "tongues2", tongues[d].suffix);
        page_review(&h, &p, &s.sheet);
        finish(&h, "tongues3", tongues[d].suffix);
    }
    survey_free(&s.survey);
}

/* ---- the others ---- */

static void notices(void **state)
{
    static const struct dress tongues[] = {
        {"", "zh-CN", false}, {"-en", "en", false}, {"-ug", "ug", false}};
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};
    char name[32];

    (void)state;
    s.survey = sample_parse(many_tongues);
    for (size_t d = 0; d < 3; d++)
        for (int n = 0; n < PAGE_NOTICES; n++) {
            struct page p = page_of(&s, &tongues[d], "");

            if (n >= NOTICE_MISSING && n <= NOTICE_LARGE && d < 2)
                p.survey = NULL;
            page_notice(&h, &p, (enum page_notice)n);
            (void)snprintf(name, sizeof name, "notice%d", n);
            finish(&h, name, tongues[d].suffix);
        }
    survey_free(&s.survey);
}

static void before_and_after(void **state)
{
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};

    (void)state;
    prepare(&s, "repair", PAGES_ONE);
    for (size_t d = 0; d < 3; d++) {
        struct page p = page_of(&s, &dresses[d], "");

        page_thanks(&h, &p, 15);
        finish(&h, "thanks", dresses[d].suffix);
        page_confirm(&h, &p, PAGE_DELETE, hidden, 2);
        finish(&h, "delete", dresses[d].suffix);
        page_confirm(&h, &p, PAGE_STOP, hidden, 2);
        finish(&h, "stop", dresses[d].suffix);
        page_privacy(&h, &p);
        finish(&h, "privacy", dresses[d].suffix);
        p.owned = false;
        page_start(&h, &p, &s.sheet);
        finish(&h, "start", dresses[d].suffix);
        page_thanks(&h, &p, 0);
        finish(&h, "thanks-open", dresses[d].suffix);
        page_privacy(&h, &p);
        finish(&h, "privacy-open", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static void a_copy(void **state)
{
    static const uint8_t answers[ITEMS_MAX] = {9, 2, 0, 10, 1, 1, 0};
    struct sample s = {.survey = NULL};
    struct html h = {.st = ST_OK};
    struct response r[2] = {{.event_at = INT64_C(1795000000000),
                             .answered_at = INT64_C(1795331100000),
                             .received_at = INT64_C(1795331100123),
                             .context = {.operator= "CT",
                                         .product = "FIX",
                                         .province = "11",
                                         .channel = CHANNEL_WEB},
                             .rate_ppm = 50000,
                             .duration_ms = 61400,
                             .respondent = {1, 2, 3},
                             .answers = answers,
                             .comment_len = 9,
                             .comment = "<b>好</b>后面"}};
    const struct page_copy copy = {.list = r, .count = 2, .waiting = true};

    (void)state;
    prepare(&s, "repair", PAGES_ONE);
    r[0].items = s.survey->items;
    memcpy(r[0].version, s.survey->version, HASH_SIZE);
    r[1] = r[0];
    r[1].version[0] ^= 1;
    r[1].context.entry = ENTRY_KEYED;
    for (size_t d = 0; d < 3; d++) {
        const struct page p = page_of(&s, &dresses[d], "show=copy");

        page_copy(&h, &p, &copy);
        finish(&h, "copy", dresses[d].suffix);
    }
    survey_free(&s.survey);
}

static enum status make_all(void *ctx)
{
    struct sample *s = ctx;
    const struct page p = page_of(s, &dresses[0], "");
    struct html h = {.st = ST_OK};

    page_form(&h, &p, &s->sheet, 1);
    page_review(&h, &p, &s->sheet);
    page_privacy(&h, &p);
    page_thanks(&h, &p, 1);
    buffer_free(&h.out);
    return h.st;
}

static void no_memory(void **state)
{
    struct sample s = {.survey = NULL};

    (void)state;
    prepare(&s, "tcsi-mobile", PAGES_ONE);
    alloc_torture(make_all, &s);
    survey_free(&s.survey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_page),
                                       cmocka_unit_test(a_construct_a_page),
                                       cmocka_unit_test(an_error),
                                       cmocka_unit_test(a_review),
                                       cmocka_unit_test(other_tongues),
                                       cmocka_unit_test(notices),
                                       cmocka_unit_test(before_and_after),
                                       cmocka_unit_test(a_copy),
                                       cmocka_unit_test(no_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
