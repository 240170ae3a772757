/* request_options.c - the options that requests have in common. */
#include "request_texts.h"

#include <string.h>

static const char *const weight_words[] = {"refit", "frozen", NULL};
static const char *const reader_words[] = {"analyst", "reader", NULL};
static const char *const rollup_words[] = {"equal", "design", "users",
                                           "revenue", NULL};

static const char *const people_words[] = {"none", "design", "population",
                                           NULL};

struct shared {
    unsigned kinds; /* that have it */
    struct option_spec spec;
};

/* What is about indices alone. */
static size_t score_options(struct request_words *w, struct request *r,
                            struct option_spec *out)
{
    const struct option_spec own[] = {
        {"item-weights", OPTION_CHOICE, &w->weights, "HOW",
         "fitted on the period, or on a base", weight_words, 0, 0, true},
        {"base", OPTION_TEXT, &w->base, "FROM..TO",
         "months that frozen item weights are fitted on", NULL, 0, 0, true},
        {"rollup", OPTION_CHOICE, &w->rollup, "HOW",
         "weights of a family's surveys", rollup_words, 0, 0, true},
        {"rollup-file", OPTION_TEXT, &w->rollup_file, "CSV",
         "columns product, users, revenue", NULL, 0, 0, true},
        {"weighting", OPTION_CHOICE, &w->weighting, "HOW",
         "weights of people: by the draw's rates, and to a population",
         people_words, 0, 0, true},
        {"population", OPTION_TEXT, &w->population, "CSV",
         "dimensions, period and population", NULL, 0, 0, true},
        {"weight-limits", OPTION_TEXT, &w->limits, "LOW,HIGH",
         "of a weight, in parts of the mean weight", NULL, 0, 0, true},
        {"construct", OPTION_TEXT, &w->construct, "CODE",
         "this one only (default: all)", NULL, 0, 0, true},
        {"as", OPTION_CHOICE, &w->reader, "WHO",
         "who asks: an analyst sees all, a reader what is published",
         reader_words, 0, 0, true},
        {"cube", OPTION_TEXT, &r->cube, "FILE",
         "sums kept between runs (default: beside the store)", NULL, 0, 0,
         true},
        {"key", OPTION_TEXT, &r->key, "FILE",
         "of a serve: our own key, made by manyi-keys", NULL, 0, 0, true},
        {"server-key", OPTION_TEXT, &r->server_key, "FILE",
         "of a serve: its public key", NULL, 0, 0, true},
    };

    memcpy(out, own, sizeof own);
    return sizeof own / sizeof *own;
}

size_t request_options(enum request_kind kind, struct request_words *w,
                       struct request *r, struct option_spec *out)
{
    const struct shared shared[] = {
        {REQUEST_ALL & ~(unsigned)REQUEST_SCORES,
         {"store", OPTION_TEXT, &r->store, "URL", "sqlite:FILE", NULL, 0, 0,
          true}},
        {REQUEST_SCORES,
         {"store", OPTION_TEXT, &r->store, "URL",
          "sqlite:FILE, or tcp://HOST:PORT of a manyi-scorer serve", NULL, 0, 0,
          true}},
        {REQUEST_SCORES,
         {"survey", OPTION_TEXT, &w->survey, "CODE", "survey or family", NULL,
          0, 0, true}},
        {REQUEST_ROWS,
         {"survey", OPTION_TEXT, &w->survey, "FILE|CODE",
          "definition with the model; its code in the store", NULL, 0, 0,
          true}},
        {REQUEST_ALL,
         {"from", OPTION_TEXT, &w->from, "DATE",
          "first local day or month of the events", NULL, 0, 0, true}},
        {REQUEST_ALL,
         {"to", OPTION_TEXT, &w->to, "DATE",
          "last one (default: of its month; neither: this month)", NULL, 0, 0,
          true}},
        {REQUEST_SCORES,
         {"by", OPTION_TEXT, &w->by, "DIMENSIONS",
          "split by these, with commas between", NULL, 0, 0, true}},
        {REQUEST_ALL,
         {"where", OPTION_TEXT, &w->where, "DIMENSION=CODE[,CODE]...",
          "only these; may be given again", NULL, 0, 0, true}},
        {REQUEST_ROWS | REQUEST_SCORES,
         {"frame", OPTION_TEXT, &w->frame, "FRAMES",
          "how they came to be asked (default: invited)", NULL, 0, 0, true}},
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (shared[i].kinds & (unsigned)kind)
            out[n++] = shared[i].spec;
    if (kind == REQUEST_SCORES)
        n += score_options(w, r, out + n);
    return n;
}
