/* real_test.c - a gateway's day with a real collector: a campaign is drafted
 * and approved, invitations go there and are pulled, answers and events follow,
 * questions are asked; the collector stands still, dies, and comes back. */
#include "real.h"

#include <errno.h>
#include <time.h>

static const struct survey_name name = {"repair", repair};

/* ---- the collector is started by a process that never knew ZeroMQ ---- */

static int to_keeper[2], from_keeper[2];
static pid_t collector;

static void keep(void)
{
    char byte;

    (void)signal(SIGCHLD, SIG_IGN); /* reaped by the kernel */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (read(to_keeper[0], &byte, 1) == 1) {
        const pid_t pid = start_collector();

        if (write(from_keeper[1], &pid, sizeof pid) != sizeof pid)
            break;
    }
    _exit(0);
}

static int start_keeper(void **state)
{
    pid_t pid;

    (void)state;
    make_places();
    assert_int_equal(pipe2(to_keeper, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from_keeper, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(to_keeper[1]);
        keep();
    }
    return 0;
}

static void start(void)
{
    assert_int_equal(write(to_keeper[1], "s", 1), 1);
    assert_int_equal(read(from_keeper[0], &collector, sizeof collector),
                     sizeof collector);
}

static void die(int how)
{
    assert_int_equal(kill(collector, how), 0);
    while (kill(collector, 0) == 0)
        usleep(1000);
    assert_int_equal(errno, ESRCH);
}

static int end_keeper(void **state)
{
    (void)state;
    close(to_keeper[1]);
    remove_places();
    return 0;
}

/* ---- the gateway ---- */

static struct sender *gateway;

static void must(enum status st, const struct err *err)
{
    if (st != ST_OK)
        fail_msg("status %d: %s", (int)st, err->text);
}

static struct sender *connect_as(const struct key_pair *key, const char *outbox)
{
    const struct client_options o = {.collector = URL,
                                     .server_key = server_key.public_key,
                                     .key = key,
                                     .outbox = outbox,
                                     .retry_ms = 500};
    struct sender *s = NULL;
    struct err err;

    must(sender_open(&o, &s, &err), &err);
    return s;
}

static void deliver(void)
{
    struct outbox_counts c;
    struct err err = {""};

    must(sender_work(gateway, true, 20000, &err), &err);
    sender_counts(gateway, &c);
    assert_int_equal(c.refused, 0);
}

static void begin(void)
{
    struct err err = {""};

    must(sender_begin(gateway, &err), &err);
}

static void commit_and_deliver(void)
{
    struct err err = {""};

    must(sender_commit(gateway, &err), &err);
    deliver();
}

static struct buffer reply;

static void answer(struct sender *s, struct question q)
{
    struct err err = {""};

    reply.len = 0;
    must(sender_answer(s, &q, 20000, &reply, &err), &err);
}

/* ---- the day ---- */

#define DAY INT64_C(86400000)

static int64_t now(void)
{
    return (int64_t)time(NULL) * 1000;
}

static void test_survey(void **state)
{
    struct buffer yaml = {0};
    struct err err = {""};

    (void)state;
    must(sender_describe(gateway, "repair", 20000, &yaml, &err), &err);
    assert_true(yaml.len > 1000);
    assert_int_equal(sender_describe(gateway, "none", 20000, &yaml, &err),
                     ST_NOTFOUND);
    buffer_free(&yaml);
}

static enum campaign_state state_of(const char *code)
{
    struct wire_list l;
    struct campaign c;
    uint64_t number;
    enum reason why;

    answer(gateway, (struct question){.type = RIGHT_CAMPAIGNS});
    assert_int_equal(
        wire_read_campaigns(reply.data, reply.len, &number, &l, &why), ST_OK);
    while (l.count) {
        assert_int_equal(wire_next_campaign(&l, &c), REASON_NONE);
        if (streq(c.plan.campaign, code))
            return (enum campaign_state)c.state;
    }
    return CAMPAIGN_STATES;
}

static void test_campaign(void **state)
{
    struct campaign_plan plan = {.campaign = "repair-q4",
                                 .survey = "repair",
                                 .plan = {7, 1, 5},
                                 .purpose = PURPOSE_INSTANT,
                                 .canary_ppm = 1000000,
                                 .canary_ms = 3600000,
                                 .opt_out_ppm = 1000000,
                                 .failed_ppm = 1000000,
                                 .escalated_ppm = 1000000};
    struct campaign_order order = {
        .action = ACTION_DRAFT, .campaign = plan.campaign, .plan = &plan};
    const struct question q = {.type = RIGHT_CAMPAIGN, .order = &order};
    struct sender *chief = connect_as(&chief_key, NULL);
    struct err err = {""};

    (void)state;
    memcpy(plan.version, repair, sizeof plan.version);
    assert_int_equal(state_of("repair-q4"), CAMPAIGN_STATES);
    answer(gateway, q);
    assert_int_equal(state_of("repair-q4"), CAMPAIGN_DRAFT);
    order = (struct campaign_order){.action = ACTION_APPROVE,
                                    .campaign = plan.campaign};
    assert_int_equal(sender_answer(gateway, &q, 20000, &reply, &err),
                     ST_REFUSED);
    assert_non_null(strstr(err.text, "second"));
    answer(chief, q);
    assert_int_equal(state_of("repair-q4"), CAMPAIGN_APPROVED);
    sender_close(&chief);
}

static void invite(uint32_t first, size_t count)
{
    struct invitation list[8];
    struct wire_sample cell = sample_cell(first);
    struct err err = {""};

    cell.event_at = now() - 2 * DAY;
    cell.at = now();
    for (size_t i = 0; i < count; i++) {
        list[i] = sample_invitation(first + (uint32_t)i);
        memset(list[i].survey, 0, sizeof list[i].survey);
        memcpy(list[i].survey, "repair", 6);
        memcpy(list[i].version, repair, HASH_SIZE);
        memcpy(list[i].campaign, "repair-q4", 9);
        memcpy(list[i].context.product, "BBD", 3);
        list[i].event_at = now() - 2 * DAY;
        list[i].due_at = now() - DAY;
        list[i].expires_at = now() + 3 * DAY;
    }
    begin();
    must(sender_add_invitations(gateway, list, count, &err), &err);
    must(sender_add_samples(gateway, &cell, 1, &err), &err);
    commit_and_deliver();
}

static enum invitation_state invitation_state_of(uint32_t number)
{
    struct wire_invitation_state got;
    uint8_t id[ID_SIZE];
    enum reason why;

    sample_id(number, id);
    answer(gateway, (struct question){.type = RIGHT_INVITATION, .id = id});
    assert_int_equal(wire_read_state(reply.data, reply.len, &got, &why), ST_OK);
    assert_memory_equal(got.invitation.id, id, ID_SIZE);
    return (enum invitation_state)got.invitation.state;
}

static void test_invitations(void **state)
{
    struct invitation got;
    struct wire_list l;
    uint64_t number;
    enum reason why;
    size_t seen = 0;

    (void)state;
    invite(900, 3);
    answer(gateway, (struct question){.type = RIGHT_PULL, .max = 10});
    assert_int_equal(
        wire_read_invitations(reply.data, reply.len, &number, &l, &why), ST_OK);
    for (; l.count; seen++) {
        assert_int_equal(wire_next_invitation(&l, &got), REASON_NONE);
        assert_true(sample_number(got.id) - 900 < 3);
        assert_int_equal(got.contact_len, 6);
        assert_string_equal(got.campaign, "repair-q4");
    }
    assert_int_equal(seen, 3);
    assert_int_equal(invitation_state_of(900), INVITATION_OPEN);
    assert_int_equal(invitation_state_of(950), INVITATION_UNKNOWN);
}

static size_t copies_of(uint32_t number)
{
    struct wire_copied got;
    uint8_t id[ID_SIZE];
    enum reason why;

    sample_id(number, id);
    answer(gateway, (struct question){.type = RIGHT_COPY, .id = id});
    assert_int_equal(wire_read_copy(reply.data, reply.len, &got, &why), ST_OK);
    return got.list.count;
}

/* The answer to an invitation and the event of it in one commit; then the
 * customer withdraws it. */
static void test_answer(void **state)
{
    struct wire_event started = sample_event(700);
    struct submission one;
    struct err err = {""};
    uint8_t id[ID_SIZE];

    (void)state;
    fill_repair(&one, 901);
    one.response.context.frame = FRAME_INVITED;
    sample_id(901, started.invitation);
    started.at = now() - 1000;
    begin();
    must(sender_add_events(gateway, &started, 1, &err), &err);
    must(sender_add(gateway, &name, &one, 1, &err), &err);
    commit_and_deliver();
    assert_int_equal(invitation_state_of(901), INVITATION_ANSWERED);
    assert_int_equal(copies_of(901), 1);
    assert_int_equal(copies_of(902), 0);
    sample_id(901, id);
    begin();
    must(sender_add_erase(gateway, id, &err), &err);
    commit_and_deliver();
    assert_int_equal(copies_of(901), 0);
}

static void test_optout(void **state)
{
    struct wire_event event = sample_event(710), got;
    struct wire_list l;
    struct err err = {""};
    uint64_t number;
    enum reason why;
    bool more;

    (void)state;
    event.kind = EVENT_OPT_OUT;
    event.at = now() - 1000;
    event.text = "TD";
    event.text_len = 2;
    memset(event.invitation, 0, sizeof event.invitation);
    sample_id(711, event.respondent);
    begin();
    must(sender_add_events(gateway, &event, 1, &err), &err);
    commit_and_deliver();
    answer(gateway, (struct question){.type = RIGHT_OPTOUTS, .max = 10});
    assert_int_equal(
        wire_read_optouts(reply.data, reply.len, &number, &l, &more, &why),
        ST_OK);
    assert_int_equal(l.count, 1);
    assert_false(more);
    assert_int_equal(wire_next_event(&l, &got), REASON_NONE);
    assert_memory_equal(got.respondent, event.respondent, ID_SIZE);
}

/* ---- trouble ---- */

struct heard {
    size_t ok, late;
};

static void hear(void *ctx, enum status st, const uint8_t *frame, size_t len,
                 enum reason reason)
{
    struct heard *h = ctx;

    (void)frame, (void)len, (void)reason;
    assert_true(st == ST_OK || st == ST_BUSY);
    h->ok += st == ST_OK;
    h->late += st == ST_BUSY;
}

static void ask_many(size_t count, int64_t ms, struct heard *h)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct err err = {""};

    for (size_t i = 0; i < count; i++)
        must(sender_ask(gateway, &q, ms, hear, h, &err), &err);
    while (h->ok + h->late < count)
        must(sender_turn(gateway, NULL, 0, 50, &err), &err);
}

