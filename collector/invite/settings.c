/* settings.c - see settings.h. */
#include "settings.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "collector/log.h"
#include "collector/service.h"

#define WAIT_US  200000
#define TICK_MS  200
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct invite_settings invite_settings = {
    .collector = "tcp://127.0.0.1:7010",
    .server_key = "collector.key.pub",
    .key = "invite.key",
    .outbox = "invite.db",
    .hash_key = "person.key",
    .token_key = "token.key",
    .codes = "/usr/local/share/manyi/codes",
    .org = "",
    .calendar = "/usr/local/share/manyi/codes/calendar.csv",
    .metrics = "",
    .timeout = 60,
    .wait = 600};
static struct service service = {-1};
static int log_level = LEVEL_INFO, format;

static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const formats[] = {"text", "json", NULL};

#define TEXT(name, member, argument, help)                                     \
    {                                                                          \
        name, OPTION_TEXT, &invite_settings.member, argument, help, NULL, 0,   \
            0, false                                                           \
    }
static const struct option_spec common[] = {
    TEXT("collector", collector, "URL",
         "where the collector listens: tcp://host:port"),
    TEXT("server-key", server_key, "FILE", "the collector's public key"),
    TEXT("key", key, "FILE", "our own key pair"),
    TEXT("outbox", outbox, "FILE", "what is owed and what is remembered"),
    TEXT("hash-key", hash_key, "FILE", "key that turns numbers into hashes"),
    TEXT("token-key", token_key, "FILE", "key of the links, manyi-web's too"),
    TEXT("codes", codes, "DIR", "code tables and aliases"),
    TEXT("org", org, "FILE",
         "tree of the operator's units (default: any unit is taken)"),
    TEXT("calendar", calendar, "FILE", "quiet days and hours"),
    TEXT("metrics-file", metrics, "FILE",
         "counters for node_exporter (default: none)"),
    {"timeout", OPTION_COUNT, &invite_settings.timeout, "SECONDS",
     "give up when the collector was silent for so long", NULL, 1, 86400,
     false},
    {"wait", OPTION_COUNT, &invite_settings.wait, "SECONDS",
     "for another draw to end", NULL, 0, 86400, false},
    {"log-level", OPTION_CHOICE, &log_level, "LEVEL", "what to log", levels, 0,
     0, false},
    {"format", OPTION_CHOICE, &format, "FORMAT", "of what is printed", formats,
     0, 0, true},
};
#define OWN_MAX 16

static enum status act(const struct invite_command *c, int count,
                       char **operand, struct err *err)
{
    enum status st;

    invite_settings.json = format == 1;
    if (count < c->least || count > c->most)
        return err_set(err, ST_INVALID, "usage: %s %s", c->name, c->usage);
    st = c->run(count, operand, err);
    if (fflush(stdout) != 0 && st == ST_OK)
        st = err_set(err, ST_IO, "standard output: can not be written");
    return st;
}

int invite_run(const struct invite_command *c, int argc, char **argv)
{
    struct option_spec list[COUNT(common) + OWN_MAX];
    const struct program program = {.name = c->name,
                                    .section = "invite",
                                    .usage = c->usage,
                                    .summary = c->summary,
                                    .options = list,
                                    .count = COUNT(common) + c->own_count};
    struct options *options = NULL;
    struct err err = {""};
    bool done = false;
    int first = 0;
    enum status st = service_start(&service, &err);

    memcpy(list, common, sizeof common);
    if (c->own_count)
        memcpy(list + COUNT(common), c->own, c->own_count * sizeof *list);
    if (st == ST_OK)
        st = options_read(&program, argc, argv, &options, &first, &done, &err);
    log_open((enum log_level)log_level);
    if (st == ST_OK && !done)
        st = act(c, argc - first, argv + first, &err);
    if (st != ST_OK && *err.text)
        fprintf(stderr, "manyi-invite: %s\n", err.text);
    options_free(&options);
    service_stop(&service);
    return status_exit(st);
}

bool invite_stopped(void)
{
    return service_wait(&service, 0) == SERVICE_STOP;
}

int64_t invite_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Another draw owns the outbox until it ends or dies. */
static enum status open_outbox(const struct client_options *o,
                               struct sender **out, struct err *err)
{
    const int64_t until = invite_clock() + invite_settings.wait * 1000;
    bool told = false;
    enum status st;

    while ((st = sender_open(o, out, err)) == ST_BUSY && o->outbox &&
           invite_clock() < until) {
        if (!told)
            log_event(LEVEL_INFO, "waiting", "what=outbox");
        told = true;
        if (invite_stopped())
            return err_set(err, ST_STOPPED, "stopped");
        usleep(WAIT_US);
    }
    return st;
}

enum status invite_connect(bool outbox, struct sender **out, struct err *err)
{
    char server_key[KEY_TEXT + 1];
    struct key_pair key;
    const struct client_options o = {.collector = invite_settings.collector,
                                     .server_key = server_key,
                                     .key = &key,
                                     .outbox =
                                         outbox ? invite_settings.outbox : NULL,
                                     .program = "manyi-invite"};
    enum status st =
        key_load_public(invite_settings.server_key, server_key, err);

    if (st == ST_OK)
        st = key_load(invite_settings.key, &key, err);
    if (st == ST_OK)
        st = open_outbox(&o, out, err);
    explicit_bzero(&key, sizeof key);
    return st;
}

enum status invite_send(struct sender *s, struct err *err)
{
    int64_t heard_at = invite_clock();
    uint64_t owed = UINT64_MAX;
    struct err cause = {""};
    enum status st;

    while ((st = sender_work(s, true, TICK_MS, &cause)) == ST_BUSY ||
           st == ST_FULL) {
        struct outbox_counts counts;

        sender_counts(s, &counts);
        if (counts.pending < owed)
            heard_at = invite_clock();
        owed = counts.pending;
        if (invite_stopped())
            return err_set(err, ST_STOPPED,
                           "stopped with %llu messages owed; `manyi-invite "
                           "send` goes on",
                           (unsigned long long)owed);
        if (invite_clock() - heard_at >= invite_settings.timeout * 1000)
            return err_set(err, ST_BUSY,
                           "%s: %llu messages are still owed; `manyi-invite "
                           "send` goes on",
                           cause.text, (unsigned long long)owed);
        if (st == ST_FULL)
            usleep(WAIT_US);
    }
    return st == ST_OK ? ST_OK : err_set(err, st, "%s", cause.text);
}
