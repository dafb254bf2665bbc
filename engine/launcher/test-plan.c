#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "plan.h"

static char *
copy_of(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);

    assert(copy != NULL);
    memcpy(copy, bytes, length);
    return copy;
}

#define PLAN(text) "ESTPLAN1" text
/* Parses a copy of exactly the bytes, so that the sanitizer sees a step over their end. */
#define PARSE(plan, text) parse_plan(plan, copy_of(text, sizeof(text) - 1), sizeof(text) - 1)

static void
reads_steps_and_arguments(void)
{
    struct plan plan;

    assert(PARSE(&plan, PLAN("\x1f\0\0\0\2\0\0\0"
                             "\2\0\0\0sh\0"
                             "\0\0\0\0\0")) == 0);
    assert(plan.count == 1 && plan.steps[0].operation == OP_EXEC && plan.steps[0].count == 2);
    assert(strcmp(text_of(&plan.steps[0], 0), "sh") == 0);
    assert(plan.steps[0].arguments[1].length == 0);
    free_plan(&plan);
}

static void
refuses_what_is_no_plan(void)
{
    struct plan plan;

    assert(PARSE(&plan, "ESTPLAN2") == -EBADMSG);
    assert(PARSE(&plan, "EST") == -EBADMSG);
    assert(PARSE(&plan, PLAN("\x1f\0\0\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\xff\0\0\0\0\0\0\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\x1f\0\0\0\1\0\0\0\2\0\0\0sh")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\x1f\0\0\0\1\0\0\0\1\0\0\0sh")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\x1f\0\0\0\xff\xff\xff\xff")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\x1f\0\0\0\1\0\0\0\xff\xff\xff\xff")) == -EBADMSG);
}

static void
keeps_frames_whole(void)
{
    struct buffer buffer = {0};
    char type = 0;
    const char *payload = NULL;
    size_t length = 0;

    assert(first_frame(&buffer, &type, &payload, &length) == 0);
    assert(append_frame(&buffer, 'O', "abc", 3) == 0);
    assert(append_frame(&buffer, 'X', NULL, 0) == 0);
    assert(first_frame(&buffer, &type, &payload, &length) == 1 && type == 'O' && length == 3);
    assert(memcmp(payload, "abc", 3) == 0);
    consume(&buffer, FRAME_HEADER + length);
    assert(first_frame(&buffer, &type, &payload, &length) == 1 && type == 'X' && length == 0);
    consume(&buffer, FRAME_HEADER);
    assert(append(&buffer, "O\xff\xff\xff\xff", 5) == 0);
    assert(first_frame(&buffer, &type, &payload, &length) == -EMSGSIZE);
    free_buffer(&buffer);
}

static void
moves_bytes_to_make_room(void)
{
    struct buffer buffer = {0};
    char block[3000];

    memset(block, 'x', sizeof block);
    for (int round = 0; round < 100; round++) {
        assert(append(&buffer, block, sizeof block) == 0);
        assert(append(&buffer, "end", 3) == 0);
        consume(&buffer, sizeof block);
        assert(memcmp(buffer.bytes + buffer.start, "end", 3) == 0);
        consume(&buffer, 3);
    }
    assert(buffer.room <= 8192);
    free_buffer(&buffer);
}

int
main(void)
{
    reads_steps_and_arguments();
    refuses_what_is_no_plan();
    keeps_frames_whole();
    moves_bytes_to_make_room();
    puts("launcher: plans and frames, 4 passed");
    return 0;
}
