/* sample.c - writes a generated national sample as the CSV that
 * `manyi-agent import` reads: a month of answers to one of the tcsi surveys
 * from 31 provinces, one customer in a thousand of each stratum (province and
 * area).  population.h says what is true of it.  The same options give the
 * same bytes.  A million rows take about a second.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "population.h"
#include "surveys/period.h"

static const char usage[] =
    "usage: sample --rows N --product FIX|MOB|BBD [--seed S] [--month "
    "YYYY-MM]\n"
    "              [--channel sms|web|agent] [--out FILE]\n";

static const char *const product_names[PRODUCTS] = {"FIX", "MOB", "BBD"};
static const char *const channel_names[CHANNELS_MIXED] = {"sms", "web",
                                                          "agent"};

enum { DAY_MS = 86400 * 1000, DELAY_MS = 6 * 3600 * 1000 };
enum { LINE_BYTES = 320 };

/* Which of a person's numbers is for what. */
enum { NUMBER_EVENT, NUMBER_DELAY, NUMBER_DURATION };

struct options {
    struct population population;
    uint64_t rows;
    int32_t first, last; /* local days of events */
    const char *out;     /* NULL: standard output */
};

static char *put(char *at, const char *text)
{
    return stpcpy(at, text);
}

static char *put_two(char *at, unsigned n)
{
    *at++ = (char)('0' + n / 10);
    *at++ = (char)('0' + n % 10);
    return at;
}

static char *put_number(char *at, uint64_t n)
{
    char digits[20];
    size_t len = 0;

    do
        digits[len++] = (char)('0' + n % 10);
    while (n /= 10);
    while (len)
        *at++ = digits[--len];
    return at;
}

/* A local time, RFC 3339, from milliseconds behind the local midnight of
 * `first`.  Formatting a date is slow, so the last one is kept. */
static char *put_time(char *at, int32_t first, uint32_t ms)
{
    static char text[PERIOD_TEXT];
    static int32_t formatted = INT32_MIN;
    int32_t day = first + (int32_t)(ms / DAY_MS);
    unsigned second = (unsigned)(ms % DAY_MS / 1000);

    if (day != formatted) {
        period_format_day(day, text);
        formatted = day;
    }
    at = put(at, text);
    *at++ = 'T';
    at = put_two(at, second / 3600);
    *at++ = ':';
    at = put_two(at, second / 60 % 60);
    *at++ = ':';
    at = put_two(at, second % 60);
    return put(at, "+08:00,");
}

static size_t write_header(char *line)
{
    char *at = put(
        line, "operator,product,province,org,channel,frame,entry,"
              "stratum,rate,AREA,event_at,answered_at,duration_ms,respondent");

    for (size_t j = 0; j < POPULATION_ITEMS; j++)
        at = put(put(at, ","), population_item[j]);
    at = put(at, "\n");
    return (size_t)(at - line);
}

static size_t write_person(const struct options *o, const struct person *who,
                           char *line)
{
    static const uint32_t shortest[CHANNELS_MIXED] = {20000, 90000, 180000};
    uint32_t span = (uint32_t)(o->last - o->first + 1) * DAY_MS;
    uint32_t event = population_number(who, NUMBER_EVENT, span);
    uint32_t least = shortest[who->channel];
    const char *province = population_province[who->province];
    uint8_t respondent[16];
    char *at = put(line, "CT,");

    at = put(put(at, product_names[o->population.product]), ",");
    at = put(put(put(at, province), ",CT"), province);
    at = put(put(put(at, ","), channel_names[who->channel]), ",invited,own,");
    at = put(put(at, province), who->rural ? "-R" : "-U");
    at = put(at, who->rural ? ",0.001,2," : ",0.001,1,");
    at = put_time(at, o->first, event);
    at = put_time(at, o->first,
                  event + population_number(who, NUMBER_DELAY, DELAY_MS));
    at = put_number(at,
                    least + population_number(who, NUMBER_DURATION, 3 * least));
    *at++ = ',';
    population_respondent(who, respondent);
    bytes_hex(respondent, sizeof respondent, at);
    at += 2 * sizeof respondent;
    for (size_t j = 0; j < POPULATION_ITEMS; j++) {
        *at++ = ',';
        if (who->answers[j])
            at = put_number(at, who->answers[j]);
    }
    *at++ = '\n';
    return (size_t)(at - line);
}

static bool write_all(const struct options *o, FILE *out)
{
    char line[LINE_BYTES];

    if (fwrite(line, write_header(line), 1, out) != 1)
        return false;
    for (uint64_t row = 0; row < o->rows; row++) {
        struct person who;

        population_person(&o->population, row, &who);
        if (fwrite(line, write_person(o, &who, line), 1, out) != 1)
            return false;
    }
    return true;
}

static int find(const char *name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (streq(name, names[i]))
            return i;
    return -1;
}

static bool number(const char *text, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return !errno && end != text && !*end && *text != '-';
}

static bool month(const char *text, struct options *o)
{
    struct err err;

    if (strlen(text) == strlen("2026-10") &&
        period_parse_day(text, false, &o->first, &err) == ST_OK &&
        period_parse_day(text, true, &o->last, &err) == ST_OK)
        return true;
    return false;
}

static bool take(int option, struct options *o)
{
    int found;

    switch (option) {
    case 'r':
        return number(optarg, &o->rows);
    case 's':
        return number(optarg, &o->population.seed);
    case 'p':
        found = find(optarg, product_names, PRODUCTS);
        o->population.product = (enum population_product)found;
        return found >= 0;
    case 'c':
        found = find(optarg, channel_names, CHANNELS_MIXED);
        o->population.channel = (enum population_channel)found;
        return found >= 0;
    case 'm':
        return month(optarg, o);
    case 'o':
        o->out = optarg;
        return true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"rows", required_argument, NULL, 'r'},
        {"seed", required_argument, NULL, 's'},
        {"product", required_argument, NULL, 'p'},
        {"channel", required_argument, NULL, 'c'},
        {"month", required_argument, NULL, 'm'},
        {"out", required_argument, NULL, 'o'},
        {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take(option, o))
            return false;
    return optind == argc && o->rows && o->population.product < PRODUCTS;
}

int main(int argc, char **argv)
{
    struct options o = {
        .population = {1, PRODUCTS, CHANNELS_MIXED},
    };
    FILE *out;
    bool ok;

    if (!month("2026-10", &o) || !read_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    out = o.out ? fopen(o.out, "w") : stdout;
    ok = out && write_all(&o, out);
    ok = out && fclose(out) == 0 && ok;
    if (!ok)
        fprintf(stderr, "sample: %s: %s\n", o.out ? o.out : "standard output",
                strerror(errno));
    return ok ? 0 : 1;
}
