#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "die.h"
#include "launch.h"
#include "steps.h"

/*
 * path, whether it may be refused. Tried as root first, as Docker does: WORKDIR may be root's alone where the program
 * is somebody else's. Tried as that user next: root isn't let into everything either (NFS, FUSE).
 */
void
change_directory(const struct step *step, struct launch *launch)
{
    char inside[PATH_MAX];

    if (launch->is_in_directory)
        return;
    if (chdir(text_of(step, 0)) < 0) {
        if (errno == EACCES && number_of(step, 1) != 0)
            return;
        die("go to the working directory %s", text_of(step, 0));
    }
    /* getcwd(2) answers "(unreachable)..." for a directory outside the root, such as a leaked descriptor's. */
    if (syscall(SYS_getcwd, inside, sizeof inside) < 0)
        die("look at the working directory %s", text_of(step, 0));
    if (inside[0] != '/')
        refuse(FAILED, "the working directory %s is outside the container", text_of(step, 0));
    launch->is_in_directory = true;
}

void
set_environment(const struct step *step, struct launch *launch)
{
    launch->environment = calloc(step->count + 1, sizeof *launch->environment);
    if (launch->environment == NULL)
        die("hold the environment");
    for (size_t index = 0; index < step->count; index++)
        launch->environment[index] = step->arguments[index].text;
}

static const char *
search_path(char **environment)
{
    for (char **variable = environment; variable != NULL && *variable != NULL; variable++)
        if (strncmp(*variable, "PATH=", 5) == 0)
            return *variable + 5;
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* 0 if `path` is a program this user may start, or the errno that says why not. */
static int
why_not(const char *path)
{
    struct stat kind = {0};

    if (stat(path, &kind) < 0)
        return errno;
    if (S_ISDIR(kind.st_mode))
        return EISDIR;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? EACCES : 0;
}

/* As execvp(3) searches, but with the container's PATH. Returns 0 or the best reason why nothing was found. */
static int
find_program(const char *name, char **environment, char *found)
{
    int reason = ENOENT;
    const char *folder = search_path(environment);

    if (strchr(name, '/') != NULL) {
        (void)snprintf(found, PATH_MAX, "%s", name);
        return why_not(found);
    }
    for (;;) {
        size_t length = strcspn(folder, ":");

        if (snprintf(found, PATH_MAX, "%.*s/%s", (int)length, length == 0 ? "." : folder, name) < PATH_MAX) {
            int problem = why_not(found);

            if (problem == 0)
                return 0;
            if (problem == EACCES)
                reason = EACCES;
        }
        if (folder[length] == '\0')
            return reason;
        folder += length + 1;
    }
}

_Noreturn static void
refuse_program(int reason, const char *name)
{
    if (reason == ENOENT && strchr(name, '/') == NULL)
        refuse(NOT_FOUND, "exec: \"%s\": executable file not found in $PATH", name);
    if (reason == ENOENT || reason == ENOTDIR)
        refuse(NOT_FOUND, "exec: \"%s\": stat %s: no such file or directory", name, name);
    if (reason == EISDIR)
        refuse(NOT_EXECUTABLE, "exec: \"%s\": is a directory", name);
    if (reason == ENOEXEC)
        refuse(NOT_EXECUTABLE, "exec %s: exec format error", name);
    if (reason == EACCES)
        refuse(NOT_EXECUTABLE, "exec: \"%s\": permission denied", name);
    refuse(NOT_EXECUTABLE, "exec %s: %s", name, strerrordesc_np(reason));
}

static void
take_streams(const struct launch *launch)
{
    for (int index = 0; index < 3; index++)
        if (dup2(launch->streams[index], index) < 0)
            die("connect stream %d", index);
}

/* Whatever the engine, the shim or the launcher ignored or blocked is not the program's business. */
static void
forget_signals(void)
{
    sigset_t none;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        (void)signal(signal_number, SIG_DFL);
}

void
look_for_program(const char *name, const struct launch *launch, char *found)
{
    int reason = find_program(name, launch->environment, found);

    if (reason != 0)
        refuse_program(reason, name);
}

/* From 3 on, as the program's callers number them; the launcher's own are above and close themselves. */
static void
take_preserved(const struct launch *launch)
{
    for (unsigned index = 0; index < launch->preserved; index++)
        if (dup2((int)(PRESERVED_FIRST + index), (int)(3 + index)) < 0)
            die("pass on descriptor %u", 3 + index);
}

void
execute(const struct step *step, struct launch *launch)
{
    char found[PATH_MAX];
    const char *name = text_of(step, 0);
    char **arguments = calloc(step->count + 1, sizeof *arguments);

    if (arguments == NULL)
        die("hold the arguments");
    for (size_t index = 0; index < step->count; index++)
        arguments[index] = step->arguments[index].text;

    look_for_program(name, launch, found);
    take_streams(launch);
    take_preserved(launch);
    forget_signals();
    /* Every descriptor is O_CLOEXEC already; this holds for those that a library may have opened. */
    if (syscall(SYS_close_range, 3 + launch->preserved, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */) < 0)
        die("close what the program must not have");
    if (!launch->outlives_starter)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)execve(found, arguments, launch->environment);
    refuse_program(errno, name);
}
