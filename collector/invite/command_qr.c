/* command_qr.c - `manyi-invite qr`: an open survey's address as a QR code to be
 * printed for one place.
 *
 * What it says of the place is sealed under the token key, so that whoever
 * moves the code to another hall moves the first hall's name with it, and
 * nobody can make one for a hall by hand.  manyi-web checks the seal.
 */
#include <stdlib.h>

#include "collector/token.h"
#include "command.h"
#include "qr_svg.h"
#include "settings.h"
#include "surveys/codes.h"
#include "surveys/period.h"

#define URL_MAX 1024

static struct {
    const char *survey, *base;
    const char *operator, * province, *org, *touchpoint;
} place = {NULL, NULL, "", "", "", ""};

static const struct option_spec own[] = {
    {"survey", OPTION_TEXT, &place.survey, "CODE", "the open survey", NULL, 0,
     0, true},
    {"base", OPTION_TEXT, &place.base, "URL",
     "where manyi-web is reached: https://host", NULL, 0, 0, true},
    {"operator", OPTION_TEXT, &place.operator, "CODE", "of the place", NULL, 0,
     0, true},
    {"province", OPTION_TEXT, &place.province, "CODE", "of the place", NULL, 0,
     0, true},
    {"unit", OPTION_TEXT, &place.org, "CODE", "the place's own", NULL, 0, 0,
     true},
    {"touchpoint", OPTION_TEXT, &place.touchpoint, "CODE", "of the place", NULL,
     0, 0, true},
};

/* A code that is in its table today. */
static enum status check_code(const struct codes *codes, enum code_table table,
                              const char *option, const char *code,
                              struct err *err)
{
    const struct code *found;

    if (!*code)
        return ST_OK;
    found = strlen(code) <= CODE_MAX
                ? codes_find(codes, table, code, period_day(invite_clock()))
                : NULL;
    for (const char *c = code; found && *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '|')
            found = NULL;
    return found ? ST_OK
                 : err_set(err, ST_INVALID, "--%s: no such code: '%s'", option,
                           code);
}

static enum status check_place(struct err *err)
{
    const char *org = *invite_settings.org ? invite_settings.org : NULL;
    struct codes *codes = NULL;
    enum status st = codes_load(invite_settings.codes, org, &codes, err);

    if (st == ST_OK)
        st = check_code(codes, CODES_OPERATOR, "operator", place.operator, err);
    if (st == ST_OK)
        st = check_code(codes, CODES_PROVINCE, "province", place.province, err);
    if (st == ST_OK)
        st = check_code(codes, CODES_ORG, "unit", place.org, err);
    if (st == ST_OK)
        st = check_code(codes, CODES_TOUCHPOINT, "touchpoint", place.touchpoint,
                        err);
    codes_free(&codes);
    return st;
}

static bool is_survey(const char *text)
{
    return *text && strlen(text) <= SURVEY_CODE_MAX &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* "&p=44", with what a query does not take as it stands in hexadecimal. */
static void add_word(char url[URL_MAX], char word, const char *code)
{
    size_t n = strlen(url);

    if (!*code)
        return;
    n += (size_t)snprintf(url + n, URL_MAX - n,
                          "%c%c=", strchr(url, '?') ? '&' : '?', word);
    for (const char *c = code; *c; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') ||
                           (*c >= 'A' && *c <= 'Z') ||
                           (*c >= '0' && *c <= '9') || strchr("_-", *c);

        n +=
            (size_t)snprintf(url + n, URL_MAX - n, plain ? "%c" : "%%%02X", *c);
    }
}

static enum status make_url(char url[URL_MAX], struct err *err)
{
    struct token_key key;
    char text[SURVEY_CODE_MAX + 4 * CODE_MAX + 8];
    char seal[TOKEN_SEAL_LENGTH + 1];
    enum status st = token_key_load(invite_settings.token_key, &key, err);

    if (st != ST_OK)
        return st;
    (void)snprintf(text, sizeof text, "%s|%s|%s|%s|%s", place.survey,
                   place.operator, place.province, place.org, place.touchpoint);
    token_seal(&key, "open", text, seal);
    explicit_bzero(&key, sizeof key);
    (void)snprintf(url, URL_MAX, "%s/o/%s", place.base, place.survey);
    add_word(url, 'p', place.province);
    add_word(url, 'u', place.org);
    add_word(url, 't', place.touchpoint);
    add_word(url, 'o', place.operator);
    if (strchr(url, '?'))
        add_word(url, 's', seal);
    return ST_OK;
}

static enum status qr(int count, char **operand, struct err *err)
{
    struct buffer svg = {0};
    char url[URL_MAX];
    enum status st;

    (void)count;
    (void)operand;
    if (!place.survey || !is_survey(place.survey))
        return err_set(err, ST_INVALID, "--survey CODE is missing, or none");
    if (!place.base ||
        (strncmp(place.base, "https://", 8) != 0 &&
         strncmp(place.base, "http://", 7) != 0) ||
        strlen(place.base) > 512 || strpbrk(place.base, " ?#\"<>"))
        return err_set(err, ST_INVALID,
                       "--base: an address is wanted: https://host");
    st = check_place(err);
    if (st == ST_OK)
        st = make_url(url, err);
    if (st == ST_OK && qr_svg(url, &svg) != ST_OK)
        st = err_set(err, ST_RANGE, "the address is too long for a QR code");
    if (st == ST_OK) {
        (void)fwrite(svg.data, 1, svg.len, stdout);
        fprintf(stderr, "%s\n", url);
    }
    buffer_free(&svg);
    return st;
}

int command_qr(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite qr",
        .usage = "[-c FILE] --survey CODE --base URL [OPTION]...",
        .summary = "Print the QR code of an open survey as SVG, its address "
                   "on stderr.",
        .own = own,
        .own_count = sizeof own / sizeof *own,
        .run = qr};

    return invite_run(&command, argc, argv);
}
