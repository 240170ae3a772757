/* manyi-survey.c - check definitions and print their codebooks. */
#include <getopt.h>
#include <stdio.h>

#include "describe.h"

static const char usage[] =
    "usage: manyi-survey check FILE...\n"
    "       manyi-survey describe [--format text|json] FILE\n"
    "       manyi-survey --help | --version\n"
    "\n"
    "check      tell every problem of the definitions as file:line:column\n"
    "describe   print the codebook of one definition\n";

static int misused(const char *cause, const char *what)
{
    fprintf(stderr, "manyi-survey: %s%s (--help tells more)\n", cause, what);
    return 2;
}

static int failed(const char *file, enum status st)
{
    if (st == ST_NOMEM)
        fprintf(stderr, "manyi-survey: %s: out of memory\n", file);
    else if (st == ST_IO)
        fprintf(stderr, "manyi-survey: %s: cannot write the codebook\n", file);
    return status_exit(st);
}

static void say(void *ctx, const char *line)
{
    (void)ctx;
    fprintf(stderr, "%s\n", line);
}

/* The worst exit code of all files: wrong input (2) before failure (1). */
static int check(int count, char **files)
{
    int worst = 0;

    if (!count)
        return misused("no FILE to check", "");
    for (int i = 0; i < count; i++) {
        struct survey *s = NULL;
        const enum status st = survey_load(files[i], say, NULL, &s, NULL);
        const int code =
            st == ST_NOMEM ? failed(files[i], st) : status_exit(st);

        if (code > worst)
            worst = code;
        if (st == ST_OK)
            printf("%s: %s, %zu items, %zu constructs\n", files[i], s->code,
                   s->items, s->model.constructs);
        survey_free(&s);
    }
    if (fflush(stdout) != 0) {
        fprintf(stderr, "manyi-survey: standard output: cannot be written\n");
        worst = worst ? worst : 1;
    }
    return worst;
}

static int describe(const char *file, const char *format)
{
    struct survey *s = NULL;
    enum status st;

    if (!streq(format, "text") && !streq(format, "json"))
        return misused("no such format: ", format);
    st = survey_load(file, say, NULL, &s, NULL);
    if (st != ST_OK)
        return st == ST_NOMEM ? failed(file, st) : status_exit(st);
    st = streq(format, "json") ? describe_json(s, stdout)
                               : describe_text(s, stdout);
    survey_free(&s);
    return st == ST_OK ? 0 : failed(file, st);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"format", required_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0}};
    const char *format = NULL, *command;
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option == 'h')
            return fputs(usage, stdout) == EOF;
        if (option == 'V')
            return printf("manyi-survey %s\n", MANYI_VERSION) < 0;
        if (option != 'f')
            return misused(option == ':' ? "a value is missing: "
                                         : "no such option: ",
                           argv[optind - 1]);
        format = optarg;
    }
    if (optind == argc)
        return misused("check or describe?", "");
    command = argv[optind++];
    if (streq(command, "check") && !format)
        return check(argc - optind, argv + optind);
    if (streq(command, "describe") && argc - optind == 1)
        return describe(argv[optind], format ? format : "text");
    if (streq(command, "describe"))
        return misused("describe takes one FILE", "");
    if (streq(command, "check"))
        return misused("check has no --format", "");
    return misused("no such command: ", command);
}
