import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { writeToFile, writeToFolder, writeToStream } from './received-archive.ts';
import { withEngine } from './with-engine.ts';

interface SaveOptions extends PlaceOptions {
  readonly output?: string;
  readonly format: 'docker-archive' | 'oci';
}

export function addSave(program: Command): void {
  withPlace(program.command('save'))
    .description('write images as an archive, or as a folder')
    .argument('<image...>', 'names or ids; a name without a tag means all its tags')
    .option('-o, --output <path>', 'a file, or a folder if it ends in / or is one; standard output if left out')
    .addOption(
      new Option('--format <format>', 'docker-archive is for docker load; oci is the bare image layout')
        .choices(['docker-archive', 'oci'])
        .default('docker-archive'),
    )
    .action((images: string[], options: SaveOptions) => save(images, options));
}

async function save(images: string[], { output, format, ...place }: SaveOptions): Promise<void> {
  if (output === undefined && process.stdout.isTTY) {
    throw new EngineError('invalid-argument', `Name a file, or send it on: estrato save -o images.tar ${images[0]}`);
  }
  await withEngine(place, async (engine, signal) => {
    const duplex = engine.duplex('images.save', { images, format }, signal);
    const received = { bytes: duplex.bytes, whole: duplex.answer };
    if (output === undefined) await writeToStream(received.bytes, process.stdout);
    else if (await isFolder(output)) await writeToFolder(received, resolve(output));
    else await writeToFile(received, resolve(output));
    await duplex.answer;
  });
}

async function isFolder(path: string): Promise<boolean> {
  if (path.endsWith('/')) return true;
  const about = await stat(path).catch(() => undefined);
  return about?.isDirectory() === true;
}
