#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "outside.h"

/* Arguments of OP_HOOK; of the program's, their number, they, and the environment after them. */
enum { KIND, IS_OUTSIDE, SECONDS, STATE_BEFORE, STATE_AFTER, PATH, COUNT, FIRST };

enum { MOST_WORDS = 400 };

static char **
words_of(const struct step *step, size_t from, size_t count)
{
    char **words = calloc(count + 1, sizeof *words);

    if (words == NULL)
        die("hold the arguments of a hook");
    for (size_t index = 0; index < count; index++)
        words[index] = step->arguments[from + index].text;
    return words;
}

/* The state is read from a file in memory: no hook that leaves it unread holds anything up. */
static int
open_state(const struct step *step, pid_t process)
{
    int state = (int)syscall(SYS_memfd_create, "state", 1U /* MFD_CLOEXEC */);

    if (state < 0 || dprintf(state, "%s%d%s", text_of(step, STATE_BEFORE), process, text_of(step, STATE_AFTER)) < 0 ||
        lseek(state, 0, SEEK_SET) < 0)
        die("write the state of the container for a hook");
    return state;
}

_Noreturn static void
become_hook(const struct step *step, int state, int words)
{
    size_t count = (size_t)number_of(step, COUNT);
    sigset_t none;

    if (count > step->count - FIRST)
        _exit(NOT_EXECUTABLE);

    char **arguments = words_of(step, FIRST, count);
    char **environment = words_of(step, FIRST + count, step->count - FIRST - count);

    (void)setsid();
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    if (dup2(state, STDIN_FILENO) < 0 || dup2(words, STDOUT_FILENO) < 0 || dup2(words, STDERR_FILENO) < 0)
        _exit(NOT_EXECUTABLE);
    (void)syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
    (void)execve(text_of(step, PATH), arguments, environment);
    (void)dprintf(STDERR_FILENO, "%s", strerrordesc_np(errno));
    _exit(NOT_FOUND);
}

/* The last of what a hook had to say, without the line's end. */
static void
read_words(int file, char *words)
{
    off_t size = lseek(file, 0, SEEK_END);
    ssize_t got = pread(file, words, MOST_WORDS, size > MOST_WORDS ? size - MOST_WORDS : 0);

    while (got > 0 && words[got - 1] == '\n')
        got--;
    words[got < 0 ? 0 : got] = '\0';
}

/* With whatever it started, if it still runs. Returns how it ended (wait(2)). */
static int
end_hook(pid_t hook, bool is_over)
{
    int status = 0;

    if (!is_over)
        (void)kill(-hook, SIGKILL);
    while (waitpid(hook, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void
run(const struct step *step, pid_t process, int sign_to)
{
    char said[MOST_WORDS + 1] = "";
    uint64_t seconds = number_of(step, SECONDS);
    CLEANUP_FD int state = open_state(step, process);
    CLEANUP_FD int words = (int)syscall(SYS_memfd_create, "words", 1U /* MFD_CLOEXEC */);

    if (words < 0)
        die("hold what a hook says");

    pid_t hook = fork();

    if (hook == 0)
        become_hook(step, state, words);
    if (hook < 0)
        die("start the %s hook %s", text_of(step, KIND), text_of(step, PATH));

    CLEANUP_FD int ended = (int)syscall(SYS_pidfd_open, hook, 0);
    bool is_over = await_readable(ended, seconds == 0 ? -1 : (int64_t)seconds * 1000, sign_to);
    int status = end_hook(hook, is_over);

    read_words(words, said);
    if (!is_over)
        refuse(FAILED, "the %s hook %s took longer than %s seconds", text_of(step, KIND), text_of(step, PATH),
            text_of(step, SECONDS));
    if (WIFSIGNALED(status))
        refuse(FAILED, "the %s hook %s was ended by signal %d: %s", text_of(step, KIND), text_of(step, PATH),
            WTERMSIG(status), said);
    if (WEXITSTATUS(status) != 0)
        refuse(FAILED, "the %s hook %s failed with exit code %d: %s", text_of(step, KIND), text_of(step, PATH),
            WEXITSTATUS(status), said);
}

int
run_hook(const struct step *step, pid_t process)
{
    run(step, process, -1);
    return -1;
}

/*
 * kind, whether outside, seconds it may take (0: any), the state's text before and after the process's id, path, number
 * of arguments, arguments, environment.
 */
void
call_hook(const struct step *step, struct launch *launch)
{
    if (number_of(step, IS_OUTSIDE) != 0)
        (void)ask_outside(launch);
    else
        run(step, getpid(), launch->status);
}
