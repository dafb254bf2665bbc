#pragma once

#include "gate.h"
#include "plan.h"

#include <stdbool.h>
#include <sys/types.h>

/* What a process on its way to becoming a container's knows beside its plan. */
struct launch {
    /* The container's root, an O_PATH descriptor; of the launcher's own root before there is one. */
    int root;
    /* The host's proc, opened before anything was mounted. */
    int proc;
    /* The host's /dev/null, to mask files with. */
    int null;
    /* To whoever started this process: the terminal's master goes there, and a failure. */
    int status;
    /* The init whose namespaces are joined; -1 for a new container. */
    int init;
    /* Pipes to be stdin, stdout and stderr; -1 where a terminal is. */
    int streams[3];
    /* Where a created container waits for its start; NULL for what is started at once. */
    const struct gate *gate;
    /* Descriptors from PRESERVED_FIRST on that the program has from 3 on. */
    unsigned preserved;
    /* The program's life isn't its starter's. */
    bool outlives_starter;
    /* It was born in the cgroup of version 2 that it is to join. */
    bool is_born_in_cgroup;
    /* The working directory is the one that the plan names. */
    bool is_in_directory;
    /* Whoever made the link that was asked for has said so already. */
    bool has_link;
    /* NULL-terminated, pointing into the plan. */
    char **environment;
    /* The place in the plan of the step that is performed. */
    size_t place;
};

/* Performs the steps of a plan from `first` on; the last one is the program, or holds. Never returns. */
_Noreturn void perform(const struct plan *plan, size_t first, struct launch *launch);

/* The steps, by the file that has them. Each returns only if it was done. */
void set_oom_score(const struct step *step, struct launch *launch);
void write_self(const struct step *step, struct launch *launch);
void join_cgroups(const struct step *step, struct launch *launch);
void unshare_namespaces(const struct step *step, struct launch *launch);
void join_namespaces(const struct step *step, struct launch *launch);
void enter_namespaces(const struct step *step, struct launch *launch);
void continue_as_child(const struct step *step, struct launch *launch);
void map_ids(const struct step *step, struct launch *launch);
void ask_for_device_filter(const struct step *step, struct launch *launch);
void call_hook(const struct step *step, struct launch *launch);
void set_hostname(const struct step *step, struct launch *launch);
void set_domainname(const struct step *step, struct launch *launch);
void raise_loopback(const struct step *step, struct launch *launch);
void set_sysctl(const struct step *step, struct launch *launch);

void leave_to_shim(const struct step *step, struct launch *launch);
void ask_for_link(const struct step *step, struct launch *launch);
void set_up_link(const struct step *step, struct launch *launch);

void set_propagation(const struct step *step, struct launch *launch);
void mount_layers(const struct step *step, struct launch *launch);
void mount_overlay_root(const struct step *step, struct launch *launch);
void mount_bind_root(const struct step *step, struct launch *launch);
void mount_filesystem(const struct step *step, struct launch *launch);
void mount_bind(const struct step *step, struct launch *launch);
void mask_paths(const struct step *step, struct launch *launch);
void make_paths_readonly(const struct step *step, struct launch *launch);
void enter_root(const struct step *step, struct launch *launch);
void set_root_propagation(const struct step *step, struct launch *launch);
void make_root_readonly(const struct step *step, struct launch *launch);

/* Lays what `source` is a descriptor of over `target`. */
void bind_onto(int source, int target, const char *name);

void make_device(const struct step *step, struct launch *launch);
void make_symlink(const struct step *step, struct launch *launch);
void make_directory(const struct step *step, struct launch *launch);

void open_terminal(const struct step *step, struct launch *launch);

void set_personality(const struct step *step, struct launch *launch);
void set_io_priority(const struct step *step, struct launch *launch);
void set_scheduler(const struct step *step, struct launch *launch);
void set_affinity(const struct step *step, struct launch *launch);
void set_memory_policy(const struct step *step, struct launch *launch);
void set_rlimit(const struct step *step, struct launch *launch);
void make_keyring(const struct step *step, struct launch *launch);
void drop_bounding(const struct step *step, struct launch *launch);
void become_user(const struct step *step, struct launch *launch);
void set_capabilities(const struct step *step, struct launch *launch);
void forbid_new_privileges(const struct step *step, struct launch *launch);
void load_seccomp(const struct step *step, struct launch *launch);

void change_directory(const struct step *step, struct launch *launch);
void set_environment(const struct step *step, struct launch *launch);
void execute(const struct step *step, struct launch *launch);
void hold_root(const struct step *step, struct launch *launch);
void wait_at_gate(const struct step *step, struct launch *launch);

/* Searches the program as execute() will, or refuses it. `found` holds PATH_MAX bytes. */
void look_for_program(const char *name, const struct launch *launch, char *found);
