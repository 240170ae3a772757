/* clients_test.c - who may speak, what for, and the file that says so. */
#include "clients.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "collector/files.h"

#define KEY_A "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KEY_B "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_C "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

static const char two[] = "# who may speak\n"
                          "- name: web-1\n"
                          "  key: \"" KEY_B "\"\n"
                          "  types: [submit, describe]\n"
                          "  channels: [web]\n"
                          "  frames: [invited, open]\n"
                          "  units: [44, UNIT-7, 11]\n"
                          "\n"
                          "# the agents' one\n"
                          "- name: agent-1\n"
                          "  key: '" KEY_A "'\n"
                          "  types: [submit, define, erase]\n"
                          "  channels: [agent, sms]\n"
                          "  frames: [test]\n"
                          "# the end\n";

static struct clients *parse(const char *text)
{
    struct clients *c = NULL;
    struct err err = {.text = ""};

    if (clients_parse("c.yaml", text, strlen(text), &c, &err) != ST_OK)
        fail_msg("%s", err.text);
    return c;
}

static void test_table(void **state)
{
    struct clients *c = parse(two), *share = clients_share(c);
    const struct client *web;

    (void)state;
    assert_int_equal(clients_count(c), 2);
    assert_string_equal(clients_at(c, 0)->name, "agent-1");
    web = clients_at(c, 1);
    assert_string_equal(web->name, "web-1");
    assert_ptr_equal(clients_find(c, KEY_B), web);
    assert_ptr_equal(clients_find(c, KEY_A), clients_at(c, 0));
    assert_null(clients_find(c, KEY_C));
    assert_null(clients_find(c, ""));
    assert_int_equal(web->types, 1u << RIGHT_SUBMIT | 1u << RIGHT_DESCRIBE);
    assert_int_equal(web->channels, 1u << CHANNEL_WEB);
    assert_int_equal(web->frames, 1u << FRAME_INVITED | 1u << FRAME_OPEN);
    assert_int_equal(web->units, 3);
    assert_string_equal(web->unit[0], "11");
    assert_string_equal(web->unit[2], "UNIT-7");
    clients_free(&c);
    assert_null(c);
    assert_string_equal(clients_find(share, KEY_B)->name, "web-1");
    clients_free(&share);
    clients_free(&share);
}

static void test_empty(void **state)
{
    struct clients *c = parse("[]\n");

    (void)state;
    assert_int_equal(clients_count(c), 0);
    assert_null(clients_find(c, KEY_A));
    clients_free(&c);
}

static void test_may(void **state)
{
    struct clients *c = parse(two);
    const struct client *web = clients_find(c, KEY_B);
    const struct client *agent = clients_find(c, KEY_A);
    struct context x = {
        .province = "11", .channel = CHANNEL_WEB, .frame = FRAME_OPEN};

    (void)state;
    assert_true(client_may(web, &x));
    assert_false(client_may(agent, &x));
    x.frame = FRAME_TEST;
    assert_false(client_may(web, &x));
    x.frame = FRAME_INVITED;
    memcpy(x.province, "31", 3);
    assert_false(client_may(web, &x));
    memcpy(x.org, "UNIT-7", 7);
    assert_true(client_may(web, &x));
    memcpy(x.org, "UNIT-77", 8);
    assert_false(client_may(web, &x));
    x.org[0] = x.province[0] = '\0';
    assert_false(client_may(web, &x));
    x = (struct context){.channel = CHANNEL_SMS, .frame = FRAME_TEST};
    assert_true(client_may(agent, &x)); /* no units: all */
    x.channel = CHANNELS;
    assert_false(client_may(agent, &x));
    x.channel = 255;
    assert_false(client_may(agent, &x));
    x.channel = CHANNEL_SMS;
    x.frame = 200;
    assert_false(client_may(agent, &x));
    clients_free(&c);
}

