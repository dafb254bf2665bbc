import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import type { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

/** Bytes read at a time: whole frames of the connection. */
const CHUNK = 256 * 1024;

export function addLoad(program: Command): void {
  withPlace(program.command('load'))
    .description('bring in the images of a docker-archive or OCI archive')
    .argument('[file]', 'the archive; standard input if left out or -', '-')
    .action((file: string, options: PlaceOptions) => load(file, options));
}

async function load(file: string, options: PlaceOptions): Promise<void> {
  // Before an engine is started for nothing.
  const source = await openSource(file);
  await withEngine(options, async (engine, signal) => {
    const duplex = engine.duplex('images.load', { name: file === '-' ? 'standard input' : basename(file) }, signal);
    const sending = send(source, duplex);
    // A refused archive is told by the answer; that the rest of it couldn't be sent any more is no news.
    sending.catch(() => undefined);
    const { loaded } = await duplex.answer;
    process.stdout.write(loaded.map((name) => `Loaded ${name}\n`).join(''));
  });
}

async function openSource(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') {
    if (process.stdin.isTTY) {
      throw new EngineError('invalid-argument', 'Name an archive, or send one: estrato load < images.tar');
    }
    return process.stdin as AsyncIterable<Uint8Array>;
  }
  const path = resolve(file);
  const about = await stat(path).catch((cause: unknown) => {
    throw new EngineError('not-found', `The archive ${path} can't be read.`, { cause });
  });
  if (!about.isFile())
    throw new EngineError('invalid-argument', `${path} is not a file; name a tar archive of images.`);
  return createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>;
}

async function send(
  source: AsyncIterable<Uint8Array>,
  duplex: { write(bytes: Uint8Array): Promise<void>; end(): void; close(): void },
): Promise<void> {
  try {
    for await (const chunk of source) await duplex.write(chunk);
    duplex.end();
  } catch (error) {
    duplex.close();
    throw error;
  }
}
