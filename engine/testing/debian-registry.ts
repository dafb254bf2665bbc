import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

import { z } from 'zod';

import { temporaryDirectory } from './temporary-directory.ts';
import type { KeyPair } from './token-server.ts';

const run = promisify(execFile);

const skopeoImage = z.object({
  Digest: z.string(),
  /** Digests of the blobs, base first. */
  Layers: z.array(z.string()),
});
const skopeoManifest = z.object({ layers: z.array(z.object({ digest: z.string(), size: z.int() })) });

const ociConfig = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

/** Debian's docker-registry on loopback, empty to begin with. */
export interface DebianRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Pushes a docker-archive's only image. @param name without the registry: `team/story:1.0`. */
  push(archive: Uint8Array, name: string): Promise<void>;
  /** What skopeo says of an image: `layers` are blobs, base first. */
  inspect(name: string): Promise<{ digest: string; layers: readonly { digest: string; size: number }[] }>;
  /** Diff ids, base first, from the image's config. */
  diffIds(name: string): Promise<readonly string[]>;
}

/** Who may do anything at a registry that wants to know (`htpasswd`). */
export const registryUser = { username: 'ann', password: 'correct horse' };
/** bcrypt of that password, which is all that the registry reads. */
const HTPASSWD = 'ann:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n';

export interface DebianRegistryOptions {
  /** Only `registryUser` may do anything. */
  readonly login?: boolean;
  /** Only with TLS; `push` and `inspect` are for a registry without. */
  readonly tls?: KeyPair;
  /** Whoever has a token of this server. `authority`: PEM, of whom may sign them. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly authority: string;
  };
}

/** @throws Error when the packages docker-registry or skopeo are missing. */
export async function startDebianRegistry(options: DebianRegistryOptions = {}): Promise<DebianRegistry> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('registry'));
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(dir.path, 'config.yml');
  const blobs = join(dir.path, 'blobs');
  await mkdir(blobs);
  const settings = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: blobs }, delete: { enabled: true } },
    http: { addr: host, ...(await tlsSettings(dir.path, options)) },
    ...(await authSettings(dir.path, options)),
  };
  await writeFile(config, JSON.stringify(settings));
  const server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  undo.defer(async () => {
    if (server.exitCode !== null || server.pid === undefined) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });
  await once(server, 'spawn');
  if (options.tls === undefined) await untilAnswering(`http://${host}/v2/`);
  else await untilListening(host);
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
      const { Digest, Layers } = skopeoImage.parse(await inspect(`${host}/${name}`));
      const { layers } = skopeoManifest.parse(await inspect(`${host}/${name}`, '--raw'));
      return { digest: Digest, layers: Layers.flatMap((digest) => layers.filter((layer) => layer.digest === digest)) };
    },
    diffIds: async (name) => ociConfig.parse(await inspect(`${host}/${name}`, '--config')).rootfs.diff_ids,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function tlsSettings(dir: string, { tls }: DebianRegistryOptions): Promise<object> {
  if (tls === undefined) return {};
  const [certificate, key] = [join(dir, 'tls.crt'), join(dir, 'tls.key')];
  await writeFile(certificate, tls.certificate);
  await writeFile(key, tls.key);
  return { tls: { certificate, key } };
}

async function authSettings(dir: string, { login = false, token }: DebianRegistryOptions): Promise<object> {
  if (token !== undefined) {
    const { authority, ...server } = token;
    const rootcertbundle = join(dir, 'signers.pem');
    await writeFile(rootcertbundle, authority);
    return { auth: { token: { ...server, rootcertbundle } } };
  }
  if (!login) return {};
  const path = join(dir, 'htpasswd');
  await writeFile(path, HTPASSWD);
  return { auth: { htpasswd: { realm: 'registry.test', path } } };
}

async function inspect(name: string, ...options: readonly string[]): Promise<unknown> {
  const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', ...options, `docker://${name}`]);
  return JSON.parse(stdout);
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true || answer?.status === 401) return;
    await setTimeout(50);
  }
  throw new Error(`docker-registry does not answer at ${url}.`);
}

async function untilListening(host: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await setTimeout(50);
  }
  throw new Error(`docker-registry does not listen at ${host}.`);
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
