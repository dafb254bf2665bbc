import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { untilStalled } from './testing/host-traces.ts';
import { collect, Listener, readToEnd, runBox, startBox, type Box } from './testing/busybox-container.ts';

const machine = { launcherPath, busyboxPath };
const watching = { replay: true, stdin: false };
const typing = { replay: true, stdin: true };

async function untilExitIsRecorded(box: Box): Promise<void> {
  while ((await box.runtime.exitStatus(box.bundle)) === undefined) await pause(5);
}

describeWith(['root', 'launcher', 'busybox'], 'output', () => {
  test('of a program that ends at once is not missed by who started it', async () => {
    for (let times = 0; times < 10; times += 1) {
      const { stdout, status } = await runBox({ ...machine, args: ['echo', 'hello'] });
      expect({ stdout, code: status.exitCode }).toEqual({ stdout: 'hello\n', code: 0 });
    }
  });

  test('of such a program waits for its starter, and so does the news of its end', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'seq 1 10000; seq 1 10000 >&2'],
      request: { holdOutput: true },
    });
    const ending = box.container.wait();
    await untilExitIsRecorded(box);
    expect(await Promise.race([ending, box.container.pids()])).toEqual([]);
    await using late = await box.container.attach(watching);
    const { stdout, stderr } = await collect(late);
    expect(stdout.split('\n')).toHaveLength(10_001);
    expect(stderr.split('\n')).toHaveLength(10_001);
    expect(await ending).toMatchObject({ exitCode: 0 });
  });

  test('that is waited for by nobody holds up no removal', async () => {
    const box = await startBox({ ...machine, args: ['echo', 'hello'], request: { holdOutput: true } });
    const ending = box.container.wait();
    await untilExitIsRecorded(box);
    await box[Symbol.asyncDispose]();
    expect(await ending).toMatchObject({ exitCode: 0 });
  });

  test('comes whole and in order, however much there is', async () => {
    const { stdout } = await runBox({ ...machine, args: ['seq', '1', '300000'] });
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(300_001);
    expect(lines.every((line, index) => index === 300_000 || line === String(index + 1))).toBe(true);
  });

  test('goes to all who are attached', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'read line; echo "got $line"; echo err >&2'],
      request: { openStdin: true },
    });
    await using first = await box.container.attach(typing);
    await using second = await box.container.attach(watching);
    await using third = await box.container.attach(typing);
    await third.write(Buffer.from('words\n'));
    const heard = await Promise.all([collect(first), collect(second), collect(third)]);
    expect(heard).toEqual(Array.from({ length: 3 }, () => ({ stdout: 'got words\n', stderr: 'err\n' })));
  });

  test('goes on for the others when one goes', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true } });
    const first = await box.container.attach(typing);
    await using second = await box.container.attach(typing);
    const listener = new Listener(second);
    await first.write(Buffer.from('one\n'));
    await listener.until('one\n');
    await first[Symbol.asyncDispose]();
    await second.write(Buffer.from('two\n'));
    expect(await listener.until('two\n')).toBe('two\n');
  });

  test('that came before is replayed, with a mark where it becomes live', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'echo before; read line; echo after'],
      request: { openStdin: true },
    });
    await using early = await box.container.attach(typing);
    await new Listener(early).until('before\n');
    const heard: string[] = [];
    await using late = await box.container.attach({ ...watching, onReplayed: () => heard.push('-') });
    await early.write(Buffer.from('\n'));
    for await (const { bytes } of late.output) heard.push(Buffer.from(bytes).toString());
    expect(heard).toEqual(['before\n', '-', 'after\n']);
    // The shim may be there for a moment more: then there is nothing to hear.
    await using after = await box.container.attach({ replay: false, stdin: false }).catch(() => undefined);
    expect(after === undefined ? '' : (await collect(after)).stdout).toBe('');
  });

  test('is replayed up to 64 KiB, and not at all to who doesn’t ask', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'seq 1 100000; echo ready; read line; echo live'],
      request: { openStdin: true },
    });
    await using early = await box.container.attach(typing);
    await new Listener(early).until('ready\n');
    await using replayed = await box.container.attach(watching);
    await using plain = await box.container.attach({ replay: false, stdin: false });
    await early.write(Buffer.from('\n'));
    const [late, fresh] = await Promise.all([collect(replayed), collect(plain)]);
    expect(late.stdout.endsWith('99999\n100000\nready\nlive\n')).toBe(true);
    expect(late.stdout.length).toBeGreaterThan(32 * 1024);
    expect(late.stdout.length).toBeLessThanOrEqual(64 * 1024 + 5);
    expect(fresh.stdout).toBe('live\n');
  });

  test('makes the program wait for who reads slowly, until that one goes', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'read line; head -c 30000000 /dev/zero'],
      request: { openStdin: true },
    });
    const slow = await box.container.attach(watching);
    await using quick = await box.container.attach(typing);
    await quick.write(Buffer.from('\n'));
    const reading = quick.output[Symbol.asyncIterator]();
    let got = 0;
    while (got < 1_000_000) {
      const next = await reading.next();
      if (next.done === true) break;
      got += next.value.bytes.length;
    }
    // What the slow one has unread can't grow for ever, so the program hasn't ended.
    expect((await box.container.pids()).length).toBeGreaterThan(0);
    await slow[Symbol.asyncDispose]();
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
      got += next.value.bytes.length;
    }
    expect(got).toBe(30_000_000);
  });

  test('that nobody reads any more holds up neither the end nor the removal', async () => {
    const box = await startBox({ ...machine, args: ['cat', '/dev/zero'] });
    await using slow = await box.container.attach(watching);
    await untilStalled(box.container.pid);
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137 });
    await box[Symbol.asyncDispose]();
    expect(slow).toBeDefined();
  });
});

