import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { collect, failureOf, Listener, startBox, type Box } from './testing/busybox-container.ts';
import { namespacesOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };
const typing = { replay: true, stdin: true };

function sleeper(): Promise<Box> {
  return startBox({ ...machine, args: ['sleep', '1000'] });
}

describeWith(['root', 'launcher', 'busybox'], 'a command in a running container', () => {
  test('has streams and an exit code of its own', async () => {
    await using box = await sleeper();
    const [one, two] = await Promise.all([
      box.exec(['sh', '-c', 'echo one; echo err >&2; exit 3']),
      box.exec(['sh', '-c', 'echo two']),
    ]);
    expect(one).toMatchObject({ stdout: 'one\n', stderr: 'err\n', status: { exitCode: 3 } });
    expect(two).toMatchObject({ stdout: 'two\n', stderr: '', status: { exitCode: 0 } });
  });

  test('is in all of the container’s namespaces and cgroups, and below nobody there', async () => {
    await using box = await sleeper();
    const held = await box.startExec(['sleep', '500']);
    expect(await namespacesOf(held.pid)).toEqual(await namespacesOf(box.container.pid));
    expect(new Set(await box.container.pids())).toEqual(new Set([box.container.pid, held.pid]));
    const { stdout } = await box.exec([
      'sh',
      '-c',
      'cat /proc/1/cgroup; echo -; cat /proc/self/cgroup; echo -; ps -o pid,args',
    ]);
    const [init, own, processes = ''] = stdout.split('-\n');
    expect(own).toBe(init);
    expect(processes).toContain('1 sleep 1000');
    expect(processes).toContain('sleep 500');
  });

  test('has its own environment, user and working directory', async () => {
    await using box = await sleeper();
    const { stdout } = await box.exec(['sh', '-c', 'echo "$WORD"; id -u; id -G; pwd'], {
      env: ['PATH=/bin', 'WORD=value'],
      cwd: '/home/user',
      user: { uid: 1000, gid: 1000, umask: 0o022, additionalGids: [7] },
    });
    expect(stdout).toBe('value\n1000\n1000 7\n/home/user\n');
  });

  test('has the container’s limits on what it may do', async () => {
    await using box = await sleeper();
    const { stdout } = await box.exec(['grep', '-E', '^(CapBnd|CapEff|NoNewPrivs|Seccomp):', '/proc/self/status']);
    const { stdout: ofInit } = await box.exec(['grep', '-E', '^(CapBnd|CapEff|NoNewPrivs|Seccomp):', '/proc/1/status']);
    expect(stdout).toBe(ofInit);
    expect(stdout).toMatch(/^Seccomp:\s+2$/m);
  });

  test('may have a terminal, with sizes and input', async () => {
    await using box = await sleeper();
    const held = await box.startExec(
      ['sh', '-c', 'trap "stty size" WINCH; tty; stty size; read line; echo "[$line]"; while :; do sleep 0.05; done'],
      { terminal: true, consoleSize: { width: 90, height: 40 } },
      true,
    );
    await using client = await held.attach(typing);
    const listener = new Listener(client);
    expect(await listener.until('40 90\r\n')).toBe('/dev/pts/0\r\n40 90\r\n');
    await client.write(Buffer.from('in\n'));
    await listener.until('[in]\r\n');
    await held.resize({ columns: 70, rows: 20 });
    await listener.until('20 70\r\n');
    await client.write(Buffer.from([3]));
    expect(await held.wait()).toMatchObject({ exitCode: 130, signal: 2 });
  });

  test('reads input to its end', async () => {
    await using box = await sleeper();
    const held = await box.startExec(['wc', '-c'], {}, true);
    await using client = await held.attach(typing);
    await client.write(Buffer.alloc(3_000_000, 'y'));
    await client.endInput();
    expect((await collect(client)).stdout).toBe('3000000\n');
  });

  test('gets signals, and says so when it is too late for one', async () => {
    await using box = await sleeper();
    const held = await box.startExec(['sleep', '500']);
    await held.signal(15);
    expect(await held.wait()).toMatchObject({ exitCode: 143, signal: 15 });
    await expect(held.signal(15)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('doesn’t wait for what it left running', async () => {
    await using box = await sleeper();
    expect(await box.exec(['sh', '-c', 'sleep 500 & echo started'])).toMatchObject({
      stdout: 'started\n',
      status: { exitCode: 0 },
    });
    expect(await box.container.pids()).toHaveLength(2);
  });

  test('is known as long as the container runs, after it has ended too', async () => {
    await using box = await sleeper();
    const held = await box.startExec(['sh', '-c', 'echo words; exit 9']);
    await held.wait();
    const [known] = [...(await box.container.execs()).values()];
    expect(known?.pid).toBe(held.pid);
    expect(await known?.wait()).toMatchObject({ exitCode: 9 });
    await using late = await held.attach({ replay: true, stdin: false });
    expect((await collect(late)).stdout).toBe('words\n');
  });

  test.each([
    ['nothing-such', 'not-found', 'executable file not found in $PATH'],
    ['/bin', 'forbidden', 'is a directory'],
    ['/etc/passwd', 'forbidden', 'permission denied'],
  ])('that can’t be started (%s) leaves nothing and harms nobody', async (name, code, message) => {
    await using box = await sleeper();
    const failure = await failureOf(box.exec([name]));
    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(message);
    expect(await box.container.pids()).toEqual([box.container.pid]);
    expect((await box.exec(['echo', 'fine'])).stdout).toBe('fine\n');
  });

  test('can’t be started where the container has ended', async () => {
    await using box = await sleeper();
    await box.container.signal(9);
    await box.container.wait();
    await expect(box.exec(['true'])).rejects.toMatchObject({ name: 'EngineError' });
  });

  test('ends with the container', async () => {
    await using box = await sleeper();
    const held = await box.startExec(['sleep', '500']);
    await box.container.signal(9);
    expect(await held.wait()).toMatchObject({ exitCode: 137 });
    expect(await box.container.pids()).toEqual([]);
  });

  test('may come by the hundred', async () => {
    await using box = await sleeper();
    for (let round = 0; round < 15; round += 1) {
      const ran = await Promise.all(Array.from({ length: 10 }, (_, index) => box.exec(['echo', `${round}-${index}`])));
      expect(ran.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, index) => `${round}-${index}\n`));
    }
    expect(await box.container.pids()).toEqual([box.container.pid]);
    // A hundred that have ended, and those that were running when the last one was started.
    expect((await box.container.execs()).size).toBeLessThanOrEqual(110);
  });
});
