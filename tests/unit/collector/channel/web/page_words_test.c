/* page_words_test.c - the page's own words, its languages, its colours. */
#include "page_samples.h"

#include <math.h>
#include <sodium.h>

#include "style.h"
#include "words.h"

/* ---- words ---- */

static bool has(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

/* Every word is there in every language, with the same places for values. */
static void all_words(void **state)
{
    (void)state;
    for (int w = 0; w < WORDS; w++) {
        const char *zh = words_text(WORDS_ZH, (enum word)w);

        for (int l = 0; l < WORDS_LANGUAGES; l++) {
            const char *text = words_text((enum words_language)l, (enum word)w);

            assert_non_null(text);
            assert_true(*text);
            assert_int_equal(has(zh, "{0}"), has(text, "{0}"));
            assert_int_equal(has(zh, "{1}"), has(text, "{1}"));
            for (const char *at = text; (at = strchr(at, '{')); at++)
                assert_true((at[1] == '0' || at[1] == '1') && at[2] == '}');
        }
    }
}

static void whose_words(void **state)
{
    static const struct {
        const char *language, *words, *name;
        bool rtl;
    } all[] = {{"zh-CN", "zh-CN", "简体中文", false},
               {"zh-TW", "zh-CN", "繁體中文", false},
               {"zh-Hant-HK", "zh-CN", "中文", false},
               {"en-GB", "en", "English", false},
               {"ug", "zh-CN", "ئۇيغۇرچە", true},
               {"ug-Latn", "zh-CN", "ئۇيغۇرچە", false},
               {"bo", "zh-CN", "བོད་ཡིག", false},
               {"kk", "en", "Қазақша", false},
               {"kk-Arab", "zh-CN", "قازاقشا", true},
               {"mn-Mong", "zh-CN", "ᠮᠣᠩᠭᠣᠯ", false},
               {"ar-EG", "en", "العربية", true},
               {"he", "en", "עברית", true},
               {"sr-Arab-XX", "en", "sr-Arab-XX", true},
               {"tlh", "en", "tlh", false}};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_string_equal(words_tag(words_for(all[i].language)),
                            all[i].words);
        assert_string_equal(words_name(all[i].language), all[i].name);
        assert_int_equal(page_right_to_left(all[i].language), all[i].rtl);
    }
}

static const char *chosen(const struct survey *s, const char *wish,
                          const char *accept)
{
    static char out[PAGE_LANGUAGE_MAX];

    page_language(s, wish, accept, out);
    return out;
}

static void negotiation(void **state)
{
    static const char yaml[] =
        "survey: x\n"
        "title: {ar: ع, en: x, fr-CA: x, zh-CN: x, zh-TW: x}\n"
        "items: [{code: A, scale: {min: 1, max: 5}, text: {ar: ع, en: x, "
        "fr-CA: x, zh-CN: x, zh-TW: x}}]\n";
    struct survey *s = sample_parse(yaml);

    (void)state;
    assert_string_equal(chosen(s, NULL, NULL), "zh-CN");
    assert_string_equal(chosen(s, "ar", "en"), "ar");
    assert_string_equal(chosen(s, "AR-eg", NULL), "ar");
    assert_string_equal(chosen(s, "zh-tw", "en"), "zh-TW");
    assert_string_equal(chosen(s, "zh", NULL), "zh-CN");
    assert_string_equal(chosen(s, "fr", NULL), "fr-CA");
    assert_string_equal(chosen(s, "z", "en"), "en");
    assert_string_equal(chosen(s, "<b>", "de, *"), "zh-CN");
    assert_string_equal(chosen(s, "", NULL), "zh-CN");
    assert_string_equal(chosen(s, NULL, "de,fr;q=0.5,en;q=0.7"), "en");
    assert_string_equal(chosen(s, NULL, "de ; q=1, ar ; q=0.001"), "ar");
    assert_string_equal(chosen(s, NULL, "en;q=0,ar;q=0.1"), "ar");
    assert_string_equal(chosen(s, NULL, "en;q=x,,;;q=,"), "zh-CN");
    assert_string_equal(chosen(s, NULL, "zh-HK,en;q=0.9"), "zh-CN");
    assert_string_equal(chosen(NULL, "ar", "en-US,en;q=0.9"), "en");
    assert_string_equal(chosen(NULL, NULL, "ja"), "zh-CN");
    survey_free(&s);

    s = sample_parse("survey: x\ntitle: {bo: x, en: x}\nitems: [{code: A, "
                     "scale: {min: 1, max: 5}, text: {bo: x, en: x}}]\n");
    assert_string_equal(chosen(s, NULL, NULL), "bo");
    assert_string_equal(chosen(s, NULL, "zh-CN,en;q=0.1"), "en");
    survey_free(&s);
}

