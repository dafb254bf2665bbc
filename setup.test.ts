import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { missingEntries } from './.ci/complete-lock.mjs';
import { installCommand, isInstalled, missingPackages, needsOf } from './setup.mjs';

const lockFile = z.object({ packages: z.record(z.string(), z.record(z.string(), z.unknown())) });

function lock(packages: Record<string, { version: string; optional?: true }>): string {
  return JSON.stringify({ packages: { '': { version: '0.1.0' }, ...packages } });
}

test.each([
  ['the same', lock({ 'node_modules/a': { version: '1.0.0' } }), true],
  [
    'more than asked for',
    lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } }),
    true,
  ],
  ['another version', lock({ 'node_modules/a': { version: '1.0.1' } }), false],
  ['nothing', lock({}), false],
])('node_modules with %s', (_, record, installed) => {
  const wanted = lock({
    'node_modules/a': { version: '1.0.0' },
    'node_modules/o': { version: '1.0.0', optional: true },
  });
  expect(isInstalled(wanted, record)).toBe(installed);
});

test('only what the work at hand needs is asked for', () => {
  const nothingThere = { hasCommand: () => false, hasFile: () => false };
  const names = (when: string[]): string[] => missingPackages(when, nothingThere).map(({ name }) => name);
  expect(names(needsOf('test', ['--fast']).system)).toEqual([]);
  expect(names(needsOf('test', ['engine/oci/a.test.ts']).system)).toEqual([]);
  expect(names(needsOf('start', []).system)).toContain('libseccomp-dev');
  expect(names(needsOf('start', []).system)).not.toContain('chromium');
  expect(names(needsOf('start', []).system)).not.toContain('podman');
  expect(names(needsOf('test', []).system)).toContain('chromium');
  expect(names(needsOf('bench', []).system)).toEqual(expect.arrayContaining(['gcc', 'docker.io', 'podman', 'crun']));
  expect(names(needsOf('bench', []).system)).not.toContain('chromium');
  expect(names(needsOf('test', ['engine/runtime/a.linux.test.ts']).system)).toContain('gcc');
});

test('one of several commands is enough, and all of them are looked for', () => {
  const probe = { hasCommand: (name: string) => name === 'google-chrome', hasFile: () => true };
  const names = missingPackages(['test'], probe).map(({ name }) => name);
  expect(names).not.toContain('chromium');
  expect(names).toContain('skopeo');
});

test('what a person must type is one command', () => {
  expect(installCommand(['gcc', 'make'])).toBe(
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends gcc make',
  );
});

test('the lock file describes the packages of every platform, or npm ci refuses it; `node .ci/complete-lock.mjs` adds them', () => {
  const lock: unknown = JSON.parse(readFileSync(new URL('./package-lock.json', import.meta.url), 'utf8'));
  const { packages } = lockFile.parse(lock);
  expect([...missingEntries(packages).keys()]).toEqual([]);
});
