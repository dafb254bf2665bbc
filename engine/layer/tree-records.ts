import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { pathBytes } from '#engine/archive/path-text.ts';
import { EngineError } from '#engine/contract/errors.ts';

export interface TreeNodeFacts {
  readonly type: 'character-device' | 'block-device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly major: number;
  readonly minor: number;
  /** Unix seconds. */
  readonly mtime: number;
}

const letters = { 'character-device': 'c', 'block-device': 'b', fifo: 'p' } as const;

/** Nodes and extended attributes of a tree that is being made, for which Node has no calls: the launcher's role `layer`. */
export class TreeRecords {
  readonly #records: Buffer[] = [];

  /** @param path from the tree's top. */
  node(path: string, { type, mode, uid, gid, major, minor, mtime }: TreeNodeFacts): void {
    const numbers = [major, minor, uid, gid, Math.floor(mtime)];
    this.#records.push(record('node', path, letters[type], mode.toString(8), ...numbers.map(String)));
  }

  attribute(path: string, name: string, value: Buffer): void {
    this.#records.push(record('xattr', path, name, value.toString('hex')));
  }

  /** @throws EngineError `unsupported` with the launcher's sentence. */
  async apply(launcherPath: string, tree: string): Promise<void> {
    if (this.#records.length === 0) return;
    const launcher = spawn(launcherPath, ['layer', tree], { stdio: ['pipe', 'ignore', 'pipe'] });
    const ended = once(launcher, 'close');
    launcher.stdin.on('error', () => undefined);
    launcher.stdin.end(Buffer.concat(this.#records));
    const [words] = await Promise.all([text(launcher.stderr), ended]);
    if (launcher.exitCode === 0) return;
    throw new EngineError('unsupported', words.trim().replace(/^estrato-launcher: /, ''));
  }
}

function record(...fields: readonly string[]): Buffer {
  return Buffer.concat(fields.flatMap((field) => [pathBytes(field), Buffer.of(0)]));
}
