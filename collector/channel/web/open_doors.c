/* open_doors.c - see web.h: open surveys, which anybody may answer.
 *
 * The front asks for nothing; its button gives the visitor an address of their
 * own (pass.h), and from there everything goes as with a link. */
#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "counters.h"
#include "visit.h"

#define WORDS     5
#define QUERY_MAX (WORDS * (3 + 3 * CODE_MAX) + 1)

/* What a QR code says of the place, and its seal. */
static const char *const words[WORDS] = {"p", "u", "t", "o", "s"};

struct front {
    struct visit visit;
    const char *said[WORDS]; /* as they came; NULL: not there */
    char query[QUERY_MAX];   /* the same again */
};

static bool is_open(const struct web *web, const char *code)
{
    for (size_t i = 0; i < web->opens; i++)
        if (streq(web->open[i], code))
            return true;
    return false;
}

/* The words have been read, so they are short and printable. */
static void write_query(struct front *f)
{
    size_t n = 0;

    for (size_t i = 0; i < WORDS; i++) {
        if (!f->said[i])
            continue;
        n += (size_t)snprintf(f->query + n, sizeof f->query - n,
                              "%s%s=", n ? "&" : "", words[i]);
        for (const char *c = f->said[i]; *c; c++) {
            const bool plain = (*c >= 'a' && *c <= 'z') ||
                               (*c >= 'A' && *c <= 'Z') ||
                               (*c >= '0' && *c <= '9') || *c == '_';

            n += (size_t)snprintf(f->query + n, sizeof f->query - n,
                                  plain ? "%c" : "%%%02x", *c);
        }
    }
}

/* false: *refused tells why there is no such front. */
static bool read_front(struct front *f, struct web *web,
                       const struct http_request *request, bool post,
                       enum page_notice *refused)
{
    struct visit *v = &f->visit;
    struct pass_words w;
    const char *size = http_query(request, "size");
    const char *lang = http_query(request, "lang");

    v->web = web;
    v->pass.door = DOOR_OPEN;
    v->now = clock_now();
    v->large = size && streq(size, "large");
    if (lang && strlen(lang) < sizeof v->wish)
        memcpy(v->wish, lang, strlen(lang) + 1);
    page_language(NULL, v->wish, http_header(request, "Accept-Language"),
                  v->language);
    for (size_t i = 0; i < WORDS; i++)
        f->said[i] =
            post ? http_form(request, words[i]) : http_query(request, words[i]);
    w = (struct pass_words){f->said[0], f->said[1], f->said[2], f->said[3],
                            f->said[4]};
    *refused = NOTICE_UNKNOWN;
    if (!is_open(web, request->rest))
        return false;
    if (pass_words(&web->token_key, request->rest, &w, &v->pass) != ST_OK) {
        metric_add(&web_counters.refused[REFUSED_WORDS], 1);
        return false;
    }
    write_query(f);
    v->survey = known_newest(web->known, v->pass.survey);
    page_language(v->survey, v->wish, http_header(request, "Accept-Language"),
                  v->language);
    *refused = NOTICE_BUSY;
    return v->survey;
}

static enum status get_front(struct web *web,
                             const struct http_request *request,
                             struct http_answer *answer)
{
    struct front f = {.query = ""};
    enum page_notice refused;

    if (!read_front(&f, web, request, false, &refused))
        return visit_notice(&f.visit, refused, answer);
    return visit_start(&f.visit, f.query, words, f.said, WORDS, answer);
}

static enum status post_front(struct web *web,
                              const struct http_request *request,
                              struct http_answer *answer)
{
    const char *act = http_form(request, "do");
    const char *trap = http_form(request, PAGE_TRAP);
    struct front f = {.query = ""};
    struct visit *const v = &f.visit;
    char key[PASS_KEY_MAX], to[256];
    uint8_t random[ID_SIZE], id[ID_SIZE];
    enum page_notice refused;

    if (!read_front(&f, web, request, true, &refused))
        return visit_notice(v, refused, answer);
    if ((trap && *trap) || !act || !streq(act, "start")) {
        metric_add(
            &web_counters.refused[trap && *trap ? REFUSED_TRAP : REFUSED_FORM],
            1);
        return visit_notice(v, NOTICE_BAD, answer);
    }
    randombytes_buf(random, sizeof random);
    response_id(v->now, random, id);
    pass_open_key(&web->token_key, &v->pass, id, key);
    (void)snprintf(to, sizeof to, "%s/%s%s%s%s", v->pass.survey, key,
                   *v->wish ? "?lang=" : "", *v->wish ? v->language : "",
                   !v->large  ? ""
                   : *v->wish ? "&size=large"
                              : "?size=large");
    answer->status = 303;
    answer->type = "text/html; charset=utf-8";
    return http_answer_header(answer, "Location", to);
}

enum status web_get_open(void *ctx, const struct http_request *request,
                         struct http_answer *answer)
{
    if (strchr(request->rest, '/'))
        return visit_get(ctx, DOOR_OPEN, request, answer);
    return get_front(ctx, request, answer);
}

enum status web_post_open(void *ctx, const struct http_request *request,
                          struct http_answer *answer)
{
    if (strchr(request->rest, '/'))
        return visit_post(ctx, DOOR_OPEN, request, answer);
    return post_front(ctx, request, answer);
}