/* The collector stands still: questions end on their time, what is put waits;
 * then it goes on, and late replies are nobody's. */
static void test_still(void **state)
{
    struct heard h = {0}, then = {0};
    struct submission one;
    struct err err = {""};
    uint32_t note = 1;

    (void)state;
    assert_true(sender_up(gateway));
    assert_int_equal(kill(collector, SIGSTOP), 0);
    ask_many(50, 200, &h);
    assert_int_equal(h.late, 50);
    fill_repair(&one, 800);
    must(sender_put(gateway, &name, &one, 1, &note, sizeof note, &err), &err);
    assert_int_equal(kill(collector, SIGCONT), 0);
    deliver();
    ask_many(QUESTIONS_MAX, 20000, &then);
    assert_int_equal(then.ok, QUESTIONS_MAX);
    assert_int_equal(h.late + h.ok, 50);
}

/* It dies with questions and messages under way, and comes back. */
static void test_dies(void **state)
{
    const struct question q = {.type = RIGHT_CAMPAIGNS};
    struct heard h = {0};
    struct submission one;
    struct err err = {""};

    (void)state;
    assert_int_equal(kill(collector, SIGSTOP), 0);
    for (uint32_t i = 0; i < 20; i++) {
        fill_repair(&one, 820 + i);
        must(sender_put(gateway, &name, &one, 1, NULL, 0, &err), &err);
    }
    must(sender_ask(gateway, &q, 300, hear, &h, &err), &err);
    must(sender_turn(gateway, NULL, 0, 50, &err), &err);
    die(SIGKILL);
    while (sender_up(gateway) || !h.late)
        must(sender_turn(gateway, NULL, 0, 10, &err), &err);
    assert_int_equal(sender_ask(gateway, &q, 300, hear, &h, &err), ST_BUSY);
    start();
    deliver();
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(copies_of(820 + i), 1);
    assert_int_equal(copies_of(800), 1);
}

static int connect_gateway(void **state)
{
    (void)start_keeper(state);
    start();
    gateway = connect_as(&gateway_key, OUTBOX);
    return 0;
}

static int disconnect_gateway(void **state)
{
    sender_close(&gateway);
    if (collector)
        die(SIGTERM);
    buffer_free(&reply);
    return end_keeper(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_survey),      cmocka_unit_test(test_campaign),
        cmocka_unit_test(test_invitations), cmocka_unit_test(test_answer),
        cmocka_unit_test(test_optout),      cmocka_unit_test(test_still),
        cmocka_unit_test(test_dies),
    };

    if (getenv("FAIL_AT")) /* it is another process that does the work */
        return 0;
    return cmocka_run_group_tests(tests, connect_gateway, disconnect_gateway);
}
