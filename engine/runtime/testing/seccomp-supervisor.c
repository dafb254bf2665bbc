/*
 * `seccomp-supervisor SOCKET`: takes what a runtime hands over (the state of a process, and a descriptor), says the
 * state, and answers every system call that is asked about with "No medium found".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
take_descriptor(int connection)
{
    char state[4096];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec bytes = {.iov_base = state, .iov_len = sizeof state - 1};
    struct msghdr message = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t length = recvmsg(connection, &message, 0);
    int descriptor = -1;

    if (length <= 0 || CMSG_FIRSTHDR(&message) == NULL)
        return -1;
    state[length] = 0;
    memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    (void)puts(state);
    (void)fflush(stdout);
    return descriptor;
}

int
main(int count, char **arguments)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    if (count != 2 || strlen(arguments[1]) >= sizeof address.sun_path)
        return 1;
    strcpy(address.sun_path, arguments[1]);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 8) < 0)
        return 1;
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;) {
        int asked = take_descriptor(accept(listener, NULL, NULL));

        if (asked < 0 || fork() != 0)
            continue;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            struct seccomp_notif call = {0};
            struct seccomp_notif_resp answer = {0};

            if (ioctl(asked, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
                return 0;
            answer.id = call.id;
            answer.error = -ENOMEDIUM;
            (void)ioctl(asked, SECCOMP_IOCTL_NOTIF_SEND, &answer);
        }
    }
}
