import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { arm64Program } from './testing/arm64-program.ts';

/** A line for `register` (binfmt-misc.rst of the kernel): programs of arm64 are qemu's, opened now, so that it is there in containers. */
const HANDLER = [
  ':estrato-test-arm64:M:',
  String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
  String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  '/usr/bin/qemu-aarch64-static:F',
].join(':');

describeWith(['root', 'launcher', 'qemu for arm64'], 'steps of another platform', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let estrato: EstratoCli;
  let folder = '';
  beforeAll(async () => {
    engine = owned.use(await startTestEngine({ handler: HANDLER }));
    estrato = new EstratoCli(engine);
    folder = join(owned.use(await temporaryDirectory('emulated')).path, 'app');
    await mkdir(folder);
    await writeFile(join(folder, 'make'), arm64Program('/made-on-arm64'), { mode: 0o755 });
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch\nARG TARGETARCH\nCOPY make /$TARGETARCH\nRUN ["/arm64"]\n',
    );
  });
  afterAll(() => owned.disposeAsync());

  test('are run where the machine has a handler for their programs', async () => {
    await estrato.text('build', '-q', '--platform', 'linux/arm64', '-t', 'emulated:1', folder);
    expect(await estrato.text('image', 'tree', 'emulated:1')).toContain('/made-on-arm64');
    const { summary } = await engine.call('images.get', { image: 'emulated:1' });
    expect(summary.platform).toEqual({ os: 'linux', architecture: 'arm64' });
  });

  test('are refused before anything is run where it has none', async () => {
    const { code, stderr } = await estrato.run([
      'build',
      '--platform',
      'linux/arm64,linux/riscv64',
      '-t',
      'no:1',
      folder,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('line 4: RUN for linux/riscv64 needs a binfmt_misc handler for riscv64');
    expect(stderr).not.toContain('#1 ');
  });
});
