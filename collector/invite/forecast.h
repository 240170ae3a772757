/* forecast.h - what a campaign would send, cost and find out, before it does.
 *
 * SMS: 160 septets in one, 153 a part of a longer one; 70 and 67 characters
 * once one character is not in GSM 03.38.  The margin of error of a province is
 * 1.96 sd sqrt(deff / n): n answers at the assumed response, deff the loss by
 * unequal rates (Kish 1965, n sum w^2 / (sum w)^2).
 */
#ifndef INVITE_FORECAST_H
#define INVITE_FORECAST_H

#include "audience.h"
#include "surveys/calendar.h"

#define FORECAST_TEXTS_MAX     (2 * ITEMS_MAX)
#define FORECAST_PROVINCES_MAX 128

struct forecast_text {
    char item[ITEM_CODE_MAX + 1]; /* "" : the message with the link */
    char language[36];
    bool gsm7;
    size_t units, parts;
};

struct forecast_province {
    char province[CODE_MAX + 1];
    uint64_t drawn;
    double answers;    /* expected */
    double margin;     /* of the index, in points; NaN: fewer than 2 answers */
    int64_t finish_at; /* INT64_MAX: not within a year */
    double w, w2;      /* sums of the design weights and their squares */
};

struct forecast {
    size_t texts;
    struct forecast_text text[FORECAST_TEXTS_MAX];
    double parts; /* expected, of all messages to all drawn */
    double cost;
    int64_t finish_at;
    size_t provinces;
    struct forecast_province province[FORECAST_PROVINCES_MAX];
};

/* After audience_select.  ST_RANGE: too many texts or provinces. */
MUST_USE enum status forecast_make(const struct audience *a,
                                   const struct calendar *calendar,
                                   struct forecast *out, struct err *err);

size_t forecast_parts(size_t units, bool gsm7);

#endif
