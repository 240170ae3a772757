/* counters.h - what manyi-sms counts. */
#ifndef SMS_COUNTERS_H
#define SMS_COUNTERS_H

#include "collector/metrics.h"
#include "talk.h"

enum sms_counter {
    TEXT_ANSWER,
    TEXT_MISSING,
    TEXT_UNCLEAR,
    TEXT_COMMENT,
    TEXT_LATE,
    TEXT_EARLY,
    TEXT_REPEATED,
    TEXT_OPT_OUT,
    TEXT_OPT_IN,
    TEXT_STRANGER,
    TEXT_ELSEWHERE,
    TEXT_BAD,
    TEXT_FORGED,
    REPORT_TAKEN,
    REPORT_FORGED,
    REPORT_BAD,
    CALL_TAKEN,
    CALL_LATER,
    CALL_NEVER,
    CALL_UNSURE,
    PULLED_NEW,
    PULLED_BAD,
    OVER_COMPLETE,
    OVER_PARTIAL,
    OVER_SILENT,
    OVER_OTHER,
    COMMITS_FAILED,
    CALLBACKS_REFUSED,
    CALLS_UNDER_WAY,
    OWED,
    SMS_COUNTERS
};

extern struct metric sms_metrics[SMS_COUNTERS];
/* The table for metrics_serve. */
extern struct metric *const sms_metric_table[SMS_COUNTERS];

static inline void sms_count(enum sms_counter c)
{
    metric_add(&sms_metrics[c], 1);
}

#endif
