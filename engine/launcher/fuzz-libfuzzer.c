#include "fuzz-readers.h"

/* Called by clang's libFuzzer with whatever it comes up with (`make fuzz`). */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    return check_readers(bytes, length);
}
