import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

/** What skopeo says of an image in a registry. */
export interface SkopeoImage {
  readonly Digest: string;
  /** Digests of the blobs, base first. */
  readonly Layers: readonly string[];
  readonly LayersData: readonly { readonly Size: number; readonly Digest: string }[];
}

/** Debian's docker-registry on loopback, empty to begin with. */
export interface DebianRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Pushes a docker-archive's only image. @param name without the registry: `team/story:1.0`. */
  push(archive: Uint8Array, name: string): Promise<void>;
  inspect(name: string): Promise<SkopeoImage>;
}

/** @throws Error when the packages docker-registry or skopeo are missing. */
export async function startDebianRegistry(): Promise<DebianRegistry> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('registry'));
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(dir.path, 'config.yml');
  const blobs = join(dir.path, 'blobs');
  await mkdir(blobs);
  await writeFile(
    config,
    JSON.stringify({ version: 0.1, storage: { filesystem: { rootdirectory: blobs } }, http: { addr: host } }),
  );
  const server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  undo.defer(async () => {
    if (server.exitCode !== null || server.pid === undefined) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });
  await once(server, 'spawn');
  await untilAnswering(`http://${host}/v2/`);
  const owned = undo.move();
  return {
    host,
    push: async (archive, name) => {
      const path = join(dir.path, 'image.tar');
      await writeFile(path, archive);
      const target = `docker://${host}/${name}`;
      await run('skopeo', ['copy', '--insecure-policy', '--dest-tls-verify=false', `docker-archive:${path}`, target]);
    },
    inspect: async (name) => {
      const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${host}/${name}`]);
      return JSON.parse(stdout) as SkopeoImage;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(50);
  }
  throw new Error(`docker-registry does not answer at ${url}.`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
