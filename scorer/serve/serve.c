/* serve.c - see serve.h. */
#include "serve.h"

#include <stdatomic.h>

#include "collector/log.h"
#include "collector/zap.h"
#include "counters.h"
#include "desk.h"
#include "watching.h"

/* An answer of the largest kind, and some small ones. */
enum { UNREAD = ANSWER_PARTS_MAX + 16 };

struct serve {
    const struct serve_settings *settings;
    struct clients *clients;
    struct zap *zap;
    struct door *door;
    struct queue *work, *done;
    struct publisher *publisher; /* until the watch has it */
    struct watching *watching;
    struct teller *teller;
    struct desk *desk;
    struct metrics_server *metrics;
    struct metric *table[COUNTERS_MAX];
    _Atomic bool healthy;
};

static enum status load_clients(const struct serve *s, struct clients **out,
                                struct err *err)
{
    struct clients *c = NULL;
    enum status st = clients_load(s->settings->clients, &c, err);

    if (st == ST_OK)
        st = scopes_check(c, err);
    if (st == ST_OK)
        *out = c;
    else
        clients_free(&c);
    return st;
}

/* Who listens is asked of the clients too. */
static enum status open_publisher(struct serve *s, const struct key_pair *key,
                                  struct err *err)
{
    return publisher_open(
        &(struct publisher_options){.url = s->settings->publish,
                                    .key = key,
                                    .clients = clients_share(s->clients)},
        &s->publisher, err);
}

/* What can be refused without a trace: keys, addresses. */
static enum status open_doors(struct serve *s, struct err *err)
{
    struct key_pair key = {0};
    const struct door_options door = {.url = s->settings->listen,
                                      .key = &key,
                                      .unread = UNREAD,
                                      .connections =
                                          &serve_counters.connections,
                                      .failed = &serve_counters.failed};
    const size_t count = serve_counters_table(s->table);
    enum status st = load_clients(s, &s->clients, err);

    if (st == ST_OK)
        st = key_load(s->settings->key, &key, err);
    if (st == ST_OK)
        st = zap_start(s->clients, &serve_counters.accepted,
                       &serve_counters.refused, &s->zap, err);
    if (st == ST_OK)
        st = door_open(&door, &s->door, err);
    if (st == ST_OK && s->settings->publish[0])
        st = open_publisher(s, &key, err);
    if (st == ST_OK && s->settings->metrics[0])
        st = metrics_serve(s->settings->metrics, s->table, count, &s->healthy,
                           &s->metrics, err);
    explicit_bzero(&key, sizeof key);
    return st;
}

static const char *file_of(const struct serve_settings *set, const char *option)
{
    for (size_t i = 0; i < set->files; i++)
        if (streq(set->file[i].option, option))
            return set->file[i].path;
    return "";
}

static enum status start_watch(struct serve *s, struct err *err)
{
    const struct serve_settings *set = s->settings;
    const struct watching_setup setup = {.survey = set->watch,
                                         .by = set->watch_by,
                                         .false_alarms = set->false_alarms,
                                         .every_s = set->watch_every * 60,
                                         .calendar = file_of(set, "calendar"),
                                         .ledger = file_of(set, "ledger"),
                                         .webhooks = set->webhook,
                                         .webhook_key = set->webhook_key,
                                         .give_up_days = set->webhook_days,
                                         .publisher = s->publisher};
    enum status st;

    if (!set->watch[0])
        return ST_OK;
    st = watching_start(&setup, &s->watching, err);
    if (st == ST_OK) {
        if (s->publisher)
            log_event(LEVEL_INFO, "publishing", "url=%s",
                      publisher_url(s->publisher));
        s->publisher = NULL;
    }
    return st;
}

static enum status start(struct serve *s, struct err *err)
{
    const struct serve_settings *set = s->settings;
    struct teller_setup teller = {.store = set->store,
                                  .cube = set->cube[0] ? set->cube : NULL,
                                  .limit_ms = set->limit * 1000,
                                  .file = set->file,
                                  .files = set->files,
                                  .healthy = &s->healthy};
    enum status st = open_doors(s, err);

    if (st == ST_OK)
        st = queue_new(ASKS + 1, &s->work);
    if (st == ST_OK)
        st = queue_new(ASKS + 1, &s->done);
    if (st == ST_OK)
        st = start_watch(s, err);
    teller.work = s->work;
    teller.done = s->done;
    teller.watching = s->watching;
    if (st == ST_OK)
        st = teller_start(&teller, &s->teller, err);
    if (st == ST_OK)
        st = desk_start(
            &(struct desk_setup){.door = s->door,
                                 .teller = s->teller,
                                 .work = s->work,
                                 .done = s->done,
                                 .clients = clients_share(s->clients)},
            &s->desk, err);
    return st;
}

/* A file that is wrong changes nothing. */
static void reload(struct serve *s)
{
    char quoted[LOG_QUOTE_MAX];
    struct clients *c = NULL;
    struct err err = {"out of memory"};

    if (load_clients(s, &c, &err) != ST_OK) {
        log_event(LEVEL_ERROR, "reload_failed", "cause=%s",
                  log_quote(err.text, quoted));
        return;
    }
    log_event(LEVEL_INFO, "reloaded", "clients=%zu", clients_count(c));
    zap_swap(s->zap, c);
    if (s->watching)
        watching_clients(s->watching, clients_share(c));
    desk_clients(s->desk, c);
}

static void announce(const struct serve *s)
{
    char quoted[LOG_QUOTE_MAX];

    if (s->metrics)
        log_event(LEVEL_INFO, "metrics", "port=%u", metrics_port(s->metrics));
    log_event(LEVEL_INFO, "listening", "url=%s store=%s", door_url(s->door),
              log_quote(s->settings->store, quoted));
}

/* The desk's end is the teller's; without a desk somebody must tell it. */
static void stop(struct serve *s)
{
    static struct ask end = {.stop = true};

    if (s->desk)
        desk_stop(&s->desk);
    else if (s->teller && !queue_push(s->work, &end))
        queue_close(s->work);
    teller_join(&s->teller);
    watching_stop(&s->watching);
    publisher_close(&s->publisher);
    door_close(&s->door); /* sends the last answers */
    zap_stop(&s->zap);
    metrics_stop(&s->metrics);
    queue_free(&s->work);
    queue_free(&s->done);
    clients_free(&s->clients);
}

enum status serve_run(const struct serve_settings *settings,
                      struct service *service, struct err *err)
{
    struct serve s = {.settings = settings};
    enum service_event event;
    enum status st = start(&s, err);

    if (st == ST_OK) {
        announce(&s);
        while ((event = service_wait(service, -1)) != SERVICE_STOP)
            if (event == SERVICE_RELOAD)
                reload(&s);
        log_event(LEVEL_INFO, "stopping", NULL);
    }
    stop(&s);
    if (st == ST_OK)
        log_event(LEVEL_INFO, "stopped", NULL);
    return st;
}
