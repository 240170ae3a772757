/* survey_check_test.c - every message of the checker about what is asked, with
 * its place. */
#include "problems.h"

static void accepts_the_base(void **state)
{
    (void)state;
    expect(ONE, "");
    expect(TWO "model: {constructs: [{code: C, items: [A]}, {code: D, items: "
               "[B]}], paths: [{from: C, to: [D]}], index: D}\n",
           "");
    expect(TWO "model: {constructs: [{code: C, items: [A]}], index: C}\n", "");
}

static void checks_the_top(void **state)
{
    (void)state;
    expect("[a]\n", "x:1:1: must be a map\n");
    expect("a: 1\n", "x:1:1: unknown key 'a'\n"
                     "x:1:1: survey is missing\n"
                     "x:1:1: title is missing\n"
                     "x:1:1: items is missing\n");
    expect("survey: Shop!\ntitle: {}\nitems: x\n",
           "x:2:8: title is empty\n"
           "x:3:8: items must be a list\n"
           "x:1:9: 'Shop!' is no code of a survey (small letters, digits and "
           "-, 32 at most)\n");
    expect("family: 12345678901234567890123456789012x\n"
           "product: mob\nunverified: maybe\n" ONE,
           "x:1:9: '12345678901234567890123456789012x' is no code of a family "
           "(small letters, digits and -, 32 at most)\n"
           "x:2:10: 'mob' is no code of a product (capitals, digits and _, 16 "
           "at most)\n"
           "x:3:13: 'maybe' is none of false, true\n");
    expect("survey: a\nsurvey: b\n", "x:2:1: key 'survey' twice\n");
    expect("survey: &a b\n", "x:1:9: anchors (&) are not allowed\n");
    expect("title: {en: [x]}\nsurvey: a\nitems:\n" A,
           "x:1:13: must be a text\n");
}

static void checks_texts(void **state)
{
    (void)state;
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {zh: x, e: y}}\n",
           "x:4:54: 'e' is not a language tag\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {zh: x}}\n",
           "x:4:46: no text in language en\n"
           "x:4:46: language zh: the title has no such\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: ''}}\n",
           "x:4:51: the text is empty\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: '{p}'}}\n",
           "x:4:51: {p} is not declared in fill\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: '{P}'}}\n",
           "x:4:51: '{' that is no {placeholder}\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: 'a}'}}\n",
           "x:4:51: '}' that is no {placeholder}\n");
    expect("fill: {p: {en: '{q}'}, Q: {en: x}, r: {zh: y}, s: z}\n" ONE,
           "x:1:16: a placeholder within a placeholder\n"
           "x:1:24: 'Q' is not a placeholder's name (small letters, digits and "
           "_)\n"
           "x:1:39: no text in language en\n"
           "x:1:39: language zh: the title has no such\n"
           "x:1:51: must be a map of languages to texts\n");
    expect("fill: {op: {en: CT}, p_2: {en: x}}\nsurvey: a\n"
           "title: {en: '{op}'}\nitems:\n"
           "  - {code: A, scale: {min: 1, max: 5}, text: {en: '{p_2}{op}'}}\n",
           "");
}

static void checks_long_texts(void **state)
{
    char yaml[5000];

    (void)state;
    (void)snprintf(yaml, sizeof yaml,
                   HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: "
                        "%02000d}}\n",
                   7);
    expect(yaml, "");
    (void)snprintf(yaml, sizeof yaml,
                   HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: "
                        "%02001d}}\n",
                   7);
    expect(yaml, "x:4:51: a text of 2001 bytes, at most 2000\n");
}

static void checks_items(void **state)
{
    (void)state;
    expect(HEAD "  - x\n", "x:4:5: must be a map\n");
    expect(HEAD "  - {}\n" A, "x:4:5: code is missing\n"
                              "x:4:5: scale is missing\n"
                              "x:4:5: text is missing\n"
                              "x:4:3: 2 scale items and no model: which is "
                              "the index?\n");
    expect(ONE "  - {code: A, kind: choice, choices: [{code: 1, text: {en: "
               "x}}], text: {en: y}}\n",
           "x:5:12: item A twice\n");
    expect(HEAD "  - {code: sat, scale: {min: 1, max: 5}, text: {en: y}}\n",
           "x:4:12: 'sat' is not a code (a capital, then letters, digits and "
           "_, 16 at most)\n");
    expect(HEAD "  - {code: A, kind: grid, text: {en: y}, scale: {min: 1, max: "
                "5}}\n",
           "x:4:21: 'grid' is none of scale, choice, text\n");
    expect(HEAD "  - {code: A, revision: 0, scale: {min: 1, max: 5}, text: "
                "{en: y}}\n",
           "x:4:25: must be a whole number from 1 to 1000000\n");
    expect(HEAD "  - {code: A, scale: {min: 1, max: 5}, text: {en: y}, "
                "variants: [{when: {A: 1}, text: {en: z}}]}\n",
           "x:4:55: text or variants, not both\n"
           "x:4:74: 'A' is no earlier item\n");
    expect(ONE "  - {code: T, kind: text, text: {en: y}}\n"
               "  - {code: U, kind: text, text: {en: y}}\n",
           "x:6:5: a second item of kind text\n");
}

