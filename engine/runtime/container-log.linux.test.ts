import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import type { LogOptions } from './runtime.ts';
import { makeBox, startBox, type Box } from './testing/busybox-container.ts';
import { shimOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

async function logOf(box: Box, options: LogOptions = { follow: false }): Promise<{ stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  for await (const { stream, bytes } of box.runtime.readLog(box.bundle, options)) {
    said[stream] += Buffer.from(bytes).toString('latin1');
  }
  return said;
}

describeWith(['root', 'launcher', 'busybox'], 'the log of a container', () => {
  test('has both streams to the last byte', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'seq 1 50000; printf "a\\0\\377b" >&2; printf end'],
    });
    await box.container.wait();
    const { stdout, stderr } = await logOf(box);
    expect(stdout.split('\n')).toHaveLength(50_001);
    expect(stdout.endsWith('49999\n50000\nend')).toBe(true);
    expect(stderr).toBe('a\0\u00ffb');
    expect(await logOf(box, { follow: false, tailLines: 3 })).toMatchObject({ stdout: '49999\n50000\nend' });
  });

  test('can be followed from the start to the end', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'for n in 1 2 3 4 5; do echo $n; sleep 0.05; done; echo over >&2'],
    });
    expect(await logOf(box, { follow: true })).toEqual({ stdout: '1\n2\n3\n4\n5\n', stderr: 'over\n' });
  });

  test('goes on when the container is started again, and is followed then too', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['sh', '-c', 'test -e /again || { touch /again; echo first; exit; }; read line; echo second'],
      request: { openStdin: true },
    });
    await box.start();
    await box.container.wait();
    await box.runtime.destroy(box.id, box.bundle);
    await box.start();
    const following = logOf(box, { follow: true });
    await using client = await box.container.attach({ replay: false, stdin: true });
    await client.write(Buffer.from('\n'));
    expect((await following).stdout).toBe('first\nsecond\n');
  });

  test('of a terminal is what was on the screen', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'echo a; echo b >&2'],
      spec: { terminal: true },
    });
    await box.container.wait();
    expect(await logOf(box)).toEqual({ stdout: 'a\r\nb\r\n', stderr: '' });
  });

  test('ends for its followers when the container is taken away after its shim was killed', async () => {
    await using box = await startBox({ ...machine, args: ['sh', '-c', 'echo words; sleep 1000'] });
    const following = logOf(box, { follow: true });
    await using client = await box.container.attach({ replay: true, stdin: false });
    await client.output[Symbol.asyncIterator]().next();
    process.kill(await shimOf(box.bundle), 'SIGKILL');
    await box.runtime.destroy(box.id, box.bundle);
    expect((await following).stdout).toBe('words\n');
  });

  test('has nothing of what sessions say', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    await box.exec(['echo', 'private']);
    await box.container.signal(9);
    await box.container.wait();
    expect(await logOf(box)).toEqual({ stdout: '', stderr: '' });
  });
});
