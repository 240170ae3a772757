/* listen_test.c - UNIX sockets: who may connect, and whose file it is.  What
 * TCP addresses are taken is in http_test. */
#include "listen.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/http.h"

static char folder[] = "listen-XXXXXX";
static char address[64], path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/web.sock", folder);
    snprintf(address, sizeof address, "unix:%s", path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder); /* only an empty one */
}

static enum status open_it(struct listener *l)
{
    struct err err = {.text = ""};
    const enum status st = listen_at(address, true, l, &err);

    if (st != ST_OK)
        assert_int_equal(strncmp(err.text, address, strlen(address)), 0);
    return st;
}

static int reach(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(to.sun_path, path, strlen(path) + 1);
    if (connect(fd, (const void *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static void test_mode(void **state)
{
    static const mode_t masks[] = {0, 0022, 0077, 0777};
    struct listener l;
    struct stat s;

    (void)state;
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        const mode_t before = umask(masks[i]);
        int fd;

        assert_int_equal(open_it(&l), ST_OK);
        umask(before);
        assert_int_equal(stat(path, &s), 0);
        assert_true(S_ISSOCK(s.st_mode));
        assert_int_equal(s.st_mode & 07777, 0660);
        assert_int_equal(l.port, 0);
        fd = reach();
        assert_true(fd >= 0);
        close(fd);
        listen_forget(&l);
        close(l.fd);
        assert_int_equal(access(path, F_OK), -1);
        listen_forget(&l); /* and if it is gone */
    }
}

static void test_stale(void **state)
{
    struct listener dead, l;

    (void)state;
    assert_int_equal(open_it(&dead), ST_OK);
    assert_int_equal(open_it(&l), ST_IO); /* somebody is there */
    close(dead.fd);                       /* as a killed process leaves it */
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(open_it(&l), ST_OK);
    listen_forget(&dead); /* is not the dead one's file any more */
    assert_int_equal(access(path, F_OK), 0);
    listen_forget(&l);
    close(l.fd);
    assert_int_equal(access(path, F_OK), -1);
}

/* Only a dead socket is replaced: not a file, not a link. */
static void test_other_files(void **state)
{
    struct listener l = {.fd = -2};
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(open_it(&l), ST_IO);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    assert_int_equal(symlink("/nonexistent", path), 0);
    assert_int_equal(open_it(&l), ST_IO);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(open_it(&l), ST_IO);
    rmdir(path);
    assert_int_equal(l.fd, -2);
}

static void test_bad_paths(void **state)
{
    char longest[200] = "unix:/tmp/";
    struct listener l;
    struct err err;

    (void)state;
    assert_int_equal(listen_at("unix:", true, &l, &err), ST_INVALID);
    memset(longest + 10, 'x', 150);
    assert_int_equal(listen_at(longest, true, &l, &err), ST_INVALID);
    assert_non_null(strstr(err.text, "107 bytes"));
    assert_int_equal(listen_at("unix:/nonexistent/x", true, &l, &err), ST_IO);
}

/* ---- and the server behind it ---- */

static enum status hello(void *ctx, const struct http_request *r,
                         struct http_answer *a)
{
    (void)ctx;
    (void)r;
    return buffer_add(&a->body, "hello", 5);
}

static void test_server(void **state)
{
    static const struct http_route route = {"GET", "/", hello, NULL, 0};
    const struct http_options o = {.address = address,
                                   .loopback = true,
                                   .routes = &route,
                                   .count = 1,
                                   .connections = 4,
                                   .deadline_ms = 1000};
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    struct http_server *h = NULL, *second = NULL;
    char got[512] = "";
    struct err err;
    size_t len = 0;
    ssize_t n;
    int fd;

    (void)state;
    assert_int_equal(http_start(&o, &h, &err), ST_OK);
    assert_int_equal(http_port(h), 0);
    assert_int_equal(http_start(&o, &second, &err), ST_IO);
    fd = reach();
    assert_int_equal(write(fd, request, sizeof request - 1),
                     sizeof request - 1);
    while ((n = read(fd, got + len, sizeof got - 1 - len)) > 0)
        len += (size_t)n;
    got[len] = '\0';
    assert_memory_equal(got + strlen("HTTP/1.x "), "200", 3);
    assert_non_null(strstr(got, "\r\n\r\nhello"));
    close(fd);
    http_stop(&h);
    assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mode),        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_other_files), cmocka_unit_test(test_bad_paths),
        cmocka_unit_test(test_server),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
