#include "watch.h"

#include "output.h"

static void
watch_for(struct watch *watch, int descriptor, short events)
{
    if (descriptor < 0 || watch->count == MOST_POLLED)
        return;
    watch->polled[watch->count++] = (struct pollfd){.fd = descriptor, .events = events};
}

short
happened(const struct watch *watch, int descriptor, short events)
{
    for (nfds_t index = 0; descriptor >= 0 && index < watch->count; index++)
        if (watch->polled[index].fd == descriptor && watch->polled[index].events & events)
            return watch->polled[index].revents;
    return 0;
}

void
watch_everything(const struct shim *shim, struct watch *watch, int signals, int listener)
{
    watch->count = 0;
    watch_for(watch, signals, POLLIN);
    watch_for(watch, listener, POLLIN);
    for (const struct process *process = shim->processes; process != NULL; process = process->next) {
        bool waits = is_held(process) || has_slow_reader(shim, process);

        for (int index = 0; index < 2 && !waits; index++)
            watch_for(watch, process->output[index], POLLIN);
        if (process->to_input.length > 0)
            watch_for(watch, process->input, POLLOUT);
    }
    for (const struct client *client = shim->clients; client != NULL; client = client->next) {
        if (client->attached == NULL || client->attached->to_input.length < MOST_UNTYPED)
            watch_for(watch, client->socket, POLLIN);
        if (client->out.length > 0)
            watch_for(watch, client->socket, POLLOUT);
    }
}
