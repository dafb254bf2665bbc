import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { pack, type Pack } from 'tar-stream';

import { EngineError } from '#engine/contract/errors.ts';

import type { Starter } from './bootstrap-image.ts';
import { findProgram } from './starter-availability.ts';

const run = promisify(execFile);

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n';
const GROUP = 'root:x:0:\ntty:x:5:\nnobody:x:65534:\n';

/**
 * Two layers: the program, and a root file system around it with a link for each of its commands.
 * @throws EngineError `unsupported` where there is no static busybox.
 */
export async function makeBusybox(dir: string): Promise<Starter> {
  const program = await findProgram('busybox');
  if (program === undefined) {
    throw new EngineError(
      'unsupported',
      "There is no busybox here; install Debian's package busybox-static, then try again.",
    );
  }
  const bytes = await readFile(program);
  const [banner, list] = await Promise.all([run(program, ['--help']), run(program, ['--list-full'])]);
  const version = /BusyBox v([\d.]+)/.exec(banner.stdout)?.[1] ?? 'unknown';
  const first = join(dir, 'program.tar');
  const second = join(dir, 'root.tar');
  await writeTar(first, (tar) => {
    directory(tar, 'bin', 0o755);
    tar.entry({ name: 'bin/busybox', mode: 0o755 }, bytes);
  });
  await writeTar(second, (tar) => fillRoot(tar, list.stdout.split('\n')));
  return {
    tars: [first, second],
    version,
    cmd: ['sh'],
    history: [
      { createdBy: 'COPY busybox /bin/busybox', isEmpty: false },
      { createdBy: 'RUN busybox --install -s', isEmpty: false },
      { createdBy: 'CMD ["sh"]', isEmpty: true },
    ],
  };
}

async function writeTar(path: string, fill: (tar: Pack) => void): Promise<void> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  await pipeline(tar, createWriteStream(path));
}

function directory(tar: Pack, name: string, mode: number): void {
  tar.entry({ name, type: 'directory', mode });
}

function fillRoot(tar: Pack, commands: readonly string[]): void {
  for (const name of ['dev', 'etc', 'home', 'proc', 'sys', 'usr', 'usr/bin', 'usr/sbin', 'sbin', 'var']) {
    directory(tar, name, 0o755);
  }
  directory(tar, 'root', 0o700);
  directory(tar, 'tmp', 0o1777);
  directory(tar, 'var/tmp', 0o1777);
  tar.entry({ name: 'etc/passwd', mode: 0o644 }, PASSWD);
  tar.entry({ name: 'etc/group', mode: 0o644 }, GROUP);
  const folders = /^(bin|sbin|usr\/bin|usr\/sbin)\/[^/]+$/;
  for (const name of new Set(commands)) {
    if (!folders.test(name) || name === 'bin/busybox') continue;
    tar.entry({ name, type: 'symlink', linkname: '/bin/busybox', mode: 0o777 });
  }
}