static void test_asking(void **state)
{
    struct clients *c = parse("- name: boss\n  key: '" KEY_A "'\n"
                              "  scope: [\"province=31,11\", operator=CT]\n"
                              "  units: [\"44\"]\n  role: reader\n"
                              "  types: [ask, submit]\n  channels: [web]\n"
                              "  frames: [open]\n"
                              "- {name: all, key: '" KEY_B "', types: [ask],"
                              " role: analyst}\n");
    const struct client *boss = clients_find(c, KEY_A);
    const struct client *all = clients_find(c, KEY_B);

    (void)state;
    assert_int_equal(boss->role, ROLE_READER);
    assert_string_equal(role_name(boss->role), "reader");
    assert_int_equal(boss->scopes, 2);
    assert_string_equal(boss->scope[0], "operator=CT");
    assert_string_equal(boss->scope[1], "province=31,11");
    assert_int_equal(boss->units, 1);
    assert_string_equal(boss->unit[0], "44");
    assert_int_equal(all->role, ROLE_ANALYST);
    assert_int_equal(all->scopes, 0);
    clients_free(&c);
}

#define HEAD "- name: a\n  key: '" KEY_A "'\n"
#define MAY  "  types: [submit]\n  channels: [web]\n  frames: [open]\n"

static void test_refused(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"clients: []\n", "c.yaml:1:1: a list of clients is wanted"},
        {"- web-1\n", "c.yaml:1:3: a map of name, key, types ... is wanted"},
        {HEAD MAY "  unit: [a]\n", "c.yaml:6:3: unknown key"},
        {HEAD "  types: [ask]\n",
         "c.yaml:1:3: role: missing, so it can ask nothing"},
        {HEAD MAY "  role: analyst\n",
         "c.yaml:1:3: role and scope go with types: [ask]"},
        {HEAD MAY "  scope: [a=b]\n",
         "c.yaml:1:3: role and scope go with types: [ask]"},
        {HEAD "  role: none\n", "c.yaml:3:9: role: analyst or reader"},
        {HEAD "  scope: a=b\n",
         "c.yaml:3:10: scope: a list of DIMENSION=CODE[,CODE]... is wanted; "
         "leave it out for everything"},
        {"- name: Web 1\n", "c.yaml:1:9: name: 1 to 32 of a-z, 0-9 and -"},
        {"- name: a23456789012345678901234567890123\n",
         "c.yaml:1:9: name: 1 to 32 of a-z, 0-9 and -"},
        {"- name: [a]\n", "c.yaml:1:9: name: 1 to 32 of a-z, 0-9 and -"},
        {"- name: a\n  key: abc\n",
         "c.yaml:2:8: key: not 40 characters of Z85"},
        {HEAD "  types: submit\n", "c.yaml:3:10: types: a list is wanted"},
        {HEAD "  types: [submit, sumbit]\n",
         "c.yaml:3:19: types: unknown word"},
        {HEAD "  channels: [fax]\n", "c.yaml:3:14: channels: unknown word"},
        {HEAD "  frames: [[open]]\n", "c.yaml:3:12: frames: unknown word"},
        {HEAD "  units: []\n",
         "c.yaml:3:10: units: a list of province or org codes is wanted; leave "
         "it out for every unit"},
        {HEAD "  units: [12345678901234567]\n",
         "c.yaml:3:11: units: a code of 1 to 16 characters"},
        {HEAD, "c.yaml:1:3: types: none given"},
        {HEAD "  types: []\n", "c.yaml:1:3: types: none given"},
        {HEAD "  types: [submit]\n  frames: [open]\n",
         "c.yaml:1:3: channels: none given, so it can submit nothing"},
        {HEAD "  types: [submit]\n  channels: [web]\n",
         "c.yaml:1:3: frames: none given, so it can submit nothing"},
        {"- types: [erase]\n  name: a\n", "c.yaml:1:3: key: missing"},
        {"- types: [erase]\n  key: '" KEY_A "'\n", "c.yaml:1:3: name: missing"},
        {HEAD MAY HEAD MAY, "c.yaml: two clients are named a"},
        {HEAD MAY "- name: b\n  key: '" KEY_A "'\n" MAY,
         "c.yaml: b and a have the same key"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clients *c = NULL;
        struct err err = {.text = ""};

        assert_int_equal(clients_parse("c.yaml", cases[i].text,
                                       strlen(cases[i].text), &c, &err),
                         ST_INVALID);
        assert_null(c);
        if (!streq(cases[i].want, "c.yaml: b and a have the same key") ||
            !streq(err.text, "c.yaml: a and b have the same key"))
            assert_string_equal(err.text, cases[i].want);
    }
}

