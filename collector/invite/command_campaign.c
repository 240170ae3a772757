/* command_campaign.c - orders to the collector about campaigns, and the list of
 * them. */
#include <stdlib.h>

#include "ask.h"
#include "command.h"
#include "plan.h"
#include "settings.h"
#include "surveys/json.h"
#include "surveys/table.h"

/* ---- one line or object a campaign ---- */

struct listing {
    struct table *table;
    struct json *json;
};

static void put_json(struct json *j, const struct campaign *c)
{
    json_put_object(j, NULL);
    json_put_text(j, "campaign", c->plan.campaign);
    json_put_integer(j, "number", c->number);
    json_put_text(j, "survey", c->plan.survey);
    json_put_text(
        j, "purpose",
        campaign_purpose_name((enum campaign_purpose)c->plan.purpose));
    json_put_text(j, "state",
                  campaign_state_name((enum campaign_state)c->state));
    json_put_text(j, "drafted_by", c->drafted_by);
    json_put_text(j, "approved_by", c->approved_by);
    json_put_text(j, "reason", c->reason);
    json_put_integer(j, "invitations", (int64_t)c->invitations);
    json_put_integer(j, "leased", (int64_t)c->leased);
    json_put_integer(j, "sent", (int64_t)c->sent);
    json_put_integer(j, "failed", (int64_t)c->failed);
    json_put_integer(j, "opted_out", (int64_t)c->opted_out);
    json_put_integer(j, "escalated", (int64_t)c->escalated);
    json_close(j);
}

static enum status put_row(struct table *t, const struct campaign *c)
{
    char number[6][24];
    const uint64_t value[6] = {c->invitations, c->leased,    c->sent,
                               c->failed,      c->opted_out, c->escalated};
    const char *const cells[] = {
        c->plan.campaign,
        c->plan.survey,
        campaign_purpose_name((enum campaign_purpose)c->plan.purpose),
        campaign_state_name((enum campaign_state)c->state),
        number[0],
        number[1],
        number[2],
        number[3],
        number[4],
        number[5],
        c->reason};

    for (size_t i = 0; i < 6; i++)
        (void)snprintf(number[i], sizeof number[i], "%llu",
                       (unsigned long long)value[i]);
    return table_row(t, cells);
}

static enum status put(void *ctx, const struct campaign *c)
{
    struct listing *l = ctx;

    if (l->table)
        return put_row(l->table, c);
    put_json(l->json, c);
    return ST_OK;
}

static enum status begin(struct listing *l)
{
    static const char *const titles[] = {"campaign",   "survey",   "purpose",
                                         "state",      ">invited", ">leased",
                                         ">sent",      ">failed",  ">opted out",
                                         ">escalated", "reason"};

    *l = (struct listing){NULL, NULL};
    if (!invite_settings.json)
        return table_new(sizeof titles / sizeof *titles, titles, &l->table);
    l->json = json_new();
    json_put_array(l->json, NULL);
    return ST_OK;
}

/* Prints what was put when all went well. */
static enum status end(struct listing *l, enum status st, struct err *err)
{
    enum status printed = ST_OK;

    if (l->table && st == ST_OK)
        printed = table_print(l->table, stdout);
    if (l->json) {
        json_close(l->json);
        printed = st == ST_OK ? json_end(&l->json, stdout) : ST_OK;
    }
    table_free(&l->table);
    return printed == ST_OK ? st : err_set(err, printed, "out of memory");
}

/* ---- asking ---- */

/* `o` NULL: only the list. */
static enum status tell(struct sender *s, const struct campaign_order *o,
                        struct err *err)
{
    struct listing l;
    enum status st = begin(&l);

    if (st != ST_OK)
        (void)err_set(err, st, "out of memory");
    else
        st = o ? ask_order(s, o, put, &l, err) : ask_campaigns(s, put, &l, err);
    return end(&l, st, err);
}

static enum status ask(const struct campaign_order *o, struct err *err)
{
    struct sender *s = NULL;
    enum status st = invite_connect(false, &s, err);

    if (st == ST_OK)
        st = tell(s, o, err);
    sender_close(&s);
    return st;
}

static enum status list(int count, char **operand, struct err *err)
{
    (void)count;
    (void)operand;
    return ask(NULL, err);
}

