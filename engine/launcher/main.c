#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "layer.h"
#include "memory-copy.h"
#include "network.h"
#include "plan.h"
#include "root.h"
#include "rootless.h"
#include "seccomp.h"
#include "shim.h"

enum { MOST_PLAN_BYTES = 16 * 1024 * 1024 };

static struct plan
read_plan(void)
{
    struct plan plan;
    size_t length = 0;
    char *bytes = read_all(STDIN_FILENO, MOST_PLAN_BYTES, &length);

    if (bytes == NULL)
        die("read the plan");
    errno = -parse_plan(&plan, bytes, length);
    if (errno != 0)
        die("understand the plan");
    return plan;
}

/*
 * estrato-launcher shim BUNDLE    a container's keeper: plan on stdin, its answer on stdout, socket and log in BUNDLE
 * estrato-launcher filter         a seccomp profile on stdin, the BPF program on stdout
 * estrato-launcher layer TREE     nodes and extended attributes for an unpacked layer, listed on stdin
 * estrato-launcher root           a root file system, by the plan on stdin, for as long as somebody reads stdout
 * estrato-launcher network        bridges made and removed, by the plan on stdin
 * estrato-launcher rootless ...   a program as root of a user namespace (rootless.h)
 */
int
main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "shim") == 0) {
        errno = -continue_in_memory(arguments);
        if (errno != 0)
            die("go on as a copy in memory");
        struct plan plan = read_plan();
        return keep_container(arguments[2], &plan);
    }
    if (count == 2 && strcmp(arguments[1], "filter") == 0) {
        struct plan plan = read_plan();

        write_filter(&plan, STDOUT_FILENO);
        free_plan(&plan);
        return 0;
    }
    if (count == 3 && strcmp(arguments[1], "layer") == 0) {
        finish_layer(arguments[2], STDIN_FILENO);
        return 0;
    }
    if (count == 2 && strcmp(arguments[1], "root") == 0) {
        struct plan plan = read_plan();

        offer_root(&plan);
    }
    if (count == 2 && strcmp(arguments[1], "network") == 0) {
        struct plan plan = read_plan();

        perform_network_plan(&plan);
        free_plan(&plan);
        return 0;
    }
    if (count >= 8 && strcmp(arguments[1], "rootless") == 0)
        go_rootless(arguments + 2);
    (void)fputs("estrato-launcher is started by the Estrato engine: shim BUNDLE | filter | layer TREE | root | "
                "network | rootless ...\n",
        stderr);
    return 2;
}
