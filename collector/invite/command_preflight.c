/* command_preflight.c - `manyi-invite preflight`: what a draw would do, made of
 * the same parts as the draw. */
#include <math.h>
#include <stdlib.h>

#include "command.h"
#include "drawing.h"
#include "forecast.h"
#include "settings.h"
#include "summary.h"
#include "surveys/period.h"
#include "surveys/table.h"

static struct drawing_options drawing = {.only_look = true};

static const struct option_spec own[] = {
    {"campaign", OPTION_TEXT, &drawing.plan, "FILE.yaml", "whom to ask what",
     NULL, 0, 0, true},
    {"encoding", OPTION_TEXT, &drawing.encoding, "NAME",
     "of a CSV feed: utf-8 (the default) or gb18030", NULL, 0, 0, true},
    {"skip-bad", OPTION_FLAG, &drawing.skip_bad, NULL,
     "look at the good rows although there are bad ones", NULL, 0, 0, true},
};

/* "2026-11-22 13:05", in Shanghai */
static const char *moment(int64_t at, char out[32])
{
    char day[PERIOD_TEXT];
    const int32_t number = period_day(at);
    const int minutes = (int)((at - period_start(number)) / 60000);

    period_format_day(number, day);
    if (at == INT64_MAX)
        return "not within a year";
    if (at == 0)
        return "-";
    (void)snprintf(out, 32, "%s %02d:%02d", day, minutes / 60, minutes % 60);
    return out;
}

static void put_json(const struct drawing *d, const struct forecast *f,
                     struct json *j)
{
    json_put_object(j, NULL);
    json_put_text(j, "campaign", d->note.campaign);
    summary_counts(&d->note, j);
    summary_strata(&d->audience, j);
    json_put_array(j, "texts");
    for (size_t i = 0; i < f->texts; i++) {
        json_put_object(j, NULL);
        json_put_text(j, "item", f->text[i].item);
        json_put_text(j, "language", f->text[i].language);
        json_put_text(j, "coding", f->text[i].gsm7 ? "gsm7" : "ucs2");
        json_put_integer(j, "units", (int64_t)f->text[i].units);
        json_put_integer(j, "parts", (int64_t)f->text[i].parts);
        json_close(j);
    }
    json_close(j);
    json_put_number(j, "parts", f->parts);
    json_put_number(j, "cost", f->cost);
    json_put_integer(j, "finish_at", f->finish_at);
    json_put_array(j, "provinces");
    for (size_t i = 0; i < f->provinces; i++) {
        const struct forecast_province *p = &f->province[i];

        json_put_object(j, NULL);
        json_put_text(j, "province", p->province);
        json_put_integer(j, "drawn", (int64_t)p->drawn);
        json_put_number(j, "answers", p->answers);
        json_put_number(j, "margin", p->margin);
        json_put_integer(j, "finish_at", p->finish_at);
        json_close(j);
    }
    json_close(j);
    json_close(j);
}

static enum status print_texts(const struct forecast *f)
{
    static const char *const titles[] = {"text", "language", "coding", ">units",
                                         ">parts"};
    struct table *t = NULL;
    enum status st = table_new(5, titles, &t);

    for (size_t i = 0; i < f->texts && st == ST_OK; i++) {
        const struct forecast_text *x = &f->text[i];
        char units[24], parts[24];
        const char *const cells[] = {*x->item ? x->item : "link", x->language,
                                     x->gsm7 ? "GSM-7" : "UCS-2", units, parts};

        (void)snprintf(units, sizeof units, "%zu", x->units);
        (void)snprintf(parts, sizeof parts, "%zu", x->parts);
        st = table_row(t, cells);
    }
    if (st == ST_OK)
        st = table_print(t, stdout);
    table_free(&t);
    return st;
}

static enum status print_provinces(const struct forecast *f)
{
    static const char *const titles[] = {"province", ">drawn", ">answers",
                                         ">margin", "done by"};
    struct table *t = NULL;
    enum status st = table_new(5, titles, &t);

    for (size_t i = 0; i < f->provinces && st == ST_OK; i++) {
        const struct forecast_province *p = &f->province[i];
        char drawn[24], answers[24], margin[24], done[32];
        const char *const cells[] = {*p->province ? p->province : "-", drawn,
                                     answers, margin,
                                     moment(p->finish_at, done)};

        (void)snprintf(drawn, sizeof drawn, "%llu",
                       (unsigned long long)p->drawn);
        (void)snprintf(answers, sizeof answers, "%.0f", p->answers);
        if (isnan(p->margin))
            (void)snprintf(margin, sizeof margin, "-");
        else
            (void)snprintf(margin, sizeof margin, "±%.1f", p->margin);
        st = table_row(t, cells);
    }
    if (st == ST_OK)
        st = table_print(t, stdout);
    table_free(&t);
    return st;
}

static enum status print(const struct drawing *d, const struct forecast *f,
                         struct err *err)
{
    struct json *j = NULL;
    char done[32];
    enum status st;

    if (invite_settings.json) {
        j = json_new();
        put_json(d, f, j);
        st = json_end(&j, stdout);
    } else {
        summary_counts_text(&d->note);
        st = summary_strata_table(&d->audience);
        if (st == ST_OK)
            st = print_texts(f);
        printf("parts=%.0f cost=%.2f done=%s\n", f->parts, f->cost,
               moment(f->finish_at, done));
        if (st == ST_OK)
            st = print_provinces(f);
    }
    return st == ST_OK ? st : err_set(err, st, "out of memory");
}

static enum status look(struct drawing *d, struct err *err)
{
    struct forecast *f = malloc(sizeof *f);
    struct calendar *calendar = NULL;
    enum status st = f ? calendar_load(invite_settings.calendar, &calendar, err)
                       : err_set(err, ST_NOMEM, "out of memory");

    if (st == ST_OK)
        st = drawing_ask(d, err);
    if (st == ST_OK)
        st = drawing_read(d, err);
    if (st == ST_OK)
        st = forecast_make(&d->audience, calendar, f, err);
    if (st == ST_OK)
        st = print(d, f, err);
    calendar_free(&calendar);
    free(f);
    return st;
}

static enum status preflight(int count, char **operand, struct err *err)
{
    struct drawing d;
    enum status st;

    (void)count;
    if (!drawing.plan)
        return err_set(err, ST_INVALID, "--campaign FILE.yaml is missing");
    drawing.feed = operand[0];
    st = drawing_prepare(&d, &drawing, err);
    if (st == ST_OK)
        st = look(&d, err);
    drawing_free(&d);
    return st;
}

int command_preflight(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite preflight",
        .usage = "[-c FILE] --campaign FILE.yaml [OPTION]... "
                 "FEED.csv|FEED.jsonl|-",
        .summary = "Tell what a draw would do: audience, parts, cost, end, "
                   "margin of error.  Nothing is made or sent.",
        .own = own,
        .own_count = sizeof own / sizeof *own,
        .least = 1,
        .most = 1,
        .run = preflight};

    return invite_run(&command, argc, argv);
}
