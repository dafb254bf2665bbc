#include "network-pool.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "loopback.h"
#include "messages.h"
#include "process-name.h"
#include "standard-streams.h"

/* As many as a person starts at once; each costs the kernel some hundred kilobytes. */
enum { READY_NETWORKS = 8 };

static const char own_network[] = "/proc/self/ns/net";

static int
open_own_network(void)
{
    return open(own_network, O_RDONLY | O_CLOEXEC);
}

/* Made in a process that goes back home at once: a namespace ends when nobody is in it. */
static int
make_network(int home)
{
    int made = -1;

    if (unshare(CLONE_NEWNET) < 0)
        return -1;
    if (raise_loopback_device() == 0)
        made = open_own_network();
    if (setns(home, CLONE_NEWNET) < 0)
        exit(FAILED);
    return made;
}

_Noreturn static void
fill(int ready, int wanted)
{
    CLEANUP_FD int home = open_own_network();
    uint64_t one = 0;

    while (home >= 0 && read(wanted, &one, sizeof one) == sizeof one) {
        CLEANUP_FD int network = make_network(home);

        if (network < 0 || send_descriptor(ready, "N", network) < 0)
            break;
    }
    exit(0);
}

void
open_network_pool(struct network_pool *pool, char **arguments)
{
    int ends[2];
    pid_t server = getpid();

    *pool = (struct network_pool){.ready = -1, .wanted = eventfd(READY_NETWORKS, EFD_CLOEXEC | EFD_SEMAPHORE)};
    if (pool->wanted < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return;

    pid_t filler = fork();

    if (filler == 0) {
        name_process(arguments, "networks", arguments[2]);
        forget_standard_streams();
        (void)close(ends[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (getppid() == server)
            fill(ends[1], pool->wanted);
        exit(0);
    }
    (void)close(ends[1]);
    if (filler < 0)
        (void)close(ends[0]);
    else
        pool->ready = ends[0];
}

int
take_network(const struct network_pool *pool)
{
    uint64_t one = 1;
    int network = pool->ready < 0 ? -1 : receive_descriptor(pool->ready, MSG_DONTWAIT);

    if (network >= 0)
        (void)!write(pool->wanted, &one, sizeof one);
    return network;
}

void
leave_network_pool(const struct network_pool *pool)
{
    close_descriptor(&pool->ready);
    close_descriptor(&pool->wanted);
}
