/* options_test.c - what a program can be told, and how it is told that it was
 * told wrong. */
#include "collector/options.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"

#define CONFIG "manyi.yaml"

/* A program with an option of each kind. */
struct held {
    const char *listen, *store;
    bool verbose;
    int64_t batch;
    double rate;
    int scheme;
    const char *once;
};

static const char *const schemes[] = {"path", "centroid", "factorial", NULL};
static struct held held;
static const struct option_spec specs[] = {
    {.name = "listen",
     .kind = OPTION_TEXT,
     .value = &held.listen,
     .argument = "URL",
     .help = "where gateways connect"},
    {.name = "store",
     .kind = OPTION_TEXT,
     .value = &held.store,
     .argument = "URL",
     .help = "where answers are kept"},
    {.name = "verbose",
     .kind = OPTION_FLAG,
     .value = &held.verbose,
     .help = "say more"},
    {.name = "batch",
     .kind = OPTION_COUNT,
     .value = &held.batch,
     .argument = "N",
     .help = "rows a commit",
     .min = 1,
     .max = 4096},
    {.name = "rate",
     .kind = OPTION_REAL,
     .value = &held.rate,
     .argument = "X",
     .help = "sampling rate",
     .min = 0,
     .max = 1},
    {.name = "scheme",
     .kind = OPTION_CHOICE,
     .value = &held.scheme,
     .argument = "S",
     .help = "inner weights",
     .choices = schemes},
    {.name = "once",
     .kind = OPTION_TEXT,
     .value = &held.once,
     .argument = "WORD",
     .help = "this time (default: never)",
     .command_line_only = true},
};
static const struct program program = {
    .name = "manyi-collector",
    .section = "collector",
    .usage = "[-c FILE] [OPTION]...\n       backup FILE",
    .summary = "Collects answers.",
    .options = specs,
    .count = sizeof specs / sizeof *specs,
};

static struct options *options;
static int first;
static bool done;
static struct err err;

static int reset(void **state)
{
    (void)state;
    held = (struct held){.listen = "tcp://127.0.0.1:5555",
                         .batch = 512,
                         .rate = 0.25,
                         .once = "never"};
    first = -1;
    done = false;
    err.text[0] = '\0';
    (void)unlink(CONFIG);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    options_free(&options);
    assert_null(options);
    (void)unlink(CONFIG);
    return 0;
}

