import { basename, resolve } from 'node:path';

import { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import { topAt } from './image-steps.ts';
import { parseCount } from './parse-count.ts';
import type { PlaceOptions } from './place-options.ts';
import { writeToFile, writeToStream, type Received } from './received-archive.ts';
import { withEngine } from './with-engine.ts';

interface StepOptions extends PlaceOptions {
  readonly step?: number;
}

export function catCommand(): Command {
  return new Command('cat')
    .description('what a file holds, as it was after a step')
    .argument('<image>')
    .argument('<path>')
    .option('--step <number>', 'the last if left out', parseCount)
    .action((image: string, path: string, options: StepOptions) =>
      receive({ image, path, as: 'file' }, options, ({ bytes }) => writeToStream(bytes, process.stdout)),
    );
}

export function extractCommand(): Command {
  return new Command('extract')
    .description('write a file or a folder of it as a tar')
    .argument('<image>')
    .argument('<path>')
    .argument('[file]', 'standard output if left out or -', '-')
    .option('--step <number>', 'as it was after this step', parseCount)
    .action((image: string, path: string, file: string, options: StepOptions) => {
      if (file === '-' && process.stdout.isTTY) {
        const name = basename(path) || 'files';
        throw new EngineError('invalid-argument', `Name a file: estrato image extract ${image} ${path} ${name}.tar`);
      }
      return receive({ image, path, as: 'tar' }, options, (received) =>
        file === '-' ? writeToStream(received.bytes, process.stdout) : writeToFile(received, resolve(file)),
      );
    });
}

interface Wanted {
  readonly image: string;
  readonly path: string;
  readonly as: 'file' | 'tar';
}

async function receive(
  { image, path, as }: Wanted,
  { step, ...place }: StepOptions,
  write: (received: Received) => Promise<void>,
): Promise<void> {
  await withEngine(place, async (engine, signal) => {
    const details = await engine.call('images.get', { image });
    const wanted = { image: details.summary.Id, to: topAt(details, step), path, as };
    const duplex = engine.duplex('layers.extract', wanted, signal);
    await write({ bytes: duplex.bytes, whole: duplex.answer });
    await duplex.answer;
  });
}
