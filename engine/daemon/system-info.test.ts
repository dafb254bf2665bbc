import { expect, test } from 'vitest';

import { prettyName } from './system-info.ts';

test('the system is called as it calls itself', () => {
  expect(prettyName('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
    'Debian GNU/Linux 12 (bookworm)',
  );
  expect(prettyName('')).toBe('Linux');
});