/* ---- colours ---- */

struct colour {
    const char *name, *light, *dark;
};
#define ROW(name, light, dark) {#name, light, dark},
static const struct colour colours[] = {STYLE_COLOURS(ROW)};

static double channel(const char *hex)
{
    unsigned value = 0;
    double c;

    assert_int_equal(sscanf(hex, "%2x", &value), 1);
    c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* WCAG 2.2, relative luminance. */
static double luminance(const char *name, bool dark)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (streq(colours[i].name, name)) {
            const char *hex = dark ? colours[i].dark : colours[i].light;

            return 0.2126 * channel(hex + 1) + 0.7152 * channel(hex + 3) +
                   0.0722 * channel(hex + 5);
        }
    fail_msg("no colour %s", name);
    return 0;
}

static double contrast(const char *a, const char *b, bool dark)
{
    const double x = luminance(a, dark), y = luminance(b, dark);

    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void contrasts(void **state)
{
    static const struct {
        const char *front, *back;
        double least;
    } pairs[] = {
        {"ink", "sheet", 7},     {"ink", "tint", 7},
        {"ink", "ground", 4.5},  {"ink", "wrongtint", 7},
        {"quiet", "sheet", 4.5}, {"quiet", "ground", 4.5},
        {"quiet", "tint", 4.5},  {"link", "sheet", 4.5},
        {"link", "ground", 4.5}, {"on", "link", 4.5},
        {"wrong", "sheet", 4.5}, {"wrong", "wrongtint", 4.5},
        {"sheet", "wrong", 4.5}, {"edge", "sheet", 3},
        {"edge", "tint", 3},     {"link", "edge", 1.3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (int dark = 0; dark < 2; dark++) {
            const double got = contrast(pairs[i].front, pairs[i].back, dark);

            if (got < pairs[i].least)
                fail_msg("%s on %s, %s: %.2f", pairs[i].front, pairs[i].back,
                         dark ? "dark" : "light", got);
        }
}

static char *whole_style(void)
{
    struct buffer all = {.data = NULL};

    for (size_t i = 0; style_parts[i]; i++)
        assert_int_equal(
            buffer_add(&all, style_parts[i], strlen(style_parts[i])), ST_OK);
    assert_int_equal(buffer_byte(&all, 0), ST_OK);
    return (char *)all.data;
}

/* No colour but those of the table and the system's; all braces closed; no
 * address to fetch from, nothing that would end the element. */
static void the_style(void **state)
{
    char *style = whole_style();
    int depth = 0;

    (void)state;
    assert_null(strchr(style, '<'));
    assert_null(strstr(style, "url("));
    assert_null(strstr(style, "@import"));
    for (const char *c = style; *c; c++) {
        depth += (*c == '{') - (*c == '}');
        assert_true(depth >= 0 && depth <= 2);
    }
    assert_int_equal(depth, 0);
    for (const char *at = style; (at = strstr(at, "var(--")); at++) {
        char name[32];

        assert_int_equal(sscanf(at, "var(--%31[a-z])", name), 1);
        (void)luminance(name, false);
    }
    for (const char *at = style; (at = strchr(at, '#')); at++)
        assert_int_equal(strspn(at + 1, "0123456789abcdef"), 6);
    free(style);
}

static void the_policy(void **state)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[48], wanted[80], csp[PAGE_CSP_MAX];
    char *style = whole_style();

    (void)state;
    crypto_hash_sha256(hash, (const unsigned char *)style, strlen(style));
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(wanted, sizeof wanted, "style-src 'sha256-%s';", text);
    page_csp(csp);
    assert_true(strlen(csp) < PAGE_CSP_MAX - 1);
    assert_non_null(strstr(csp, wanted));
    assert_int_equal(strncmp(csp, "default-src 'none'; ", 20), 0);
    assert_non_null(strstr(csp, "form-action 'self'"));
    assert_null(strstr(csp, "unsafe"));
    free(style);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_words),   cmocka_unit_test(whose_words),
        cmocka_unit_test(negotiation), cmocka_unit_test(contrasts),
        cmocka_unit_test(the_style),   cmocka_unit_test(the_policy)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
