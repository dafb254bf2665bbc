#include "fuzz-readers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "plan.h"

/* Unlike assert(3), also where that is compiled away. */
static void
require(int is_so)
{
    if (!is_so)
        abort();
}

static void
append_u32(struct buffer *buffer, size_t value)
{
    uint32_t number = (uint32_t)value;

    require(append(buffer, &number, sizeof number) == 0);
}

static void
write_plan(const struct plan *plan, struct buffer *out)
{
    require(append(out, "ESTPLAN2", 8) == 0);
    for (size_t place = 0; place < plan->count; place++) {
        const struct step *step = &plan->steps[place];

        append_u32(out, step->count + 1);
        append_u32(out, strlen(operation_names[step->operation]));
        require(append(out, operation_names[step->operation], strlen(operation_names[step->operation]) + 1) == 0);
        for (size_t index = 0; index < step->count; index++) {
            append_u32(out, step->arguments[index].length);
            /* With the NUL that is there to be read. */
            require(append(out, step->arguments[index].text, step->arguments[index].length + 1) == 0);
        }
    }
}

void
check_plan_reader(const uint8_t *bytes, size_t length)
{
    struct plan plan;
    struct buffer again = {0};
    /* Of exactly that size, so that a step over the end is seen. */
    char *copy = malloc(length == 0 ? 1 : length);

    require(copy != NULL);
    memcpy(copy, bytes, length);
    if (parse_plan(&plan, copy, length) < 0)
        return;
    write_plan(&plan, &again);
    require(again.length == length && memcmp(again.bytes + again.start, bytes, length) == 0);
    free_buffer(&again);
    free_plan(&plan);
}

/* What frames there are, as one number: types, lengths and payloads. */
static uint64_t
take_frames(struct buffer *buffer, uint64_t sum, int *error)
{
    char type = 0;
    const char *payload = NULL;
    size_t length = 0;

    while ((*error = first_frame(buffer, &type, &payload, &length)) == 1) {
        sum = sum * 31 + (unsigned char)type;
        sum = sum * 31 + length;
        for (size_t index = 0; index < length; index++)
            sum = sum * 31 + (unsigned char)payload[index];
        consume(buffer, FRAME_HEADER + length);
    }
    return sum;
}

void
check_frame_reader(const uint8_t *bytes, size_t length)
{
    struct buffer whole = {0};
    struct buffer pieces = {0};
    int error = 0;
    int last = 0;
    uint64_t sum = 0;

    require(append(&whole, bytes, length) == 0);

    uint64_t expected = take_frames(&whole, 0, &error);

    for (size_t at = 0; at < length && last >= 0;) {
        size_t piece = 1 + bytes[at] % 7;

        piece = piece > length - at ? length - at : piece;
        require(append(&pieces, bytes + at, piece) == 0);
        sum = take_frames(&pieces, sum, &last);
        at += piece;
    }
    require(sum == expected && last == error);
    free_buffer(&whole);
    free_buffer(&pieces);
}

/* A frame of the bytes' choosing: one for the kind, one for the length, the payload. Returns how many were used. */
static size_t
append_request(struct buffer *frames, const uint8_t *bytes, size_t length)
{
    static const char kinds[] = "ARSWLEINZ?";
    char payload[256];
    char kind = kinds[bytes[0] % (sizeof kinds - 1)];
    size_t size = length < 2 ? 0 : bytes[1];

    size = size > length - (length < 2 ? 1 : 2) ? length - (length < 2 ? 1 : 2) : size;
    memcpy(payload, bytes + (length < 2 ? 1 : 2), size);
    if ((kind == 'E' || kind == 'N') && size > 0)
        payload[0] = 'e';
    require(append_frame(frames, kind, payload, size) == 0);
    return size + (length < 2 ? 1 : 2);
}

void
check_request_reader(const uint8_t *bytes, size_t length)
{
    struct process container = {.id = "main", .pidfd = -1, .input = -1, .output = {-1, -1}};
    struct process session = {.id = "a", .pidfd = -1, .input = -1, .output = {-1, -1}, .has_ended = true};
    struct step first = {.operation = OP_SHIM};
    struct client client = {0};
    struct shim shim = {.processes = &container, .container = &container, .clients = &client, .first = &first};
    struct buffer frames = {0};
    int ends[2];

    container.next = &session;
    session.is_finished = true;
    for (size_t at = 0; at < length;)
        at += append_request(&frames, bytes + at, length - at);
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    client.socket = ends[0];
    while (!client.is_gone && frames.length > 0) {
        require(write_some(&frames, ends[1]) == 0);
        serve_client(&shim, &client);
        consume(&client.out, client.out.length);
    }
    free_buffer(&frames);
    lose_client(&client);
    free_buffer(&container.to_input);
    free_buffer(&container.replay);
    free_buffer(&session.to_input);
    (void)close(ends[1]);
}

int
check_readers(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    if (bytes[0] % 3 == 0)
        check_plan_reader(bytes + 1, length - 1);
    else if (bytes[0] % 3 == 1)
        check_frame_reader(bytes + 1, length - 1);
    else
        check_request_reader(bytes + 1, length - 1);
    return 0;
}
