#include "steps.h"

#include "die.h"
#include "other-runtime.h"

typedef void performer(const struct step *step, struct launch *launch);

/* The launcher's table of contents. */
static performer *const performers[OP_COUNT] = {
    [OP_OOM_SCORE] = set_oom_score,
    [OP_CGROUP] = join_cgroups,
    [OP_ENTER] = enter_namespaces,
    [OP_CHILD] = continue_as_child,
    [OP_ID_MAPS] = map_ids,
    [OP_WRITE_SELF] = write_self,
    [OP_DEVICE_FILTER] = ask_for_device_filter,
    [OP_HOOK] = call_hook,
    [OP_UNSHARE] = unshare_namespaces,
    [OP_JOIN] = join_namespaces,
    [OP_PROPAGATION] = set_propagation,
    [OP_LAYERS] = mount_layers,
    [OP_ROOT_OVERLAY] = mount_overlay_root,
    [OP_ROOT_BIND] = mount_bind_root,
    [OP_MOUNT] = mount_filesystem,
    [OP_BIND] = mount_bind,
    [OP_DEVICE] = make_device,
    [OP_SYMLINK] = make_symlink,
    [OP_DIRECTORY] = make_directory,
    [OP_MASK] = mask_paths,
    [OP_READONLY] = make_paths_readonly,
    [OP_SYSCTL] = set_sysctl,
    [OP_ENTER_ROOT] = enter_root,
    [OP_ROOT_PROPAGATION] = set_root_propagation,
    [OP_ROOT_READONLY] = make_root_readonly,
    [OP_HOSTNAME] = set_hostname,
    [OP_DOMAINNAME] = set_domainname,
    [OP_LOOPBACK] = raise_loopback,
    [OP_TERMINAL] = open_terminal,
    [OP_PERSONALITY] = set_personality,
    [OP_IO_PRIORITY] = set_io_priority,
    [OP_SCHEDULER] = set_scheduler,
    [OP_AFFINITY] = set_affinity,
    [OP_MEMORY_POLICY] = set_memory_policy,
    [OP_RLIMIT] = set_rlimit,
    [OP_KEYRING] = make_keyring,
    [OP_BOUNDING] = drop_bounding,
    [OP_USER] = become_user,
    [OP_CAPABILITIES] = set_capabilities,
    [OP_NO_NEW_PRIVILEGES] = forbid_new_privileges,
    [OP_SECCOMP] = load_seccomp,
    [OP_CHDIR] = change_directory,
    [OP_ENVIRONMENT] = set_environment,
    [OP_EXEC] = execute,
    [OP_HOLD] = hold_root,
    [OP_LINK] = ask_for_link,
    [OP_PUBLISH] = leave_to_shim,
    [OP_INTERFACE] = set_up_link,
    [OP_GATE] = wait_at_gate,
    [OP_RUNTIME] = leave_to_runtime,
    [OP_DETACH] = detach_mount,
    [OP_NETWORK_ASIDE] = put_network_aside,
};

void
perform(const struct plan *plan, size_t first, struct launch *launch)
{
    for (size_t index = first; index < plan->count; index++) {
        performer *step = performers[plan->steps[index].operation];

        if (step == NULL)
            refuse(FAILED, "the step %s can't stand at place %zu of a plan",
                operation_names[plan->steps[index].operation], index);
        launch->place = index;
        step(&plan->steps[index], launch);
    }
    refuse(FAILED, "the plan ends without a program");
}
