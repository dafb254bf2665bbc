import { basename } from 'node:path';

import type { Command } from 'commander';

import { openArchive, sendArchive } from './archive-source.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

export function addLoad(program: Command): void {
  withPlace(program.command('load'))
    .description('bring in the images of a docker-archive or OCI archive')
    .argument('[file]', 'the archive; standard input if left out or -', '-')
    .option('-i, --input <file>', 'the same, as docker has it')
    .option('-q, --quiet', 'taken, and says nothing here')
    .action((file: string, { input, ...options }: PlaceOptions & { readonly input?: string }) =>
      load(input ?? file, options),
    );
}

async function load(file: string, options: PlaceOptions): Promise<void> {
  // Before an engine is started for nothing.
  const source = await openArchive(file, 'estrato load < images.tar');
  await withEngine(options, async (engine, signal) => {
    const duplex = engine.duplex('images.load', { name: file === '-' ? 'standard input' : basename(file) }, signal);
    const sending = sendArchive(source, duplex);
    // A refused archive is told by the answer; that the rest of it couldn't be sent any more is no news.
    sending.catch(() => undefined);
    const { loaded } = await duplex.answer;
    process.stdout.write(loaded.map((name) => `Loaded ${name}\n`).join(''));
  });
}
