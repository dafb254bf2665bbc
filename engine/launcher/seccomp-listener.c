#include "seccomp-listener.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "buffer.h"
#include "cleanup.h"
#include "messages.h"

/* Arguments of OP_SECCOMP: the filter, its flags, and where somebody listens a path and the pieces of the state. */
enum { LISTENER_PATH = 2, STATE_PIECES };

static const struct step *
find_step(const struct plan *plan)
{
    for (size_t index = 0; index < plan->count; index++)
        if (plan->steps[index].operation == OP_SECCOMP && plan->steps[index].count > STATE_PIECES)
            return &plan->steps[index];
    return NULL;
}

/* The process's pid stands between the pieces: only here is it known. */
static int
compose_state(const struct step *step, pid_t pid, struct buffer *state)
{
    char number[16];
    int length = snprintf(number, sizeof number, "%d", pid);

    for (size_t index = STATE_PIECES; index < step->count; index++) {
        if (index > STATE_PIECES && append(state, number, (size_t)length) < 0)
            return -ENOMEM;
        if (append(state, step->arguments[index].text, step->arguments[index].length) < 0)
            return -ENOMEM;
    }
    return append(state, "", 1);
}

static int
send_state(const char *path, const char *state, int descriptor)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CLEANUP_FD int supervisor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (supervisor < 0)
        return -errno;
    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (connect(supervisor, (struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    return send_descriptor(supervisor, state, descriptor);
}

int
hand_over_listener(const struct plan *plan, int descriptor, pid_t pid, char *reason, size_t size)
{
    const struct step *step = find_step(plan);
    struct buffer state = {0};
    int error = step == NULL ? -EINVAL : compose_state(step, pid, &state);

    if (error == 0)
        error = send_state(text_of(step, LISTENER_PATH), state.bytes + state.start, descriptor);
    free_buffer(&state);
    if (error < 0)
        (void)snprintf(reason, size, "hand the system calls over to %s: %s",
            step == NULL ? "nobody" : text_of(step, LISTENER_PATH), strerrordesc_np(-error));
    return error;
}
