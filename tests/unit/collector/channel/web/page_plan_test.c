/* page_plan_test.c - which question is on which screen, and what comes back. */
#include "page_samples.h"

static uint8_t answers[ITEMS_MAX], have[ITEMS_MAX];
static struct page_plan plan;

static struct survey *begin(const char *code)
{
    memset(answers, 0, sizeof answers);
    memset(have, 0, sizeof have);
    return sample_load(code);
}

static size_t item(const struct survey *s, const char *code)
{
    const size_t i = survey_item(s, code);

    assert_true(i < s->items);
    return i;
}

static unsigned screen(const struct survey *s, const char *code)
{
    return plan.screen[item(s, code)];
}

static void all_on_one_page(void **state)
{
    struct survey *s = begin("tcsi-mobile");

    (void)state;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screens, 1);
    assert_int_equal(plan.questions, 24);
    for (size_t i = 0; i < s->items; i++) {
        assert_int_equal(plan.screen[i], 1);
        assert_int_equal(plan.number[i], i + 1);
    }
    assert_int_equal(page_first(s, &plan, 1), 0);
    assert_int_equal(page_first(s, &plan, 0), SIZE_MAX);
    assert_int_equal(page_first(s, &plan, 2), SIZE_MAX);
    survey_free(&s);
}

/* A variant is chosen before it is shown, so COM0 stands alone. */
static void a_construct_a_page(void **state)
{
    static const char *const first[] = {"IMG1", "EXP1", "QUA1", "VAL1",
                                        "SAT1", "COM0", "COM1", "LOY1"};
    struct survey *s = begin("tcsi-mobile");

    (void)state;
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.screens, 8);
    for (size_t k = 0; k < 8; k++)
        assert_int_equal(page_first(s, &plan, k + 1), item(s, first[k]));
    assert_int_equal(screen(s, "COM2"), screen(s, "COM1"));

    /* an answer moves nothing */
    answers[item(s, "COM0")] = 2;
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.screens, 8);
    assert_int_equal(plan.questions, 24);
    /* not knowing leaves both variants open, and asked */
    answers[item(s, "COM0")] = PAGE_UNSURE;
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.questions, 24);
    survey_free(&s);
}

/* The comment behind the last construct stays with it. */
static void what_has_no_construct(void **state)
{
    struct survey *s = begin("internal");

    (void)state;
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.screens, 2);
    assert_int_equal(plan.screen[s->comment], 2);
    survey_free(&s);

    s = begin("instant");
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.screens, 2);
    survey_free(&s);
}

#define SCALE(code)                                                            \
    "  - {code: " code ", scale: {min: 1, max: 5}, text: {en: q}}\n"

/* What stands for other constructs asks nothing of its own, and takes no
 * comment from them. */
static void a_construct_of_constructs(void **state)
{
    static const char yaml[] =
        "survey: shop\ntitle: {en: Shop}\nitems:\n" SCALE("A") SCALE("B")
            SCALE("C") "  - {code: T, kind: text, text: {en: q}}\n"
                       "model:\n  constructs:\n"
                       "    - {code: IMG, items: [A]}\n"
                       "    - {code: QUA, items: [B]}\n"
                       "    - {code: SAT, items: [C]}\n"
                       "    - {code: ALL, mode: A, of: [IMG, QUA, SAT]}\n"
                       "  paths: [{from: ALL, to: [IMG, QUA, SAT]}]\n"
                       "  index: SAT\n";
    struct survey *s = NULL;

    (void)state;
    assert_int_equal(
        survey_parse("x", yaml, sizeof yaml - 1, NULL, NULL, &s, NULL), ST_OK);
    memset(answers, 0, sizeof answers);
    page_plan(s, PAGES_CONSTRUCT, answers, NULL, &plan);
    assert_int_equal(plan.screens, 3);
    assert_int_equal(plan.screen[s->comment], 3);
    survey_free(&s);
}

static void a_filter_decides(void **state)
{
    struct survey *s = begin("instant");
    const size_t ins1 = item(s, "INS1"), ins2 = item(s, "INS2");

    (void)state;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screens, 2);
    assert_int_equal(plan.screen[ins1], 1);
    assert_int_equal(plan.screen[ins2], 2);
    assert_int_equal(page_open(s, &plan, answers), 1);

    answers[ins1] = 6;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screen[ins2], 2);
    assert_int_equal(page_open(s, &plan, answers), 2);
    answers[ins2] = PAGE_UNSURE;
    assert_int_equal(page_open(s, &plan, answers), 0); /* comment is free */

    answers[ins1] = 7;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screen[ins2], 0);
    assert_int_equal(plan.number[ins2], 0);
    assert_int_equal(plan.screens, 2);
    page_prune(&plan, s->items, answers);
    assert_int_equal(answers[ins1], 7);
    assert_int_equal(answers[ins2], 0);

    /* what is not known to hold is not asked */
    answers[ins1] = PAGE_UNSURE;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screen[ins2], 0);
    survey_free(&s);
}

