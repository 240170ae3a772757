/* keys_test.c - key files: what is let in, and what is refused before any
 * socket sees it. */
#include "collector/keys.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/files.h"

/* the test pair of ZeroMQ's own manual, zmq_curve(7) */
#define PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

static void write_file(const char *path, const char *text, mode_t mode)
{
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const size_t len = strlen(text);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void test_legal(void **state)
{
    char text[KEY_TEXT + 1];

    (void)state;
    assert_true(key_legal(PUBLIC));
    assert_true(key_legal(SECRET));
    assert_false(key_legal(""));
    assert_false(key_legal(PUBLIC "x"));
    assert_false(key_legal("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI"));
    for (int c = 1; c < 256; c++) { /* only Z85's 85 characters */
        static const char z85[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH"
                                  "IJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

        memcpy(text, PUBLIC, sizeof text);
        text[39] = (char)c;
        assert_int_equal(key_legal(text), strchr(z85, c) != NULL);
    }
    /* five characters past 2^32 - 1 = "%nSc0" */
    memcpy(text, PUBLIC, sizeof text);
    memcpy(text, "%nSc0", 5);
    assert_true(key_legal(text));
    memcpy(text, "%nSc1", 5);
    assert_false(key_legal(text));
    memcpy(text + 35, "#####", 5);
    assert_false(key_legal(text));
}

static void test_round_trip(void **state)
{
    struct key_pair made, back = {.public_key = ""};
    char public[KEY_TEXT + 1];
    struct stat about;
    struct err err;

    (void)state;
    assert_int_equal(key_make(&made), ST_OK);
    assert_true(key_legal(made.public_key));
    assert_true(key_legal(made.secret_key));
    assert_int_equal(key_save(&made, "k", &err), ST_OK);
    assert_int_equal(stat("k", &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(about.st_size, 82);
    assert_int_equal(key_load("k", &back, &err), ST_OK);
    assert_memory_equal(&made, &back, sizeof made);
    assert_int_equal(key_load_public("k", public, &err), ST_OK);
    assert_string_equal(public, made.public_key);

    assert_int_equal(key_make(&back), ST_OK);
    assert_int_equal(key_save(&back, "k", &err), ST_EXISTS);
    assert_int_equal(key_load("k", &back, &err), ST_OK);
    assert_memory_equal(&made, &back, sizeof made);
    unlink("k");
}

static void test_modes(void **state)
{
    static const struct {
        mode_t mode;
        enum status want;
    } cases[] = {
        {0600, ST_OK},      {0400, ST_OK},      {0640, ST_REFUSED},
        {0604, ST_REFUSED}, {0644, ST_REFUSED}, {0620, ST_REFUSED},
        {0601, ST_REFUSED}, {0777, ST_REFUSED},
    };
    struct key_pair k;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[64];

        write_file("k", PUBLIC "\n" SECRET "\n", cases[i].mode);
        assert_int_equal(key_load("k", &k, &err), cases[i].want);
        snprintf(want, sizeof want, "k: mode %04o ", (unsigned)cases[i].mode);
        if (cases[i].want != ST_OK)
            assert_memory_equal(err.text, want, strlen(want));
    }
    unlink("k");
}

static void test_malformed(void **state)
{
    static const struct {
        const char *text;
        enum status want;
    } cases[] = {
        {PUBLIC "\n" SECRET "\n", ST_OK},
        {PUBLIC "\r\n" SECRET "\r\n", ST_OK},
        {PUBLIC "\n\n" SECRET, ST_OK},
        {"", ST_INVALID},
        {"\n", ST_INVALID},
        {PUBLIC "\n", ST_INVALID},
        {SECRET "\n" PUBLIC "\n", ST_INVALID},
        {PUBLIC "\n" PUBLIC "\n", ST_INVALID},
        {PUBLIC "\n" SECRET "\n" SECRET "\n", ST_INVALID},
        {PUBLIC " \n" SECRET "\n", ST_INVALID},
        {" " PUBLIC "\n" SECRET "\n", ST_INVALID},
        {PUBLIC SECRET, ST_INVALID},
        {PUBLIC "\n#####"
                "#####"
                "#####"
                "#####"
                "#####"
                "#####"
                "#####"
                "#####\n",
         ST_INVALID},
    };
    static char huge[10000];
    struct key_pair k, before;
    char public[KEY_TEXT + 1] = "untouched";
    struct err err;

    (void)state;
    memset(&k, 0x55, sizeof k);
    before = k;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file("k", cases[i].text, 0600);
        if (key_load("k", &k, &err) != cases[i].want)
            fail_msg("case %zu: %s", i, err.text);
        if (cases[i].want == ST_OK) {
            assert_string_equal(k.public_key, PUBLIC);
            assert_string_equal(k.secret_key, SECRET);
            k = before;
        } else {
            assert_memory_equal(err.text, "k: ", 3);
            assert_null(strstr(err.text, SECRET));
        }
        assert_memory_equal(&k, &before, sizeof k);
    }
    memset(huge, 'a', sizeof huge - 1);
    write_file("k", huge, 0600);
    assert_int_equal(key_load("k", &k, &err), ST_INVALID);
    assert_int_equal(key_load_public("k", public, &err), ST_INVALID);
    assert_string_equal(public, "untouched");
    assert_int_equal(key_load("nowhere", &k, &err), ST_NOTFOUND);
    assert_int_equal(key_load(".", &k, &err), ST_INVALID);
    unlink("k");
}

static void test_public_file(void **state)
{
    char public[KEY_TEXT + 1];
    struct err err;

    (void)state;
    write_file("k.pub", PUBLIC "\n", 0644);
    assert_int_equal(key_load_public("k.pub", public, &err), ST_OK);
    assert_string_equal(public, PUBLIC);
    write_file("k.pub", "ssh-rsa AAAA\n", 0644);
    assert_int_equal(key_load_public("k.pub", public, &err), ST_INVALID);
    write_file("k.pub", "", 0644);
    assert_int_equal(key_load_public("k.pub", public, &err), ST_INVALID);
    unlink("k.pub");
}

/* A FIFO in the file's place must not make the program wait. */
static void test_fifo(void **state)
{
    struct key_pair k;
    struct err err;

    (void)state;
    assert_int_equal(mkfifo("k", 0600), 0);
    assert_int_equal(key_load("k", &k, &err), ST_INVALID);
    assert_string_equal(err.text, "k: is not a regular file");
    unlink("k");
}

static void test_other_secrets(void **state)
{
    char public[SIGNING_TEXT + 1];
    const char *kind = NULL;
    struct stat about;
    struct err err;

    (void)state;
    assert_int_equal(hash_key_make("h", &err), ST_OK);
    assert_int_equal(hash_key_make("h", &err), ST_EXISTS);
    assert_int_equal(signing_key_make("s", public, &err), ST_OK);
    assert_int_equal(strlen(public), SIGNING_TEXT);
    assert_int_equal(signing_key_make("s", public, &err), ST_EXISTS);
    assert_int_equal(stat("h", &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(secret_check("h", &kind, &err), ST_OK);
    assert_string_equal(kind, "hash key");
    assert_int_equal(secret_check("s", &kind, &err), ST_OK);
    assert_string_equal(kind, "Ed25519 signing key");
    write_file("k", PUBLIC "\n" SECRET "\n", 0600);
    assert_int_equal(secret_check("k", &kind, &err), ST_OK);
    assert_string_equal(kind, "CURVE key pair");
    write_file("k", "survey: x\n", 0600);
    assert_int_equal(secret_check("k", &kind, &err), ST_INVALID);
    assert_int_equal(chmod("h", 0640), 0);
    assert_int_equal(secret_check("h", &kind, &err), ST_REFUSED);
    unlink("h");
    unlink("s");
    unlink("k");
}

/* ---- files ---- */

static void test_files(void **state)
{
    struct buffer got = {.max = 5};
    struct stat about;
    struct err err;

    (void)state;
    assert_int_equal(file_create("f", 0640, "one", 3, &err), ST_OK);
    assert_int_equal(file_create("f", 0600, "two", 3, &err), ST_EXISTS);
    assert_int_equal(file_read("f", false, &got, &err), ST_OK);
    assert_int_equal(got.len, 3);
    assert_memory_equal(got.data, "one", 3);
    assert_int_equal(file_read("f", false, &got, &err), ST_RANGE);
    assert_int_equal(got.len, 3);
    assert_int_equal(file_replace("f", 0600, "three", 5, &err), ST_OK);
    got.len = 0;
    assert_int_equal(file_read("f", false, &got, &err), ST_OK);
    assert_memory_equal(got.data, "three", 5);
    assert_int_equal(stat("f", &about), 0);
    assert_int_equal(about.st_mode & 07777, 0640); /* kept */
    assert_int_equal(file_replace("new", 0604, "", 0, &err), ST_OK);
    assert_int_equal(stat("new", &about), 0);
    assert_int_equal(about.st_mode & 07777, 0604);
    got.len = 0;
    assert_int_equal(file_read("new", false, &got, &err), ST_OK);
    assert_int_equal(got.len, 0);
    assert_int_equal(file_create("no/where", 0600, "x", 1, &err), ST_NOTFOUND);
    assert_non_null(strstr(err.text, "no/where: "));
    assert_int_equal(file_replace(".", 0600, "x", 1, &err), ST_INVALID);
    assert_int_equal(mkfifo("pipe", 0600), 0); /* as well /dev/null */
    assert_int_equal(file_replace("pipe", 0600, "x", 1, &err), ST_INVALID);
    assert_int_equal(stat("pipe", &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
    unlink("pipe");
    buffer_free(&got);
    unlink("f");
    unlink("new");
}

static enum status load(void *ctx)
{
    struct key_pair k;
    char public[KEY_TEXT + 1];
    const enum status st = key_load(ctx, &k, NULL);

    return st == ST_OK ? key_load_public(ctx, public, NULL) : st;
}

static void test_no_memory(void **state)
{
    static char path[] = "k";

    (void)state;
    write_file(path, PUBLIC "\n" SECRET "\n", 0600);
    alloc_torture(load, path);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),         cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_modes),         cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_public_file),   cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_other_secrets), cmocka_unit_test(test_files),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
