/* counters.c - see counters.h. */
#include "counters.h"

#define TEXTS                                                                  \
    "manyi_sms_texts_total", .help = "Texts that came, by what they were"
#define REPORTS "manyi_sms_reports_total", .help = "Delivery reports that came"
#define CALLS                                                                  \
    "manyi_sms_messages_total",                                                \
        .help = "Messages handed to the gateway, by what it said"
#define PULLED "manyi_sms_invitations_total", .help = "Invitations pulled"
#define TALKS  "manyi_sms_talks_total", .help = "Talks that ended, by how"

struct metric sms_metrics[SMS_COUNTERS] = {
    [TEXT_ANSWER] = {TEXTS, .labels = "kind=\"answer\""},
    [TEXT_MISSING] = {TEXTS, .labels = "kind=\"missing\""},
    [TEXT_UNCLEAR] = {TEXTS, .labels = "kind=\"unclear\""},
    [TEXT_COMMENT] = {TEXTS, .labels = "kind=\"comment\""},
    [TEXT_LATE] = {TEXTS, .labels = "kind=\"late\""},
    [TEXT_EARLY] = {TEXTS, .labels = "kind=\"early\""},
    [TEXT_REPEATED] = {TEXTS, .labels = "kind=\"repeated\""},
    [TEXT_OPT_OUT] = {TEXTS, .labels = "kind=\"opt_out\""},
    [TEXT_OPT_IN] = {TEXTS, .labels = "kind=\"opt_in\""},
    [TEXT_STRANGER] = {TEXTS, .labels = "kind=\"stranger\""},
    [TEXT_ELSEWHERE] = {TEXTS, .labels = "kind=\"other_port\""},
    [TEXT_BAD] = {TEXTS, .labels = "kind=\"bad\""},
    [TEXT_FORGED] = {TEXTS, .labels = "kind=\"forged\""},
    [REPORT_TAKEN] = {REPORTS, .labels = "result=\"taken\""},
    [REPORT_FORGED] = {REPORTS, .labels = "result=\"forged\""},
    [REPORT_BAD] = {REPORTS, .labels = "result=\"bad\""},
    [CALL_TAKEN] = {CALLS, .labels = "result=\"accepted\""},
    [CALL_LATER] = {CALLS, .labels = "result=\"later\""},
    [CALL_NEVER] = {CALLS, .labels = "result=\"refused\""},
    [CALL_UNSURE] = {CALLS, .labels = "result=\"unknown\""},
    [PULLED_NEW] = {PULLED, .labels = "result=\"new\""},
    [PULLED_BAD] = {PULLED, .labels = "result=\"bad\""},
    [OVER_COMPLETE] = {TALKS, .labels = "end=\"complete\""},
    [OVER_PARTIAL] = {TALKS, .labels = "end=\"partial\""},
    [OVER_SILENT] = {TALKS, .labels = "end=\"silent\""},
    [OVER_OTHER] = {TALKS, .labels = "end=\"other\""},
    [COMMITS_FAILED] = {"manyi_sms_commits_failed_total", .labels = "",
                        .help = "Transactions of the outbox that failed"},
    [CALLBACKS_REFUSED] = {"manyi_sms_callbacks_refused_total", .labels = "",
                           .help =
                               "Callbacks answered with 503, to come again"},
    [CALLS_UNDER_WAY] = {"manyi_sms_calls", .labels = "", .gauge = true,
                         .help = "Calls to the gateway under way"},
    [OWED] = {"manyi_sms_outbox_pending", .labels = "", .gauge = true,
              .help = "Messages that the collector has not acknowledged"},
};

#define ROW(c) [c] = &sms_metrics[c]
struct metric *const sms_metric_table[SMS_COUNTERS] = {
    ROW(TEXT_ANSWER),       ROW(TEXT_MISSING),    ROW(TEXT_UNCLEAR),
    ROW(TEXT_COMMENT),      ROW(TEXT_LATE),       ROW(TEXT_EARLY),
    ROW(TEXT_REPEATED),     ROW(TEXT_OPT_OUT),    ROW(TEXT_OPT_IN),
    ROW(TEXT_STRANGER),     ROW(TEXT_ELSEWHERE),  ROW(TEXT_BAD),
    ROW(TEXT_FORGED),       ROW(REPORT_TAKEN),    ROW(REPORT_FORGED),
    ROW(REPORT_BAD),        ROW(CALL_TAKEN),      ROW(CALL_LATER),
    ROW(CALL_NEVER),        ROW(CALL_UNSURE),     ROW(PULLED_NEW),
    ROW(PULLED_BAD),        ROW(OVER_COMPLETE),   ROW(OVER_PARTIAL),
    ROW(OVER_SILENT),       ROW(OVER_OTHER),      ROW(COMMITS_FAILED),
    ROW(CALLBACKS_REFUSED), ROW(CALLS_UNDER_WAY), ROW(OWED)};