static void what_others_have(void **state)
{
    struct survey *s = begin("tcsi-mobile");

    (void)state;
    have[item(s, "SAT1")] = have[item(s, "SAT2")] = have[item(s, "SAT3")] = 1;
    have[item(s, "COM0")] = 1;
    page_plan(s, PAGES_CONSTRUCT, answers, have, &plan);
    assert_int_equal(plan.screens, 6);
    assert_int_equal(plan.questions, 20);
    assert_int_equal(screen(s, "SAT1"), 0);
    assert_int_equal(screen(s, "COM1"), 5);
    memset(have, 1, sizeof have);
    page_plan(s, PAGES_CONSTRUCT, answers, have, &plan);
    assert_int_equal(plan.screens, 0);
    assert_int_equal(page_open(s, &plan, answers), 0);
    survey_free(&s);

    s = begin("instant");
    have[item(s, "INS1")] = 1; /* its value is not known here */
    page_plan(s, PAGES_ONE, answers, have, &plan);
    assert_int_equal(screen(s, "INS2"), 0);
    assert_int_equal(plan.screens, 1);
    survey_free(&s);
}

/* A stale answer to a question that is not asked any more decides nothing. */
static void a_chain(void **state)
{
    static const char yaml[] =
        "survey: chain\n"
        "title: {zh-CN: 链}\n"
        "items:\n"
        "  - {code: A, scale: {min: 1, max: 5}, text: {zh-CN: 甲}}\n"
        "  - {code: B, kind: choice, when: {A: [1, 2]}, text: {zh-CN: 乙}, "
        "choices: [{code: 1, text: {zh-CN: 是}}, {code: 2, text: {zh-CN: "
        "否}}]}\n"
        "  - {code: C, kind: choice, when: {B: 1}, text: {zh-CN: 丙}, choices: "
        "[{code: 1, text: {zh-CN: 是}}, {code: 2, text: {zh-CN: 否}}]}\n";
    struct survey *s = sample_parse(yaml);

    (void)state;
    memset(answers, 0, sizeof answers);
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.screens, 3);
    answers[0] = 2;
    answers[1] = 1;
    answers[2] = 2;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.questions, 3);
    answers[0] = 5;
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    assert_int_equal(plan.questions, 1);
    page_prune(&plan, s->items, answers);
    assert_int_equal(answers[1] | answers[2], 0);
    survey_free(&s);
}

static void fields(void **state)
{
    struct survey *s = sample_parse(many_tongues);
    const struct item *nps = &s->item[0], *why = &s->item[2],
                      *say = &s->item[3];
    uint8_t stored = 77;

    (void)state;
    assert_int_equal(page_read(nps, "0", &stored), FAULT_NONE);
    assert_int_equal(stored, 1);
    assert_int_equal(page_read(nps, "10", &stored), FAULT_NONE);
    assert_int_equal(stored, 11);
    assert_int_equal(page_read(why, "2", &stored), FAULT_NONE);
    assert_int_equal(stored, 2);
    assert_int_equal(page_read(why, "-", &stored), FAULT_NONE);
    assert_int_equal(stored, PAGE_UNSURE);
    stored = 77;
    assert_int_equal(page_read(nps, NULL, &stored), FAULT_MISSING);
    assert_int_equal(page_read(nps, "", &stored), FAULT_MISSING);
    assert_int_equal(page_read(nps, " ", &stored), FAULT_MISSING);
    assert_int_equal(page_read(nps, "11", &stored), FAULT_INVALID);
    assert_int_equal(page_read(nps, "-1", &stored), FAULT_INVALID);
    assert_int_equal(page_read(nps, "1 OR 1=1", &stored), FAULT_INVALID);
    assert_int_equal(page_read(why, "3", &stored), FAULT_INVALID);
    assert_int_equal(page_read(say, "1", &stored), FAULT_INVALID);
    assert_int_equal(stored, 77);
    survey_free(&s);
}

static void comments(void **state)
{
    char text[COMMENT_MAX + 2];

    (void)state;
    memset(text, 'x', sizeof text);
    text[COMMENT_MAX] = '\0';
    assert_int_equal(page_read_comment(NULL), FAULT_NONE);
    assert_int_equal(page_read_comment(""), FAULT_NONE);
    assert_int_equal(page_read_comment(text), FAULT_NONE);
    text[COMMENT_MAX] = 'x';
    text[COMMENT_MAX + 1] = '\0';
    assert_int_equal(page_read_comment(text), FAULT_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_on_one_page),
        cmocka_unit_test(a_construct_a_page),
        cmocka_unit_test(what_has_no_construct),
        cmocka_unit_test(a_construct_of_constructs),
        cmocka_unit_test(a_filter_decides),
        cmocka_unit_test(what_others_have),
        cmocka_unit_test(a_chain),
        cmocka_unit_test(fields),
        cmocka_unit_test(comments)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
