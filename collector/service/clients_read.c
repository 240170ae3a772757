/* clients_read.c - one entry of clients.yaml, checked to the last word. */
#include "clients.h"
#include "list_read.h"

static const char *const right_names[RIGHTS] = {
    [RIGHT_SUBMIT] = "submit",     [RIGHT_DESCRIBE] = "describe",
    [RIGHT_DEFINE] = "define",     [RIGHT_INVITE] = "invite",
    [RIGHT_PULL] = "pull",         [RIGHT_INVITATION] = "invitation",
    [RIGHT_EVENT] = "event",       [RIGHT_REVIEW] = "review",
    [RIGHT_ERASE] = "erase",       [RIGHT_SAMPLE] = "sample",
    [RIGHT_CAMPAIGN] = "campaign", [RIGHT_CAMPAIGNS] = "campaigns",
    [RIGHT_OPTOUTS] = "optouts",   [RIGHT_COPY] = "copy",
    [RIGHT_ASK] = "ask",
};

static const char *const role_names[ROLES] = {"none", "analyst", "reader"};

const char *role_name(enum role r)
{
    return role_names[r];
}

bool role_parse(const char *name, uint8_t *out)
{
    for (size_t i = ROLE_NONE + 1; i < ROLES; i++)
        if (streq(role_names[i], name)) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

const char *right_name(enum right r)
{
    return right_names[r];
}

bool right_parse(const char *name, uint8_t *out)
{
    for (size_t i = 0; i < RIGHTS; i++)
        if (streq(right_names[i], name)) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

static enum status take_key(struct list_place p, const struct yaml *v,
                            struct client *out)
{
    if (v->kind != YAML_TEXT || !key_legal(v->text))
        return list_refuse(p, v, "key: not 40 characters of Z85");
    memcpy(out->key, v->text, sizeof out->key);
    return ST_OK;
}

static enum status take_role(struct list_place p, const struct yaml *v,
                             struct client *out)
{
    uint8_t role;

    if (v->kind != YAML_TEXT || !role_parse(v->text, &role))
        return list_refuse(p, v, "role: analyst or reader");
    out->role = (enum role)role;
    return ST_OK;
}

/* Units and scopes share the room for texts of the entry. */
static enum status take_field(struct list_place p, const struct yaml *v,
                              const char **text, struct client *out)
{
    const char **to = text + out->units + out->scopes;

    if (streq(v->key, "name"))
        return list_read_name(p, v, out->name);
    if (streq(v->key, "key"))
        return take_key(p, v, out);
    if (streq(v->key, "types"))
        return list_read_set(p, v, right_parse, &out->types);
    if (streq(v->key, "channels"))
        return list_read_set(p, v, channel_parse, &out->channels);
    if (streq(v->key, "frames"))
        return list_read_set(p, v, frame_parse, &out->frames);
    if (streq(v->key, "role"))
        return take_role(p, v, out);
    if (streq(v->key, "scope")) {
        out->scope = to;
        out->scopes = v->count;
        return list_read_codes(
            p, v, SCOPE_TEXT_MAX,
            "DIMENSION=CODE[,CODE]... is wanted; leave it out for everything",
            to);
    }
    if (!streq(v->key, "units"))
        return list_refuse_key(p, v);
    out->unit = to;
    out->units = v->count;
    return list_read_codes(
        p, v, CODE_MAX,
        "province or org codes is wanted; leave it out for every unit", to);
}

/* A key that may submit nothing by any channel is a slip, not a wish. */
const char *client_lacks(const struct client *c)
{
    const bool submits = c->types & 1u << RIGHT_SUBMIT;
    const bool asks = c->types & 1u << RIGHT_ASK;

    if (!c->name[0])
        return "name: missing";
    if (!c->key[0])
        return "key: missing";
    if (!c->types)
        return "types: none given";
    if (submits && !c->channels)
        return "channels: none given, so it can submit nothing";
    if (submits && !c->frames)
        return "frames: none given, so it can submit nothing";
    if (asks && c->role == ROLE_NONE)
        return "role: missing, so it can ask nothing";
    if (!asks && (c->role != ROLE_NONE || c->scopes))
        return "role and scope go with types: [ask]";
    return NULL;
}

enum status client_read(const char *path, const struct yaml *entry,
                        const char **text, struct client *out, struct err *err)
{
    const struct list_place p = {path, err};
    struct client c = {0};
    enum status st = ST_OK;

    if (entry->kind != YAML_MAP)
        return list_refuse(p, entry, "a map of name, key, types ... is wanted");
    for (size_t i = 0; i < entry->count && st == ST_OK; i++)
        st = take_field(p, &entry->child[i], text, &c);
    if (st != ST_OK)
        return st;
    if (client_lacks(&c))
        return list_refuse(p, entry, "%s", client_lacks(&c));
    *out = c;
    return ST_OK;
}
