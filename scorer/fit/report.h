/* report.h - what `manyi-scorer fit` says about a model beyond its estimates.
 *
 * The report is a list of sections, one small file each (section_NAME.c),
 * printed behind the estimates in the order of the list in report.c.  To add
 * one: write the file, declare its section below and put it into the list.
 * What only it is asked for stands in struct fit_asked (fit.h) and is set by
 * an option line in fit_command.c.
 *
 * All sections compute before anything is printed; what one of them cannot
 * compute is said in its place, and does not disturb the others.
 */
#ifndef SCORER_FIT_REPORT_H
#define SCORER_FIT_REPORT_H

#include "fit.h"
#include "surveys/json.h"

struct report_section {
    const char *name;  /* its member of the JSON document */
    const char *title; /* its heading in the text */
    /* Whether it is asked for; NULL: with --report. */
    bool (*wanted)(const struct fit_asked *asked);
    uint32_t measures; /* FIT_MEASURE(...): replicated for it */
    /* Compute what is printed into *state, which `drop` frees.  ST_NOTFOUND:
     * there is nothing to say, the section is left out.  ST_NUMERIC: the cause
     * is printed instead.  All else ends the program with *err. */
    enum status (*make)(const struct fit_result *r, void **state,
                        struct err *err);
    /* Print it, without the heading. */
    enum status (*text)(const struct fit_result *r, const void *state,
                        FILE *out);
    /* Put exactly one member (or several in one object) under `key`. */
    void (*json)(const struct fit_result *r, const void *state, const char *key,
                 struct json *j);
    void (*drop)(void **state); /* NULL: free */
};

/* The measures of all sections that are asked for. */
uint32_t report_measures(const struct fit_asked *asked);

/* What all sections that are asked for have computed. */
struct report;

MUST_USE enum status report_make(const struct fit_result *r,
                                 struct report **out, struct err *err);
void report_free(struct report **report);
MUST_USE enum status report_text(const struct report *report,
                                 const struct fit_result *r, FILE *out);
void report_json(const struct report *report, const struct fit_result *r,
                 struct json *j);

/* For sections: a table of numbers with a column a construct, as many abreast
 * as fit on a line.  NaN is "-". */
struct report_matrix {
    const struct pls_model *model;
    const char *title; /* of the first column */
    size_t rows;
    const char *(*code)(const struct pls_model *m, size_t row);
    const double *value; /* rows x constructs */
    int digits;
    bool lower; /* nothing above the diagonal */
};

MUST_USE enum status report_matrix_text(const struct report_matrix *x,
                                        FILE *out);
/* {row: {construct: number}} under `key`. */
void report_matrix_json(const struct report_matrix *x, const char *key,
                        struct json *j);

/* The upper limits of the intervals of HTMT (constructs x constructs) into
 * `high`, which is returned; NULL when there are none. */
const double *report_htmt_high(const struct fit_result *r, double *high);

/* The sections, in the order of the report. */
extern const struct report_section section_errors;
extern const struct report_section section_intervals;
extern const struct report_section section_tests;
extern const struct report_section section_fixed_weights;
extern const struct report_section section_consistent;
extern const struct report_section section_higher;
extern const struct report_section section_reliability;
extern const struct report_section section_fornell_larcker;
extern const struct report_section section_htmt;
extern const struct report_section section_cross_loadings;
extern const struct report_section section_vif_items;
extern const struct report_section section_arrows;
extern const struct report_section section_indirect;
extern const struct report_section section_interactions;
extern const struct report_section section_importance;
extern const struct report_section section_model_fit;
extern const struct report_section section_verdicts;
extern const struct report_section section_prediction;
extern const struct report_section section_blindfolding;
extern const struct report_section section_groups;

#endif
