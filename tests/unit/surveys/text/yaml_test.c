/* yaml_test.c - the subset, its positions, and all that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "surveys/yaml.h"

static struct yaml *root;
static struct err err;

static int clean(void **state)
{
    (void)state;
    yaml_free(&root);
    unlink("in.yaml");
    return 0;
}

static void parse(const char *text)
{
    yaml_free(&root);
    assert_int_equal(yaml_parse("in", text, strlen(text), &root, &err), ST_OK);
}

static void refuse_bytes(const char *text, size_t len, enum status st,
                         const char *message)
{
    struct yaml *none = NULL;
    char *exact = malloc(len ? len : 1); /* for the sanitizer */

    assert_non_null(exact);
    memcpy(exact, text, len);
    assert_int_equal(yaml_parse("in", exact, len, &none, &err), st);
    assert_string_equal(err.text, message);
    assert_null(none);
    free(exact);
}

static void refuse(const char *text, const char *message)
{
    refuse_bytes(text, strlen(text), ST_INVALID, message);
}

static void expect_text(const struct yaml *y, const char *text, unsigned line,
                        unsigned column)
{
    assert_non_null(y);
    assert_int_equal(y->kind, YAML_TEXT);
    assert_string_equal(y->text, text);
    assert_int_equal(y->line, line);
    assert_int_equal(y->column, column);
}

static void reads_with_positions(void **state)
{
    const struct yaml *list, *map;

    (void)state;
    parse("# a definition\nsurvey: tcsi # here\ntitle: {zh-CN: 满意, en: 'x'}\n"
          "items:\n  - code: \"A\\u0031\"\n  - plain\nnone:\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 4);
    assert_null(root->key);
    expect_text(yaml_get(root, "survey"), "tcsi", 2, 9);
    assert_true(yaml_get(root, "survey")->plain);
    map = yaml_get(root, "title");
    assert_int_equal(map->kind, YAML_MAP);
    assert_null(map->text);
    expect_text(yaml_get(map, "zh-CN"), "满意", 3, 16);
    expect_text(yaml_get(map, "en"), "x", 3, 24); /* characters, not bytes */
    assert_false(yaml_get(map, "en")->plain);
    assert_int_equal(yaml_get(map, "en")->key_line, 3);
    assert_int_equal(yaml_get(map, "en")->key_column, 20);
    list = yaml_get(root, "items");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->key_line, 4);
    assert_int_equal(list->key_column, 1);
    expect_text(yaml_get(&list->child[0], "code"), "A1", 5, 11);
    expect_text(&list->child[1], "plain", 6, 5);
    expect_text(yaml_get(root, "none"), "", 7, 1);
    assert_null(yaml_get(root, "SURVEY"));
    assert_null(yaml_get(list, "survey"));
}

