#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Everything that the launcher reads from others, given bytes of anybody's: whatever they are, the readers say so, or
 * say exactly what is there. Aborts where one doesn't.
 */

/* A plan: what was understood of it, written out again, is what was read. */
void check_plan_reader(const uint8_t *bytes, size_t length);

/* Frames that come in pieces, cut where the bytes say: the same as if they had come at once. */
void check_frame_reader(const uint8_t *bytes, size_t length);

/* Requests to a shim, by a client that sends whatever the bytes say. No plan in them is whole, so nothing is started.
 */
void check_request_reader(const uint8_t *bytes, size_t length);

/* A seccomp profile's comparisons and any other numbers of a plan. */
int check_readers(const uint8_t *bytes, size_t length);
