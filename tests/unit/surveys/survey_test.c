/* survey_test.c - what the loader makes of a definition, and its two hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "alloc.h"
#include "base/bytes.h"
#include "surveys/survey.h"

/* Explicit in every default. */
static const char whole[] =
    "survey: shop\n"
    "family: shops\n"
    "product: MOB\n"
    "unverified: true\n"
    "title: {zh-CN: 店, en: Shop}\n"
    "fill: {op: {zh-CN: 电信, en: \"CT \\\"x\\\"\"}}\n"
    "attributes:\n"
    "  - {code: AGE, values: [{code: 3, text: {zh-CN: 少, en: young}}]}\n"
    "items:\n"
    "  - {code: A, kind: scale, revision: 1, scale: {min: 1, max: 10}, "
    "text: {zh-CN: 甲, en: a}}\n"
    "  - {code: C, kind: choice, choices: [{code: 2, text: {zh-CN: 有, en: "
    "yes}}, {code: 5, text: {zh-CN: 无, en: no}}], text: {zh-CN: 丙, en: c}}\n"
    "  - code: B\n"
    "    kind: scale\n"
    "    revision: 1\n"
    "    scale: {min: 1, max: 10}\n"
    "    when: {C: [5, 2], A: [10, 7]}\n"
    "    variants:\n"
    "      - {when: {C: 2}, text: {zh-CN: 乙一, en: b1}}\n"
    "      - {when: {C: 5}, text: {zh-CN: 乙二, en: b2}}\n"
    "  - {code: T, kind: text, text: {zh-CN: 文, en: t}}\n"
    "short: [B, A]\n"
    "model:\n"
    "  scheme: path\n"
    "  missing: mean\n"
    "  constructs:\n"
    "    - {code: Y, mode: A, title: {zh-CN: 丁, en: y}, items: [B]}\n"
    "    - {code: X, mode: B, items: [A]}\n"
    "  paths: [{from: X, to: [Y]}]\n"
    "  index: Y\n";

/* The same in another dress, and without what is default; its texts, title,
 * family, product and short form differ. */
static const char bare[] =
    "---\n"
    "model:\n"
    "    index: \"Y\" # the index\n"
    "    paths:\n"
    "    - to:\n"
    "      - X2\n"
    "      from: 'X'\n"
    "    constructs:\n"
    "    - items: [B]\n"
    "      code: Y\n"
    "    - {items: [A], code: X, mode: B}\n"
    "items:\n"
    "- text: {en: other}\n"
    "  scale: {max: 10, min: 1}\n"
    "  code: A\n"
    "- {code: C, text: {en: c}, kind: choice, choices: [{text: {en: y}, code: "
    "2}, {text: {en: n}, code: 5}]}\n"
    "- {when: {A: [7, 10], C: [2, 5]}, code: B, scale: {min: 1, max: 10}, "
    "text: {en: b}}\n"
    "- {kind: text, code: T, text: {en: t}}\n"
    "title: {en: Shop at large}\n"
    "survey: shop\n";

static struct survey *load(const char *yaml)
{
    struct survey *s = NULL;
    struct err err = {""};

