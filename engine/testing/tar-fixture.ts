import { createHash } from 'node:crypto';

import { pack, type Pack } from 'tar-stream';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';

/** One entry. */
export interface TarItem {
  readonly name: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'fifo' | 'character-device';
  readonly linkname?: string;
  readonly mode?: number;
  /** User and group; whoever runs the test unless told. */
  readonly owner?: number;
  /** Of a file. */
  readonly body?: string | Uint8Array;
}

/** A fixed date, so that the same items are always the same bytes. */
const MTIME = new Date(1_700_000_000_000);

export async function tarOf(...items: readonly TarItem[]): Promise<Buffer> {
  const tar = pack();
  for (const item of items) addTo(tar, item);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function addTo(tar: Pack, { body = '', type = 'file', mode = usualMode(type), owner, ...header }: TarItem): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const owners = { uid: owner ?? process.getuid?.() ?? 0, gid: owner ?? process.getgid?.() ?? 0 };
  tar.entry({ ...header, ...owners, type, mode, mtime: MTIME }, bytes);
}

function usualMode(type: TarItem['type']): number {
  return type === 'directory' ? 0o755 : 0o644;
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** As a source that arrives in pieces. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 16 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
