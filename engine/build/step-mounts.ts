import { chmod, chown, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { createWriteStream, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { removeTree } from '#engine/async/remove-tree.ts';
import type { MountRequest } from '#engine/container/container-mount.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';

import { agentSocket, type KeyAgent } from './agent-socket.ts';
import type { BuildParts } from './build-parts.ts';
import type { RunMount } from './run-mount.ts';
import { missingSource, resolveSource, walkSource, type SourceTree } from './source-tree.ts';

/** A mount with what it needs to be there: the tree that a bind is of, the bytes of a secret, the agent of somebody's keys. */
export interface ReadyMount {
  readonly mount: RunMount;
  readonly tree?: SourceTree;
  readonly secret?: Uint8Array;
  readonly agent?: KeyAgent;
}

/** Where what mounts show is made. */
export interface MountPlaces extends Pick<BuildParts, 'cacheMounts'> {
  readonly temporaryDir: string;
}

/** Makes what a step's mounts show, until `undo` is disposed of. What is written there is no part of the layer. */
export async function placeMounts(
  { cacheMounts, temporaryDir }: MountPlaces,
  ready: readonly ReadyMount[],
  undo: AsyncDisposableStack,
): Promise<readonly MountRequest[]> {
  const requests: MountRequest[] = [];
  for (const { mount, tree, secret, agent } of ready) {
    const { target: destination } = mount;
    switch (mount.type) {
      case 'cache': {
        const fill = async (made: string): Promise<void> => {
          if (tree !== undefined) await fillWith(tree, mount.source, made);
        };
        requests.push(bindOf(await cacheMounts.use(mount, { undo, fill }), destination, mount.isReadOnly));
        break;
      }
      case 'tmpfs': {
        const options = ['exec', ...(mount.size === undefined ? [] : [`size=${mount.size}`])];
        requests.push({ type: 'tmpfs', source: '', destination, readOnly: false, options });
        break;
      }
      case 'secret':
        if (secret !== undefined) requests.push(bindOf(await secretFile(mount, secret, undo), destination, true));
        break;
      case 'ssh': {
        if (agent === undefined) break;
        const directory = join(memoryDir(), `${SECRET}${process.pid}-`);
        requests.push(bindOf(await agentSocket(agent, mount, { directory, undo }), destination, false));
        break;
      }
      case 'bind': {
        if (tree === undefined) break;
        const dir = await mkdtemp(join(temporaryDir, 'mount-'));
        undo.defer(() => removeTree(dir));
        const place = await writeTree(tree, mount.source, join(dir, 'tree'));
        requests.push(bindOf(place, destination, !mount.isWritable));
      }
    }
  }
  return requests;
}

function bindOf(source: string, destination: string, readOnly: boolean): MountRequest {
  return { type: 'bind', source, destination, readOnly, options: [] };
}

async function fillWith(tree: SourceTree, source: string, dir: string): Promise<void> {
  const from = await resolveSource(tree, source);
  if (from?.type !== 'directory')
    throw new DockerfileError(`a cache begins with a directory, and ${source} in ${tree.name} is none`);
  await writeTree(tree, source, dir);
}

const SECRET = 'estrato-secret-';

/** Of an engine that is gone. */
export function isSecretLeft(name: string): boolean {
  const pid = /^estrato-secret-(\d+)-/.exec(name)?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}

/** Memory of the machine's that looks like a directory, so that a secret is on no disk. */
export function memoryDir(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

async function secretFile(
  { mode, uid, gid }: Extract<RunMount, { readonly type: 'secret' }>,
  bytes: Uint8Array,
  undo: AsyncDisposableStack,
): Promise<string> {
  const dir = await mkdtemp(join(memoryDir(), `${SECRET}${process.pid}-`));
  undo.defer(() => removeTree(dir));
  const path = join(dir, 'secret');
  await writeFile(path, bytes, { mode: 0o600 });
  await chmod(path, mode);
  await chown(path, uid, gid);
  return path;
}

async function writeTree(tree: SourceTree, source: string, place: string): Promise<string> {
  const root = await resolveSource(tree, source);
  if (root === undefined) throw missingSource(source, tree);
  if (root.type === 'other') throw new DockerfileError(`${source} is neither a file nor a directory`);
  for await (const entry of root.type === 'directory' ? walkSource(tree, root) : [root]) {
    const path =
      entry.path === root.path ? place : join(place, entry.path.slice(root.path === '' ? 0 : root.path.length + 1));
    await mkdir(dirname(path), { recursive: true });
    if (entry.type === 'directory') await mkdir(path, { recursive: true, mode: entry.mode | 0o700 });
    else if (entry.type === 'symlink') await symlink(entry.linkTarget, path);
    else if (entry.type === 'file') {
      await pipeline(tree.open(entry), createWriteStream(path, { mode: entry.mode, flags: 'wx' }));
      await chmod(path, entry.mode);
    }
  }
  return place;
}