static void checks_scales(void **state)
{
    static const char form[] =
        HEAD "  - {code: A, scale: {min: %s, max: %s}, text: {en: y}}\n";
    static const struct {
        const char *min, *max, *message;
    } cases[] = {
        {"10", "1", "x:4:22: scale turned round: min 10, max 1\n"},
        {"3", "3", "x:4:22: a scale of one point\n"},
        {"1", "255", "x:4:22: a scale of 255 points, at most 254\n"},
        {"0", "253", ""},
        {"-1", "5", "x:4:28: must be a whole number from 0 to 100000\n"},
        {"1", "5.0", "x:4:36: must be a whole number from 0 to 100000\n"},
        {"1", "9999999999",
         "x:4:36: must be a whole number from 0 to 100000\n"},
        {"1", "five", "x:4:36: must be a whole number from 0 to 100000\n"}};
    char yaml[512];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(yaml, sizeof yaml, form, cases[i].min, cases[i].max);
        expect(yaml, cases[i].message);
    }
    expect(HEAD "  - {code: A, scale: {min: 1, top: 5}, text: {en: y}}\n",
           "x:4:31: unknown key 'top'\nx:4:22: max is missing\n");
}

static void checks_kinds(void **state)
{
    (void)state;
    expect(ONE "  - {code: C, kind: choice, scale: {min: 1, max: 2}, text: "
               "{en: y}}\n",
           "x:5:29: only items of kind scale have one\n"
           "x:5:5: choices is missing\n");
    expect(HEAD "  - {code: C, scale: {min: 1, max: 2}, text: {en: y}, "
                "choices: [{code: 1, text: {en: y}}]}\n",
           "x:4:55: only items of kind choice have them\n");
    expect(ONE "  - {code: C, kind: choice, text: {en: y}, choices: [{code: "
               "2, text: {en: y}}, {code: 2, text: {en: y}}, {code: 1, text: "
               "{en: y}}, {code: 300, text: {en: y}}, {code: 1}]}\n",
           "x:5:87: code 2 twice\n"
           "x:5:113: codes must ascend: 1 after 2\n"
           "x:5:160: text is missing\n"
           "x:5:167: codes must ascend: 1 after 300\n"
           "x:5:53: codes from 2 to 300, at most 253 apart\n");
}

static void checks_filters(void **state)
{
    static const char choice[] =
        "  - {code: C, kind: choice, choices: [{code: 1, text: {en: y}}, "
        "{code: 3, text: {en: y}}], text: {en: y}}\n"
        "  - {code: T, kind: text, text: {en: y}}\n";
    static const struct {
        const char *when, *message;
    } cases[] = {
        {"{C: 1}", ""},
        {"{C: [3, 1], A: 5}", ""},
        {"{D: 1}", "x:7:73: 'D' is no earlier item\n"},
        {"{Z: 1}", "x:7:73: 'Z' is no earlier item\n"},
        {"{C: 2}", "x:7:76: 2 is no answer of C\n"},
        {"{C: 4}", "x:7:76: 4 is no answer of C\n"},
        {"{A: 0}", "x:7:76: 0 is no answer of A\n"},
        {"{A: x}", "x:7:76: must be a whole number from 0 to 100000\n"},
        {"{A: [1, 1]}", "x:7:80: value 1 twice\n"},
        {"{A: {b: 1}}", "x:7:76: must be a value or a list of values\n"},
        {"{A: []}", "x:7:76: must be a value or a list of values\n"},
        {"{T: 1}", "x:7:73: T is a text: nothing can hang on it\n"},
        {"[A]", "x:7:72: when must be a map\n"}};
    char yaml[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(yaml, sizeof yaml,
                       ONE "%s  - {code: D, kind: choice, choices: [{code: 1, "
                           "text: {en: y}}], when: %s, text: {en: y}}\n",
                       choice, cases[i].when);
        expect(yaml, cases[i].message);
    }
    expect(ONE "  - code: D\n    kind: choice\n    choices: [{code: 1, text: "
               "{en: y}}]\n    variants:\n      - {when: {A: 7}, text: {en: "
               "z}}\n      - {text: {fr: z}}\n      - x\n",
           "x:9:20: 7 is no answer of A\n"
           "x:10:9: when is missing\n"
           "x:10:16: no text in language en\n"
           "x:10:16: language fr: the title has no such\n"
           "x:11:9: must be a map\n");
}

