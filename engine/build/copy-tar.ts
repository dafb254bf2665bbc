import { encodeTarHeader, tarPadding, TAR_END } from '#engine/archive/encode-tar.ts';

import type { CopyItem } from './plan-copy.ts';

/** The layer that a plan makes, piece by piece. @param latest unix seconds that no time is after, if any (SOURCE_DATE_EPOCH). */
export async function* copyTar(items: readonly CopyItem[], latest: number | undefined): AsyncGenerator<Uint8Array> {
  for (const item of items) {
    const { type, path, mode, uid, gid, size, linkTarget, xattrs = {} } = item;
    if (type === 'other') continue;
    const mtime = Math.min(item.mtime, latest ?? Infinity);
    const name = type === 'directory' ? `${path}/` : path;
    const record = { name, type, linkName: linkTarget, size, mode, uid, gid, mtime, major: 0, minor: 0 };
    const attributes = Object.entries(xattrs).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const);
    yield encodeTarHeader(record, new Map(attributes));
    if (type !== 'file') continue;
    yield* item.open();
    yield tarPadding(size);
  }
  yield TAR_END;
}
