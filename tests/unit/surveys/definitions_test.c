/* definitions_test.c - what surveys/definitions promises: the loader takes each
 * of them, and it is the questionnaire that it says it is. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "surveys/survey.h"
#include "surveys/utf8.h"
#include "surveys/yaml.h"

enum { SHIPPED = 11 };

static const struct promise {
    const char *code, *family, *product;
    size_t items, scored, constructs, paths, shorts;
    bool unverified;
} shipped[SHIPPED] = {
    {"tcsi-fixed", "tcsi", "FIX", 24, 23, 7, 12, 3, false},
    {"tcsi-mobile", "tcsi", "MOB", 24, 23, 7, 12, 3, false},
    {"tcsi-broadband", "tcsi", "BBD", 24, 23, 7, 12, 3, false},
    {"tcsi8-fixed", "tcsi8", "FIX", 26, 25, 8, 13, 3, false},
    {"tcsi8-mobile", "tcsi8", "MOB", 26, 25, 8, 13, 3, false},
    {"tcsi8-broadband", "tcsi8", "BBD", 26, 25, 8, 13, 3, false},
    {"ccsi-mobile", "", "MOB", 21, 21, 6, 11, 3, true},
    {"instant", "", "", 3, 1, 0, 0, 2, false},
    {"repair", "", "", 7, 4, 3, 2, 2, false},
    {"internal", "", "", 7, 6, 2, 1, 1, false},
    {"ecsi-mobile", "", "", 24, 24, 7, 12, 0, false}};

static void definition_path(const char *code, char out[PATH_MAX])
{
    const char *root = getenv("ROOT");

    (void)snprintf(out, PATH_MAX, "%s/surveys/definitions/%s.yaml",
                   root ? root : ".", code);
}

static void print_problem(void *ctx, const char *line)
{
    (void)ctx;
    print_error("%s\n", line);
}

static struct survey *load(const char *code)
{
    char path[PATH_MAX];
    struct survey *s = NULL;
    struct err err = {""};

    definition_path(code, path);
    assert_int_equal(survey_load(path, print_problem, NULL, &s, &err), ST_OK);
    return s;
}

static size_t count_paths(const struct model *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->constructs * m->constructs; i++)
        n += m->path[i];
    return n;
}

static size_t count_scored(const struct survey *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->items; i++)
        n += s->item[i].kind == ITEM_SCALE;
    return n;
}

static bool has_path(const struct survey *s, const char *from, const char *to)
{
    size_t a = survey_construct(s, from);
    size_t b = survey_construct(s, to);

    assert_true(a < s->model.constructs && b < s->model.constructs);
    return s->model.path[b * s->model.constructs + a];
}

static void keeps_its_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        const struct promise *p = &shipped[i];
        struct survey *s = load(p->code);

        assert_string_equal(s->code, p->code);
        assert_string_equal(s->family, p->family);
        assert_string_equal(s->product, p->product);
        assert_int_equal(s->items, p->items);
        assert_int_equal(count_scored(s), p->scored);
        assert_int_equal(s->model.constructs, p->constructs);
        assert_int_equal(count_paths(&s->model), p->paths);
        assert_int_equal(s->shorts, p->shorts);
        assert_true(s->unverified == p->unverified);
        for (size_t j = 0; j < s->items; j++)
            if (s->item[j].kind == ITEM_SCALE)
                assert_true(s->item[j].min == 1 && s->item[j].max == 10);
        if (p->constructs)
            assert_string_equal(s->model.construct[s->model.index].code, "SAT");
        survey_free(&s);
    }
}

/* Moments and cells are kept by form, so two questionnaires may not share
 * one. */
static void has_a_form_of_its_own(void **state)
{
    uint8_t form[SHIPPED][HASH_SIZE], version[SHIPPED][HASH_SIZE];

    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct survey *s = load(shipped[i].code);

        memcpy(form[i], s->form, HASH_SIZE);
        memcpy(version[i], s->version, HASH_SIZE);
        survey_free(&s);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(form[i], form[j], HASH_SIZE);
            assert_memory_not_equal(version[i], version[j], HASH_SIZE);
        }
    }
}

static void bilingual(const struct texts *t)
{
    assert_int_equal(t->count, 2);
    assert_string_equal(t->list[0].language, "en");
    assert_string_equal(t->list[1].language, "zh-CN");
    assert_true(*t->list[0].text && *t->list[1].text);
}

static void speaks_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct survey *s = load(shipped[i].code);

        bilingual(&s->title);
        for (size_t j = 0; j < s->items; j++) {
            const struct item *it = &s->item[j];

            for (size_t k = 0; k < it->variants; k++)
                bilingual(&it->variant[k].text);
            for (size_t k = 0; k < it->choices; k++)
                bilingual(&it->choice[k].text);
            if (!it->variants)
                bilingual(&it->text);
        }
        for (size_t j = 0; j < s->model.constructs; j++)
            bilingual(&s->model.construct[j].title);
        survey_free(&s);
    }
}

/* `text` with the definition's own values put in, into `out`. */
static void fill(const struct yaml *values, const struct text *t,
                 char out[TEXT_MAX])
{
    size_t len = 0;

    for (const char *at = t->text; *at;) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        const struct yaml *value;
        char name[32];

        if (!end) {
            out[len++] = *at++;
            continue;
        }
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - at - 1), at + 1);
        value = yaml_get(values, name);
        assert_non_null(value);
        value = yaml_get(value, t->language);
        assert_non_null(value);
        assert_true(len + strlen(value->text) + strlen(end) < TEXT_MAX);
        memcpy(out + len, value->text, strlen(value->text));
        len += strlen(value->text);
        at = end + 1;
    }
    out[len] = '\0';
}

