import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { temporaryDirectory } from './temporary-directory.ts';
import { WatchedProcess } from './watched-process.ts';

const run = promisify(execFile);

/** Debian's, which is not in everybody's path. */
export const sshdPath = '/usr/sbin/sshd';

/** A machine that root may log in to, by the `ssh` of `clientPath`: this one. Disposing ends it. */
export interface SshServer extends AsyncDisposable {
  readonly port: number;
  /** Has an `ssh` that knows the way in, to go before all else in a client's path. */
  readonly clientPath: string;
}

/**
 * In mounts of its own, where root's account isn't locked and the server has its directory.
 * @param programs of those who log in, by their names: shell scripts.
 */
export async function startSshServer(programs: Readonly<Record<string, string>>): Promise<SshServer> {
  await using undo = new AsyncDisposableStack();
  const { path } = undo.use(await temporaryDirectory('ssh'));
  for (const name of ['host', 'client']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(path, name)]);
  }
  await run('cp', [join(path, 'client.pub'), join(path, 'authorized')]);
  await writeFile(join(path, 'shadow'), 'root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n', { mode: 0o600 });
  await writeScripts(join(path, 'bin'), programs);
  const port = await freePort();
  await writeFile(join(path, 'sshd_config'), serverConfig(path, port));
  await writeFile(join(path, 'ssh_config'), clientConfig(path));
  const wrapper = `exec /usr/bin/ssh -F ${join(path, 'ssh_config')} "$@"`;
  await writeScripts(join(path, 'client-bin'), { ssh: wrapper });
  undo.use(new WatchedProcess('unshare', ['--mount', 'sh', '-c', SERVE, 'sh', path, sshdPath], process.env));
  await untilAnswered(port, join(path, 'client-bin/ssh'));
  const started = undo.move();
  return { port, clientPath: join(path, 'client-bin'), [Symbol.asyncDispose]: () => started.disposeAsync() };
}

const SERVE = `
  mount --bind "$1/shadow" /etc/shadow && mount -t tmpfs none /run && mkdir -m 755 /run/sshd &&
  exec "$2" -D -e -f "$1/sshd_config"`;

function serverConfig(path: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${path}/host`,
    `AuthorizedKeysFile ${path}/authorized`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    `SetEnv PATH=${path}/bin:/usr/bin:/bin`,
    '',
  ].join('\n');
}

function clientConfig(path: string): string {
  return [
    `IdentityFile ${path}/client`,
    'IdentitiesOnly yes',
    'StrictHostKeyChecking no',
    `UserKnownHostsFile ${path}/known`,
    'LogLevel ERROR',
    '',
  ].join('\n');
}

async function writeScripts(dir: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dir);
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(dir, name), 0o755);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  probe.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('There is no port to be had.');
  return address.port;
}

/** It says nothing when it is ready: whoever gets in is told. @throws Error with what was said last. */
async function untilAnswered(port: number, ssh: string): Promise<void> {
  const options = ['-p', String(port), '-o', 'ConnectionAttempts=20', 'root@127.0.0.1', 'true'];
  await run(ssh, options);
}
