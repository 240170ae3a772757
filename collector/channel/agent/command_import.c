/* command_import.c - `manyi-agent import`: options in, exit code out. */
#include <stdio.h>

#include "collector/log.h"
#include "collector/options.h"
#include "collector/service.h"
#include "command.h"
#include "import.h"

static struct import_options import = {.timeout = 300};

static const struct option_spec specs[] = {
    {"collector", OPTION_TEXT, &import.collector, "URL",
     "where the collector listens: tcp://host:port", NULL, 0, 0, false},
    {"server-key", OPTION_TEXT, &import.server_key, "FILE",
     "the collector's public key", NULL, 0, 0, false},
    {"key", OPTION_TEXT, &import.key, "FILE", "our own key pair", NULL, 0, 0,
     false},
    {"survey", OPTION_TEXT, &import.survey, "CODE", "what was asked", NULL, 0,
     0, true},
    {"surveys", OPTION_TEXT, &import.surveys, "DIR",
     "definitions (default: ask the collector)", NULL, 0, 0, false},
    {"codes", OPTION_TEXT, &import.codes, "DIR",
     "code tables and aliases (default: codes beside the definitions)", NULL, 0,
     0, false},
    {"channel", OPTION_TEXT, &import.channel, "WORD",
     "sms, web or agent (the default)", NULL, 0, 0, true},
    {"frame", OPTION_TEXT, &import.frame, "WORD",
     "invited (the default), open, third, regulator, internal, test", NULL, 0,
     0, true},
    {"entry", OPTION_TEXT, &import.entry, "WORD",
     "own (the default), ivr, paper, keyed", NULL, 0, 0, true},
    {"operator", OPTION_TEXT, &import.operator, "CODE",
     "of rows that do not tell", NULL, 0, 0, true},
    {"product", OPTION_TEXT, &import.product, "CODE",
     "of rows that do not tell (default: the survey's)", NULL, 0, 0, true},
    {"province", OPTION_TEXT, &import.province, "CODE",
     "of rows that do not tell", NULL, 0, 0, true},
    {"date", OPTION_TEXT, &import.date, "DATE",
     "of rows that tell no time (default: now)", NULL, 0, 0, true},
    {"encoding", OPTION_TEXT, &import.encoding, "NAME",
     "of the file: utf-8 (the default) or gb18030", NULL, 0, 0, true},
    {"hash-key", OPTION_TEXT, &import.hash_key, "FILE",
     "key that turns numbers into hashes", NULL, 0, 0, false},
    {"outbox", OPTION_TEXT, &import.outbox, "FILE",
     "what is owed to the collector (default: FILE.csv.outbox)", NULL, 0, 0,
     true},
    {"timeout", OPTION_COUNT, &import.timeout, "SECONDS",
     "give up when the collector was silent for so long", NULL, 1, 1000000,
     false},
    {"skip-bad", OPTION_FLAG, &import.skip_bad, NULL,
     "send the good rows although there are bad ones", NULL, 0, 0, true},
    {"dry-run", OPTION_FLAG, &import.dry_run, NULL,
     "check everything, send nothing", NULL, 0, 0, true},
};

static const struct program program = {
    .name = "manyi-agent import",
    .section = "agent",
    .usage = "[-c FILE] --collector URL --server-key FILE --key FILE\n"
             "       --survey CODE [OPTION]... FILE.csv",
    .summary = "Send a file of answers to the collector, each row once.",
    .options = specs,
    .count = sizeof specs / sizeof *specs};

static bool told_to_stop(void *ctx)
{
    return service_wait(ctx, 0) == SERVICE_STOP;
}

static void print_result(const char *path, const struct import_result *r)
{
    printf("%s: rows=%llu", path, (unsigned long long)r->rows);
    if (r->rows < r->all)
        printf(" of=%llu", (unsigned long long)r->all);
    printf(" bad=%llu", (unsigned long long)r->bad);
    if (r->dry_run)
        printf(" dry_run=yes\n");
    else
        printf(" accepted=%llu duplicate=%llu filled=%llu refused=%llu "
               "owed_messages=%llu%s\n",
               (unsigned long long)r->accepted,
               (unsigned long long)r->duplicate, (unsigned long long)r->filled,
               (unsigned long long)r->refused, (unsigned long long)r->owed,
               r->before ? " sent_before=yes" : "");
}

static int run(const char *path, struct service *service)
{
    struct import_result result = {0};
    struct err err = {""};
    const enum status st =
        import_file(&import, path, told_to_stop, service, &result, &err);

    if (st != ST_OK && *err.text)
        fprintf(stderr, "manyi-agent: %s\n", err.text);
    if (result.rows)
        print_result(path, &result);
    return st == ST_OK && result.refused ? 1 : status_exit(st);
}

int command_import(int argc, char **argv)
{
    struct options *options = NULL;
    struct service service = {-1};
    struct err err = {""};
    bool done = false;
    int first = 0, code = 2;
    enum status st = service_start(&service, &err);

    log_open(LEVEL_INFO);
    if (st == ST_OK)
        st = options_read(&program, argc, argv, &options, &first, &done, &err);
    if (st != ST_OK)
        fprintf(stderr, "manyi-agent: %s\n", err.text);
    else if (done)
        code = 0;
    else if (argc - first != 1)
        fprintf(stderr, "manyi-agent: import takes one file\n");
    else
        code = run(argv[first], &service);
    options_free(&options);
    service_stop(&service);
    return st == ST_OK ? code : status_exit(st);
}
