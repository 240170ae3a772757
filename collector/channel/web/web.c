/* web.c - see web.h: the life of manyi-web. */
#include "web.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "collector/api_keys.h"
#include "collector/log.h"
#include "counters.h"

#define BODY_MAX      (64 * 1024) /* of a form */
#define JSON_BODY_MAX (32 * 1024)
#define WINDOW        16    /* messages under way to the collector */
#define SETS          16384 /* links remembered, a fourth */
#define SHELF_PLACES  1024
#define COUNT_MS      1000

/* Everything that is made at the start and ends at the end. */
struct life {
    struct web web;
    struct key_pair key;
    char server_key[KEY_TEXT + 1];
    struct codes *codes;
    struct http_server *http;
    struct http_route routes[5];
    struct http_header_pair headers[6];
    size_t header_count;
    char csp[PAGE_CSP_MAX];
    struct metrics_server *metrics;
    struct metric *table[WEB_COUNTERS_MAX];
};

/* ---- what it is told ---- */

static enum status need(const char *name, const char *value, struct err *err)
{
    if (*value)
        return ST_OK;
    return err_set(err, ST_INVALID, "%s: is missing", name);
}

static enum status load_secrets(struct life *l, struct err *err)
{
    const struct web_settings *s = l->web.settings;
    enum status st = need("collector", s->collector, err);

    if (st == ST_OK)
        st = need("server-key", s->server_key, err);
    if (st == ST_OK)
        st = key_load_public(s->server_key, l->server_key, err);
    if (st == ST_OK)
        st = key_load(s->key, &l->key, err);
    if (st == ST_OK)
        st = token_key_load(s->token_key, &l->web.token_key, err);
    if (st == ST_OK && *s->api_keys)
        st = api_keys_load(s->api_keys, &l->web.api_keys, err);
    if (st == ST_OK && *s->codes)
        st = codes_load(s->codes, NULL, &l->codes, err);
    l->web.codes = l->codes;
    return st;
}

static enum status load_files(struct life *l, struct err *err)
{
    struct web *w = &l->web;
    enum status st = web_read_open(w->settings->open, w, err);

    if (st == ST_OK)
        st = load_secrets(l, err);
    if (st == ST_OK)
        st = statics_load(w->settings->root_files, &w->statics, err);
    if (st == ST_OK && (standings_new(SETS, &w->standings) != ST_OK ||
                        shelf_new(SHELF_PLACES, &w->shelf) != ST_OK ||
                        pace_new(SETS, (unsigned)w->settings->posts_a_minute,
                                 &w->pace) != ST_OK))
        st = err_set(err, ST_NOMEM, "out of memory");
    return st;
}

/* The surveys that are asked for by code. */
static void follow(struct web *w)
{
    for (size_t i = 0; i < w->opens; i++)
        known_follow(w->known, w->open[i]);
    for (size_t i = 0; w->api_keys && i < api_keys_count(w->api_keys); i++) {
        const struct api_key *k = api_keys_at(w->api_keys, i);

        for (size_t n = 0; n < k->surveys; n++)
            known_follow(w->known, k->survey[n]);
    }
}

static enum status open_clerk(struct life *l, struct err *err)
{
    struct web *w = &l->web;
    const struct client_options client = {.collector = w->settings->collector,
                                          .server_key = l->server_key,
                                          .key = &l->key,
                                          .outbox = w->settings->outbox,
                                          .program = "manyi-web",
                                          .window = WINDOW};
    enum status st = sender_open(&client, &w->sender, err);

    if (st == ST_OK)
        st = durable_reader(sender_table(w->sender), &w->reader, err);
    if (st == ST_OK)
        st = known_new(sender_table(w->sender), &w->known, err);
    if (st != ST_OK)
        return st;
    follow(w);
    return clerk_start(&(struct clerk_options){.sender = w->sender,
                                               .known = w->known,
                                               .healthy = &w->healthy},
                       &w->clerk, err);
}

/* ---- the door ---- */

static void set_routes(struct life *l)
{
    const struct http_route routes[] = {
        {"GET", "/s/*", web_get_invited, &l->web, 0},
        {"POST", "/s/*", web_post_invited, &l->web, BODY_MAX},
        {"GET", "/o/*", web_get_open, &l->web, 0},
        {"POST", "/o/*", web_post_open, &l->web, BODY_MAX},
        {"POST", "/v1/responses", web_post_response, &l->web, JSON_BODY_MAX}};

    memcpy(l->routes, routes, sizeof routes);
}

