#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

static const char magic[8] = "ESTPLAN2";

const char *const operation_names[OP_COUNT] = {
#define OPERATION(constant, name) [OP_##constant] = (name),
#include "build/operations.inc"
#undef OPERATION
};

enum { MAX_STEPS = 4096, MAX_ARGUMENTS = 65536 };

struct cursor {
    char *at;
    size_t left;
};

static int
take_u32(struct cursor *cursor, uint32_t *value)
{
    if (cursor->left < sizeof *value)
        return -EBADMSG;
    memcpy(value, cursor->at, sizeof *value);
    cursor->at += sizeof *value;
    cursor->left -= sizeof *value;
    return 0;
}

/* u32 length, bytes, NUL. */
static int
take_argument(struct cursor *cursor, struct argument *argument)
{
    uint32_t length = 0;

    if (take_u32(cursor, &length) < 0 || cursor->left <= length || cursor->at[length] != '\0')
        return -EBADMSG;
    *argument = (struct argument){.text = cursor->at, .length = length};
    cursor->at += length + 1;
    cursor->left -= length + 1;
    return 0;
}

/* OP_COUNT for a name that is none: the list is in alphabetical order. */
static enum operation
operation_of(const struct argument *word)
{
    size_t low = 0;
    size_t high = OP_COUNT;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word->text, operation_names[middle]);

        if (order == 0)
            return strlen(word->text) == word->length ? (enum operation)middle : OP_COUNT;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return OP_COUNT;
}

/* u32 count of words: the operation's name, then its arguments. */
static int
take_step(struct cursor *cursor, struct step *step, struct argument *words, size_t room)
{
    uint32_t count = 0;

    if (take_u32(cursor, &count) < 0 || count == 0 || count > room)
        return -EBADMSG;
    for (uint32_t index = 0; index < count; index++)
        if (take_argument(cursor, &words[index]) < 0)
            return -EBADMSG;
    *step = (struct step){.operation = operation_of(words), .count = count - 1, .arguments = words + 1};
    return step->operation == OP_COUNT ? -EBADMSG : 0;
}

static int
take_steps(struct plan *plan, struct cursor *cursor)
{
    size_t used = 0;

    while (cursor->left > 0) {
        struct step *step = &plan->steps[plan->count];

        if (plan->count == MAX_STEPS)
            return -EBADMSG;
        if (take_step(cursor, step, plan->arguments + used, MAX_ARGUMENTS - used) < 0)
            return -EBADMSG;
        used += step->count + 1;
        plan->count++;
    }
    return 0;
}

int
parse_plan(struct plan *plan, char *bytes, size_t length)
{
    struct cursor cursor = {.at = bytes + sizeof magic, .left = length - sizeof magic};
    int error = 0;

    *plan = (struct plan){.bytes = bytes};
    plan->arguments = calloc(MAX_ARGUMENTS, sizeof *plan->arguments);
    plan->steps = calloc(MAX_STEPS, sizeof *plan->steps);
    if (plan->arguments == NULL || plan->steps == NULL)
        error = -ENOMEM;
    else if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        error = -EBADMSG;
    else
        error = take_steps(plan, &cursor);
    if (error < 0)
        free_plan(plan);
    return error;
}

void
free_plan(struct plan *plan)
{
    free(plan->bytes);
    free(plan->arguments);
    free(plan->steps);
    *plan = (struct plan){0};
}

char *
read_all(int descriptor, size_t limit, size_t *length)
{
    size_t room = 65536;
    char *bytes = malloc(room);

    *length = 0;
    while (bytes != NULL) {
        ssize_t got = read(descriptor, bytes + *length, room - *length);

        if (got == 0)
            return bytes;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || *length + (size_t)got > limit)
            break;
        *length += (size_t)got;
        if (*length == room) {
            char *larger = realloc(bytes, room *= 2);

            if (larger == NULL)
                break;
            bytes = larger;
        }
    }
    free(bytes);
    return NULL;
}

const char *
text_of(const struct step *step, size_t index)
{
    if (index >= step->count)
        refuse(FAILED, "the step %s of the plan lacks argument %zu", operation_names[step->operation], index);
    return step->arguments[index].text;
}

uint64_t
number_of(const struct step *step, size_t index)
{
    const char *text = text_of(step, index);
    char *end = NULL;

    errno = 0;
    /* NOLINTNEXTLINE(cert-err34-c): checked by `end` and errno */
    uint64_t value = strtoull(text, &end, 0);
    if (errno != 0 || end == text || *end != '\0')
        refuse(
            FAILED, "the step %s of the plan has no number in argument %zu", operation_names[step->operation], index);
    return value;
}
