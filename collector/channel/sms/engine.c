/* engine.c - the loop, from the files that it needs to its end. */
#include "engine.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "collector/files.h"
#include "collector/log.h"
#include "counters.h"
#include "state.h"

#define TURN_MS   50
#define LAST_MS   3000  /* for the calls under way at the end */
#define AWAY_MS   10000 /* without a connection, until it is said */
#define MINUTE_MS 60000
#define HOUR_MS   (3600.0 * 1000)
#define DAY_MS    (INT64_C(24) * 3600 * 1000)

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- opening ---- */

/* One line of a secret file. */
static enum status read_secret(const char *path, char *out, size_t size,
                               struct err *err)
{
    struct buffer b = {.max = 4096};
    enum status st = ST_OK;
    size_t len;

    if (!*path)
        return ST_OK;
    st = file_read(path, true, &b, err);
    len = b.len;
    while (len > 0 && (b.data[len - 1] == '\n' || b.data[len - 1] == '\r'))
        len--;
    if (st == ST_OK && (len == 0 || len >= size || memchr(b.data, 0, len) ||
                        memchr(b.data, '\n', len)))
        st = err_set(err, ST_INVALID,
                     "%s: one line of at most %zu bytes is "
                     "wanted",
                     path, size - 1);
    if (st == ST_OK) {
        memcpy(out, b.data, len);
        out[len] = '\0';
    }
    if (b.data)
        sodium_memzero(b.data, b.len);
    buffer_free(&b);
    return st;
}

static enum status needed(const struct sms_settings *set, struct err *err)
{
    const struct {
        const char *name, *value;
    } all[] = {{"collector", set->collector},
               {"server-key", set->server_key},
               {"key", set->key},
               {"outbox", set->outbox},
               {"hash-key", set->hash_key},
               {"contact-key", set->contact_key},
               {"sendsms", set->sendsms},
               {"user", set->user},
               {"password", set->password},
               {"port", set->port}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!*all[i].value)
            return err_set(err, ST_INVALID, "%s is not set (see --help)",
                           all[i].name);
    return ST_OK;
}

/* What nothing else would find wrong: messages would go nowhere, or with a link
 * that nobody can open. */
static enum status legal(const struct sms_settings *set, struct err *err)
{
    const struct {
        const char *name, *value;
    } all[] = {{"sendsms", set->sendsms},
               {"callback", set->callback},
               {"port", set->port},
               {"link", set->link}};
    struct err cause = {""};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        enum status st = sms_check(all[i].name, all[i].value, &cause);

        if (st != ST_OK)
            return err_set(err, st, "%s: %s", all[i].name, cause.text);
    }
    return ST_OK;
}

static enum status load_books(struct sms *s, struct err *err)
{
    struct calendar *calendar = NULL;
    struct phrases *phrases = NULL;
    enum status st = calendar_load(s->set->calendar, &calendar, err);

    if (st == ST_OK)
        st = phrases_load(s->set->texts, &phrases, err);
    if (st != ST_OK) {
        calendar_free(&calendar);
        return st;
    }
    calendar_free(&s->calendar);
    phrases_free(&s->phrases);
    s->calendar = calendar;
    s->phrases = phrases;
    return ST_OK;
}

static enum status load_keys(struct sms *s, struct err *err)
{
    const struct sms_settings *set = s->set;
    enum status st = person_key_load(set->hash_key, &s->person, err);

    if (st == ST_OK)
        st = contact_key_load(set->contact_key, &s->contact, err);
    if (st == ST_OK)
        st = read_secret(set->password, s->password, sizeof s->password, err);
    if (st == ST_OK)
        st = read_secret(set->callback_key, s->callback_key,
                         sizeof s->callback_key, err);
    if (st == ST_OK)
        st = quiet_hours_parse(set->quiet, &s->quiet, err);
    if (st == ST_OK)
        st = reply_words_new(set->opt_out, set->opt_in, &s->words, err);
    return st == ST_OK ? load_books(s, err) : st;
}

/* Reports are sealed with a key of this outbox, made when that is. */
static enum status own_key(struct sms *s, struct err *err)
{
    enum status st = memory_mac(s->table, s->mac.bytes, err);