/* Many clients, each found by its key. */
static void test_many(void **state)
{
    enum { MANY = 40 };
    static struct key_pair k[MANY];
    struct buffer text = {0};
    struct clients *c = NULL;

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        char entry[200];

        assert_int_equal(key_make(&k[i]), ST_OK);
        snprintf(entry, sizeof entry, "- name: c%zu\n  key: '%.40s'\n" MAY, i,
                 k[i].public_key);
        assert_int_equal(buffer_add(&text, entry, strlen(entry)), ST_OK);
    }
    assert_int_equal(
        clients_parse("c", (const char *)text.data, text.len, &c, NULL), ST_OK);
    for (size_t i = 0; i < MANY; i++) {
        char name[16];

        snprintf(name, sizeof name, "c%zu", i);
        assert_string_equal(clients_find(c, k[i].public_key)->name, name);
        assert_null(clients_find(c, k[i].secret_key));
    }
    clients_free(&c);
    buffer_free(&text);
}

/* ---- changing the file ---- */

static void write_text(const char *text)
{
    FILE *f = fopen("c.yaml", "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void expect_text(const char *want)
{
    struct buffer got = {0};

    assert_int_equal(file_read("c.yaml", false, &got, NULL), ST_OK);
    assert_int_equal(buffer_byte(&got, 0), ST_OK);
    assert_string_equal((const char *)got.data, want);
    buffer_free(&got);
}

static struct client new_client(const char *name, const char *key)
{
    static const char *const units[] = {"11", "32"};
    struct client c = {.types = 1u << RIGHT_SUBMIT | 1u << RIGHT_PULL,
                       .channels = 1u << CHANNEL_SMS | 1u << CHANNEL_AGENT,
                       .frames = 1u << FRAME_TEST,
                       .units = 2,
                       .unit = units};

    snprintf(c.name, sizeof c.name, "%s", name);
    snprintf(c.key, sizeof c.key, "%s", key);
    return c;
}

#define NEW                                                                    \
    "- name: \"sms-1\"\n  key: \"" KEY_C "\"\n  types: [submit, pull]\n"       \
    "  channels: [sms, agent]\n  frames: [test]\n  units: [\"11\", \"32\"]\n"

static void test_add_and_remove(void **state)
{
    const struct client c = new_client("sms-1", KEY_C);
    char want[2000];
    struct err err;

    (void)state;
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_OK);
    expect_text(NEW);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_EXISTS);
    assert_int_equal(clients_remove("c.yaml", "sms-1", &err), ST_OK);
    expect_text("[]\n");
    assert_int_equal(clients_remove("c.yaml", "sms-1", &err), ST_NOTFOUND);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_OK);
    expect_text(NEW);

    {
        static const char *const scope[] = {"operator=CT", "province=11,31"};
        struct client asker = {.types = 1u << RIGHT_ASK,
                               .role = ROLE_READER,
                               .scopes = 2,
                               .scope = scope};

        snprintf(asker.name, sizeof asker.name, "boss");
        snprintf(asker.key, sizeof asker.key, "%s", KEY_A);
        assert_int_equal(clients_add("c.yaml", &asker, &err), ST_OK);
        expect_text(NEW "- name: \"boss\"\n  key: \"" KEY_A "\"\n"
                        "  types: [ask]\n  role: reader\n"
                        "  scope: [\"operator=CT\", \"province=11,31\"]\n");
    }
    write_text(two);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_OK);
    snprintf(want, sizeof want, "%s%s", two, NEW);
    expect_text(want);
    assert_int_equal(clients_remove("c.yaml", "sms-1", &err), ST_OK);
    expect_text(two);
    assert_int_equal(clients_remove("c.yaml", "web-1", &err), ST_OK);
    snprintf(want, sizeof want, "# who may speak\n%s",
             strstr(two, "\n# the a"));
    expect_text(want);
    unlink("c.yaml");
}

