import { expect, test } from 'vitest';

import { cgroupModeOf, prettyName } from './system-info.ts';

const v1 = 'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n';
const v2 = 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n';

test.each([
  ['v1', v1],
  ['v2', v2],
  ['hybrid', v1 + v2],
  ['none', 'proc /proc proc rw 0 0\n'],
])('cgroups are %s', (mode, mounts) => {
  expect(cgroupModeOf(mounts)).toBe(mode);
});

test('the system is called as it calls itself', () => {
  expect(prettyName('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
    'Debian GNU/Linux 12 (bookworm)',
  );
  expect(prettyName('')).toBe('Linux');
});
