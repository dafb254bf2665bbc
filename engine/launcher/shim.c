#include "shim.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "connections.h"
#include "die.h"
#include "endings.h"
#include "frames.h"
#include "listener.h"
#include "log-queue.h"
#include "output.h"
#include "publish.h"
#include "standard-streams.h"

/* Arguments of OP_SHIM. */
enum {
    SHIM_TERMINAL,
    SHIM_STDIN,
    SHIM_STDIN_ONCE,
    SHIM_NAMESPACES,
    SHIM_HOLD,
    SHIM_LOG_BYTES,
    SHIM_LOG_SEGMENTS,
    SHIM_LOG_ROOM,
    SHIM_OOM_FILES
};

static const char socket_name[] = "shim.sock";

static int
open_child_signals(void)
{
    sigset_t set;

    for (const int *ignored = (const int[]){SIGHUP, SIGINT, SIGTERM, SIGPIPE, 0}; *ignored != 0; ignored++)
        (void)signal(*ignored, SIG_IGN);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
keep(struct shim *shim, int signals, int listener)
{
    static struct watch watch;

    while (!is_over(shim)) {
        watch_everything(shim, &watch, signals, listener);
        if (poll(watch.polled, watch.count, patience(shim)) < 0 && errno != EINTR)
            return;
        if (happened(&watch, listener, POLLIN))
            accept_client(shim, listener);
        serve_processes(shim, &watch);
        /* After the output: what a process wrote before it ended is read before its end is told. */
        if (happened(&watch, signals, POLLIN))
            reap(shim, signals);
        finish_ended(shim);
        serve_clients(shim, &watch);
        settle(shim);
    }
}

static struct start
start_of(const struct step *first)
{
    if (first->operation != OP_SHIM)
        refuse(FAILED, "the plan doesn't begin with what the shim needs");
    return (struct start){
        .is_terminal = number_of(first, SHIM_TERMINAL) != 0,
        .has_stdin = number_of(first, SHIM_STDIN) != 0,
        .stdin_once = number_of(first, SHIM_STDIN_ONCE) != 0,
        .namespaces = number_of(first, SHIM_NAMESPACES),
        .init = -1,
        .network = -1,
    };
}

/* Says that the container runs. A starter that stays is told of its end too. */
static void
answer_starter(struct shim *shim, const struct starter *starter)
{
    uint32_t pid = (uint32_t)shim->container->pid;

    (void)send_frame(starter->answers, 'K', &pid, sizeof pid);
    forget_standard_streams();
    if (!starter->stays)
        return;

    struct client *client = add_client(shim, starter->answers);

    if (client != NULL)
        client->awaited = shim->container;
}

int
keep_container(const char *bundle, struct plan *plan, const struct starter *starter)
{
    struct process container = {.id = "main"};
    struct shim shim = {
        .processes = &container, .container = &container, .first = &plan->steps[0], .oom_files = SHIM_OOM_FILES};
    char reason[1000] = "";
    struct start start = {0};

    if (plan->count == 0)
        refuse(FAILED, "the plan is empty");
    start = start_of(shim.first);
    shim.log.log.most_bytes = number_of(shim.first, SHIM_LOG_BYTES);
    shim.log.log.most_segments = (unsigned)number_of(shim.first, SHIM_LOG_SEGMENTS);
    shim.log.room = number_of(shim.first, SHIM_LOG_ROOM);
    start.network = starter->network;
    if (chdir(bundle) < 0)
        die("go to the container's directory %s", bundle);
    /* Children of a session that outlive it become the shim's, not the machine's. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    int signals = open_child_signals();
    int listener = open_listener(socket_name);

    (void)umask(0077);

    errno = listener < 0 ? -listener : -open_log_queue(&shim.log);
    if (errno != 0)
        die("open the socket and the log in %s", bundle);

    int failure = FAILED;

    shim.relay = publish_ports(plan, reason, sizeof reason);
    if (shim.relay >= 0)
        failure = start_process(&container, plan, &start, reason, sizeof reason);

    close_descriptor(&starter->network);
    if (failure != 0) {
        end_relay(shim.relay);
        (void)unlink(socket_name);
        (void)send_failure(starter->answers, failure, reason);
        return failure;
    }
    if (number_of(shim.first, SHIM_HOLD) != 0)
        container.held_until = now_ms() + HOLD_MS;

    bring_to_log(&shim.log, STREAM_START, NULL, 0);
    answer_starter(&shim, starter);
    shim.socket = inode_of(socket_name);
    keep(&shim, signals, listener);
    lose_everybody(&shim);
    /* The next shim may listen under the name already, while this one's last client still reads. */
    if (inode_of(socket_name) == shim.socket)
        (void)unlink(socket_name);
    return 0;
}
