/* service_test.c - signals as events, and what czmq may not do to us. */
#include "collector/service.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <czmq.h>

static struct service service;

static void test_signals(void **state)
{
    struct pollfd p = {.fd = service_fd(&service), .events = POLLIN};

    (void)state;
    assert_int_equal(service_wait(&service, 0), SERVICE_NOTHING);
    assert_int_equal(service_wait(&service, 5), SERVICE_NOTHING);
    assert_int_equal(poll(&p, 1, 0), 0);
    kill(getpid(), SIGHUP);
    assert_int_equal(poll(&p, 1, 1000), 1);
    assert_int_equal(service_wait(&service, 0), SERVICE_RELOAD);
    kill(getpid(), SIGTERM);
    assert_int_equal(service_wait(&service, -1), SERVICE_STOP);
}

/* After a socket was made, too: czmq would put handlers of its own there. */
static void test_czmq_takes_no_signals(void **state)
{
    zsock_t *s = zsock_new(ZMQ_PULL);

    (void)state;
    assert_non_null(s);
    kill(getpid(), SIGHUP);
    assert_int_equal(service_wait(&service, 1000), SERVICE_RELOAD);
    assert_false(zsys_interrupted);
    zsock_destroy(&s);
}

/* The first asks, the second kills. */
static void test_second_signal_kills(void **state)
{
    int code = 0;
    const pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        struct service own;
        struct err err;

        if (service_start(&own, &err) != ST_OK)
            _exit(1);
        kill(getpid(), SIGINT);
        if (service_wait(&own, 1000) != SERVICE_STOP)
            _exit(2);
        kill(getpid(), SIGHUP); /* still no reason to die */
        if (service_wait(&own, 1000) != SERVICE_RELOAD)
            _exit(3);
        kill(getpid(), SIGINT);
        _exit(4);
    }
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_true(WIFSIGNALED(code));
    assert_int_equal(WTERMSIG(code), SIGINT);
}

static void test_limits(void **state)
{
    struct rlimit l;
    struct sigaction pipe_action;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_CORE, &l), 0);
    assert_int_equal(l.rlim_cur, 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &l), 0);
    assert_true(l.rlim_cur == l.rlim_max || l.rlim_cur >= 65536);
    assert_int_equal(sigaction(SIGPIPE, NULL, &pipe_action), 0);
    assert_ptr_equal(pipe_action.sa_handler, SIG_IGN);
    assert_int_equal(umask(077), 077);
}

/* czmq prints to stdout by itself, where machine output belongs. */
static void test_czmq_logs_to_our_log(void **state)
{
    char got[1024] = "";
    const int saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
    int out[2], error[2];
    ssize_t on_stdout;

    (void)state;
    fflush(stdout);
    assert_int_equal(pipe2(out, O_NONBLOCK), 0);
    assert_int_equal(pipe2(error, O_NONBLOCK), 0);
    dup2(out[1], STDOUT_FILENO);
    dup2(error[1], STDERR_FILENO);
    zsys_error("two words");
    fflush(stdout);
    dup2(saved_out, STDOUT_FILENO);
    dup2(saved_err, STDERR_FILENO);
    on_stdout = read(out[0], got, sizeof got);
    assert_true(on_stdout < 0);
    assert_true(read(error[0], got, sizeof got - 1) > 0);
    assert_non_null(strstr(got, "level=error event=czmq text=\"E: "));
    assert_non_null(strstr(got, "two words\"\n"));
    close(out[0]);
    close(out[1]);
    close(error[0]);
    close(error[1]);
    close(saved_out);
    close(saved_err);
}

static int start(void **state)
{
    struct err err;

    (void)state;
    return service_start(&service, &err) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    service_stop(&service);
    service_stop(&service);
    zsys_shutdown();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_second_signal_kills),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_czmq_takes_no_signals),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_czmq_logs_to_our_log),
    };

    return cmocka_run_group_tests(tests, start, end);
}