static void reads_other_roots(void **state)
{
    (void)state;
    parse("\xef\xbb\xbfjust text\r\n");
    assert_string_equal(root->text, "just text");
    parse("- a\r\n- b\r\n");
    assert_int_equal(root->count, 2);
    parse("--- {}\n...\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 0);
}

static void expect_decoded(const char *yaml, const char *text)
{
    parse(yaml);
    assert_int_equal(root->kind, YAML_TEXT);
    assert_string_equal(root->text, text);
}

static void decodes_single_quotes(void **state)
{
    (void)state;
    expect_decoded("''", "");
    expect_decoded("'''' ", "'");
    expect_decoded("'it''s'", "it's");
    expect_decoded("'one  \n\n\n   two\n   three '", "one\n\ntwo three ");
    expect_decoded("''''''''''''''''''''''''''", "''''''''''''");
    expect_decoded("'x\r\n\r\n  y'", "x\ny");
    expect_decoded("'x\r\n  y\\n'", "x y\\n");
    expect_decoded("' \t\n x\n '", " x ");
    parse("'k''k': 1\n");
    assert_string_equal(root->child[0].key, "k'k");
}

static void decodes_plain_texts(void **state)
{
    (void)state;
    expect_decoded("it's \"so\" \\n # not this", "it's \"so\" \\n");
    expect_decoded("one  \n  two\n\n \n\t three  ", "one two\n\nthree");
    parse("a: one\n   two\nb:\n   three\n");
    assert_string_equal(yaml_get(root, "a")->text, "one two");
    assert_string_equal(yaml_get(root, "b")->text, "three");
}

static void decodes_double_quotes(void **state)
{
    (void)state;
    expect_decoded("\"\\\"\\\\\\/\\ \\t\\n\"", "\"\\/ \t\n");
    expect_decoded("\"\\x41\\u00e9\\u6Ee1\\U0001f600\"",
                   "A\xc3\xa9满\xf0\x9f\x98\x80");
    expect_decoded("\"\\_\\N\\L\\P\"", "\xc2\xa0\xc2\x85\xe2\x80\xa8"
                                       "\xe2\x80\xa9");
    expect_decoded("\"one  \n  two\n\n  three\"", "one two\nthree");
    expect_decoded("\"one\\  \n  two\"", "one  two");
    expect_decoded("\"one \\\n  two\"", "one two");
    expect_decoded("\"one\\\n\n  \\ two\"", "one\n two");
    expect_decoded("\"it's ''\"", "it's ''");
}

static void refuses_what_the_subset_lacks(void **state)
{
    (void)state;
    refuse("a: &x 1\n", "in:1:4: anchors (&) are not allowed");
    refuse("a: &x [1]\n", "in:1:4: anchors (&) are not allowed");
    refuse("a: &x {b: 1}\n", "in:1:4: anchors (&) are not allowed");
    refuse("a: 1\nb: *x\n", "in:2:4: aliases (*) are not allowed");
    refuse("a: !!int 1\n", "in:1:4: tags (!) are not allowed");
    refuse("a: !x [1]\n", "in:1:4: tags (!) are not allowed");
    refuse("a: |\n  x\n", "in:2:1: block texts (| and >) are not allowed");
    refuse("a: >-\n  x\n", "in:2:1: block texts (| and >) are not allowed");
    refuse("a: 1\n---\nb: 2\n", "in:2:1: a second document");
    refuse("[a, b]: 1\n", "in:1:1: a key must be a text");
    refuse("a: 1\nb: 2\na: 3\nb: 4\n", "in:3:1: key 'a' twice");
    refuse("a: {b: {c: 1, c: 2}}\n", "in:1:15: key 'c' twice");
    refuse("", "in: is empty");
    refuse("# nothing\n", "in: is empty");
}

static void refuses_wrong_bytes(void **state)
{
    (void)state;
    refuse_bytes("a: x\0y\n", 7, ST_INVALID, "in:1:5: a NUL byte");
    refuse("a: 1\nb: \xff\n", "in:2:4: not UTF-8");
    refuse("a: 满\xc0\x80\n", "in:1:5: not UTF-8");
    refuse("a: x\x07\n", "in:1:5: a control character");
    refuse("a: \"\\0\"\n", "in:1:4: a control character");
    refuse("a: \"\\e\"\n", "in:1:4: a control character");
    refuse("a: \"\\x7f\"\n", "in:1:4: a control character");
    refuse("a: \"\\U00110000\"\n",
           "in:1:5: double-quoted scalar has invalid UTF8 escape");
    refuse("a: \"\\udc00\"\n",
           "in:1:5: double-quoted scalar has invalid UTF8 escape");
}

static void refuses_wrong_syntax(void **state)
{
    (void)state;
    refuse("a: [1, 2\nb: 3\n",
           "in:3:1: flow sequence without a closing bracket");
    refuse("a: b: c\n", "in:1:5: invalid nested block mapping on the same "
                        "line");
    refuse("a: b\nc: >-0\n  d\n", "in:2:1: no YAML from here on");
    refuse("a: 'x\n", "in:1:5: single-quoted scalar without closing quote");
}

/* Sixteen levels pass, the next does not, and a million cost no more. */
static void refuses_depth(void **state)
{
    static char deep[DEFINITION_MAX];
    struct rusage before, after;

    (void)state;
    parse("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]");
    refuse_bytes("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 35, ST_RANGE,
                 "in:1:17: nested too deep");
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    memset(deep, '[', sizeof deep);
    refuse_bytes(deep, sizeof deep, ST_RANGE, "in:1:257: nested too deep");
    for (size_t i = 0; i + 4 <= sizeof deep; i += 4)
        memcpy(deep + i, "{a: ", 4);
    refuse_bytes(deep, sizeof deep, ST_RANGE, "in:1:1025: nested too deep");
    for (size_t i = 0; i + 2 <= sizeof deep; i += 2)
        memcpy(deep + i, "- ", 2);
    refuse_bytes(deep, sizeof deep, ST_RANGE,
                 "in:1:65537: the line is too long");
    refuse_bytes(deep, 40000, ST_RANGE, "in:1:33: nested too deep");
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

/* A few lines that would be many megabytes, were they resolved. */
static void refuses_bombs(void **state)
{
    (void)state;
    refuse("a: &a [x, x, x, x, x, x, x, x, x]\n"
           "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
           "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
           "d: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n",
           "in:1:4: anchors (&) are not allowed");
    refuse("<<: *base\n", "in:1:5: aliases (*) are not allowed");
}

static void refuses_size(void **state)
{
    static char text[DEFINITION_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t i = 1000; i < sizeof text; i += 1000)
        text[i] = '\n';
    assert_int_equal(yaml_parse("in", text, DEFINITION_MAX, &root, &err),
                     ST_OK);
    refuse_bytes(text, sizeof text, ST_RANGE, "in: longer than 1048576 bytes");
}

static void write_file(const char *bytes, size_t len)
{
    FILE *f = fopen("in.yaml", "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void loads_files(void **state)
{
    static char text[DEFINITION_MAX + 1];

    (void)state;
    write_file("a: 1\n", 5);
    assert_int_equal(yaml_load("in.yaml", &root, &err), ST_OK);
    expect_text(yaml_get(root, "a"), "1", 1, 4);
    yaml_free(&root);
    memset(text, '\n', sizeof text);
    write_file(text, sizeof text);
    assert_int_equal(yaml_load("in.yaml", &root, &err), ST_RANGE);
    assert_string_equal(err.text, "in.yaml: longer than 1048576 bytes");
    assert_int_equal(yaml_load("gone.yaml", &root, &err), ST_NOTFOUND);
    assert_string_equal(err.text, "gone.yaml: no such file");
    assert_int_equal(yaml_load(".", &root, &err), ST_INVALID);
    assert_string_equal(err.text, ".: is a directory");
    assert_int_equal(chmod("in.yaml", 0), 0);
    if (geteuid() == 0) /* root may read everything; be somebody else */
        assert_int_equal(seteuid(65534), 0);
    assert_int_equal(yaml_load("in.yaml", &root, &err), ST_REFUSED);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_string_equal(err.text, "in.yaml: no permission to read it");
    assert_null(root);
}

static enum status load(void *ctx)
{
    struct yaml *y = NULL;
    enum status st = yaml_load("in.yaml", &y, NULL);

    (void)ctx;
    yaml_free(&y);
    return st;
}

static void survives_failed_allocations(void **state)
{
    static const char text[] = "a: [1, 'x''y', {b: \"c\"}]\nd: e\nf: {g: "
                               "h, i: j, k: l, m: n, o: p}\n";

    (void)state;
    write_file(text, sizeof text - 1);
    alloc_torture(load, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_with_positions, clean),
        cmocka_unit_test_teardown(reads_other_roots, clean),
        cmocka_unit_test_teardown(decodes_single_quotes, clean),
        cmocka_unit_test_teardown(decodes_plain_texts, clean),
        cmocka_unit_test_teardown(decodes_double_quotes, clean),
        cmocka_unit_test_teardown(refuses_what_the_subset_lacks, clean),
        cmocka_unit_test_teardown(refuses_wrong_bytes, clean),
        cmocka_unit_test_teardown(refuses_wrong_syntax, clean),
        cmocka_unit_test_teardown(refuses_depth, clean),
        cmocka_unit_test_teardown(refuses_bombs, clean),
        cmocka_unit_test_teardown(refuses_size, clean),
        cmocka_unit_test_teardown(loads_files, clean),
        cmocka_unit_test_teardown(survives_failed_allocations, clean)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
