/* form_fuzz.c - any bytes as the body of a form: its fields as answers and a
 * comment, a page made of them, and as addresses, none of which is ours. */
#include "../../collector/service/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/person.h"
#include "page.h"
#include "pass.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char definition[] =
    "survey: sample\ntitle: {en: Sample}\nitems:\n"
    "  - code: Q1\n    scale: {min: 1, max: 10}\n    text: {en: One?}\n"
    "  - code: Q2\n    kind: choice\n    when: {Q1: [1, 2, 3]}\n"
    "    text: {en: Two?}\n"
    "    choices:\n      - {code: 1, text: {en: a}}\n"
    "      - {code: 3, text: {en: b}}\n"
    "  - code: Q3\n    kind: text\n    text: {en: Three?}\n";

static const struct page_site site = {"Us", "10000", "", "", "", "", "", "", 0};

/* No markup but ours: as many tags with any comment as without one. */
static size_t tags(const struct html *h)
{
    size_t n = 0;

    for (size_t i = 0; i < h->out.len; i++)
        n += h->out.data[i] == '<';
    return n;
}

static size_t make_page(const struct survey *s, const uint8_t *answers,
                        const char *comment)
{
    const struct page page = {
        .site = &site, .survey = s, .language = "en", .query = ""};
    struct page_plan plan;
    struct page_sheet sheet = {
        .plan = &plan, .answers = answers, .comment = comment};
    struct html h = {.st = ST_OK};
    size_t n;

    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    for (size_t screen = 1; screen <= plan.screens; screen++)
        page_form(&h, &page, &sheet, screen);
    if (h.st != ST_OK)
        __builtin_trap();
    n = tags(&h);
    buffer_free(&h.out);
    return n;
}

static void as_answers(const struct survey *s, const struct form *f)
{
    uint8_t answers[ITEMS_MAX] = {0};
    struct page_plan plan;
    const char *comment = form_get(f, "Q3");
    char text[COMMENT_MAX + 1] = "";

    for (size_t i = 0; i < 2; i++)
        (void)page_read(&s->item[i], form_get(f, s->item[i].code), &answers[i]);
    page_plan(s, PAGES_ONE, answers, NULL, &plan);
    page_prune(&plan, s->items, answers);
    for (size_t i = 0; i < 2; i++)
        if (answers[i] > 10 && answers[i] != PAGE_UNSURE)
            __builtin_trap();
    if (answers[1] && answers[0] > 3)
        __builtin_trap();
    if (comment && page_read_comment(comment) == FAULT_NONE) {
        memcpy(text, comment, strlen(comment) + 1);
        text[person_mask(text, strlen(text))] = '\0';
    }
    if (make_page(s, answers, text) != make_page(s, answers, *text ? "x" : ""))
        __builtin_trap();
}

static void as_addresses(const struct form *f)
{
    static const struct token_key key = {{1, 2, 3}};
    struct pass p;
    const struct pass_words words = {form_get(f, "p"), form_get(f, "u"),
                                     form_get(f, "t"), form_get(f, "o"),
                                     form_get(f, "s")};
    const bool any = words.province || words.org || words.touchpoint ||
                     words.operator|| words.seal;

    if (any && pass_words(&key, "sample", &words, &p) == ST_OK)
        __builtin_trap();
    for (size_t i = 0; i < f->count; i++)
        if (pass_open(&key, f->field[i].value, &p) == ST_OK ||
            pass_invited(&key, f->field[i].value, &p) == ST_OK ||
            pass_read_seen(&key, f->field[i].value) != 0)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct survey *survey;
    struct form form = {0};

    if (!survey && survey_parse("sample", definition, strlen(definition), NULL,
                                NULL, &survey, NULL) != ST_OK)
        __builtin_trap();
    if (form_parse(data, len, &form) != ST_OK)
        return 0;
    as_answers(survey, &form);
    as_addresses(&form);
    form_free(&form);
    return 0;
}
