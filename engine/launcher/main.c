#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "attributes.h"
#include "copy-tree.h"
#include "die.h"
#include "home.h"
#include "init.h"
#include "launch.h"
#include "layer-view.h"
#include "layer.h"
#include "listen.h"
#include "memory-copy.h"
#include "other-runtime.h"
#include "plan.h"
#include "rootless.h"
#include "seccomp.h"
#include "server.h"
#include "shim.h"
#include "uplink.h"
#include "volume-mount.h"

enum { MOST_PLAN_BYTES = 16 * 1024 * 1024 };

static struct plan
read_plan(int descriptor)
{
    struct plan plan;
    size_t length = 0;
    char *bytes = read_all(descriptor, MOST_PLAN_BYTES, &length);

    if (bytes == NULL)
        die("read the plan");
    errno = -parse_plan(&plan, bytes, length);
    if (errno != 0)
        die("understand the plan");
    return plan;
}

/* What is done to the files of a volume. Returns whether that was asked for. */
static bool
serve_volume(int count, char **arguments)
{
    if (count == 4 && strcmp(arguments[1], "copy") == 0)
        copy_tree(arguments[2], arguments[3]);
    else if (count == 4 && strcmp(arguments[1], "like") == 0)
        copy_likeness(arguments[2], arguments[3]);
    else if (count == 8 && strcmp(arguments[1], "mount") == 0)
        mount_volume(arguments + 2);
    else if (count == 3 && strcmp(arguments[1], "unmount") == 0)
        unmount_volume(arguments[2]);
    else
        return false;
    return true;
}

/*
 * estrato-launcher server DIR     makes all of these on request, over a socket in DIR (server.h)
 * estrato-launcher shim BUNDLE    a container's keeper: plan on stdin, its answer on stdout, socket and log in BUNDLE
 * estrato-launcher launch STATE   a program for the OCI runtime command: plan and answer on descriptor 3 (launch.h)
 * estrato-launcher perform        a command, by the plan on stdin, in this process's place
 * estrato-launcher filter         a seccomp profile on stdin, the BPF program on stdout
 * estrato-launcher init -- PROGRAM ...   inside a container: its first process, around the program (init.h)
 * estrato-launcher layer TREE     nodes and extended attributes for an unpacked layer, listed on stdin
 * estrato-launcher apart DIR      what is made in a directory is kept apart on the disk (apart.h)
 * estrato-launcher layers TARGET ...   a program that sees a stack of layers (layer-view.h)
 * estrato-launcher attributes TREE   extended attributes of the paths on stdin, listed on stdout
 * estrato-launcher copy FROM INTO    a tree, with all that it is, into an empty directory
 * estrato-launcher mount TYPE DEVICE TARGET DATA FLAGS REACH    what a volume's options name (volume-mount.h)
 * estrato-launcher unmount TARGET    the other way round
 * estrato-launcher like FROM ONTO    what a directory itself is like, for another
 * estrato-launcher within NETWORK ...   a program in a network namespace
 * estrato-launcher listen NETWORK ADDRESS PORT   sockets in a network namespace, for Node (listen.h)
 * estrato-launcher uplink ...     a network namespace, and the program that connects it (uplink.h)
 * estrato-launcher rootless ...   a program as root of a user namespace (rootless.h)
 */
int
main(int count, char **arguments)
{
    if (is_server(count, arguments))
        return serve(arguments, arguments[2]);
    if (count == 3 && strcmp(arguments[1], "shim") == 0) {
        errno = -continue_in_memory(arguments);
        if (errno != 0)
            die("go on as a copy in memory");
        struct plan plan = read_plan(STDIN_FILENO);
        struct starter starter = {.answers = STDOUT_FILENO, .network = -1};
        return keep_container(arguments[2], &plan, &starter);
    }
    if (count == 3 && strcmp(arguments[1], "launch") == 0) {
        errno = -continue_in_memory(arguments);
        if (errno != 0)
            die("go on as a copy in memory");
        struct plan plan = read_plan(CONTROL_DESCRIPTOR);
        return launch_program(arguments[2], &plan);
    }
    if (count == 2 && strcmp(arguments[1], "filter") == 0) {
        struct plan plan = read_plan(STDIN_FILENO);

        write_filter(&plan, STDOUT_FILENO);
        free_plan(&plan);
        return 0;
    }
    if (count == 3 && strcmp(arguments[1], "layer") == 0) {
        finish_layer(arguments[2], STDIN_FILENO);
        return 0;
    }
    if (count == 3 && strcmp(arguments[1], "apart") == 0) {
        keep_apart(arguments[2]);
        return 0;
    }
    if (count >= 6 && strcmp(arguments[1], "layers") == 0)
        show_layers(arguments + 2);
    if (count >= 4 && strcmp(arguments[1], "init") == 0 && strcmp(arguments[2], "--") == 0)
        return keep_house(arguments + 3);
    if (count == 3 && strcmp(arguments[1], "attributes") == 0) {
        list_attributes(arguments[2], STDIN_FILENO, STDOUT_FILENO);
        return 0;
    }
    if (serve_volume(count, arguments))
        return 0;
    if (count == 2 && strcmp(arguments[1], "perform") == 0) {
        struct plan plan = read_plan(STDIN_FILENO);

        perform_command(&plan);
    }
    if (count >= 8 && strcmp(arguments[1], "rootless") == 0)
        go_rootless(arguments + 2);
    if (count >= 4 && strcmp(arguments[1], "within") == 0)
        start_within(arguments + 2);
    if (count == 5 && strcmp(arguments[1], "listen") == 0)
        hand_over_listeners(arguments + 2);
    if (count >= 3 && strcmp(arguments[1], "uplink") == 0)
        keep_uplink(arguments + 2);
    (void)fputs(
        "estrato-launcher is started by the Estrato engine: server DIR | shim BUNDLE | launch STATE | filter | "
        "layer TREE | apart DIR | layers TARGET ... | attributes TREE | copy FROM INTO | like FROM ONTO | mount ... | "
        "unmount TARGET | within ... | uplink ... | rootless ...\n",
        stderr);
    return 2;
}
