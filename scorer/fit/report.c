/* report.c - the sections of the report, one after the other.  See report.h.
 */
#include "report.h"

#include <stdlib.h>

static const struct report_section *const sections[] = {
    &section_errors,         &section_intervals,       &section_tests,
    &section_fixed_weights,  &section_consistent,      &section_higher,
    &section_reliability,    &section_fornell_larcker, &section_htmt,
    &section_cross_loadings, &section_vif_items,       &section_arrows,
    &section_indirect,       &section_importance,      &section_interactions,
    &section_model_fit,      &section_prediction,      &section_blindfolding,
    &section_groups,         &section_verdicts, /* of those before */
};

enum { SECTIONS = sizeof sections / sizeof *sections };

struct report {
    struct part {
        bool there;
        bool refused;
        struct err cause;
        void *state;
    } part[SECTIONS];
};

static bool wanted(const struct report_section *s,
                   const struct fit_asked *asked)
{
    return s->wanted ? s->wanted(asked) : asked->report;
}

uint32_t report_measures(const struct fit_asked *asked)
{
    uint32_t measures = 0;

    for (size_t i = 0; i < SECTIONS; i++)
        if (wanted(sections[i], asked))
            measures |= sections[i]->measures;
    return measures;
}

static enum status make(const struct report_section *s,
                        const struct fit_result *r, struct part *p,
                        struct err *err)
{
    enum status st;

    if (!wanted(s, r->asked))
        return ST_OK;
    (void)err_set(&p->cause, ST_NOMEM, "out of memory");
    st = s->make(r, &p->state, &p->cause);
    if (st == ST_NOTFOUND)
        return ST_OK;
    p->there = true;
    p->refused = st == ST_NUMERIC;
    return st == ST_OK || p->refused ? ST_OK
                                     : err_set(err, st, "%s", p->cause.text);
}

enum status report_make(const struct fit_result *r, struct report **out,
                        struct err *err)
{
    struct report *report = calloc(1, sizeof *report);
    enum status st = ST_OK;

    if (!report)
        return err_set(err, ST_NOMEM, "out of memory");
    for (size_t i = 0; i < SECTIONS && st == ST_OK; i++)
        st = make(sections[i], r, &report->part[i], err);
    if (st == ST_OK)
        *out = report;
    else
        report_free(&report);
    return st;
}

void report_free(struct report **report)
{
    if (!*report)
        return;
    for (size_t i = 0; i < SECTIONS; i++)
        if (sections[i]->drop)
            sections[i]->drop(&(*report)->part[i].state);
        else
            free((*report)->part[i].state);
    free(*report);
    *report = NULL;
}

static void write_heading(const char *title, FILE *out)
{
    (void)fprintf(out, "\n%s\n", title);
    for (const char *c = title; *c; c++)
        (void)fputc('-', out);
    (void)fputc('\n', out);
}

enum status report_text(const struct report *report, const struct fit_result *r,
                        FILE *out)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < SECTIONS && st == ST_OK; i++) {
        const struct part *p = &report->part[i];

        if (!p->there)
            continue;
        write_heading(sections[i]->title, out);
        if (p->refused)
            (void)fprintf(out, "not computed: %s\n", p->cause.text);
        else
            st = sections[i]->text(r, p->state, out);
    }
    return st;
}

void report_json(const struct report *report, const struct fit_result *r,
                 struct json *j)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        const struct part *p = &report->part[i];

        if (p->refused) {
            json_put_object(j, sections[i]->name);
            json_put_text(j, "refused", p->cause.text);
            json_close(j);
        } else if (p->there) {
            sections[i]->json(r, p->state, sections[i]->name, j);
        }
    }
}
