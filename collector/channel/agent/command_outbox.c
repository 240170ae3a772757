/* command_outbox.c - `manyi-agent outbox`: what a collector refused, and what
 * it should be sent once more.  Needs no collector: the next import or gateway
 * that opens the outbox sends. */
#include <stdio.h>
#include <unistd.h>

#include "collector/client.h"
#include "collector/options.h"
#include "collector/service.h"
#include "command.h"
#include "surveys/period.h"

static const char *since;

static const struct option_spec specs[] = {
    {"since", OPTION_TEXT, &since, "DATE",
     "replay: what was acknowledged since then (default: all that is kept)",
     NULL, 0, 0, true}};

static const struct program program = {
    .name = "manyi-agent outbox",
    .usage = "FILE list|retry|drop|replay [--since DATE]",
    .summary = "See and change what an outbox still owes to the collector.",
    .options = specs,
    .count = sizeof specs / sizeof *specs};

static enum status print_refused(void *ctx, const struct rejection *why,
                                 uint64_t line, int64_t at)
{
    const int32_t day = period_day(at);
    const long long second = (at - period_start(day)) / 1000;
    char id[2 * ID_SIZE + 1], date[PERIOD_TEXT];

    (void)ctx;
    bytes_hex(why->id, ID_SIZE, id);
    period_format_day(day, date);
    printf("refused");
    if (line)
        printf(" line=%llu", (unsigned long long)line);
    printf(" id=%s entry=%s reason=%s at=%sT%02lld:%02lld:%02lld+08:00\n", id,
           why->entry < ENTRIES ? entry_name((enum entry)why->entry) : "-",
           reason_word(why->reason), date, second / 3600, second / 60 % 60,
           second % 60);
    return ST_OK;
}

static enum status list(struct sender *s, struct err *err)
{
    struct outbox_counts counts;

    sender_counts(s, &counts);
    printf("pending_messages=%llu acknowledged_messages=%llu "
           "refused_responses=%llu\n",
           (unsigned long long)counts.pending,
           (unsigned long long)counts.acknowledged,
           (unsigned long long)counts.refused);
    return sender_refused(s, print_refused, NULL, err);
}

static enum status retry(struct sender *s, struct err *err)
{
    size_t count;
    enum status st = sender_retry(s, &count, err);

    if (st == ST_OK)
        printf("to be sent again: the messages of %zu refused response%s\n",
               count, count == 1 ? "" : "s");
    return st;
}

static enum status drop(struct sender *s, struct err *err)
{
    size_t count;
    enum status st = sender_drop(s, &count, err);

    if (st == ST_OK)
        printf("forgotten: %zu refused response%s\n", count,
               count == 1 ? "" : "s");
    return st;
}

static enum status replay(struct sender *s, struct err *err)
{
    int64_t from = 0;
    size_t count;
    enum status st = ST_OK;

    if (since)
        st = period_parse_time(since, &from, err);
    if (st == ST_OK)
        st = sender_replay(s, from, &count, err);
    if (st == ST_OK)
        printf("to be sent again: %zu acknowledged message%s\n", count,
               count == 1 ? "" : "s");
    return st;
}

static const struct {
    const char *name;
    enum status (*run)(struct sender *s, struct err *err);
} verbs[] = {
    {"list", list}, {"retry", retry}, {"drop", drop}, {"replay", replay}};

static enum status run(const char *file, const char *verb, struct err *err)
{
    const struct client_options alone = {.outbox = file};
    struct sender *s = NULL;
    enum status st;
    size_t i = 0;

    while (i < sizeof verbs / sizeof *verbs && !streq(verb, verbs[i].name))
        i++;
    if (i == sizeof verbs / sizeof *verbs)
        return err_set(err, ST_INVALID,
                       "outbox: not list, retry, drop or replay: '%s'", verb);
    if (access(file, F_OK) != 0)
        return err_set(err, ST_NOTFOUND, "%s: no such file", file);
    st = sender_open(&alone, &s, err);
    if (st == ST_OK)
        st = verbs[i].run(s, err);
    sender_close(&s);
    return st;
}

int command_outbox(int argc, char **argv)
{
    struct options *options = NULL;
    struct err err = {""};
    bool done = false;
    int first = 0;
    enum status st =
        options_read(&program, argc, argv, &options, &first, &done, &err);

    if (st == ST_OK && !done) {
        if (argc - first != 2)
            st = err_set(&err, ST_INVALID, "outbox takes a file and a verb");
        else
            st = run(argv[first], argv[first + 1], &err);
    }
    if (st != ST_OK)
        fprintf(stderr, "manyi-agent: %s\n", err.text);
    options_free(&options);
    return status_exit(st);
}
