/* service.c - see collector/service.h. */
#include "collector/service.h"

#include <czmq.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/log.h"

/* more than any program here needs; the hard limit may be in the millions */
#define OPEN_FILES 65536

static void watched_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

/* czmq prints "E: 26-11-22 05:00:00 text" lines to a stream; this stream is
 * our log. */
static ssize_t take_czmq_line(void *cookie, const char *text, size_t len)
{
    char line[512], quoted[LOG_QUOTE_MAX];
    const size_t n = len < sizeof line ? len : sizeof line - 1;

    (void)cookie;
    memcpy(line, text, n);
    line[n] = '\0';
    line[strcspn(line, "\n")] = '\0';
    log_event(line[0] == 'E' ? LEVEL_ERROR : LEVEL_WARN, "czmq", "text=%s",
              log_quote(line, quoted));
    return (ssize_t)len;
}

enum status service_sockets(struct err *err)
{
    static _Atomic bool routed;
    FILE *stream;

    if (routed)
        return ST_OK;
    stream = fopencookie(NULL, "w",
                         (cookie_io_functions_t){.write = take_czmq_line});
    if (!stream)
        return err_set(err, ST_NOMEM, "out of memory");
    setvbuf(stream, NULL, _IOLBF, 0);
    zsys_handler_set(NULL); /* before anything else of czmq */
    zsys_set_logstream(stream);
    routed = true;
    return ST_OK;
}

static void set_limits(void)
{
    struct rlimit files;
    const struct rlimit no_core = {0, 0};

    /* what can not be had is not needed to start: few connections do without */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < OPEN_FILES) {
        files.rlim_cur =
            files.rlim_max < OPEN_FILES ? files.rlim_max : OPEN_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    (void)setrlimit(RLIMIT_CORE, &no_core);
}

enum status service_start(struct service *out, struct err *err)
{
    sigset_t set;
    enum status st;
    int fd;

    set_limits();
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    watched_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* threads to come inherit it */
    fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return err_set(err, ST_IO, "signalfd: %s", strerror(errno));
    st = service_sockets(err);
    if (st == ST_OK)
        out->signals = fd;
    else
        close(fd);
    return st;
}

void service_stop(struct service *s)
{
    if (s->signals >= 0)
        close(s->signals);
    s->signals = -1;
}

int service_fd(const struct service *s)
{
    return s->signals;
}

/* Whoever asks again does not want to wait for the end of the work. */
static void let_next_kill(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

enum service_event service_wait(struct service *s, int ms)
{
    struct pollfd ready = {.fd = s->signals, .events = POLLIN};
    struct signalfd_siginfo info;

    if (poll(&ready, 1, ms) <= 0 ||
        read(s->signals, &info, sizeof info) != sizeof info)
        return SERVICE_NOTHING;
    if (info.ssi_signo == SIGHUP)
        return SERVICE_RELOAD;
    let_next_kill();
    return SERVICE_STOP;
}
