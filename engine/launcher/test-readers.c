#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "fuzz-readers.h"
#include "plan.h"

/* The same bytes on every machine and every time: a finding can be found again by its number. */
enum { ROUNDS = 6000, LARGEST = 4096 };

static uint64_t state;

/* xorshift64* (Marsaglia, Vigna). */
static uint32_t
random_number(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

static void
append_number(struct buffer *buffer, uint32_t number)
{
    assert(append(buffer, &number, sizeof number) == 0);
}

static void
append_random(struct buffer *buffer, uint32_t length)
{
    for (uint32_t index = 0; index < length; index++) {
        uint8_t byte = (uint8_t)random_number(256);

        assert(append(buffer, &byte, 1) == 0);
    }
}

static void
append_word(struct buffer *buffer, const char *word)
{
    append_number(buffer, (uint32_t)strlen(word));
    assert(append(buffer, word, strlen(word) + 1) == 0);
}

static void
append_random_plan(struct buffer *buffer)
{
    assert(append(buffer, "ESTPLAN2", 8) == 0);
    for (uint32_t steps = random_number(8); steps > 0; steps--) {
        uint32_t count = random_number(5);

        append_number(buffer, count + 1);
        append_word(buffer, operation_names[random_number(OP_COUNT)]);
        for (; count > 0; count--) {
            uint32_t length = random_number(20);

            append_number(buffer, length);
            append_random(buffer, length);
            assert(append(buffer, "", 1) == 0);
        }
    }
}

static void
append_random_frames(struct buffer *buffer)
{
    for (uint32_t frames = random_number(8); frames > 0; frames--) {
        char payload[64];
        uint32_t length = random_number(sizeof payload);

        for (uint32_t index = 0; index < length; index++)
            payload[index] = (char)random_number(256);
        assert(append_frame(buffer, (char)random_number(256), payload, length) == 0);
    }
}

/* One of what goes wrong: a bit, a number that is far too large, a piece that is missing, bytes that are too many. */
static void
spoil(struct buffer *buffer)
{
    static const uint32_t numbers[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    uint8_t *bytes = (uint8_t *)buffer->bytes + buffer->start;
    uint32_t length = (uint32_t)buffer->length;

    if (length < 8)
        return;
    switch (random_number(4)) {
    case 0:
        bytes[random_number(length)] ^= (uint8_t)(1U << random_number(8));
        break;
    case 1:
        memcpy(bytes + random_number(length - 4), &numbers[random_number(sizeof numbers / sizeof *numbers)], 4);
        break;
    case 2:
        buffer->length = random_number(length);
        break;
    default:
        append_random(buffer, random_number(16));
        break;
    }
}

static void
run_round(uint64_t round, void (*fill)(struct buffer *), void (*check)(const uint8_t *, size_t))
{
    struct buffer buffer = {0};

    state = round * 0x9e3779b97f4a7c15ULL + 1;
    fill(&buffer);
    /* As it is, then ever more spoiled. */
    for (int turn = 0; turn < 4; turn++) {
        check((const uint8_t *)buffer.bytes + buffer.start, buffer.length);
        spoil(&buffer);
    }
    free_buffer(&buffer);
}

static void
append_noise(struct buffer *buffer)
{
    append_random(buffer, random_number(LARGEST));
}

int
main(void)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        run_round(round, append_random_plan, check_plan_reader);
        run_round(round, append_random_frames, check_frame_reader);
    }
    for (uint64_t round = 1; round <= ROUNDS / 10; round++) {
        run_round(round, append_noise, check_plan_reader);
        run_round(round, append_noise, check_frame_reader);
        run_round(round, append_noise, check_request_reader);
    }
    puts("launcher: plans, frames and requests that are none, passed");
    return 0;
}
