import { basename } from 'node:path';

import type { Command } from 'commander';

import { openArchive, sendArchive } from './archive-source.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { repeated } from './repeated.ts';
import { withEngine } from './with-engine.ts';

interface ImportOptions extends PlaceOptions {
  readonly change: readonly string[];
  readonly message?: string;
  readonly platform?: string;
}

export function addImport(program: Command): void {
  withPlace(program.command('import'))
    .description('make an image of a tar of a root file system, compressed or not')
    .argument('<file>', 'the tar; standard input if -')
    .argument('[name]', 'what to call the image: team/base:1.0')
    .option('-c, --change <instruction>', 'a line of a Dockerfile, such as CMD ["sh"]', repeated, [])
    .option('-m, --message <text>', 'what its history says')
    .option('--platform <platform>', 'what it is for, such as linux/arm64')
    .action((file: string, name: string | undefined, options: ImportOptions) => importTar(file, name, options));
}

async function importTar(
  file: string,
  reference: string | undefined,
  { change, message, platform, ...place }: ImportOptions,
): Promise<void> {
  // Before an engine is started for nothing.
  const source = await openArchive(file, 'estrato import - name < root.tar');
  await withEngine(place, async (engine, signal) => {
    const about = {
      name: file === '-' ? 'standard input' : basename(file),
      changes: [...change],
      ...(reference === undefined ? {} : { reference }),
      ...(message === undefined ? {} : { message }),
      ...(platform === undefined ? {} : { platform }),
    };
    const duplex = engine.duplex('images.import', about, signal);
    const sending = sendArchive(source, duplex);
    // A refused archive is told by the answer; that the rest of it couldn't be sent any more is no news.
    sending.catch(() => undefined);
    process.stdout.write(`${(await duplex.answer).id}\n`);
  });
}
