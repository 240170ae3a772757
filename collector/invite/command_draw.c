/* command_draw.c - `manyi-invite draw`, `send` and `draws`. */
#include <stdlib.h>

#include "collector/log.h"
#include "command.h"
#include "counters.h"
#include "drawing.h"
#include "settings.h"
#include "summary.h"
#include "surveys/period.h"

static struct drawing_options drawing;

static const struct option_spec draw_options[] = {
    {"campaign", OPTION_TEXT, &drawing.plan, "FILE.yaml", "whom to ask what",
     NULL, 0, 0, true},
    {"encoding", OPTION_TEXT, &drawing.encoding, "NAME",
     "of a CSV feed: utf-8 (the default) or gb18030", NULL, 0, 0, true},
    {"skip-bad", OPTION_FLAG, &drawing.skip_bad, NULL,
     "draw from the good rows although there are bad ones", NULL, 0, 0, true},
};

static void tell(const struct drawing *d)
{
    log_event(LEVEL_INFO, "drawn",
              "campaign=%s rows=%llu bad=%llu seen=%llu events=%llu "
              "eligible=%llu drawn=%llu ms=%lld",
              d->note.campaign, (unsigned long long)d->note.rows,
              (unsigned long long)d->note.bad, (unsigned long long)d->note.seen,
              (unsigned long long)d->note.events,
              (unsigned long long)d->note.eligible,
              (unsigned long long)d->note.drawn,
              (long long)(invite_clock() - d->now));
}

/* What the collector would not take stays in the outbox with its reason. */
static enum status check_refused(struct sender *s, struct err *err)
{
    struct outbox_counts counts;

    sender_counts(s, &counts);
    if (!counts.refused)
        return ST_OK;
    return err_set(err, ST_REFUSED,
                   "the collector refused %llu; `manyi-agent outbox %s list` "
                   "says why",
                   (unsigned long long)counts.refused, invite_settings.outbox);
}

static enum status finish(struct drawing *d, struct err *err)
{
    struct err later = {""};
    enum status st = invite_send(d->sender, err), printed;

    printed = summary_print(d, invite_settings.json, &later);
    if (st == ST_OK)
        st = check_refused(d->sender, err);
    if (st == ST_OK && printed != ST_OK)
        st = err_set(err, printed, "%s", later.text);
    return st;
}

static enum status draw(int count, char **operand, struct err *err)
{
    struct drawing d;
    enum status st;

    (void)count;
    if (!drawing.plan)
        return err_set(err, ST_INVALID, "--campaign FILE.yaml is missing");
    drawing.feed = operand[0];
    st = drawing_prepare(&d, &drawing, err);
    if (st == ST_OK)
        st = drawing_ask(&d, err);
    if (st == ST_OK)
        st = drawing_read(&d, err);
    if (st == ST_OK)
        st = drawing_put(&d, err);
    if (st == ST_OK) {
        tell(&d);
        st = finish(&d, err);
        if (*invite_settings.metrics)
            counters_write(invite_settings.metrics, &d.state, d.sender);
    }
    drawing_free(&d);
    return st;
}

int command_draw(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite draw",
        .usage = "[-c FILE] --campaign FILE.yaml [OPTION]... "
                 "FEED.csv|FEED.jsonl|-",
        .summary = "Draw from a feed of service events, and send the "
                   "invitations.",
        .own = draw_options,
        .own_count = sizeof draw_options / sizeof *draw_options,
        .least = 1,
        .most = 1,
        .run = draw};

    return invite_run(&command, argc, argv);
}

/* ---- what is still owed ---- */

static enum status send(int count, char **operand, struct err *err)
{
    struct sender *s = NULL;
    struct outbox_counts counts;
    enum status st = invite_connect(true, &s, err);

    (void)count;
    (void)operand;
    if (st != ST_OK)
        return st;
    st = invite_send(s, err);
    sender_counts(s, &counts);
    printf("owed_messages=%llu acknowledged_messages=%llu refused=%llu\n",
           (unsigned long long)counts.pending,
           (unsigned long long)counts.acknowledged,
           (unsigned long long)counts.refused);
    if (st == ST_OK)
        st = check_refused(s, err);
    sender_close(&s);
    return st;
}

int command_send(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite send",
        .usage = "[-c FILE] [OPTION]...",
        .summary = "Send what earlier draws still owe to the collector.",
        .run = send};

    return invite_run(&command, argc, argv);
}

/* ---- the draws that were made ---- */

static enum status tell_draw(void *ctx, const struct draw_note *n)
{
    char day[PERIOD_TEXT], seed[2 * PLAN_SEED_SIZE + 1],
        feed[2 * HASH_SIZE + 1];
    struct json *j = ctx;

    bytes_hex(n->seed, PLAN_SEED_SIZE, seed);
    bytes_hex(n->feed, HASH_SIZE, feed);
    if (j) {
        json_put_object(j, NULL);
        json_put_text(j, "campaign", n->campaign);
        json_put_integer(j, "at", n->at);
        json_put_text(j, "seed", seed);
        json_put_text(j, "feed", feed);
        summary_counts(n, j);
        json_put_integer(j, "first_serial", n->first);
        json_close(j);
        return ST_OK;
    }
    period_format_day(period_day(n->at), day);
    printf("%s ", day);
    summary_counts_text(n);
    printf("seed=%s\nfeed=%s\n", seed, feed);
    return ST_OK;
}

static enum status draws(int count, char **operand, struct err *err)
{
    struct json *j = invite_settings.json ? json_new() : NULL;
    struct sender *s = NULL;
    struct state state = {.table = NULL};
    enum status st = invite_connect(true, &s, err);

    (void)count;
    (void)operand;
    if (st == ST_OK) {
        state_open(&state, sender_table(s), "");
        if (j)
            json_put_array(j, NULL);
        st = state_draws(&state, tell_draw, j, err);
        if (j)
            json_close(j);
    }
    if (invite_settings.json && json_end(&j, stdout) != ST_OK && st == ST_OK)
        st = err_set(err, ST_NOMEM, "out of memory");
    state_close(&state);
    sender_close(&s);
    return st;
}

int command_draws(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite draws",
        .usage = "[-c FILE] [OPTION]...",
        .summary = "List the draws that were made, with what is needed to "
                   "make them again.",
        .run = draws};

    return invite_run(&command, argc, argv);
}