static void write_config(const char *text)
{
    const int fd = open(CONFIG, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const size_t len = strlen(text);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    close(fd);
}

/* Blank-separated words after the program's name; they live until the next
 * call, as argv does. */
static enum status read_words(const struct program *p, const char *words)
{
    static char text[512], name[] = "manyi-collector";
    static char *argv[32];
    int argc = 1;

    options_free(&options);
    snprintf(text, sizeof text, "%s", words);
    argv[0] = name;
    for (char *w = text; *w;) {
        argv[argc++] = w;
        w += strcspn(w, " ");
        if (*w)
            *w++ = '\0';
    }
    argv[argc] = NULL;
    return options_read(p, argc, argv, &options, &first, &done, &err);
}

static void expect_ok(const char *words)
{
    if (read_words(&program, words) != ST_OK)
        fail_msg("%s: %s", words, err.text);
}

static void expect_error(const char *words, const char *want)
{
    const struct held before = held;

    assert_int_equal(read_words(&program, words), ST_INVALID);
    assert_string_equal(err.text, want);
    assert_memory_equal(&before, &held, sizeof held);
    assert_null(options);
}

/* ---- the command line ---- */

static void test_defaults(void **state)
{
    (void)state;
    expect_ok("");
    assert_string_equal(held.listen, "tcp://127.0.0.1:5555");
    assert_null(held.store);
    assert_int_equal(held.batch, 512);
    assert_int_equal(first, 1);
    assert_false(done);
}

static void test_every_kind(void **state)
{
    (void)state;
    expect_ok("--listen tcp://10.0.0.7:1 --verbose --batch=4096 x --rate 1e-1 "
              "--scheme factorial --once=now y -- --store");
    assert_string_equal(held.listen, "tcp://10.0.0.7:1");
    assert_true(held.verbose);
    assert_int_equal(held.batch, 4096);
    assert_true(held.rate == 0.1);
    assert_int_equal(held.scheme, 2);
    assert_string_equal(held.once, "now");
    assert_null(held.store);
    assert_int_equal(first, 11); /* x and y moved behind the options */
    expect_ok("--batch 7 --batch 9");
    assert_int_equal(held.batch, 9);
    expect_ok("--verbose=false");
    assert_false(held.verbose);
}

static void test_wrong_arguments(void **state)
{
    (void)state;
    expect_error("--listne x", "--listne: no such option (manyi-collector "
                               "--help tells more)");
    expect_error("-x",
                 "-x: no such option (manyi-collector --help tells more)");
    expect_error("--listen", "--listen: a value is missing (manyi-collector "
                             "--help tells more)");
    expect_error("-c",
                 "-c: a value is missing (manyi-collector --help tells more)");
    expect_error("--verbose=yes", "--verbose: 'yes' is not true or false");
    expect_error("--batch 0", "--batch: 0 is not in 1 to 4096");
    expect_error("--batch 4097", "--batch: 4097 is not in 1 to 4096");
    expect_error("--batch 1e3", "--batch: '1e3' is not a whole number");
    expect_error("--batch 0x10", "--batch: '0x10' is not a whole number");
    expect_error("--batch=", "--batch: '' is not a whole number");
    expect_error("--batch 5-", "--batch: '5-' is not a whole number");
    expect_error("--batch 99999999999999999999",
                 "--batch: 99999999999999999999 is too large");
    expect_error("--rate nan", "--rate: 'nan' is not a number");
    expect_error("--rate inf", "--rate: 'inf' is not a number");
    expect_error("--rate 1e999", "--rate: '1e999' is not a number");
    expect_error("--rate 0x1", "--rate: '0x1' is not a number");
    expect_error("--rate 1.5", "--rate: 1.5 is not in 0 to 1");
    expect_error("--scheme mode", "--scheme: 'mode' is none of path, centroid, "
                                  "factorial");
    expect_error("--check-config", "--check-config: needs -c FILE");
}

/* ---- the file ---- */

static void test_config(void **state)
{
    (void)state;
    write_config("# all programs\n"
                 "collector:\n"
                 "  listen: \"tcp://*:5555\"\n"
                 "  verbose: true\n"
                 "  batch: 64\n"
                 "  rate: .5\n"
                 "  scheme: centroid\n"
                 "  store:\n" /* nothing said: the default stays */
                 "scorer:\n"
                 "  whatever: that program reads it\n");
    expect_ok("-c " CONFIG " --batch 65");
    assert_string_equal(held.listen, "tcp://*:5555");
    assert_true(held.verbose);
    assert_int_equal(held.batch, 65);
    assert_true(held.rate == 0.5);
    assert_int_equal(held.scheme, 1);
    assert_null(held.store);
    assert_false(done);
}

static void test_sparse_configs(void **state)
{
    static const char *const texts[] = {"collector:\n", "scorer:\n  a: b\n",
                                        "{}\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_config(texts[i]);
        expect_ok("-c " CONFIG);
        assert_int_equal(held.batch, 512);
    }
}

static void test_wrong_configs(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"collector:\n  listne: x\n", "manyi.yaml:2:3: listne: unknown key"},
        {"colector:\n  listen: x\n",
         "manyi.yaml:1:1: colector: unknown section"},
        {"collector:\n  batch: many\n",
         "manyi.yaml:2:10: batch: 'many' is not a whole number"},
        {"collector:\n  batch: 0\n",
         "manyi.yaml:2:10: batch: 0 is not in 1 to 4096"},
        {"collector:\n  once: x\n",
         "manyi.yaml:2:3: once: belongs on the command line"},
        {"collector:\n  listen: [a, b]\n",
         "manyi.yaml:2:3: listen: one value is wanted"},
        {"collector: yes\n",
         "manyi.yaml:1:1: collector: a map of options is wanted"},
        {"", "manyi.yaml: is empty"},
        {"- collector\n",
         "manyi.yaml:1:1: top level: a map of sections is wanted"},
        {"collector:\n  batch: ''\n",
         "manyi.yaml:2:10: batch: '' is not a whole number"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_config(cases[i].text);
        expect_error("-c " CONFIG, cases[i].want);
        expect_error("--check-config -c " CONFIG, cases[i].want);
    }
    write_config("collector:\n  batch: 1\n  batch: 2\n");
    assert_int_equal(read_words(&program, "-c " CONFIG), ST_INVALID);
    assert_memory_equal(err.text, "manyi.yaml:3:3: ", 16);
    write_config("collector: &a {batch: 1}\n");
    assert_int_equal(read_words(&program, "-c " CONFIG), ST_INVALID);
    assert_int_equal(unlink(CONFIG), 0);
    assert_int_equal(read_words(&program, "-c " CONFIG), ST_NOTFOUND);
    assert_non_null(strstr(err.text, CONFIG));
}

