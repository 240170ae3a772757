/* metrics.c - see collector/metrics.h. */
#include "collector/metrics.h"

#include <stdlib.h>

#include "collector/http.h"

/* Prometheus and a probe or two; more wait their turn. */
#define CONNECTIONS 32

struct metrics_server {
    struct metric *const *table;
    size_t count;
    const _Atomic bool *healthy;
    struct http_route routes[2];
    struct http_server *http;
};

static bool new_name(struct metric *const *table, size_t i)
{
    return i == 0 || !streq(table[i - 1]->name, table[i]->name);
}

enum status metrics_print(struct metric *const *table, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct metric *m = table[i];
        const bool labels = m->labels[0] != '\0';

        if (new_name(table, i))
            fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help,
                    m->name, m->gauge ? "gauge" : "counter");
        fprintf(
            out, "%s%s%s%s %lld\n", m->name, labels ? "{" : "", m->labels,
            labels ? "}" : "",
            (long long)atomic_load_explicit(&m->value, memory_order_relaxed));
    }
    return ferror(out) ? ST_IO : ST_OK;
}

static enum status answer_metrics(void *ctx, const struct http_request *request,
                                  struct http_answer *answer)
{
    const struct metrics_server *m = ctx;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    enum status st;

    (void)request;
    if (!out)
        return ST_NOMEM;
    st = metrics_print(m->table, m->count, out);
    if (fclose(out) != 0)
        st = ST_NOMEM;
    if (st == ST_OK)
        st = buffer_add(&answer->body, text, len);
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
    free(text);
    return st;
}

static enum status answer_health(void *ctx, const struct http_request *request,
                                 struct http_answer *answer)
{
    const struct metrics_server *m = ctx;
    const bool healthy = atomic_load(m->healthy);
    const char *word = healthy ? "ok\n" : "not healthy\n";

    (void)request;
    answer->status = healthy ? 200 : 503;
    return buffer_add(&answer->body, word, strlen(word));
}

enum status metrics_serve(const char *address, struct metric *const *table,
                          size_t count, const _Atomic bool *healthy,
                          struct metrics_server **out, struct err *err)
{
    struct metrics_server *m = calloc(1, sizeof *m);
    struct http_options o = {.address = address,
                             .loopback = true,
                             .count = 2,
                             .connections = CONNECTIONS,
                             .deadline_ms = HTTP_DEADLINE_MS};
    enum status st;

    if (!m)
        return err_set(err, ST_NOMEM, "out of memory");
    *m = (struct metrics_server){
        .table = table, .count = count, .healthy = healthy};
    m->routes[0] = (struct http_route){"GET", "/metrics", answer_metrics, m, 0};
    m->routes[1] = (struct http_route){"GET", "/healthz", answer_health, m, 0};
    o.routes = m->routes;
    st = http_start(&o, &m->http, err);
    if (st == ST_OK)
        *out = m;
    else
        free(m);
    return st;
}

unsigned metrics_port(const struct metrics_server *m)
{
    return http_port(m->http);
}

void metrics_stop(struct metrics_server **m)
{
    if (!*m)
        return;
    http_stop(&(*m)->http);
    free(*m);
    *m = NULL;
}
