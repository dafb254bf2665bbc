import { resolveGroup, resolveUser } from '#engine/container/container-user.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { readLayerFile } from '#engine/layer/read-layer-file.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import type { Owner } from './plan-copy.ts';

/** `user[:group]` by name or number; a user alone is its own group, as Docker has it. @throws EngineError `invalid-argument`. */
export async function resolveOwner(layers: LayerStore, diffIds: readonly Digest[], text: string): Promise<Owner> {
  const [user = '', group] = text.split(':');
  if (/^\d+$/.test(user) && (group === undefined || /^\d+$/.test(group))) {
    return { uid: Number(user), gid: Number(group ?? user) };
  }
  const [passwd, groups] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((path) => textOf(layers, diffIds, path)),
  );
  const files = { passwd: passwd ?? '', group: groups ?? '' };
  const { uid, gid } = resolveUser(user, files);
  return { uid, gid: group === undefined ? gid : resolveGroup(group, files) };
}

async function textOf(layers: LayerStore, diffIds: readonly Digest[], path: string): Promise<string> {
  if (diffIds.length === 0) return '';
  try {
    return Buffer.from(await readLayerFile(layers, diffIds, diffIds.length - 1, path)).toString('utf8');
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return '';
    throw error;
  }
}
