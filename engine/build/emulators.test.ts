import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { emulatedArchitectures, runsByItself } from './emulators.ts';

const handler = (state: string, flags: string, magic: string): string =>
  `${state}\ninterpreter /usr/bin/qemu\nflags: ${flags}\noffset 0\nmagic ${magic}\nmask ffffffffffffff00fffffffffffffffffeffffff\n`;
const ARM64 = '7f454c460201010000000000000000000200b700';
const RISCV = '7f454c460201010000000000000000000200f300';
const S390X = '7f454c4602020100000000000000000000020016';

test('an architecture is emulated by an enabled handler that containers see too', async () => {
  await using dir = await temporaryDirectory('binfmt');
  const put = (name: string, text: string): Promise<void> => writeFile(join(dir.path, name), text);
  await put('status', 'enabled\n');
  await put('python3', 'enabled\ninterpreter /usr/bin/python3\nflags: F\noffset 0\nmagic a70d0d0a\n');
  await put('whatever', handler('enabled', 'OCF', ARM64));
  await put('qemu-s390x', handler('enabled', 'POCF', S390X));
  await put('qemu-riscv64', handler('enabled', 'OC', RISCV));
  expect(await emulatedArchitectures(dir.path)).toEqual(new Set(['arm64', 's390x']));
  await put('whatever', handler('disabled', 'OCF', ARM64));
  expect(await emulatedArchitectures(dir.path)).toEqual(new Set(['s390x']));
  expect(await emulatedArchitectures(join(dir.path, 'nowhere'))).toEqual(new Set());
});

test.each([
  ['amd64', 'amd64', true],
  ['386', 'amd64', true],
  ['arm', 'arm64', true],
  ['amd64', '386', false],
  ['arm64', 'amd64', false],
])('%s on %s by itself: %s', (architecture, host, runs) => {
  expect(runsByItself({ os: 'linux', architecture }, { os: 'linux', architecture: host })).toBe(runs);
});
