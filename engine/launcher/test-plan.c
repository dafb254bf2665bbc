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

#define PLAN(text) "ESTPLAN2" text
/* Parses a copy of exactly the bytes, so that the sanitizer sees a step over their end. */
#define PARSE(plan, text) parse_plan(plan, copy_of(text, sizeof(text) - 1), sizeof(text) - 1)

static void
reads_steps_and_arguments(void)
{
    struct plan plan;

    assert(PARSE(&plan, PLAN("\3\0\0\0"
                             "\4\0\0\0exec\0"
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

    assert(PARSE(&plan, "ESTPLAN1") == -EBADMSG);
    assert(PARSE(&plan, "EST") == -EBADMSG);
    assert(PARSE(&plan, PLAN("\0\0\0\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0\4\0\0\0exec")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\2\0\0\0\4\0\0\0exec\0\1\0\0\0sh")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\xff\xff\xff\xff\4\0\0\0exec\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0\xff\xff\xff\xff")) == -EBADMSG);
}

static void
refuses_what_is_no_operation(void)
{
    struct plan plan;

    assert(PARSE(&plan, PLAN("\1\0\0\0\0\0\0\0\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0\4\0\0\0EXEC\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0\5\0\0\0execs\0")) == -EBADMSG);
    assert(PARSE(&plan, PLAN("\1\0\0\0\6\0\0\0exec\0x\0")) == -EBADMSG);
}

/* Each is found by its name: they are in the order that the search needs. */
static void
knows_every_operation(void)
{
    for (size_t index = 0; index < OP_COUNT; index++) {
        struct buffer buffer = {0};
        struct plan plan;
        uint32_t count = 1;
        uint32_t length = (uint32_t)strlen(operation_names[index]);

        assert(append(&buffer, "ESTPLAN2", 8) == 0);
        assert(append(&buffer, &count, sizeof count) == 0 && append(&buffer, &length, sizeof length) == 0);
        assert(append(&buffer, operation_names[index], length + 1) == 0);
        assert(parse_plan(&plan, copy_of(buffer.bytes, buffer.length), buffer.length) == 0);
        assert(plan.count == 1 && plan.steps[0].operation == index);
        free_plan(&plan);
        free_buffer(&buffer);
    }
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
    refuses_what_is_no_operation();
    knows_every_operation();
    keeps_frames_whole();
    moves_bytes_to_make_room();
    puts("launcher: plans and frames, 6 passed");
    return 0;
}
