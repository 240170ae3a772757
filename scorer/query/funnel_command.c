/* funnel_command.c - `manyi-scorer funnel`: who was asked and who answered,
 * printed. */
#include <time.h>

#include "scorer/commands.h"
#include "scorer/funnel.h"
#include "scorer/request.h"

static const char *const formats[] = {"table", "csv", "json", NULL};

struct asking {
    struct request request;
    const char *campaign, *codes;
    int format;
};

static enum status print(const struct funnel *f, const struct asking *a,
                         const struct codes *names, struct err *err)
{
    enum status st = funnel_write(f, &a->request.query,
                                  (enum result_format)a->format, names, stdout);

    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    return st == ST_OK ? st
                       : err_set(err, st, "standard output: cannot be written");
}

static enum status ask(const struct asking *a, const struct codes *names,
                       struct err *err)
{
    struct store *store = NULL;
    struct funnel f = {0};
    enum status st = store_open(a->request.store, STORE_READ, &store, err);

    if (st == ST_OK)
        st = funnel_read(store, &a->request.query, a->campaign, &f, err);
    if (st == ST_OK)
        st = print(&f, a, names, err);
    if (st == ST_OK && f.count == 0)
        (void)fprintf(stderr, "manyi-scorer: nobody was drawn or invited "
                              "there and then\n");
    funnel_free(&f);
    store_close(&store);
    return st;
}

static enum status ask_by_name(struct asking *a, struct err *err)
{
    struct codes *names = NULL;
    enum status st = a->codes ? codes_load(a->codes, NULL, &names, err) : ST_OK;

    if (st == ST_OK && names)
        st = request_resolve(&a->request, names, err);
    if (st == ST_OK)
        st = ask(a, names, err);
    codes_free(&names);
    return st;
}

int command_funnel(int argc, char **argv)
{
    struct asking a = {.format = RESULT_TABLE};
    const struct option_spec own[] = {
        {"campaign", OPTION_TEXT, &a.campaign, "NAME",
         "this one only (default: all)", NULL, 0, 0, true},
        {"format", OPTION_CHOICE, &a.format, "FORMAT", "of the funnel", formats,
         0, 0, true},
        {"codes", OPTION_TEXT, &a.codes, "DIR",
         "code tables: names beside codes, and in --where", NULL, 0, 0, true}};
    const struct program program = {
        .name = "manyi-scorer funnel",
        .usage = "--store URL --survey CODE|FAMILY [OPTION]...",
        .summary = "Print who was asked, who answered, and who was not asked.",
        .options = own,
        .count = sizeof own / sizeof *own};
    struct err err = {"out of memory"};
    struct timespec t;
    bool done = false;
    enum status st;

    clock_gettime(CLOCK_REALTIME, &t);
    st = request_read_selection(&program, argc, argv,
                                (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000,
                                &a.request, &done, &err);
    if (st == ST_OK && !done)
        st = ask_by_name(&a, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    request_free(&a.request);
    return status_exit(st);
}