    if (survey_parse("x", yaml, strlen(yaml), NULL, NULL, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

/* `yaml` with the first `from` replaced. */
static struct survey *load_with(const char *yaml, const char *from,
                                const char *to)
{
    char text[8192];
    const char *at = strstr(yaml, from);

    assert_non_null(at);
    assert_true(snprintf(text, sizeof text, "%.*s%s%s", (int)(at - yaml), yaml,
                         to, at + strlen(from)) < (int)sizeof text);
    return load(text);
}

static void loads_everything(void **state)
{
    struct survey *s = load(whole);
    const struct item *b;

    (void)state;
    assert_string_equal(s->code, "shop");
    assert_string_equal(s->family, "shops");
    assert_string_equal(s->product, "MOB");
    assert_true(s->unverified);
    assert_int_equal(s->items, 4);
    assert_int_equal(s->comment, 3);
    assert_int_equal(survey_item(s, "B"), 2);
    assert_int_equal(survey_item(s, "b"), SIZE_MAX);
    assert_int_equal(survey_construct(s, "X"), 1);
    assert_int_equal(survey_construct(s, "A"), SIZE_MAX);
    assert_int_equal(s->item[1].kind, ITEM_CHOICE);
    assert_int_equal(s->item[1].min, 2);
    assert_int_equal(s->item[1].max, 5);
    assert_int_equal(item_points(&s->item[1]), 4);
    b = &s->item[2];
    assert_int_equal(b->text.count, 0);
    assert_int_equal(b->variants, 2);
    assert_int_equal(b->variant[1].when[0].item, 1);
    assert_int_equal(b->variant[1].when[0].values[0], 5);
    assert_string_equal(texts_in(&b->variant[1].text, "zh-CN"), "乙二");
    assert_int_equal(b->conditions, 2);
    assert_int_equal(b->when[0].item, 0); /* by item, values ascending */
    assert_int_equal(b->when[0].values[0], 7);
    assert_int_equal(b->when[0].values[1], 10);
    assert_int_equal(s->shorts, 2);
    assert_int_equal(s->shortlist[0], 2);
    assert_int_equal(s->shortlist[1], 0);
    assert_int_equal(s->fills, 1);
    assert_string_equal(s->fill[0].name, "op");
    assert_int_equal(s->attributes, 1);
    assert_int_equal(s->attribute[0].value[0].code, 3);
    assert_int_equal(s->model.constructs, 2);
    assert_int_equal(s->model.construct[1].mode, MODE_B);
    assert_true(s->model.path[0 * 2 + 1]);
    assert_false(s->model.path[1 * 2 + 0]);
    assert_int_equal(s->model.index, 0);
    assert_int_equal(s->source_len, sizeof whole - 1);
    assert_string_equal(s->source, whole);
    survey_free(&s);
    assert_null(s);
    survey_free(&s);
}

static void falls_back_in_languages(void **state)
{
    static const struct text list[] = {
        {"en", "1"}, {"zh-CN", "2"}, {"zh-TW", "3"}};
    const struct texts t = {3, list}, none = {0, NULL};

    (void)state;
    assert_string_equal(texts_in(&t, "zh-TW"), "3");
    assert_string_equal(texts_in(&t, "ZH-tw"), "3");
    assert_string_equal(texts_in(&t, "zh-HK"), "2");
    assert_string_equal(texts_in(&t, "zh"), "2");
    assert_string_equal(texts_in(&t, "en-GB"), "1");
    assert_string_equal(texts_in(&t, "fr"), "1");
    assert_string_equal(texts_in(&t, "z"), "1");
    assert_string_equal(texts_in(&none, "zh"), "");
}

/* The canonical forms of README.md, written out by hand. */
static void hashes_what_is_documented(void **state)
{
    static const char yaml[] = "title: {en: \"a\\\"\\\\\\n\"}\nsurvey: one\n"
                               "items:\n- {scale: {min: 0, max: 10}, code: "
                               "N, text: {en: 满}}\n";
    static const char version[] =
        "{\"items\":[{\"code\":\"N\",\"scale\":{\"max\":\"10\",\"min\":\"0\"},"
        "\"text\":{\"en\":\"满\"}}],\"survey\":\"one\","
        "\"title\":{\"en\":\"a\\\"\\\\\\u000a\"}}";
    static const char form[] =
        "{\"items\":[{\"code\":\"N\",\"kind\":\"scale\",\"max\":\"10\","
        "\"min\":\"0\",\"revision\":\"1\"}],\"survey\":\"one\"}";
    static const char full_form[] =
        "{\"items\":["
        "{\"code\":\"A\",\"kind\":\"scale\",\"max\":\"10\",\"min\":\"1\","
        "\"revision\":\"1\"},"
        "{\"choices\":[\"2\",\"5\"],\"code\":\"C\",\"kind\":\"choice\","
        "\"max\":\"5\",\"min\":\"2\",\"revision\":\"1\"},"
        "{\"code\":\"B\",\"kind\":\"scale\",\"max\":\"10\",\"min\":\"1\","
        "\"revision\":\"1\",\"when\":{\"A\":[\"7\",\"10\"],"
        "\"C\":[\"2\",\"5\"]}},"
        "{\"code\":\"T\",\"kind\":\"text\",\"max\":\"0\",\"min\":\"0\","
        "\"revision\":\"1\"}],"
        "\"model\":{\"constructs\":["
        "{\"code\":\"Y\",\"items\":[\"B\"],\"mode\":\"A\"},"
        "{\"code\":\"X\",\"items\":[\"A\"],\"mode\":\"B\"}],"
        "\"index\":\"Y\",\"missing\":\"mean\",\"paths\":[[\"X\",\"Y\"]],"
        "\"scheme\":\"path\"},\"survey\":\"shop\"}";
    struct survey *s = load(yaml);
    uint8_t want[HASH_SIZE];

    (void)state;
    crypto_hash_sha256(want, (const uint8_t *)version, sizeof version - 1);
    assert_memory_equal(s->version, want, HASH_SIZE);
    crypto_hash_sha256(want, (const uint8_t *)form, sizeof form - 1);
    assert_memory_equal(s->form, want, HASH_SIZE);
    survey_free(&s);
    s = load(whole);
    crypto_hash_sha256(want, (const uint8_t *)full_form, sizeof full_form - 1);
    assert_memory_equal(s->form, want, HASH_SIZE);
    survey_free(&s);
}

static void expect_hashes(struct survey *a, struct survey *b, bool version,
                          bool form)
{
    assert_int_equal(!memcmp(a->version, b->version, HASH_SIZE), version);
    assert_int_equal(!memcmp(a->form, b->form, HASH_SIZE), form);
    survey_free(&b);
}

static void keeps_hashes_in_another_dress(void **state)
{
    struct survey *s = load(whole);

    (void)state;
    expect_hashes(s,
                  load_with(whole, "family: shops\nproduct: MOB\n",
                            "# why\r\n\"product\":   'MOB'\n\nfamily: "
                            "shops # x\n"),
                  true, true);
    expect_hashes(s,
                  load_with(whole, "scale: {min: 1, max: 10}\n",
                            "scale:\n      max: 10\n      min: 1\n"),
                  true, true);
    expect_hashes(s, load_with(bare, "X2", "Y"), false, true);
    survey_free(&s);
}

static void changes_the_version_with_texts(void **state)
{
    static const char *const changes[][2] = {
        {"en: b1", "en: b3"},
        {"zh-CN: 店", "zh-CN: 铺"},
        {"product: MOB", "product: FIX"},
        {"family: shops", "family: other"},
        {"short: [B, A]", "short: [A, B]"},
        {"unverified: true\n", ""},
        {"scheme: path\n", "\n"},
        {", revision: 1", ""},
        {"mode: A, ", ""},
        {"[5, 2]", "[2, 5]"},
        {"code: 3, text", "code: 4, text"}};
    struct survey *s = load(whole);

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        expect_hashes(s, load_with(whole, changes[i][0], changes[i][1]), false,
                      true);
    survey_free(&s);
}

static void changes_the_form_with_numbers(void **state)
{
    static const char *const changes[][2] = {
        {"survey: shop", "survey: shop2"},
        {"scale: {min: 1, max: 10}, text", "scale: {min: 0, max: 10}, text"},
        {"revision: 1, scale", "revision: 2, scale"},
        {"code: 5, text", "code: 6, text"},
        {"A: [10, 7]", "A: 10"},
        {"mode: B", "mode: A"},
        {"scheme: path", "scheme: centroid"},
        {"missing: mean", "missing: pairwise"},
        {"{from: X, to: [Y]}", "{from: Y, to: [X]}"},
        {"index: Y", "index: X"},
        {"  - {code: T, kind: text, text: {zh-CN: 文, en: t}}\n", ""}};
    struct survey *s = load(whole);

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *from = changes[i][0];

        if (streq(from, "code: 5, text")) { /* the filter names it, too */
            char yaml[8192];

            (void)snprintf(yaml, sizeof yaml, "%s", whole);
            for (char *at = yaml; (at = strchr(at, '5')) != NULL;)
                *at = '6';
            expect_hashes(s, load(yaml), false, false);
            continue;
        }
        expect_hashes(s, load_with(whole, from, changes[i][1]), false, false);
    }
    survey_free(&s);
}

static char told[256];

static void tell(void *ctx, const char *line)
{
    (void)ctx;
    (void)snprintf(told, sizeof told, "%s", line);
}

static void loads_files(void **state)
{
    struct survey *s = NULL;
    struct err err;
    FILE *f = fopen("x.yaml", "w");

    (void)state;
    assert_non_null(f);
    fputs(whole, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(survey_load("x.yaml", tell, NULL, &s, &err), ST_OK);
    assert_string_equal(s->code, "shop");
    assert_string_equal(told, "");
    survey_free(&s);
    unlink("x.yaml");
    assert_int_equal(survey_load("x.yaml", tell, NULL, &s, &err), ST_NOTFOUND);
    assert_string_equal(err.text, "x.yaml: no such file");
    assert_string_equal(told, err.text);
    assert_int_equal(survey_load("x.yaml", NULL, NULL, &s, NULL), ST_NOTFOUND);
    assert_null(s);
}

static enum status load_and_drop(void *ctx)
{
    struct survey *s = NULL;
    enum status st =
        survey_parse("x", whole, sizeof whole - 1, NULL, ctx, &s, NULL);

    survey_free(&s);
    return st;
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    alloc_torture(load_and_drop, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_everything),
        cmocka_unit_test(falls_back_in_languages),
        cmocka_unit_test(hashes_what_is_documented),
        cmocka_unit_test(keeps_hashes_in_another_dress),
        cmocka_unit_test(changes_the_version_with_texts),
        cmocka_unit_test(changes_the_form_with_numbers),
        cmocka_unit_test(loads_files),
        cmocka_unit_test(survives_failed_allocations)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
