import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { kernelKnows, rememberedTrial } from '#engine/snapshot/remembered-trial.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { encodeErofs } from './encode-erofs.ts';
import { layerPaths } from './layer-paths.ts';
import type { LayerForm } from './layer-store.ts';
import { SharedFile, TreeNode } from './tree-node.ts';

const run = promisify(execFile);

export interface MountTrial {
  /** The store of layers. */
  readonly dir: string;
  readonly launcherPath: string;
  /** A file, by which a trial that went well is known until the machine is started again. */
  readonly knownPath: string;
}

/** How layers are best kept here: as tars where this kernel and user can mount them, otherwise unpacked. */
export async function chooseLayerForm({ dir, launcherPath, knownPath }: MountTrial): Promise<LayerForm> {
  // Only who is root of the machine may (erofs has no FS_USERNS_MOUNT).
  if (isInUserNamespace() || process.geteuid?.() !== 0 || !(await kernelKnows('erofs'))) return 'tree';
  return (await rememberedTrial(dir, knownPath, () => canMount(dir, launcherPath))) ? 'tar' : 'tree';
}

const WORDS = 'read from a tar\n';

/** Tried with an overlay over it, in a mount namespace that goes with the trial. */
async function canMount(dir: string, launcherPath: string): Promise<boolean> {
  const trial = await mkdtemp(join(dir, 'trial.'));
  try {
    const layer = join(trial, 'layer');
    const [target, below] = [join(trial, 'root'), join(trial, 'below')];
    for (const path of [layer, target, below]) await mkdir(path);
    await writeLayer(layer);
    const lower = [layerPaths(layer).tree, below];
    const { stdout } = await run(launcherPath, ['layers', target, layer, '--', ...lower, '--', 'cat', 'file']);
    return stdout === WORDS;
  } catch {
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** A layer of one file, as far as it is mounted. */
async function writeLayer(dir: string): Promise<void> {
  const attributes = { mode: 0o755, uid: 0, gid: 0, mtime: 0, xattrs: new Map() };
  const root = new TreeNode(undefined, '', { kind: { type: 'directory' }, attributes });
  const file = new SharedFile({ size: WORDS.length, tarOffset: 0 });
  const node = new TreeNode(root, 'file', { kind: { type: 'file', file }, attributes });
  file.add(node);
  root.setChild(node);
  const { tar, image, tree } = layerPaths(dir);
  await writeFile(tar, WORDS.padEnd(512, '\0'));
  await writeFile(image, encodeErofs({ root, tarBytes: 512, uuid: Buffer.alloc(16, 1) }));
  await mkdir(tree);
}