int command_campaigns(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite campaigns",
        .usage = "[-c FILE] [OPTION]...",
        .summary = "List the campaigns, what became of them, and why they "
                   "are paused.",
        .run = list};

    return invite_run(&command, argc, argv);
}

/* ---- draft ---- */

/* The survey's newest version is what is drafted where the file names none. */
static enum status draft_plan(struct plan *p, struct err *err)
{
    const struct campaign_order o = {.action = ACTION_DRAFT, .plan = &p->wire};
    const uint8_t *version = p->version_given ? p->wire.version : NULL;
    struct survey *survey = NULL;
    struct sender *s = NULL;
    enum status st = invite_connect(false, &s, err);

    if (st == ST_OK)
        st = ask_survey(s, p->wire.survey, version, &survey, err);
    if (st == ST_OK)
        st = plan_fits(p, survey, err);
    if (st == ST_OK)
        memcpy(p->wire.version, survey->version, HASH_SIZE);
    if (st == ST_OK)
        st = tell(s, &o, err);
    survey_free(&survey);
    sender_close(&s);
    return st;
}

static enum status draft(int count, char **operand, struct err *err)
{
    struct plan *p = NULL;
    enum status st = plan_load(operand[0], &p, err);

    (void)count;
    if (st == ST_OK)
        st = draft_plan(p, err);
    plan_free(&p);
    return st;
}

int command_draft(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite draft",
        .usage = "[-c FILE] [OPTION]... FILE.yaml",
        .summary = "Tell the collector of a campaign, for somebody else to "
                   "approve.",
        .least = 1,
        .most = 1,
        .run = draft};

    return invite_run(&command, argc, argv);
}

/* ---- the others ---- */

static enum status order(enum campaign_action action, const char *name,
                         const char *reason, struct err *err)
{
    const struct campaign_order o = {
        .action = action, .campaign = name, .reason = reason};

    if (!*name || strlen(name) > SURVEY_CODE_MAX)
        return err_set(err, ST_INVALID, "'%s': not a campaign's name", name);
    if (reason && strlen(reason) > 64)
        return err_set(err, ST_INVALID, "--reason: longer than 64 bytes");
    return ask(&o, err);
}

static enum status approve(int count, char **operand, struct err *err)
{
    (void)count;
    return order(ACTION_APPROVE, operand[0], NULL, err);
}

int command_approve(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite approve",
        .usage = "[-c FILE] [OPTION]... NAME",
        .summary = "Approve a campaign that somebody else has drafted.",
        .least = 1,
        .most = 1,
        .run = approve};

    return invite_run(&command, argc, argv);
}

static const char *reason;
static bool all;

static const struct option_spec pause_options[] = {
    {"reason", OPTION_TEXT, &reason, "TEXT", "why, at most 64 bytes", NULL, 0,
     0, true},
    {"all", OPTION_FLAG, &all, NULL, "every campaign", NULL, 0, 0, true}};

static enum status pause_some(int count, char **operand, struct err *err)
{
    if (all == (count == 1))
        return err_set(err, ST_INVALID, "pause takes a NAME, or --all");
    return order(ACTION_PAUSE, all ? "*" : operand[0], reason, err);
}

int command_pause(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite pause",
        .usage = "[-c FILE] [OPTION]... NAME|--all",
        .summary = "Send nothing more of a campaign, until it is resumed.",
        .own = pause_options,
        .own_count = sizeof pause_options / sizeof *pause_options,
        .most = 1,
        .run = pause_some};

    return invite_run(&command, argc, argv);
}

static enum status resume(int count, char **operand, struct err *err)
{
    (void)count;
    return order(ACTION_RESUME, operand[0], NULL, err);
}

int command_resume(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite resume",
        .usage = "[-c FILE] [OPTION]... NAME",
        .summary = "Go on with a campaign that is paused.",
        .least = 1,
        .most = 1,
        .run = resume};

    return invite_run(&command, argc, argv);
}

static enum status close_one(int count, char **operand, struct err *err)
{
    (void)count;
    return order(ACTION_CLOSE, operand[0], NULL, err);
}

int command_close(int argc, char **argv)
{
    static const struct invite_command command = {
        .name = "manyi-invite close",
        .usage = "[-c FILE] [OPTION]... NAME",
        .summary = "End a campaign: what is not sent is withdrawn.",
        .least = 1,
        .most = 1,
        .run = close_one};

    return invite_run(&command, argc, argv);
}
