import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';

import { findHierarchies, type CgroupLayout } from './cgroups.ts';
import { freeze, isFrozen, thaw } from './freezer.ts';

type Freezer = NonNullable<CgroupLayout['freezer']>;

/** Every freezer that this machine has, a v2 one beside the controllers of v1 included. */
async function freezers(): Promise<readonly Freezer[]> {
  const { mode, hierarchies } = findHierarchies();
  return hierarchies.flatMap(({ name, type, options }): Freezer[] => {
    const dir = join('/sys/fs/cgroup', name, `estrato-freezer-test-${process.pid}`);
    if (type === 'cgroup2') return [{ dir, version: 2 }];
    return options.includes('freezer') && mode !== 'v2' ? [{ dir, version: 1 }] : [];
  });
}

function layoutOf(freezer: Freezer | undefined): CgroupLayout {
  const empty = { mode: 'none', hierarchies: [], dirs: [], oomFiles: [] } as const;
  return freezer === undefined ? empty : { ...empty, freezer };
}

describeWith(['root'], 'the freezer', () => {
  test('holds processes still and lets them go, in each version of control groups here', async () => {
    const found = await freezers();
    expect(found).not.toEqual([]);
    for (const freezer of found) {
      await mkdir(freezer.dir);
      const counting = spawn('cat');
      const ended = once(counting, 'close');
      const said = text(counting.stdout);
      try {
        await writeFile(join(freezer.dir, 'cgroup.procs'), String(counting.pid));
        const layout = layoutOf(freezer);
        expect(await isFrozen(layout)).toBe(false);
        await freeze(layout);
        expect(await isFrozen(layout)).toBe(true);
        counting.stdin.end('hello\n');
        await thaw(layout);
        await thaw(layout);
        expect(await isFrozen(layout)).toBe(false);
        expect(await said).toBe('hello\n');
      } finally {
        counting.kill('SIGKILL');
        await ended;
        await rmdir(freezer.dir);
      }
      expect(existsSync(freezer.dir)).toBe(false);
    }
  });

  test('without control groups says who can pause', async () => {
    await expect(freeze(layoutOf(undefined))).rejects.toThrow('run the engine as root to pause containers');
    await expect(thaw(layoutOf(undefined))).resolves.toBeUndefined();
    expect(await isFrozen(layoutOf(undefined))).toBe(false);
  });
});
