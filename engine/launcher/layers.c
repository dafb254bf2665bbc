#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "die.h"
#include "frames.h"
#include "layer-image.h"
#include "messages.h"
#include "paths.h"
#include "steps.h"
#include "trees.h"

/* Arguments of OP_LAYERS. */
enum { KEEPER_DIRECTORY, FIRST_LAYER };

/* Asks for all layers of the step at once. Returns the connection that they come over, or -1 where nobody answers. */
static int
ask_keeper(const struct step *step)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct buffer paths = {0};
    char short_path[32];
    int directory = open(text_of(step, KEEPER_DIRECTORY), O_PATH | O_DIRECTORY | O_CLOEXEC);
    int keeper = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/layers.sock", descriptor_path(directory, short_path));
    for (size_t index = FIRST_LAYER; index < step->count; index++)
        (void)append(&paths, text_of(step, index), strlen(text_of(step, index)) + 1);
    if (directory < 0 || keeper < 0 || connect(keeper, (struct sockaddr *)&address, sizeof address) < 0 ||
        send_frame(keeper, 'L', paths.bytes + paths.start, paths.length) < 0) {
        close_descriptor(&keeper);
        keeper = -1;
    }
    free_buffer(&paths);
    close_descriptor(&directory);
    return keeper;
}

static int
mount_alone(const char *layer)
{
    char image_path[32];
    char tar_path[32];
    CLEANUP_FD int directory = open_host(layer, O_PATH | O_DIRECTORY);
    CLEANUP_FD int image = openat(directory, "erofs", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    CLEANUP_FD int tar = openat(directory, "tar", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (image < 0 || tar < 0)
        die("open what the layer %s is kept as", layer);

    int tree = open_layer_image(descriptor_path(image, image_path), descriptor_path(tar, tar_path));

    errno = tree < 0 ? -tree : 0;
    if (tree < 0)
        die("mount the layer %s", layer);
    return tree;
}

/*
 * The engine's directory, where the keeper of layers (layer-keeper.h) is asked, and directories of layers: each is
 * mounted on the directory `tree` in it, for whoever is in this mount namespace.
 */
void
mount_layers(const struct step *step, struct launch *launch)
{
    CLEANUP_FD int keeper = ask_keeper(step);

    (void)launch;
    for (size_t index = FIRST_LAYER; index < step->count; index++) {
        const char *layer = text_of(step, index);
        CLEANUP_FD int directory = open_host(layer, O_PATH | O_DIRECTORY);
        CLEANUP_FD int place = openat(directory, "tree", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int shared = keeper < 0 ? -1 : receive_descriptor(keeper, 0);
        CLEANUP_FD int tree = shared < 0 ? mount_alone(layer) : shared;

        if (place < 0)
            die("open the place of the layer %s", layer);
        attach_tree(tree, place, layer);
    }
}
