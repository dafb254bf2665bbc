#pragma once

/*
 * Where a created container waits for its start: two FIFOs in its state directory, so that neither the one who creates
 * it nor the one who starts it has to live on. A byte in `gate` opens it, and whoever wrote it reads `answer`: nothing
 * but the end once the program runs, or what kept it from running, as die() says it. A gate that can't be opened for
 * writing without waiting (ENXIO) is one that nobody stands at any more.
 *
 * With read(2) and write(2) alone: a seccomp filter may be in force already.
 */
struct gate {
    int gate;
    int answer;
};

/* Makes both in the working directory. Returns 0 or -errno. */
int make_gate(struct gate *gate);
