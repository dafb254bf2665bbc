import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DockerCli } from './docker-cli.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const dockerdPath = '/usr/sbin/dockerd';

const PATIENCE_MS = 60_000;

/** Debian's dockerd with everything of its own: what Docker makes of something, to be compared with. */
export interface DockerDaemon extends AsyncDisposable {
  readonly host: string;
}

/** @throws Error with what it said when it doesn't answer. */
export async function startDockerDaemon(): Promise<DockerDaemon> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('dockerd'));
  const socket = join(dir.path, 'docker.sock');
  const child = spawn(
    dockerdPath,
    // Nobody else's bridge and rules are touched.
    [
      '--data-root',
      join(dir.path, 'data'),
      '--exec-root',
      join(dir.path, 'exec'),
      '--host',
      `unix://${socket}`,
      '--pidfile',
      join(dir.path, 'pid'),
      '--bridge',
      'none',
      '--iptables=false',
      '--ip6tables=false',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  undo.defer(() => ended(child));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  await answers(new DockerCli(`unix://${socket}`), child, () => said);
  const owned = undo.move();
  return { host: `unix://${socket}`, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function answers(docker: DockerCli, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await docker.run(['version'])).code !== 0) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`dockerd did not answer: ${said()}`);
    await pause(100);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
