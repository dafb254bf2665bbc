#pragma once

/* What a failed launch ends with: Docker's exit codes for `docker run`. */
enum failure { FAILED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

/*
 * Where die() sends its sentence: a socket or FIFO to whoever started this process, as one message; standard error
 * before it is set. The second takes a stream, in which it becomes a frame 'F' (README.md).
 */
void report_failures_to(int descriptor);
void report_failures_in_frames_to(int descriptor);

/* Says what was being done and why it failed (errno), then ends the process. Nobody can go on from here. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same without errno, for what the kernel has no number for. */
_Noreturn void refuse(enum failure kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
