/* kind_command.c - `manyi-scorer KIND`: one question, asked and printed. */
#include <stdlib.h>
#include <time.h>

#include "scorer/commands.h"
#include "scorer/kind.h"
#include "scorer/request.h"

static const char *const formats[] = {"table", "csv", "json", NULL};

/* As told on the command line. */
struct command {
    const struct query_kind *kind;
    struct request request;
    const char *codes;
    int format;
    const char **text; /* of each of the kind's options; NULL: not told */
    bool *flag;
    struct query_setting *setting;
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Every value is taken as text: kind_check reads it, as it does from the wire.
 */
static void add_options(struct command *c, struct option_spec *list)
{
    for (size_t i = 0; i < c->kind->options; i++) {
        const struct kind_option *o = &c->kind->option[i];
        const bool flag = o->kind == OPTION_FLAG;

        list[i] = (struct option_spec){.name = o->name,
                                       .kind = flag ? OPTION_FLAG : OPTION_TEXT,
                                       .value = flag ? (void *)&c->flag[i]
                                                     : (void *)&c->text[i],
                                       .argument = o->argument,
                                       .help = o->help,
                                       .command_line_only = true};
    }
}

static void take_settings(struct command *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->kind->options; i++) {
        const struct kind_option *o = &c->kind->option[i];

        if (c->text[i] || c->flag[i])
            c->setting[n++] = (struct query_setting){
                o->name, c->flag[i] ? "yes" : c->text[i], o->file};
    }
    c->request.query.settings = n;
    c->request.query.setting = c->setting;
}

static enum status read_command(struct command *c, int argc, char **argv,
                                bool *done, struct err *err)
{
    const size_t own = c->kind->options;
    struct option_spec *list = calloc(own + 2, sizeof *list);
    char name[64];
    const struct program program = {
        .name = name,
        .usage = "--store URL --survey CODE|FAMILY [OPTION]...",
        .summary = c->kind->summary,
        .options = list,
        .count = own + 2};
    enum status st;

    snprintf(name, sizeof name, "manyi-scorer %s", c->kind->name);
    if (!list)
        return ST_NOMEM;
    add_options(c, list);
    list[own] = (struct option_spec){"format",
                                     OPTION_CHOICE,
                                     &c->format,
                                     "FORMAT",
                                     "of what is printed",
                                     formats,
                                     0,
                                     0,
                                     true};
    list[own + 1] =
        (struct option_spec){"codes",
                             OPTION_TEXT,
                             &c->codes,
                             "DIR",
                             "code tables: names beside codes, and in --where",
                             NULL,
                             0,
                             0,
                             true};
    st = request_read(&program, argc, argv, now_ms(), &c->request, done, err);
    free(list);
    if (st == ST_OK && !*done)
        take_settings(c);
    return st;
}

static enum status print(const struct result *r, const struct command *c,
                         const struct codes *names, struct err *err)
{
    enum status st =
        result_write(r, (enum result_format)c->format, names, stdout);

    if (st == ST_OK && fflush(stdout) != 0)
        st = ST_IO;
    return st == ST_OK ? st
                       : err_set(err, st, "standard output: cannot be written");
}

static enum status ask(struct command *c, const struct codes *names,
                       struct err *err)
{
    const struct request *r = &c->request;
    struct engine *engine = NULL;
    struct result result = {0};
    enum status st = kind_check(c->kind, &r->query, err);

    if (st == ST_OK)
        st = request_open(r, &engine, err);
    if (st == ST_OK) {
        st = engine_ask(engine, c->kind, &r->query, &result, err);
        if (st == ST_REFUSED) /* asked again, it would be again: wrong usage */
            st = ST_INVALID;
    }
    if (st == ST_OK)
        st = print(&result, c, names, err);
    if (st == ST_OK)
        request_remark(r, &result, "manyi-scorer", stderr);
    result_free(&result);
    engine_close(&engine);
    return st;
}

static enum status ask_by_name(struct command *c, struct err *err)
{
    struct codes *names = NULL;
    enum status st = c->codes ? codes_load(c->codes, NULL, &names, err) : ST_OK;

    if (st == ST_OK && names)
        st = request_resolve(&c->request, names, err);
    if (st == ST_OK)
        st = ask(c, names, err);
    codes_free(&names);
    return st;
}

int command_kind(int argc, char **argv)
{
    const struct query_kind *k = kind_find(argv[0]);
    struct command c = {.kind = k,
                        .text = calloc(k->options + 1, sizeof(char *)),
                        .flag = calloc(k->options + 1, sizeof(bool)),
                        .setting = calloc(k->options + 1, sizeof *c.setting)};
    struct err err = {"out of memory"};
    bool done = false;
    enum status st = ST_NOMEM;

    if (c.text && c.flag && c.setting)
        st = read_command(&c, argc, argv, &done, &err);
    if (st == ST_OK && !done)
        st = ask_by_name(&c, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "manyi-scorer: %s\n", err.text);
    request_free(&c.request);
    free(c.setting);
    free(c.flag);
    free(c.text);
    return status_exit(st);
}
