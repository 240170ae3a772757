/* manyi-report.c - what is told: scores as files for other programs and for
 * people's spreadsheets.
 *
 * Asks scorer/query and never opens the store itself.  A file appears whole or
 * not at all: whoever pulls it nightly never reads half of one.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "collector/commands.h"
#include "collector/files.h"
#include "scorer/kind.h"
#include "scorer/request.h"

static const char usage[] =
    "usage: manyi-report export scores --store URL --survey CODE|FAMILY "
    "[OPTION]...\n"
    "       manyi-report export --help\n"
    "       manyi-report --help | --version\n"
    "\n"
    "commands:\n"
    "  export scores  write the indices of the answers in a store to a file\n";

static const char *const formats[] = {"csv", "json", NULL};
static const enum result_format format_of[] = {RESULT_CSV, RESULT_JSON};

struct settings {
    struct request request;
    const char *output; /* NULL: standard output */
    int format;
    bool bom;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Excel and WPS take a CSV file for UTF-8 only by this. */
static const char byte_order_mark[] = "\xef\xbb\xbf";

static enum status write_to(const struct settings *s, const struct result *r,
                            FILE *out)
{
    if (s->bom && fputs(byte_order_mark, out) == EOF)
        return ST_IO;
    return result_write(r, format_of[s->format], NULL, out);
}

static enum status write_stdout(const struct settings *s,
                                const struct result *r, struct err *err)
{
    enum status st = write_to(s, r, stdout);

    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    return st == ST_OK ? st
                       : err_set(err, st, "standard output: cannot be written");
}

static enum status write_file(const struct settings *s, const struct result *r,
                              struct err *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    enum status st = memory ? write_to(s, r, memory) : ST_NOMEM;

    if (memory && fclose(memory) != 0)
        st = ST_NOMEM;
    if (st == ST_OK)
        st = file_replace(s->output, 0644, text, len, err);
    free(text);
    return st;
}

/* A slip of the hand must not put a table in the place of all answers. */
static enum status check_output(const struct settings *s, struct err *err)
{
    const char *file = strchr(s->request.store, ':');
    struct stat store, output;

    if (s->output && file && stat(file + 1, &store) == 0 &&
        stat(s->output, &output) == 0 && store.st_dev == output.st_dev &&
        store.st_ino == output.st_ino)
        return err_set(err, ST_INVALID, "--output: %s is the store", s->output);
    return ST_OK;
}

static enum status export_scores(const struct settings *s, struct err *err)
{
    const struct request *r = &s->request;
    struct engine *engine = NULL;
    struct result result = {0};
    enum status st = check_output(s, err);

    if (st == ST_OK)
        st = request_open(r, &engine, err);
    if (st == ST_OK)
        st = engine_ask(engine, &kind_score, &r->query, &result, err);
    if (st == ST_OK)
        st = s->output ? write_file(s, &result, err)
                       : write_stdout(s, &result, err);
    if (st == ST_OK)
        request_remark(r, &result, "manyi-report", stderr);
    result_free(&result);
    engine_close(&engine);
    return st;
}

/* The option table knows long names only. */
static char long_output[] = "--output";
static void lengthen(int argc, char **argv)
{
    for (int i = 1; i < argc && !streq(argv[i], "--"); i++)
        if (streq(argv[i], "-o"))
            argv[i] = long_output;
}

static enum status read_settings(int argc, char **argv, struct settings *s,
                                 bool *done, struct err *err)
{
    const struct option_spec own[] = {
        {"format", OPTION_CHOICE, &s->format, "FORMAT", "of the scores",
         formats, 0, 0, true},
        {"output", OPTION_TEXT, &s->output, "FILE",
         "put it there, whole or not at all (also -o)", NULL, 0, 0, true},
        {"bom", OPTION_FLAG, &s->bom, NULL,
         "begin the CSV with a byte order mark, for Excel and WPS", NULL, 0, 0,
         true}};
    const struct program program = {
        .name = "manyi-report export scores",
        .usage = "--store URL --survey CODE|FAMILY [OPTION]...",
        .summary = "Write the indices of a store to a file.",
        .options = own,
        .count = sizeof own / sizeof *own};
    enum status st;

    lengthen(argc, argv);
    st = request_read(&program, argc, argv, now_ms(), &s->request, done, err);
    if (st == ST_OK && !*done && s->bom && format_of[s->format] != RESULT_CSV)
        st = err_set(err, ST_INVALID, "--bom goes with --format csv");
    return st;
}

/* argv[0] is "export" or, with a kind given, "scores". */
static int command_export(int argc, char **argv)
{
    struct settings s = {0};
    struct err err = {"out of memory"};
    bool done = false;
    enum status st;

    if (argc > 1 && streq(argv[1], "scores")) {
        argc--;
        argv++;
    } else if (argc < 2 || !streq(argv[1], "--help")) {
        fprintf(stderr, "manyi-report: export: only scores can be exported "
                        "(--help tells more)\n");
        return 2;
    }
    st = read_settings(argc, argv, &s, &done, &err);
    if (st == ST_OK && !done)
        st = export_scores(&s, &err);
    if (st != ST_OK)
        fprintf(stderr, "manyi-report: %s\n", err.text);
    request_free(&s.request);
    return status_exit(st);
}

static const struct command commands[] = {{"export", command_export}};

int main(int argc, char **argv)
{
    return commands_run("manyi-report", usage, commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