/* The address is a secret: it is told to nobody and kept nowhere. */
static void set_headers(struct life *l)
{
    const struct http_header_pair headers[] = {
        {"Content-Security-Policy", l->csp},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"},
        {"X-Robots-Tag", "noindex, nofollow"},
        {"Strict-Transport-Security", "max-age=31536000"}};
    const bool tls = *l->web.settings->tls_certificate;

    page_csp(l->csp);
    memcpy(l->headers, headers, sizeof headers);
    l->header_count = sizeof headers / sizeof *headers - !tls;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static enum status open_door(struct life *l, struct err *err)
{
    const struct web_settings *s = l->web.settings;
    struct http_options o = {.address = s->listen,
                             .routes = l->routes,
                             .count = sizeof l->routes / sizeof *l->routes -
                                      !l->web.api_keys,
                             .connections = (unsigned)s->connections,
                             .deadline_ms = HTTP_DEADLINE_MS,
                             .headers = l->headers,
                             .tls_certificate = or_null(s->tls_certificate),
                             .tls_key = or_null(s->tls_key),
                             .tls_clients = or_null(s->tls_clients),
                             .missing = web_missing,
                             .missing_ctx = &l->web};
    enum status st = ST_OK;

    set_routes(l);
    set_headers(l);
    o.header_count = l->header_count;
    if (*s->metrics)
        st = metrics_serve(s->metrics, l->table, web_counters_table(l->table),
                           &l->web.healthy, &l->metrics, err);
    return st == ST_OK ? http_start(&o, &l->http, err) : st;
}

/* ---- its life ---- */

static void count(const struct life *l)
{
    struct http_counts c;

    http_counts(l->http, &c);
    metric_set(&web_counters.transport[HTTP_REQUESTS], (int64_t)c.requests);
    metric_set(&web_counters.transport[HTTP_OVERSIZE], (int64_t)c.oversize);
    metric_set(&web_counters.transport[HTTP_LATE], (int64_t)c.late);
    metric_set(&web_counters.transport[HTTP_BAD], (int64_t)c.bad);
}

static void announce(const struct life *l)
{
    const struct web_settings *s = l->web.settings;
    char quoted[LOG_QUOTE_MAX];

    if (l->metrics)
        log_event(LEVEL_INFO, "metrics", "port=%u", metrics_port(l->metrics));
    log_event(LEVEL_INFO, "listening", "address=%s port=%u open=%zu files=%zu",
              log_quote(s->listen, quoted), http_port(l->http), l->web.opens,
              statics_count(l->web.statics));
}

static void close_all(struct life *l)
{
    struct web *w = &l->web;

    if (l->http)
        http_drain(l->http);
    clerk_stop(w->clerk);
    http_stop(&l->http);
    metrics_stop(&l->metrics);
    durable_close(&w->reader);
    sender_close(&w->sender); /* its last words go to the clerk */
    clerk_free(&w->clerk);
    known_free(&w->known);
    standings_free(&w->standings);
    shelf_free(&w->shelf);
    pace_free(&w->pace);
    statics_free(&w->statics);
    api_keys_free(&w->api_keys);
    codes_free(&l->codes);
}

enum status web_run(const struct web_settings *settings,
                    struct service *service, struct err *err)
{
    struct life *l = calloc(1, sizeof *l);
    enum status st;

    if (!l)
        return err_set(err, ST_NOMEM, "out of memory");
    l->web.settings = settings;
    l->web.site = settings->site;
    l->web.site.keep_months = (int)settings->keep_months;
    l->web.pages = (enum page_setting)settings->pages;
    atomic_store(&l->web.healthy, true);
    st = load_files(l, err);
    if (st == ST_OK)
        st = open_clerk(l, err);
    if (st == ST_OK)
        st = open_door(l, err);
    if (st == ST_OK) {
        announce(l);
        while (service_wait(service, COUNT_MS) != SERVICE_STOP)
            count(l);
        log_event(LEVEL_INFO, "stopping", NULL);
    }
    close_all(l);
    free(l);
    if (st == ST_OK)
        log_event(LEVEL_INFO, "stopped", NULL);
    return st;
}
