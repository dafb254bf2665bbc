import { resolve } from 'node:path';

import { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';

import { openArchive, sendArchive } from './archive-source.ts';
import type { PlaceOptions } from './place-options.ts';
import { writeToFile, writeToStream } from './received-archive.ts';
import { withEngine } from './with-engine.ts';

export function exportCommand(): Command {
  return new Command('export')
    .description('write what it holds as a tar')
    .argument('<volume>')
    .argument('[file]', 'standard output if left out or -', '-')
    .option('--point <point>', 'what this save point holds, instead of what it holds now')
    .action((name: string, file: string, options: PlaceOptions & { readonly point?: string }) =>
      exportTo(name, file, options),
    );
}

export function importCommand(): Command {
  return new Command('import')
    .description('make a new one of a tar, compressed or not')
    .argument('<new-name>')
    .argument('[file]', 'the archive; standard input if left out or -', '-')
    .action((name: string, file: string, options: PlaceOptions) => importFrom(name, file, options));
}

async function exportTo(
  name: string,
  file: string,
  { point, ...options }: PlaceOptions & { readonly point?: string },
): Promise<void> {
  if (file === '-' && process.stdout.isTTY) {
    throw new EngineError(
      'invalid-argument',
      `Name a file, or send it on: estrato volume export ${name} > ${name}.tar`,
    );
  }
  await withEngine(options, async (engine, signal) => {
    const duplex = engine.duplex('volumes.export', { name, ...(point === undefined ? {} : { point }) }, signal);
    if (file === '-') await writeToStream(duplex.bytes, process.stdout);
    else await writeToFile({ bytes: duplex.bytes, whole: duplex.answer }, resolve(file));
    await duplex.answer;
  });
}

async function importFrom(name: string, file: string, options: PlaceOptions): Promise<void> {
  // Before an engine is started for nothing.
  const source = await openArchive(file, `estrato volume import ${name} < ${name}.tar`);
  await withEngine(options, async (engine, signal) => {
    const duplex = engine.duplex('volumes.import', { name }, signal);
    const sending = sendArchive(source, duplex);
    // A refused archive is told by the answer; that the rest of it couldn't be sent any more is no news.
    sending.catch(() => undefined);
    process.stdout.write(`${(await duplex.answer).name}\n`);
  });
}