static void checks_attributes(void **state)
{
    (void)state;
    expect("attributes:\n  - {code: AGE, values: [{code: 0, text: {en: x}}]}\n"
           "  - {code: AGE, values: [{code: 256, text: {en: x}}]}\n"
           "  - {code: age, values: [{code: 9, text: {en: x}}]}\n"
           "  - x\n" ONE,
           "x:2:33: must be a whole number from 1 to 255\n"
           "x:3:12: attribute AGE twice\n"
           "x:3:33: must be a whole number from 1 to 255\n"
           "x:4:12: 'age' is not a code (a capital, then letters, digits and "
           "_, 16 at most)\n"
           "x:5:5: must be a map\n");
    expect("attributes: [a, a, a, a, a, a, a, a, a]\n" ONE,
           "x:1:13: 9 parts, at most 8\n");
}

static void checks_the_short_form(void **state)
{
    (void)state;
    expect(ONE "  - {code: T, kind: text, text: {en: y}}\n"
               "short: [A, Z, A, T, [A]]\n",
           "x:6:12: unknown item 'Z'\n"
           "x:6:15: item A twice\n"
           "x:6:18: T is a text: an SMS asks a number\n"
           "x:6:21: unknown item ''\n");
}

/* Counted in each language and variant, with the placeholders filled in. */
static void checks_sms_budgets(void **state)
{
    static const char yaml[] =
        "survey: a\ntitle: {en: A, zh-CN: 甲}\n"
        "fill: {p: {en: %s, zh-CN: 手机}}\n"
        "items:\n  - code: A\n    scale: {min: 1, max: 10}\n"
        "    text: {en: '%0*d{p}', zh-CN: '{p}%s'}\n"
        "  - code: B\n    kind: choice\n    choices: [{code: 1, text: {en: y, "
        "zh-CN: y}}]\n    variants:\n"
        "      - {when: {A: 1}, text: {en: ok, zh-CN: 好}}\n"
        "      - {when: {A: 2}, text: {en: '%0*d', zh-CN: 好}}\n"
        "short: [B, A]\n";
    static const char fifty_seven[] =
        "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸"
        "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚";
    char text[4096], longer[512];

    (void)state;
    (void)snprintf(text, sizeof text, yaml, "1234", 134, 7, fifty_seven, 138,
                   7);
    expect(text, "");
    (void)snprintf(longer, sizeof longer, "%s辛", fifty_seven);
    (void)snprintf(text, sizeof text, yaml, "'[23]'", 133, 7, longer, 139, 7);
    expect(text, "x:14:9: B in en: 139 septets, an SMS has room for 138\n"
                 "x:14:12: A in en: 139 septets, an SMS has room for 138\n"
                 "x:14:12: A in zh-CN: 60 UTF-16 units, an SMS has room for "
                 "59\n");
    (void)snprintf(text, sizeof text, yaml, "'é–'", 60, 7, fifty_seven, 1, 7);
    expect(text, "x:14:12: A in en: 62 UTF-16 units, an SMS has room for 59\n");
    (void)snprintf(text, sizeof text, yaml, "1234", 1997, 7, fifty_seven, 1, 7);
    expect(text, "x:14:12: A in en: over 2000 bytes once filled in\n");
}

static void stops_at_limits(void **state)
{
    static char yaml[65536];
    size_t n;

    (void)state;
    n = (size_t)snprintf(yaml, sizeof yaml, HEAD);
    for (int i = 0; i < 129; i++)
        n += (size_t)snprintf(yaml + n, sizeof yaml - n,
                              "  - {code: A%d, scale: {min: 1, max: 5}, text: "
                              "{en: y}}\n",
                              i);
    expect(yaml, "x:4:3: 129 parts, at most 128\n"
                 "x:4:3: 0 scale items and no model: which is the index?\n");
    n = (size_t)snprintf(yaml, sizeof yaml,
                         ONE "model:\n  index: C\n  constructs:\n");
    for (int i = 0; i < 25; i++)
        n += (size_t)snprintf(yaml + n, sizeof yaml - n,
                              "    - {code: C%d, items: [A]}\n", i);
    expect(yaml, "x:8:5: 25 parts, at most 24\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepts_the_base),
                                       cmocka_unit_test(checks_the_top),
                                       cmocka_unit_test(checks_texts),
                                       cmocka_unit_test(checks_long_texts),
                                       cmocka_unit_test(checks_items),
                                       cmocka_unit_test(checks_scales),
                                       cmocka_unit_test(checks_kinds),
                                       cmocka_unit_test(checks_filters),
                                       cmocka_unit_test(checks_attributes),
                                       cmocka_unit_test(checks_the_short_form),
                                       cmocka_unit_test(checks_sms_budgets),
                                       cmocka_unit_test(stops_at_limits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
