#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "frames.h"
#include "network.h"
#include "plan.h"
#include "process-name.h"
#include "root.h"
#include "seccomp.h"
#include "shim.h"

static struct plan
understand(const char *bytes, size_t length)
{
    struct plan plan = {0};
    char *copy = malloc(length + 1);

    if (copy == NULL)
        die("hold the plan");
    /* The plan owns the copy from here on. */
    errno = -parse_plan(&plan, memcpy(copy, bytes, length), length);
    if (errno != 0)
        die("understand the plan");
    return plan;
}

/* `bytes`: the directory, NUL, the plan. */
_Noreturn static void
become_shim(int connection, const struct asked *asked, char *bytes, size_t length)
{
    size_t name = strnlen(bytes, length);
    struct starter starter = {.answers = connection, .stays = true};

    if (name == length)
        refuse(FAILED, "The request for a container names no directory.");
    name_process(asked->arguments, "shim", bytes);

    struct plan plan = understand(bytes + name + 1, length - name - 1);

    starter.network = take_network(&asked->networks);
    leave_network_pool(&asked->networks);

    char *bundle = strdup(bytes);

    free(bytes);
    if (bundle == NULL)
        die("hold the name of the container's directory");
    exit(keep_container(bundle, &plan, &starter));
}

_Noreturn static void
compile(int connection, const char *bytes, size_t length)
{
    struct plan plan = understand(bytes, length);
    CLEANUP_FD int program = memfd_create("filter", MFD_CLOEXEC);
    struct stat size = {0};

    if (program < 0)
        die("hold the seccomp filter");
    write_filter(&plan, program);
    if (fstat(program, &size) < 0)
        die("measure the seccomp filter");

    char *filter = mmap(NULL, (size_t)size.st_size, PROT_READ, MAP_PRIVATE, program, 0);

    if (filter == MAP_FAILED)
        die("read the seccomp filter");
    exit(send_frame(connection, 'K', filter, (size_t)size.st_size) < 0 ? FAILED : 0);
}

_Noreturn void
answer_request(int connection, const struct asked *asked)
{
    char type = 0;
    char *bytes = NULL;
    size_t length = 0;

    report_failures_in_frames_to(connection);
    errno = -receive_frame(connection, &type, &bytes, &length);
    if (errno != 0)
        die("read what the launcher is asked for");
    if (type == 'C')
        become_shim(connection, asked, bytes, length);
    leave_network_pool(&asked->networks);
    if (type == 'B')
        compile(connection, bytes, length);
    if (type == 'N') {
        struct plan plan = understand(bytes, length);

        perform_network_plan(&plan);
        exit(send_frame(connection, 'K', NULL, 0) < 0 ? FAILED : 0);
    }
    if (type == 'M') {
        struct plan plan = understand(bytes, length);

        /* Goes with the connection only: whoever it holds the root for may be killed without a word. */
        offer_root(&plan, connection);
    }
    refuse(FAILED, "The launcher has no answer to a request of the kind %d.", type);
}