describeWith(['root', 'launcher', 'busybox'], 'input', () => {
  test('is typed by several, each in turn', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true } });
    await using first = await box.container.attach(typing);
    await using second = await box.container.attach(typing);
    const listener = new Listener(first);
    await first.write(Buffer.from('a\n'));
    await listener.until('a\n');
    await second.write(Buffer.from('b\n'));
    expect(await listener.until('b\n')).toBe('b\n');
  });

  test('ends with the client, where it was to be open for one only', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true, stdinOnce: true } });
    await using client = await box.container.attach(typing);
    await client.write(Buffer.alloc(1_000_000, 'x'));
    await client.endInput();
    expect((await collect(client)).stdout).toBe('x'.repeat(1_000_000));
    expect(await box.container.wait()).toMatchObject({ exitCode: 0 });
  });

  test('ends when that client just goes', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true, stdinOnce: true } });
    const client = await box.container.attach(typing);
    await client[Symbol.asyncDispose]();
    expect(await box.container.wait()).toMatchObject({ exitCode: 0 });
  });

  test('stays open for the next client, where it was to be', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true } });
    const first = await box.container.attach(typing);
    await first.endInput();
    await first[Symbol.asyncDispose]();
    await using second = await box.container.attach(typing);
    await second.write(Buffer.from('still\n'));
    expect(await new Listener(second).until('still\n')).toBe('still\n');
  });

  test('of a watching client goes nowhere', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true } });
    await using watcher = await box.container.attach(watching);
    await using typist = await box.container.attach(typing);
    await watcher.write(Buffer.from('unheard\n'));
    await typist.write(Buffer.from('heard\n'));
    expect(await new Listener(typist).until('\n')).toBe('heard\n');
  });

  test('is empty where it wasn’t asked for', async () => {
    expect(await runBox({ ...machine, args: ['cat'] })).toMatchObject({ stdout: '', status: { exitCode: 0 } });
  });
});

describeWith(['root', 'launcher', 'busybox'], 'a terminal', () => {
  test('has its size from the start and the sizes it is given', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'trap "stty size" WINCH; stty size; echo ready; while :; do sleep 0.05; done'],
      spec: { terminal: true },
      change: (spec) => ({ ...spec, process: { ...spec.process, consoleSize: { width: 101, height: 33 } } }),
      request: { openStdin: true },
    });
    await using client = await box.container.attach(typing);
    const listener = new Listener(client);
    expect(await listener.until('ready\r\n')).toBe('33 101\r\nready\r\n');
    await box.container.resize({ columns: 77, rows: 22 });
    expect(await listener.until('\n')).toBe('22 77\r\n');
    await box.container.resize({ columns: 300, rows: 200 });
    expect(await listener.until('\n')).toBe('200 300\r\n');
  });

  test('is the controlling one: an interrupt typed reaches the program', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'trap "echo stopped; exit 5" INT; tty; echo ready; while :; do sleep 0.05; done'],
      spec: { terminal: true },
      request: { openStdin: true },
    });
    await using client = await box.container.attach(typing);
    const listener = new Listener(client);
    expect(await listener.until('ready\r\n')).toBe('/dev/pts/0\r\nready\r\n');
    await client.write(Buffer.from([3]));
    await listener.until('stopped\r\n');
    expect(await box.container.wait()).toMatchObject({ exitCode: 5 });
  });

  test('echoes, and says both streams as one', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'read line; echo "[$line]" >&2'],
      spec: { terminal: true },
      request: { openStdin: true },
    });
    await using client = await box.container.attach(typing);
    await client.write(Buffer.from('hi\n'));
    expect(await collect(client)).toEqual({ stdout: 'hi\r\n[hi]\r\n', stderr: '' });
  });

  test('is the console too, and its user’s', async () => {
    const { stdout } = await runBox({
      ...machine,
      args: ['sh', '-c', 'stat -c "%t:%T %u %a" /dev/console; grep " /dev/console " /proc/mounts | cut -d" " -f1,3'],
      spec: { terminal: true, user: { uid: 1000, gid: 1000 } },
    });
    expect(stdout).toBe('88:0 1000 620\r\ndevpts devpts\r\n');
  });

  test('ends for who is attached when the program ends, whatever was left behind in it', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'echo last words; (sleep 1000 &)'],
      spec: { terminal: true },
      request: { holdOutput: true },
    });
    expect(await readToEnd(box.container)).toMatchObject({ stdout: 'last words\r\n', status: { exitCode: 0 } });
  });

  test('only a terminal can be resized', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    await expect(box.container.resize({ columns: 80, rows: 24 })).rejects.toThrow('no terminal that could be resized');
  });
});
