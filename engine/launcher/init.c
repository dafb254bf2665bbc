#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"

enum { SIGNALLED = 128 };

/* A group of its own at the terminal, so that what is typed there reaches the program and not its keeper. */
static void
take_terminal(void)
{
    if (setpgid(0, 0) < 0)
        die("give the program a group of its own");
    /* There need not be a terminal. */
    (void)tcsetpgrp(STDIN_FILENO, getpgrp());
}

static _Noreturn void
become_program(char **program, const sigset_t *mask)
{
    take_terminal();
    (void)signal(SIGTTIN, SIG_DFL);
    (void)signal(SIGTTOU, SIG_DFL);
    if (sigprocmask(SIG_SETMASK, mask, NULL) < 0)
        die("let signals through");
    (void)execvp(program[0], program);
    int reason = errno;
    (void)fprintf(stderr, "%s: %s\n", program[0], strerror(reason));
    _exit(reason == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Waits for everybody who has ended. @returns whether the program was among them, its status in `status`. */
static bool
reap(pid_t program, int *status)
{
    bool has_ended = false;

    for (;;) {
        int how = 0;
        pid_t pid = waitpid(-1, &how, WNOHANG);

        if (pid <= 0)
            return has_ended;
        if (pid != program)
            continue;
        *status = WIFSIGNALED(how) ? SIGNALLED + WTERMSIG(how) : WEXITSTATUS(how);
        has_ended = true;
    }
}

int
keep_house(char **program)
{
    sigset_t all;
    sigset_t before;
    int status = 0;

    (void)sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
        die("hold signals back");
    /* The program has the terminal; whoever writes there beside it isn't stopped. */
    (void)signal(SIGTTIN, SIG_IGN);
    (void)signal(SIGTTOU, SIG_IGN);
    pid_t child = fork();
    if (child < 0)
        die("start the program");
    if (child == 0)
        become_program(program, &before);
    while (!reap(child, &status)) {
        int number = sigwaitinfo(&all, NULL);

        if (number > 0 && number != SIGCHLD)
            (void)kill(child, number);
    }
    return status;
}
