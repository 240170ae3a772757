/* collector.c - see collector/collector.h. */
#include "collector/collector.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "collector/door.h"
#include "collector/log.h"
#include "collector/zap.h"
#include "counters.h"
#include "definitions.h"
#include "intake.h"

#define UNREAD_REPLIES 100 /* a gateway's, small ones */

struct collector {
    const struct collector_settings *settings;
    struct zap *zap;
    struct door *door;
    struct metrics_server *metrics;
    struct metric *table[COUNTERS_MAX];
    struct store *store;
    struct rules rules;
    struct intake *intake;
    _Atomic bool healthy;
};

static enum status load_codes(const struct collector_settings *s,
                              struct codes **out, struct err *err)
{
    const char *org = s->org[0] ? s->org : NULL;
    const size_t size = strlen(s->surveys) + sizeof "/../codes";
    enum status st;
    char *beside;

    if (s->codes[0])
        return codes_load(s->codes, org, out, err);
    beside = malloc(size);
    if (!beside)
        return err_set(err, ST_NOMEM, "out of memory");
    (void)snprintf(beside, size, "%s/../codes", s->surveys);
    st = codes_load(beside, org, out, err);
    free(beside);
    return st;
}

/* Everything that is read from files, at the start and on SIGHUP. */
static enum status load_files(const struct collector_settings *s,
                              struct fresh **out, struct err *err)
{
    struct fresh *f = calloc(1, sizeof *f);
    enum status st;

    if (!f)
        return err_set(err, ST_NOMEM, "out of memory");
    st = clients_load(s->clients, &f->clients, err);
    if (st == ST_OK)
        st = definitions_read(s->surveys, &f->surveys, err);
    if (st == ST_OK)
        st = load_codes(s, &f->codes, err);
    if (st == ST_OK)
        *out = f;
    else
        fresh_free(&f);
    return st;
}

/* What can be refused without a trace: keys, addresses. */
static enum status open_doors(struct collector *c, struct err *err)
{
    struct key_pair key;
    const struct door_options door = {
        .url = c->settings->listen,
        .key = &key,
        .unread = UNREAD_REPLIES,
        .connections = &counters.connections,
        .failed = &counters.handshakes[HANDSHAKE_FAILED]};
    enum status st = key_load(c->settings->key, &key, err);

    if (st == ST_OK)
        st = zap_start(c->rules.clients,
                       &counters.handshakes[HANDSHAKE_ACCEPTED],
                       &counters.handshakes[HANDSHAKE_REFUSED], &c->zap, err);
    if (st == ST_OK)
        st = door_open(&door, &c->door, err);
    if (st == ST_OK && c->settings->metrics[0])
        st = metrics_serve(c->settings->metrics, c->table,
                           counters_table(c->table), &c->healthy, &c->metrics,
                           err);
    return st;
}

static enum status start(struct collector *c, struct err *err)
{
    struct fresh *files = NULL;
    struct intake_setup setup = {.batches = (size_t)c->settings->messages,
                                 .commit_rows =
                                     (size_t)c->settings->commit_rows,
                                 .commit_ms = (int)c->settings->commit_ms,
                                 .rules = &c->rules,
                                 .healthy = &c->healthy};
    enum status st = load_files(c->settings, &files, err);

    if (st != ST_OK)
        return st;
    c->rules.clients = files->clients;
    c->rules.codes = files->codes;
    files->clients = NULL;
    files->codes = NULL;
    st = open_doors(c, err);
    if (st == ST_OK)
        st = store_open(c->settings->store, STORE_WRITE, &c->store, err);
    if (st == ST_OK)
        st = definitions_load(c->store, &c->rules.catalog, err);
    if (st == ST_OK)
        st = definitions_adopt(c->store, &c->rules.catalog, &files->surveys,
                               err);
    fresh_free(&files);
    if (st != ST_OK)
        return st;
    log_event(LEVEL_INFO, "loaded", "clients=%zu surveys=%zu",
              clients_count(c->rules.clients), c->rules.catalog.count);
    setup.door = c->door;
    setup.store = c->store;
    return intake_start(&setup, &c->intake, err);
}

/* A file that is wrong changes nothing.  What is sent after the log line is
 * judged by what was read. */
static void reload(struct collector *c)
{
    char quoted[LOG_QUOTE_MAX];
    struct fresh *files = NULL;
    struct err err = {""};
    size_t clients, surveys;

    if (load_files(c->settings, &files, &err) != ST_OK) {
        log_event(LEVEL_ERROR, "reload_failed", "cause=%s",
                  log_quote(err.text, quoted));
        return;
    }
    clients = clients_count(files->clients);
    surveys = files->surveys.count;
    zap_swap(c->zap, files->clients);
    intake_reload(c->intake, &files);
    log_event(LEVEL_INFO, "reloaded", "clients=%zu surveys=%zu", clients,
              surveys);
}

/* Until the signal to stop, or the intake's own end. */
static void wait_for_end(struct collector *c, struct service *service)
{
    struct pollfd fds[] = {{.fd = service_fd(service), .events = POLLIN},
                           {.fd = intake_fd(c->intake), .events = POLLIN}};

    for (;;) {
        enum service_event event;

        (void)poll(fds, 2, -1);
        event = service_wait(service, 0);
        if (event == SERVICE_RELOAD)
            reload(c);
        if (event == SERVICE_STOP || fds[1].revents)
            return;
    }
}

static void announce(const struct collector *c)
{
    char quoted[LOG_QUOTE_MAX];

    if (c->metrics)
        log_event(LEVEL_INFO, "metrics", "port=%u", metrics_port(c->metrics));
    log_event(LEVEL_INFO, "listening", "url=%s store=%s", door_url(c->door),
              log_quote(c->settings->store, quoted));
}

enum status collector_run(const struct collector_settings *settings,
                          struct service *service, struct err *err)
{
    struct collector c = {.settings = settings};
    enum status st = start(&c, err);

    if (st == ST_OK) {
        announce(&c);
        wait_for_end(&c, service);
        log_event(LEVEL_INFO, "stopping", NULL);
        st = intake_stop(&c.intake);
        if (st != ST_OK)
            st = err_set(err, st,
                         "the store failed: what was read last was "
                         "not acknowledged");
    }
    door_close(&c.door); /* sends the last acknowledgements */
    zap_stop(&c.zap);
    metrics_stop(&c.metrics);
    store_close(&c.store);
    rules_free(&c.rules);
    if (st == ST_OK)
        log_event(LEVEL_INFO, "stopped", NULL);
    return st;
}
