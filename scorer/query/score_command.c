/* score_command.c - `manyi-scorer score`: the indices of a store, printed. */
#include <time.h>

#include "scorer/commands.h"
#include "scorer/request.h"

static const char *const formats[] = {"table", "csv", "json", NULL};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status print(const struct scores *s, const struct query *q,
                         enum result_format format, const struct codes *names,
                         struct err *err)
{
    struct result r = {0};
    enum status st = scores_result(s, q, &r);

    if (st == ST_OK)
        st = result_write(&r, format, names, stdout);
    result_free(&r);
    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    if (st != ST_OK)
        (void)err_set(err, st, "standard output: cannot be written");
    return st;
}

static enum status ask(const struct request *r, enum result_format format,
                       const struct codes *names, struct err *err)
{
    struct engine *engine = NULL;
    struct scores scores = {0};
    enum status st = engine_open(r->store, r->cube, &engine, err);

    if (st == ST_OK)
        st = engine_scores(engine, &r->query, &scores, err);
    if (st == ST_OK)
        st = print(&scores, &r->query, format, names, err);
    if (st == ST_OK)
        st = request_remark(r, engine, &scores, "manyi-scorer", stderr, err);
    scores_free(&scores);
    engine_close(&engine);
    return st;
}

static enum status ask_by_name(struct request *r, enum result_format format,
                               const char *codes, struct err *err)
{
    struct codes *names = NULL;
    enum status st = codes ? codes_load(codes, NULL, &names, err) : ST_OK;

    if (st == ST_OK && names)
        st = request_resolve(r, names, err);
    if (st == ST_OK)
        st = ask(r, format, names, err);
    codes_free(&names);
    return st;
}

int command_score(int argc, char **argv)
{
    const char *codes = NULL;
    int format = RESULT_TABLE;
    const struct option_spec own[] = {
        {"format", OPTION_CHOICE, &format, "FORMAT", "of the scores", formats,
         0, 0, true},
        {"codes", OPTION_TEXT, &codes, "DIR",
         "code tables: names beside codes, and in --where", NULL, 0, 0, true}};
    const struct program program = {
        .name = "manyi-scorer score",
        .usage = "--store URL --survey CODE|FAMILY [OPTION]...",
        .summary = "Print the indices of the answers in a store.",
        .options = own,
        .count = sizeof own / sizeof *own};
    struct request request = {0};
    struct err err = {"out of memory"};
    bool done = false;
    enum status st =
        request_read(&program, argc, argv, now_ms(), &request, &done, &err);

    if (st == ST_OK && !done)
        st = ask_by_name(&request, (enum result_format)format, codes, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    request_free(&request);
    return status_exit(st);
}
