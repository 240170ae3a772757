/* wire_fuzz.c - any bytes as a message: every reader of the wire takes or
 * refuses them, and what a reader took stays within the bytes. */
#include <stdlib.h>

#include "collector/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Touch every byte of a view, so that a checker sees one that is outside. */
static void touch(const void *view, size_t len)
{
    volatile uint8_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)view)[i]);
}

static void read_list(struct wire_list list, enum right type)
{
    while (list.count > 0) {
        struct submission s;
        struct invitation i;
        struct wire_event e;
        struct wire_review r;
        struct wire_sample sample;
        struct campaign campaign;
        const uint8_t *id;

        switch (type) {
        case RIGHT_SUBMIT:
            (void)!wire_next_submission(&list, &s);
            touch(s.response.answers, s.response.items);
            touch(s.response.comment, s.response.comment_len);
            break;
        case RIGHT_INVITE:
            (void)!wire_next_invitation(&list, &i);
            touch(i.contact, i.contact_len);
            break;
        case RIGHT_EVENT:
        case RIGHT_OPTOUTS: /* a reply's */
            (void)!wire_next_event(&list, &e);
            touch(e.text, e.text_len);
            break;
        case RIGHT_SAMPLE:
            (void)!wire_next_sample(&list, &sample);
            break;
        case RIGHT_CAMPAIGNS: /* a reply's */
            (void)!wire_next_campaign(&list, &campaign);
            break;
        case RIGHT_REVIEW:
            (void)!wire_next_review(&list, &r);
            touch(r.reason, r.reason_len);
            break;
        default:
            if (wire_next_id(&list, &id) == REASON_NONE)
                touch(id, ID_SIZE);
        }
    }
}

static void read_request(const uint8_t *data, size_t len)
{
    struct wire_request r;

    if (wire_read_request(data, len, &r) != REASON_NONE)
        return;
    if (r.version)
        touch(r.version, HASH_SIZE);
    if (r.id)
        touch(r.id, ID_SIZE);
    if (r.respondent)
        touch(r.respondent, ID_SIZE);
    touch(r.yaml.data, r.yaml.len);
    read_list(r.list, r.type);
}

static void read_reply(const uint8_t *data, size_t len)
{
    struct wire_described d;
    struct wire_list list;
    struct wire_invitation_state s;
    struct wire_copied copied;
    struct ack ack;
    enum reason why;
    uint64_t batch;
    bool more;

    if (wire_read_ack(data, len, &ack, &why) == ST_OK)
        free(ack.rejected);
    if (wire_read_survey(data, len, &d, &why) == ST_OK) {
        touch(d.version, HASH_SIZE);
        touch(d.form, HASH_SIZE);
        touch(d.yaml.data, d.yaml.len);
    }
    if (wire_read_invitations(data, len, &batch, &list, &why) == ST_OK)
        read_list(list, RIGHT_INVITE);
    if (wire_read_state(data, len, &s, &why) == ST_OK) {
        touch(s.invitation.contact, s.invitation.contact_len);
        touch(s.have, s.items);
    }
    if (wire_read_campaigns(data, len, &batch, &list, &why) == ST_OK)
        read_list(list, RIGHT_CAMPAIGNS);
    if (wire_read_optouts(data, len, &batch, &list, &more, &why) == ST_OK)
        read_list(list, RIGHT_OPTOUTS);
    if (wire_read_copy(data, len, &copied, &why) == ST_OK) {
        if (copied.version)
            touch(copied.version, HASH_SIZE);
        read_list(copied.list, RIGHT_SUBMIT);
    }
}

static void read_record(const uint8_t *data, size_t len)
{
    struct invitation i;
    struct wire_event e;
    struct wire_sample s;
    struct campaign c;

    if (wire_unpack_invitation(data, len, &i) == ST_OK)
        touch(i.contact, i.contact_len);
    if (wire_unpack_event(data, len, &e) == ST_OK)
        touch(e.text, e.text_len);
    (void)!wire_unpack_campaign(data, len, &c);
    (void)!wire_unpack_sample(data, len, &s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    read_request(data, len);
    read_reply(data, len);
    read_record(data, len);
    return 0;
}