static void test_other_styles(void **state)
{
    static const char indented[] = "  - name: a\n    key: '" KEY_A "'\n"
                                   "    types: [erase]"; /* no line end */
    static const char flow[] =
        "[{name: a, key: '" KEY_A "', types: [erase]}]\n";
    static const char spread[] = "-\n  name: a\n  key: '" KEY_A "'\n"
                                 "  types: [erase]\n";
    struct client c = new_client("b", KEY_B);
    struct clients *table = NULL;
    struct err err;

    (void)state;
    c.units = 0;
    write_text(indented);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_OK);
    assert_int_equal(clients_load("c.yaml", &table, &err), ST_OK);
    assert_int_equal(clients_count(table), 2);
    clients_free(&table);
    assert_int_equal(clients_remove("c.yaml", "a", &err), ST_OK);
    assert_int_equal(clients_load("c.yaml", &table, &err), ST_OK);
    assert_int_equal(clients_count(table), 1);
    clients_free(&table);

    write_text(flow);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "edit it by hand"));
    expect_text(flow);
    write_text(spread);
    assert_int_equal(clients_remove("c.yaml", "a", &err), ST_INVALID);
    expect_text(spread);
    unlink("c.yaml");
}

static void test_add_refused(void **state)
{
    static const char *const odd[] = {"a\"b"};
    struct client c = new_client("sms-1", KEY_C);
    struct err err;

    (void)state;
    write_text(two);
    c = new_client("web-1", KEY_C);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_EXISTS);
    assert_string_equal(err.text, "c.yaml: web-1 is there already");
    c = new_client("sms-1", KEY_A);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_EXISTS);
    assert_string_equal(err.text, "c.yaml: agent-1 has this key already");
    c = new_client("SMS", KEY_C);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    c = new_client("sms-1", "abc");
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    c = new_client("sms-1", KEY_C);
    c.frames = 0;
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    c = new_client("sms-1", KEY_C);
    c.unit = odd;
    c.units = 1;
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    expect_text(two);
    write_text("- name: a\n  kye: b\n");
    c = new_client("sms-1", KEY_C);
    assert_int_equal(clients_add("c.yaml", &c, &err), ST_INVALID);
    assert_string_equal(err.text, "c.yaml:2:3: unknown key");
    unlink("c.yaml");
    assert_int_equal(clients_remove("c.yaml", "a", &err), ST_NOTFOUND);
}

static enum status load(void *ctx)
{
    struct clients *table = NULL;
    const enum status st = clients_load("c.yaml", &table, NULL);

    (void)ctx;
    clients_free(&table);
    return st;
}

static enum status add(void *ctx)
{
    const struct client c = new_client("sms-1", KEY_C);

    (void)ctx;
    write_text(two);
    return clients_add("c.yaml", &c, NULL);
}

static enum status take_out(void *ctx)
{
    (void)ctx;
    write_text(two);
    return clients_remove("c.yaml", "web-1", NULL);
}

static void test_no_memory(void **state)
{
    (void)state;
    write_text(two);
    alloc_torture(load, NULL);
    alloc_torture(add, NULL);
    alloc_torture(take_out, NULL);
    unlink("c.yaml");
}

/* Each change of the file waits for the disk; test_no_memory fails every
 * allocation of it already. */
static int skip_in_torture(void **state)
{
    (void)state;
    if (getenv("FAIL_AT"))
        skip();
    return 0;
}

#define SLOW(f) cmocka_unit_test_setup(f, skip_in_torture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),   cmocka_unit_test(test_empty),
        cmocka_unit_test(test_asking),  cmocka_unit_test(test_may),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_many),
        SLOW(test_add_and_remove),      SLOW(test_other_styles),
        SLOW(test_add_refused),         cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
