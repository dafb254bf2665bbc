#include "layer-view.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "paths.h"
#include "steps.h"

/* A step of `before` and the arguments up to "--". Returns how many those were. */
static size_t
make_step(struct step *step, size_t before_count, const char *const *before, char **arguments)
{
    size_t count = 0;

    while (arguments[count] != NULL && strcmp(arguments[count], "--") != 0)
        count++;
    if (arguments[count] == NULL)
        refuse(FAILED, "what a program is to see lacks its --");
    step->count = before_count + count;
    step->arguments = calloc(step->count + 1, sizeof *step->arguments);
    if (step->arguments == NULL)
        die("hold the names of layers");
    for (size_t index = 0; index < step->count; index++) {
        const char *text = index < before_count ? before[index] : arguments[index - before_count];

        step->arguments[index].text = strdup(text);
        step->arguments[index].length = strlen(text);
    }
    return count;
}

void
show_layers(char **arguments)
{
    const char *target = arguments[0];
    const char *const nobody[] = {"/nowhere"};
    const char *const read_only[] = {target, "", ""};
    struct step reach = {0};
    struct step images = {0};
    struct step lower = {0};
    struct launch launch = {.init = -1, .status = -1, .root = -1};
    char private_text[] = "private";
    struct argument is_private = {.text = private_text, .length = sizeof private_text - 1};

    if (unshare(CLONE_NEWNS) < 0)
        die("make a mount namespace");
    reach.count = 1;
    reach.arguments = &is_private;
    launch.proc = open_host("/proc", O_PATH | O_DIRECTORY);
    set_propagation(&reach, &launch);

    char **rest = arguments + 1;

    rest += make_step(&images, 1, nobody, rest) + 1;
    mount_layers(&images, &launch);

    /* Overlayfs refuses a single directory that nobody writes to. */
    size_t count = make_step(&lower, 3, read_only, rest);

    if (count == 1) {
        (void)make_step(&lower, 3, (const char *const[]){target, rest[0], "0"}, rest + 1);
        mount_bind_root(&lower, &launch);
    } else {
        mount_overlay_root(&lower, &launch);
    }
    rest += count + 1;
    if (rest[0] == NULL || fchdir(launch.root) < 0)
        die("go to %s", target);
    (void)execvp(rest[0], rest);
    die("start %s", rest[0]);
}