    if (st != ST_NOTFOUND)
        return st;
    randombytes_buf(s->mac.bytes, sizeof s->mac.bytes);
    st = sender_begin(s->sender, err);
    if (st == ST_OK)
        st = memory_set_mac(s->table, s->mac.bytes, err);
    if (st == ST_OK)
        st = sender_commit(s->sender, err);
    if (st != ST_OK)
        sender_rollback(s->sender);
    return st;
}

static enum status open_sender(struct sms *s, struct err *err)
{
    struct key_pair key;
    char server_key[KEY_TEXT + 1];
    enum status st = key_load_public(s->set->server_key, server_key, err);

    if (st == ST_OK)
        st = key_load(s->set->key, &key, err);
    if (st == ST_OK)
        st =
            sender_open(&(struct client_options){.collector = s->set->collector,
                                                 .server_key = server_key,
                                                 .key = &key,
                                                 .outbox = s->set->outbox,
                                                 .program = "manyi-sms"},
                        &s->sender, err);
    sodium_memzero(&key, sizeof key);
    if (st == ST_OK)
        s->table = sender_table(s->sender);
    return st == ST_OK ? own_key(s, err) : st;
}

static void set_rules(struct sms *s)
{
    const struct sms_settings *set = s->set;

    s->rules = (struct talk_rules){
        .timeout_ms = (int64_t)(set->timeout_hours * HOUR_MS),
        .remind_ms = (int64_t)(set->remind_hours * HOUR_MS),
        .late_ms = set->late_days * DAY_MS,
        .again_max = (uint8_t)set->again,
        .link = *set->link != '\0'};
    s->kannel = (struct kannel){.url = set->sendsms,
                                .user = set->user,
                                .password = s->password,
                                .port = set->port,
                                .callback = s->callback,
                                .mac = &s->mac,
                                .validity_min = s->rules.timeout_ms / 60000};
    if (s->kannel.validity_min == 0)
        s->kannel.validity_min = 1;
    s->tokens = (double)set->rate;
}

static enum status open_door(struct sms *s, struct err *err)
{
    enum status st = queue_new(QUEUE_MAX, &s->jobs);

    if (st != ST_OK)
        return err_set(err, st, "no queue");
    st = sms_door_open(&(struct door_options){.listen = s->set->listen,
                                              .key = s->callback_key,
                                              .mac = &s->mac,
                                              .jobs = s->jobs},
                       &s->door, err);
    if (st != ST_OK)
        return st;
    if (*s->set->callback)
        snprintf(s->callback, sizeof s->callback, "%s", s->set->callback);
    else
        snprintf(s->callback, sizeof s->callback, "http://%.*s:%u",
                 (int)(strrchr(s->set->listen, ':') - s->set->listen),
                 s->set->listen, sms_door_port(s->door));
    log_event(LEVEL_INFO, "listening", "url=%s", s->callback);
    return ST_OK;
}

static enum status open_all(struct sms *s, struct err *err)
{
    enum status st = needed(s->set, err);

    if (st == ST_OK)
        st = legal(s->set, err);
    if (st == ST_OK)
        st = load_keys(s, err);
    if (st == ST_OK)
        st = fetch_new(CALLS_MAX, &s->fetch, err);
    if (st == ST_OK)
        st = open_sender(s, err);
    if (st != ST_OK)
        return st;
    set_rules(s);
    if (*s->set->metrics)
        st = metrics_serve(s->set->metrics, sms_metric_table, SMS_COUNTERS,
                           &s->healthy, &s->metrics, err);
    if (st == ST_OK && s->metrics)
        log_event(LEVEL_INFO, "metrics", "port=%u", metrics_port(s->metrics));
    return st == ST_OK ? open_door(s, err) : st;
}