/* A program without a section has no -c. */
static void test_no_section(void **state)
{
    struct program p = program;

    (void)state;
    p.section = NULL;
    assert_int_equal(read_words(&p, "--batch 2 a"), ST_OK);
    assert_int_equal(held.batch, 2);
    assert_int_equal(read_words(&p, "-c x"), ST_INVALID);
    assert_int_equal(read_words(&p, "--check-config"), ST_INVALID);
}

/* ---- what it answers itself ---- */

/* What options_read prints for these words, and that it is done. */
static void expect_answer(const char *words, const char *want)
{
    char got[4096] = "";
    const int saved = dup(STDOUT_FILENO);
    int ends[2];
    enum status st;

    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    st = read_words(&program, words);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    assert_true(read(ends[0], got, sizeof got - 1) > 0);
    close(ends[0]);
    assert_int_equal(st, ST_OK);
    assert_true(done);
    assert_string_equal(got, want);
}

static void test_answers(void **state)
{
    char version[64];

    (void)state;
    snprintf(version, sizeof version, "manyi-collector %s\n", manyi_version);
    expect_answer("--version", version);
    expect_answer(
        "--help --batch none",
        "usage: manyi-collector [-c FILE] [OPTION]...\n"
        "       manyi-collector backup FILE\n"
        "Collects answers.\n"
        "\n"
        "options:\n"
        "  -c FILE                    configuration (manyi.yaml)\n"
        "  --check-config             read it, say what is wrong, end\n"
        "  --listen URL               where gateways connect (default "
        "tcp://127.0.0.1:5555)\n"
        "  --store URL                where answers are kept\n"
        "  --verbose                  say more\n"
        "  --batch N                  rows a commit (default 512)\n"
        "  --rate X                   sampling rate (default 0.25)\n"
        "  --scheme S                 inner weights: path, centroid, factorial "
        "(default path)\n"
        "  --once WORD                this time (default: never)\n"
        "  --help                     print this and end\n"
        "  --version                  print the version and end\n");
    write_config("collector:\n  batch: 9\n");
    expect_answer("--check-config -c " CONFIG,
                  "manyi.yaml: the section collector is right\n");
}

static void test_answer_to_nowhere(void **state)
{
    const int saved = dup(STDOUT_FILENO);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    enum status st;

    (void)state;
    fflush(stdout);
    dup2(full, STDOUT_FILENO);
    close(full);
    st = read_words(&program, "--help");
    dup2(saved, STDOUT_FILENO);
    close(saved);
    clearerr(stdout);
    assert_int_equal(st, ST_IO);
}

static enum status read_config_and_line(void *ctx)
{
    const enum status st = read_words(&program, ctx);

    options_free(&options);
    return st;
}

static void test_no_memory(void **state)
{
    static char words[] = "-c " CONFIG " --scheme path --verbose x";

    (void)state;
    write_config("collector:\n  listen: \"tcp://*:1\"\n  batch: 64\n");
    alloc_torture(read_config_and_line, words);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),          TEST(test_every_kind),
        TEST(test_wrong_arguments),   TEST(test_config),
        TEST(test_sparse_configs),    TEST(test_wrong_configs),
        TEST(test_no_section),        TEST(test_answers),
        TEST(test_answer_to_nowhere), TEST(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
