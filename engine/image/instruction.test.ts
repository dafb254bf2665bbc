import { expect, test } from 'vitest';

import { instructionOf } from './instruction.ts';

test.each([
  ['/bin/sh -c #(nop)  CMD ["redis-server"]', 'CMD ["redis-server"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['RUN |1 A=b /bin/sh -c make # buildkit', 'RUN make'],
  ['|1 A=b /bin/sh -c make', 'RUN make'],
  ['COPY a b # buildkit', 'COPY a b'],
  ['bazel build ...', 'RUN bazel build ...'],
  ['', ''],
])('%j stood in the Dockerfile as %j', (createdBy, line) => {
  expect(instructionOf(createdBy)).toBe(line);
});

test('a line that was thought up to take long is taken as it is', () => {
  const spaces = ' '.repeat(400_000);
  expect(instructionOf(`RUN a${spaces}b`)).toBe(`RUN a${spaces}b`);
  expect(instructionOf(`RUN /bin/sh -c a${spaces}# buildkit`)).toBe('RUN a');
});
