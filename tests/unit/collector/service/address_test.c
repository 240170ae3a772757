/* address_test.c - what is an address, and what only libzmq takes for one. */
#include "collector/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void ports(void **state)
{
    static const char *const legal[] = {"0", "1", "80", "65535", "00080"};
    static const char *const not_legal[] = {
        "",   "65536", "99999", "-1", "+1",
        "1x", " 1",    "1 ",    "*",  "18446744073709551617"};

    (void)state;
    for (size_t i = 0; i < sizeof legal / sizeof *legal; i++)
        if (!port_legal(legal[i]))
            fail_msg("'%s' is a port", legal[i]);
    for (size_t i = 0; i < sizeof not_legal / sizeof *not_legal; i++)
        if (port_legal(not_legal[i]))
            fail_msg("'%s' is no port", not_legal[i]);
}

static void both_ways(void **state)
{
    static const char *const legal[] = {
        "tcp://127.0.0.1:7010", "tcp://[::1]:7010", "tcp://collector:65535",
        "ipc://socket", "ipc:///run/manyi/socket"};
    static const char *const not_legal[] = {"",
                                            "nonsense",
                                            "tcp://",
                                            "tcp://:7010",
                                            "tcp://127.0.0.1",
                                            "tcp://127.0.0.1:",
                                            "tcp://127.0.0.1:99999",
                                            "tcp://127.0.0.1:-1",
                                            "tcp://127.0.0.1:7010 x",
                                            " tcp://127.0.0.1:7010",
                                            "tcp://a:1,tcp://b:2",
                                            "udp://127.0.0.1:7010",
                                            "ws://127.0.0.1:7010",
                                            "inproc://socket",
                                            "ipc://"};

    (void)state;
    for (int any = 0; any < 2; any++) {
        for (size_t i = 0; i < sizeof legal / sizeof *legal; i++)
            if (!address_legal(legal[i], any))
                fail_msg("'%s' is an address", legal[i]);
        for (size_t i = 0; i < sizeof not_legal / sizeof *not_legal; i++)
            if (address_legal(not_legal[i], any))
                fail_msg("'%s' is no address", not_legal[i]);
    }
}

static void any_port_only_to_listen(void **state)
{
    (void)state;
    assert_true(address_legal("tcp://127.0.0.1:*", true));
    assert_true(address_legal("tcp://*:7010", true));
    assert_true(address_legal("tcp://127.0.0.1:0", true));
    assert_false(address_legal("tcp://127.0.0.1:*", false));
    assert_false(address_legal("tcp://127.0.0.1:0", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports), cmocka_unit_test(both_ways),
        cmocka_unit_test(any_port_only_to_listen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
