/* sms_fuzz.c - any bytes as a text from a telephone network: decoded, masked,
 * read, and heard by a talk, whose bytes survive the disk.
 *
 * The first byte chooses the charset, the second where the talk stands. */
#include <stdlib.h>

#include "collector/person.h"
#include "kannel.h"
#include "surveys/answer.h"
#include "surveys/reply.h"
#include "surveys/utf8.h"
#include "talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char yaml[] =
    "survey: fuzz\n"
    "title: {zh-CN: 问}\n"
    "items:\n"
    "  - {code: SAT1, scale: {min: 1, max: 10}, text: {zh-CN: 几分？}}\n"
    "  - code: REP2\n"
    "    kind: choice\n"
    "    choices:\n"
    "      - {code: 1, text: {zh-CN: 好}}\n"
    "      - {code: 2, text: {zh-CN: 没好}}\n"
    "    text: {zh-CN: 好了？}\n"
    "  - {code: SAYS, kind: text, text: {zh-CN: 还有？}}\n"
    "short: [SAT1, REP2]\n";

static const struct talk_rules rules = {.timeout_ms = 172800000,
                                        .remind_ms = 86400000,
                                        .late_ms = 864000000,
                                        .again_max = 2,
                                        .link = true};

static const struct survey *survey(void)
{
    static struct survey *s;

    if (!s && survey_parse("fuzz", yaml, sizeof yaml - 1, NULL, NULL, &s,
                           NULL) != ST_OK)
        __builtin_trap();
    return s;
}

static void expect(bool so)
{
    if (!so)
        __builtin_trap();
}

/* What holds of a talk whatever was said. */
static void check(const struct talk *t)
{
    const struct survey *s = survey();
    struct buffer b = {0}, again = {0};
    struct talk back;

    for (size_t i = 0; i < t->items; i++)
        expect(answer_legal(&s->item[i], t->answers[i]));
    expect(t->step <= s->shorts && t->comment_len <= COMMENT_MAX);
    expect(utf8_valid(t->comment, t->comment_len) == t->comment_len);
    expect(talk_pack(t, &b) == ST_OK);
    expect(talk_unpack(b.data, b.len, &back) == ST_OK);
    expect(talk_pack(&back, &again) == ST_OK);
    expect(again.len == b.len && memcmp(again.data, b.data, b.len) == 0);
    buffer_free(&b);
    buffer_free(&again);
}

static void stand(struct talk *t, uint8_t where)
{
    struct invitation i = {.survey = "fuzz"};
    struct talk_deed deed = {0};

    i.context.channel = where & 1 ? CHANNEL_WEB : CHANNEL_SMS;
    talk_begin(t, &i, 1000);
    if (where & 2)
        return;
    talk_open(t, survey(), 2000);
    if (where & 4)
        return;
    talk_called(t, 3000);
    if (where & 8)
        talk_outcome(t, 1, CALL_ACCEPTED, "", 3100, &deed);
    if (where & 16)
        talk_tick(t, &rules, 3100 + rules.timeout_ms, &deed);
    if (where & 32)
        talk_stop(t, true, 4000, &deed);
}

static void hear(struct talk *t, const char *text, size_t len, int64_t at)
{
    const size_t kept = utf8_valid(text, len < COMMENT_MAX ? len : COMMENT_MAX);
    char *masked = malloc(kept + 1);
    struct talk_deed deed = {0};
    struct reply r;
    struct talk_text in = {.reply = &r, .hash = len, .at = at};

    expect(masked != NULL);
    memcpy(masked, text, kept);
    in.text = masked;
    in.len = person_mask(masked, kept);
    expect(reply_read(talk_item(t, survey()), text, len, &r) == ST_OK);
    talk_heard(t, survey(), &rules, &in, &deed);
    if (t->out == OUT_DUE && t->due_at <= at)
        talk_called(t, at);
    free(masked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const charsets[] = {"UTF-8", "UTF-16BE", "GBK",
                                           "ISO-8859-1", ""};
    struct buffer text = {0};
    struct talk t;

    if (len < 2)
        return 0;
    expect(kannel_decode(charsets[data[0] % 5], data + 2, len - 2, &text) ==
           ST_OK);
    expect(utf8_valid((char *)text.data, text.len) == text.len);
    expect(buffer_byte(&text, 0) == ST_OK);
    expect(strlen((char *)text.data) == text.len - 1);
    stand(&t, data[1]);
    for (int64_t i = 0; i < 4; i++) {
        hear(&t, (char *)text.data, (text.len - 1) >> i, 5000 + i);
        check(&t);
    }
    buffer_free(&text);
    return 0;
}
