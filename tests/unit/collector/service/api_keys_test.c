/* api_keys_test.c - whose key it is, what it may do, and the file it is in. */
#include "api_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/files.h"

#define KEY  "4f3c2e1d0b9a88776655443322110ffeeddccbbaa99887766554433221100fed"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FEED "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static char folder[] = "api-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/api.yaml", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const char *text)
{
    struct err err;

    unlink(path);
    assert_int_equal(file_create(path, 0600, text, strlen(text), &err), ST_OK);
}

static void read_text(char *out, size_t size)
{
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    out[fread(out, 1, size - 1, f)] = '\0';
    fclose(f);
}

static struct api_keys *load(const char *text)
{
    struct api_keys *k = NULL;
    struct err err = {.text = ""};

    if (api_keys_parse("a.yaml", text, strlen(text), &k, &err) != ST_OK)
        fail_msg("%s", err.text);
    return k;
}

static void test_table(void **state)
{
    struct api_keys *k = load("- name: app-1\n"
                              "  hash: " HASH "\n"
                              "  frames: [open, invited]\n"
                              "  units: [\"44\", \"11\"]\n"
                              "  surveys: [mobile, broadband]\n"
                              "- {name: b, hash: " FEED ", frames: [test]}\n");
    const struct api_key *a = api_keys_at(k, 0);
    struct api_keys *other = api_keys_share(k);

    (void)state;
    assert_int_equal(api_keys_count(k), 2);
    assert_string_equal(a->name, "app-1");
    assert_int_equal(a->hash[0], 0x01);
    assert_int_equal(a->hash[31], 0xef);
    assert_int_equal(a->frames, 1u << FRAME_OPEN | 1u << FRAME_INVITED);
    assert_int_equal(a->units, 2);
    assert_string_equal(a->unit[0], "11");
    assert_int_equal(a->surveys, 2);
    assert_string_equal(a->survey[0], "broadband");
    assert_int_equal(api_keys_at(k, 1)->units, 0);
    assert_int_equal(api_keys_at(k, 1)->surveys, 0);
    api_keys_free(&k);
    assert_string_equal(api_keys_at(other, 1)->name, "b");
    api_keys_free(&other);
    api_keys_free(&other);
}

static void test_may(void **state)
{
    struct api_keys *k = load("- name: a\n"
                              "  hash: " HASH "\n"
                              "  frames: [open]\n"
                              "  units: [\"44\", team-7]\n"
                              "  surveys: [mobile]\n"
                              "- {name: b, hash: " FEED ", frames: [test]}\n");
    const struct api_key *a = api_keys_at(k, 0), *b = api_keys_at(k, 1);
    struct context c = {.frame = FRAME_OPEN};

    (void)state;
    memcpy(c.province, "44", 3);
    assert_true(api_key_may(a, "mobile", &c));
    assert_false(api_key_may(a, "broadband", &c));
    assert_false(api_key_may(a, "mobil", &c));
    assert_false(api_key_may(b, "mobile", &c));
    memcpy(c.province, "11", 3);
    assert_false(api_key_may(a, "mobile", &c));
    memcpy(c.org, "team-7", 7);
    assert_true(api_key_may(a, "mobile", &c));
    c.frame = FRAME_TEST;
    assert_false(api_key_may(a, "mobile", &c));
    assert_true(api_key_may(b, "anything", &c));
    c.frame = FRAMES;
    assert_false(api_key_may(b, "anything", &c));
    api_keys_free(&k);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"a: b", "a.yaml:1:1: a list of keys is wanted"},
        {"- x", "a.yaml:1:3: a map of name, hash"},
        {"- {hash: " HASH ", frames: [open]}", "name: missing"},
        {"- {name: a, frames: [open]}", "hash: missing"},
        {"- {name: a, hash: " HASH "}", "frames: none given"},
        {"- {name: a, hash: " HASH ", frames: []}", "frames: none given"},
        {"- {name: A, hash: " HASH ", frames: [open]}", "name: 1 to 32"},
        {"- {name: [a], hash: " HASH ", frames: [open]}", "name: 1 to 32"},
        {"- {name: a, hash: 0123, frames: [open]}", "hash: 64 digits"},
        {"- {name: a, hash: " HASH "0, frames: [open]}", "hash: 64 digits"},
        {"- {name: a, hash: G123456789abcdef0123456789abcdef0123456789abcdef012"
         "3456789abcde, frames: [open]}",
         "hash: 64 digits"},
        {"- {name: a, hash: [], frames: [open]}", "hash: 64 digits"},
        {"- {name: a, hash: " HASH ", frames: open}", "frames: a list"},
        {"- {name: a, hash: " HASH ", frames: [opne]}", "frames: unknown word"},
        {"- {name: a, hash: " HASH ", frames: [open], units: []}",
         "units: a list of codes"},
        {"- {name: a, hash: " HASH ", frames: [open], units: [[x]]}",
         "units: a code of 1 to 16"},
        {"- {name: a, hash: " HASH ", frames: [open], surveys: [\"\"]}",
         "surveys: a code of 1 to 32"},
        {"- {name: a, hash: " HASH ", frames: [open], rights: [x]}",
         "unknown key"},
        {"- {name: a, hash: " HASH ", frames: [open]}\n"
         "- {name: a, hash: " FEED ", frames: [open]}",
         "a.yaml:2:3: this name or hash is there twice"},
        {"- {name: a, hash: " HASH ", frames: [open]}\n"
         "- {name: b, hash: " HASH ", frames: [open]}",
         "twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_keys *k = NULL;
        struct err err = {.text = ""};
        const enum status st = api_keys_parse("a.yaml", cases[i].text,
                                              strlen(cases[i].text), &k, &err);

        if (st != ST_INVALID || !strstr(err.text, cases[i].words))
            fail_msg("case %zu: %d, %s", i, st, err.text);
        assert_null(k);
    }
}