static void fits_an_sms(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct survey *s = load(shipped[i].code);
        struct yaml *root = NULL;
        char path[PATH_MAX];
        struct err err;

        definition_path(shipped[i].code, path);
        assert_int_equal(yaml_load(path, &root, &err), ST_OK);
        for (size_t j = 0; j < s->shorts; j++) {
            const struct texts *t = &s->item[s->shortlist[j]].text;

            assert_int_equal(t->count, 2);
            for (size_t k = 0; k < t->count; k++) {
                char text[TEXT_MAX];
                bool gsm7;
                size_t units;

                fill(yaml_get(root, "fill"), &t->list[k], text);
                units = utf8_sms_units(text, strlen(text), &gsm7);
                assert_true(gsm7 == streq(t->list[k].language, "en"));
                assert_in_range(units, 1,
                                gsm7 ? SMS_GSM7_BUDGET : SMS_UCS2_BUDGET);
            }
        }
        yaml_free(&root);
        survey_free(&s);
    }
}

static void same_texts(const struct texts *a, const struct texts *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t k = 0; k < a->count; k++)
        assert_string_equal(a->list[k].text, b->list[k].text);
}

/* A family can be rolled up because its members ask the same, but for the
 * product's own QUA2-7. */
static void asks_alike_within_a_family(void **state)
{
    struct survey *base = load("tcsi-fixed");

    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct survey *s;

        if (strncmp(shipped[i].family, "tcsi", 4))
            continue;
        s = load(shipped[i].code);
        for (size_t j = 0; j < base->items; j++) {
            const struct item *it = &base->item[j];
            size_t at = survey_item(s, it->code);
            bool own = strncmp(it->code, "QUA", 3) == 0 && it->code[3] != '1';

            assert_true(at < s->items);
            assert_int_equal(s->item[at].kind, it->kind);
            assert_int_equal(s->item[at].variants, it->variants);
            for (size_t k = 0; k < it->variants; k++)
                same_texts(&s->item[at].variant[k].text, &it->variant[k].text);
            if (!own && !it->variants)
                same_texts(&s->item[at].text, &it->text);
        }
        survey_free(&s);
    }
    survey_free(&base);
}

static void has_the_published_paths(void **state)
{
    static const char *const ecsi[12][2] = {
        {"IMG", "EXP"}, {"EXP", "QUA"}, {"EXP", "VAL"}, {"QUA", "VAL"},
        {"IMG", "SAT"}, {"EXP", "SAT"}, {"QUA", "SAT"}, {"VAL", "SAT"},
        {"SAT", "COM"}, {"IMG", "LOY"}, {"SAT", "LOY"}, {"COM", "LOY"}};
    static const char *const ccsi[11][2] = {
        {"IMG", "EXP"}, {"IMG", "QUA"}, {"IMG", "VAL"}, {"IMG", "SAT"},
        {"EXP", "QUA"}, {"EXP", "VAL"}, {"EXP", "SAT"}, {"QUA", "VAL"},
        {"QUA", "SAT"}, {"VAL", "SAT"}, {"SAT", "LOY"}};

    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct survey *s = load(shipped[i].code);

        for (size_t k = 0; s->model.constructs > 6 && k < 12; k++)
            assert_true(has_path(s, ecsi[k][0], ecsi[k][1]));
        for (size_t k = 0; s->model.constructs == 6 && k < 11; k++)
            assert_true(has_path(s, ccsi[k][0], ccsi[k][1]));
        if (s->model.constructs == 8)
            assert_true(has_path(s, "EQU", "SAT"));
        survey_free(&s);
    }
}

/* The filter and its two ways to ask, the reason of a low rating, the alarm.
 */
static void asks_what_fits(void **state)
{
    struct survey *s = load("tcsi-mobile");
    const struct item *it = &s->item[survey_item(s, "COM1")];

    (void)state;
    assert_int_equal(it->variants, 2);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(it->variant[k].conditions, 1);
        assert_int_equal(it->variant[k].when[0].item, survey_item(s, "COM0"));
        assert_int_equal(it->variant[k].when[0].values[0], k + 1);
    }
    survey_free(&s);

    s = load("instant");
    it = &s->item[survey_item(s, "INS2")];
    assert_int_equal(it->conditions, 1);
    assert_int_equal(it->when[0].count, 6);
    assert_int_equal(it->when[0].values[5], 6);
    assert_int_equal(s->comment, survey_item(s, "INS3"));
    survey_free(&s);

    s = load("repair");
    it = &s->item[survey_item(s, "REP5")];
    assert_int_equal(it->kind, ITEM_CHOICE);
    assert_string_equal(texts_in(&it->choice[0].text, "en"), "yes");
    assert_int_equal(it->choice[0].code, 1);
    assert_non_null(strstr(texts_in(&s->item[0].text, "zh-CN"), "没好"));
    survey_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_its_promise),
        cmocka_unit_test(has_a_form_of_its_own),
        cmocka_unit_test(speaks_both_languages),
        cmocka_unit_test(fits_an_sms),
        cmocka_unit_test(asks_alike_within_a_family),
        cmocka_unit_test(has_the_published_paths),
        cmocka_unit_test(asks_what_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
