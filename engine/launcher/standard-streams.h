#pragma once

/* Lays /dev/null over stdin, stdout and stderr: they were somebody else's. */
void forget_standard_streams(void);
