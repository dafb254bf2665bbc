#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a step does: the list is runtime/operations.ts, which the Makefile makes lines `OPERATION(MOUNT, "mount")` of.
 */
enum operation {
#define OPERATION(constant, name) OP_##constant,
#include "build/operations.inc"
#undef OPERATION
    OP_COUNT
};

/* As a plan says it. */
extern const char *const operation_names[OP_COUNT];

struct argument {
    /* Ends in a NUL that `length` doesn't count. */
    char *text;
    size_t length;
};

struct step {
    enum operation operation;
    size_t count;
    struct argument *arguments;
};

/* An ordered list of steps. Owns its bytes; arguments point into them. */
struct plan {
    char *bytes;
    struct argument *arguments;
    struct step *steps;
    size_t count;
};

/* Reads and checks a whole plan. Returns 0, or -errno: -EBADMSG for bytes that aren't one. `bytes` is taken over. */
int parse_plan(struct plan *plan, char *bytes, size_t length);
void free_plan(struct plan *plan);

/* Everything a descriptor has, at most `limit` bytes; NULL with errno otherwise. */
char *read_all(int descriptor, size_t limit, size_t *length);

/* An argument by its place, or die(): a plan that lacks one was written by another version. */
const char *text_of(const struct step *step, size_t index);
uint64_t number_of(const struct step *step, size_t index);