/* Only the key that was made opens it. */
static void test_find(void **state)
{
    struct api_key add = {.name = "app", .frames = 1u << FRAME_OPEN};
    char key[API_KEY_TEXT + 1], other[API_KEY_TEXT + 1];
    uint8_t hash[API_KEY_HASH];
    struct api_keys *k = NULL;
    struct err err;

    (void)state;
    unlink(path);
    assert_int_equal(api_key_make(key, add.hash), ST_OK);
    assert_int_equal(strspn(key, "0123456789abcdef"), API_KEY_TEXT);
    assert_int_equal(api_keys_add(path, &add, &err), ST_OK);
    assert_int_equal(api_key_make(other, hash), ST_OK);
    assert_string_not_equal(key, other);
    assert_int_equal(api_keys_load(path, &k, &err), ST_OK);
    assert_ptr_equal(api_keys_find(k, key), api_keys_at(k, 0));
    assert_null(api_keys_find(k, other));
    assert_null(api_keys_find(k, ""));
    assert_null(api_keys_find(k, KEY));
    key[63] = key[63] == 'a' ? 'b' : 'a';
    assert_null(api_keys_find(k, key));
    key[63] = '\0';
    assert_null(api_keys_find(k, key));
    api_keys_free(&k);
}

static void test_edit(void **state)
{
    static const char *const units[] = {"11", "44"};
    static const char *const surveys[] = {"mobile"};
    static const char *const quoted[] = {"a\"b"};
    struct api_key add = {.name = "two",
                          .hash = {7},
                          .frames = 1u << FRAME_OPEN,
                          .units = 2,
                          .unit = units,
                          .surveys = 1,
                          .survey = surveys};
    static const char begin[] = "# ours\n"
                                "- name: one # first\n"
                                "  hash: " HASH "\n"
                                "  frames: [open]\n";
    struct err err = {.text = ""};
    struct stat s;
    char text[4096];

    (void)state;
    write_file(begin);
    assert_int_equal(api_keys_add(path, &add, &err), ST_OK);
    read_text(text, sizeof text);
    assert_memory_equal(text, begin, sizeof begin - 1);
    assert_non_null(strstr(text, "surveys: [\"mobile\"]\n"));
    assert_int_equal(api_keys_add(path, &add, &err), ST_EXISTS);
    add.name[0] = 'T';
    assert_int_equal(api_keys_add(path, &add, &err), ST_INVALID);
    memcpy(add.name, "three", 6);
    assert_int_equal(api_keys_add(path, &add, &err), ST_INVALID); /* hash */
    add.hash[0] = 8;
    add.surveys = 1;
    add.survey = quoted;
    assert_int_equal(api_keys_add(path, &add, &err), ST_INVALID);
    assert_int_equal(api_keys_remove(path, "three", &err), ST_NOTFOUND);
    assert_int_equal(api_keys_remove(path, "two", &err), ST_OK);
    read_text(text, sizeof text);
    assert_string_equal(text, begin);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 07777, 0600);
    write_file("[{name: one, hash: " HASH ", frames: [open]},"
               " {name: b, hash: " FEED ", frames: [open]}]\n");
    assert_int_equal(api_keys_remove(path, "one", &err), ST_INVALID);
    assert_non_null(strstr(err.text, "by hand"));
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(api_keys_remove(path, "one", &err), ST_REFUSED);
    unlink(path);
    assert_int_equal(api_keys_remove(path, "one", &err), ST_NOTFOUND);
}

/* Added and taken away again; half of it, at worst. */
static enum status add_one(void *ctx)
{
    static const char *const units[] = {"11"};
    const struct api_key add = {.name = "two",
                                .hash = {7},
                                .frames = 1u << FRAME_OPEN,
                                .units = 1,
                                .unit = units};
    struct err err;
    enum status st;

    (void)ctx;
    st = api_keys_add(path, &add, &err);
    if (st == ST_EXISTS) /* the last round got as far as that */
        st = ST_OK;
    return st == ST_OK ? api_keys_remove(path, "two", &err) : st;
}

static void test_no_memory(void **state)
{
    (void)state;
    write_file("- {name: one, hash: " HASH ", frames: [open]}\n");
    alloc_torture(add_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),   cmocka_unit_test(test_may),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_find),
        cmocka_unit_test(test_edit),    cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