static void close_all(struct sms *s)
{
    struct sms_job *j;

    if (s->jobs)
        queue_close(s->jobs);
    while (s->jobs && (j = queue_pop(s->jobs, 0)))
        sms_job_done(&j, false);
    sms_door_close(&s->door);
    metrics_stop(&s->metrics);
    if (s->fetch)
        fetch_free(&s->fetch);
    if (s->sender)
        sender_close(&s->sender);
    if (s->jobs)
        queue_free(&s->jobs);
    for (size_t i = 0; i < CALLS_MAX; i++)
        buffer_free(&s->calls[i].url);
    free(s->turn.events);
    free(s->turn.texts);
    desk_free(s);
    calendar_free(&s->calendar);
    phrases_free(&s->phrases);
    reply_words_free(&s->words);
    sodium_memzero(s, sizeof *s);
}

/* ---- the loop ---- */

/* Said once, and again every minute while it lasts; a turn in between that
 * went well is no end of it. */
static void heed_refusal(struct sms *s, const struct err *err)
{
    char quoted[LOG_QUOTE_MAX];

    if (s->now - s->refused_at < MINUTE_MS)
        return;
    s->refused_at = s->now;
    log_event(LEVEL_ERROR, "collector_refuses", "cause=%s",
              log_quote(err->text, quoted));
}

static void heed_connection(struct sms *s)
{
    if (sender_up(s->sender)) {
        if (s->away)
            log_event(LEVEL_INFO, "collector_back", NULL);
        s->away = false;
        s->up_at = s->now;
    } else if (!s->away && s->now - s->up_at >= AWAY_MS) {
        s->away = true;
        log_event(LEVEL_WARN, "collector_away", "url=%s", s->set->collector);
    }
}

static void turn(struct sms *s, const int *fds, size_t count)
{
    struct outbox_counts counts;
    struct err err = {""};
    const enum status st = sender_turn(s->sender, fds, count, TURN_MS, &err);

    s->now = clock_ms();
    if (st != ST_OK)
        heed_refusal(s, &err);
    heed_connection(s);
    desk_ask(s);
    turn_do(s);
    sender_counts(s->sender, &counts);
    metric_set(&sms_metrics[OWED], (int64_t)counts.pending);
}

static void reload(struct sms *s)
{
    struct err err = {""};
    char quoted[LOG_QUOTE_MAX];
    const enum status st = load_books(s, &err);

    log_event(st == ST_OK ? LEVEL_INFO : LEVEL_ERROR, "reload", "cause=%s",
              st == ST_OK ? "none" : log_quote(err.text, quoted));
}

static bool calls_under_way(const struct sms *s)
{
    for (size_t i = 0; i < CALLS_MAX; i++)
        if (s->calls[i].state == CALL_MADE)
            return true;
    return s->outcome_count > 0;
}

/* Take what has come, and wait a little for the calls under way: what became
 * of a call that nobody waits for is found out by its report. */
static void finish(struct sms *s, const int *fds, size_t count)
{
    const int64_t until = clock_ms() + LAST_MS;

    sms_door_drain(s->door);
    queue_close(s->jobs);
    do
        turn(s, fds, count);
    while (calls_under_way(s) && clock_ms() < until);
}

static enum status loop(struct sms *s, struct service *service)
{
    const int fds[] = {queue_fd(s->jobs), fetch_fd(s->fetch),
                       service_fd(service)};
    enum service_event event;

    atomic_store(&s->healthy, true);
    while ((event = service_wait(service, 0)) != SERVICE_STOP) {
        if (event == SERVICE_RELOAD)
            reload(s);
        turn(s, fds, sizeof fds / sizeof *fds);
    }
    finish(s, fds + 1, 1);
    return ST_OK;
}

enum status sms_run(const struct sms_settings *set, struct service *service,
                    struct err *err)
{
    struct sms *s = calloc(1, sizeof *s);
    enum status st;

    if (!s)
        return err_set(err, ST_NOMEM, "out of memory");
    s->set = set;
    s->now = clock_ms();
    st = sodium_init() < 0 ? err_set(err, ST_IO, "no random numbers")
                           : open_all(s, err);
    s->up_at = s->now;
    if (st == ST_OK) {
        st = loop(s, service);
        log_event(LEVEL_INFO, "stopped", NULL);
    }
    close_all(s);
    free(s);
    return st;
}
