/* counters.c - see counters.h. */
#include "counters.h"

#include <stddef.h>

#define NAME(x) "manyi_web_" x
#define ONE(key, text, what)                                                   \
    {                                                                          \
        .name = NAME(key), .labels = "", .help = text, .gauge = what           \
    }
#define PAGE(page, word)                                                       \
    [page] = {.name = NAME("pages_total"),                                     \
              .labels = "page=\"" word "\"",                                   \
              .help = "Pages made for customers, by kind."}
#define ANSWER(answer, word)                                                   \
    [answer] = {.name = NAME("answers_total"),                                 \
                .labels = "kind=\"" word "\"",                                 \
                .help = "Answers thanked for, by how they came."}
#define REFUSED(reason, word)                                                  \
    [reason] = {.name = NAME("refused_total"),                                 \
                .labels = "reason=\"" word "\"",                               \
                .help = "Requests refused, by reason."}
#define TRANSPORT(what, word)                                                  \
    [what] = {.name = NAME("http_total"),                                      \
              .labels = "what=\"" word "\"",                                   \
              .help = "Requests, and those ended before they were read."}
#define ACK(result, word)                                                      \
    [result] = {.name = NAME("responses_total"),                               \
                .labels = "result=\"" word "\"",                               \
                .help = "Responses acknowledged by the collector, by what "    \
                        "became of them."}

struct web_counters web_counters = {
    .pages = {PAGE(COUNTED_FORM, "form"), PAGE(COUNTED_THANKS, "thanks"),
              PAGE(COUNTED_ANSWERED, "answered"),
              PAGE(COUNTED_EXPIRED, "expired"),
              PAGE(COUNTED_UNKNOWN, "unknown"), PAGE(COUNTED_CLOSED, "closed"),
              PAGE(COUNTED_OWN, "own"), PAGE(COUNTED_OTHER, "other")},
    .answers = {ANSWER(ANSWER_INVITED, "invited"), ANSWER(ANSWER_OPEN, "open"),
                ANSWER(ANSWER_API, "api"),
                ANSWER(ANSWER_CORRECTION, "correction"),
                ANSWER(ANSWER_AGAIN, "again")},
    .refused = {REFUSED(REFUSED_TOKEN, "token"),
                REFUSED(REFUSED_WORDS, "words"), REFUSED(REFUSED_PACE, "pace"),
                REFUSED(REFUSED_TRAP, "trap"), REFUSED(REFUSED_FORM, "form"),
                REFUSED(REFUSED_KEY, "key"), REFUSED(REFUSED_JSON, "json"),
                REFUSED(REFUSED_BUSY, "busy")},
    .transport = {TRANSPORT(HTTP_REQUESTS, "requests"),
                  TRANSPORT(HTTP_OVERSIZE, "oversize"),
                  TRANSPORT(HTTP_LATE, "late"), TRANSPORT(HTTP_BAD, "bad")},
    .acks = {ACK(ACK_ACCEPTED, "accepted"), ACK(ACK_DUPLICATE, "duplicate"),
             ACK(ACK_FILLED, "filled"), ACK(ACK_REFUSED, "refused")},
    .started = ONE("started_total", "Links whose first form was sent.", false),
    .drafts = ONE("drafts_total", "Forms kept without an answer.", false),
    .deleted = ONE("deleted_total", "Answers that customers took back.", false),
    .stopped = ONE("stopped_total", "Customers who want no more of it.", false),
    .commits = ONE("commits_total", "Transactions committed.", false),
    .commit_jobs = ONE("commit_jobs", "Requests in the last one.", true),
    .pending = ONE("outbox_pending", "Messages owed to the collector.", true),
    .up =
        ONE("collector_up", "1: the connection to the collector stands.", true),
    .unasked = ONE("unasked_total",
                   "Links served without the collector's word on them.", false),
    .campaigns = ONE("campaigns", "Campaigns known.", true),
    .surveys = ONE("surveys", "Versions of surveys known.", true),
};

size_t web_counters_table(struct metric *table[WEB_COUNTERS_MAX])
{
    struct metric *const first = (struct metric *)(void *)&web_counters;

    for (size_t i = 0; i < WEB_COUNTERS_MAX; i++)
        table[i] = first + i;
    return WEB_COUNTERS_MAX;
}
