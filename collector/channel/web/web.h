/* web.h - manyi-web as a whole: what it is told, its parts, and its life. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdatomic.h>

#include "clerk.h"
#include "collector/service.h"
#include "collector/token.h"
#include "known.h"
#include "pace.h"
#include "page.h"
#include "shelf.h"
#include "standing.h"
#include "statics.h"
#include "surveys/codes.h"

struct api_keys;

struct web_settings {
    const char *listen;    /* of the pages */
    const char *collector; /* URL */
    const char *server_key, *key, *outbox, *token_key;
    const char *open;       /* survey codes, comma-separated */
    const char *api_keys;   /* file; "": no JSON interface */
    const char *codes;      /* folder: what the JSON interface checks; or "" */
    const char *root_files; /* folder; "": none */
    const char *tls_certificate, *tls_key, *tls_clients; /* "": none */
    const char *metrics;
    int pages; /* enum page_setting */
    int64_t posts_a_minute;
    int64_t connections;
    int64_t question_ms;
    struct page_site site;
    int64_t keep_months;
};

#define OPEN_SURVEYS_MAX 32

/* What the handlers share.  All of it outlives both threads. */
struct web {
    const struct web_settings *settings;
    struct token_key token_key;
    struct page_site site;
    enum page_setting pages;
    size_t opens;
    char open[OPEN_SURVEYS_MAX][SURVEY_CODE_MAX + 1];
    struct sender *sender;  /* the clerk's */
    struct durable *reader; /* the HTTP thread's */
    struct known *known;
    struct standings *standings;
    struct shelf *shelf;
    struct pace *pace; /* the HTTP thread's */
    struct statics *statics;
    struct api_keys *api_keys; /* NULL: none */
    const struct codes *codes; /* NULL: not checked here */
    struct clerk *clerk;
    _Atomic bool healthy;
};

/* Run until told to stop; ST_OK: all that was taken is durable. */
MUST_USE enum status web_run(const struct web_settings *settings,
                             struct service *service, struct err *err);
/* An option_check_fn. */
MUST_USE enum status web_check(const char *option, const char *text,
                               struct err *cause);

/* The list of `open` into web->open. */
MUST_USE enum status web_read_open(const char *text, struct web *web,
                                   struct err *err);

/* ---- handlers; ctx is the web ---- */

http_handler web_get_invited, web_post_invited; /* "/s/" and a token */
http_handler web_get_open, web_post_open; /* "/o/" and a survey, or its key */
http_handler web_post_response;           /* the JSON interface */
http_handler web_missing;                 /* what no route matches */

#endif
