import { Command, Option } from 'commander';

import type { EngineClient } from '#engine/contract/client.ts';
import type { PackagePage } from '#engine/contract/package.ts';

import type { PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface SbomOptions extends PlaceOptions {
  readonly format: 'table' | 'json' | 'spdx-json';
}

export function sbomCommand(): Command {
  return new Command('sbom')
    .description('what its files say is installed: packages of dpkg, apk, rpm, npm and pip')
    .argument('<image>')
    .addOption(
      new Option('--format <format>', 'how to show it').choices(['table', 'json', 'spdx-json']).default('table'),
    )
    .action((image: string, options: SbomOptions) =>
      withEngine(options, async (engine, signal) => {
        if (options.format === 'spdx-json') {
          for await (const piece of engine.stream('inspect.sbom', { image }, signal)) process.stdout.write(piece);
          return;
        }
        const all = await gathered(engine, image, signal);
        process.stdout.write(options.format === 'json' ? `${JSON.stringify(all, undefined, 2)}\n` : packagesTable(all));
      }),
    );
}

async function gathered(engine: EngineClient, image: string, signal: AbortSignal): Promise<PackagePage> {
  const all: PackagePage = { packages: [], unread: [] };
  for await (const { packages, unread, distribution } of engine.stream('inspect.packages', { image }, signal)) {
    all.packages.push(...packages);
    all.unread.push(...unread);
    if (distribution !== undefined) all.distribution = distribution;
  }
  return all;
}

const reasons = {
  'too-large': 'it is too large',
  'unknown-form': 'its form is not known here',
  damaged: 'it is damaged',
  'too-many': 'there are more packages than are listed',
} as const;

export function packagesTable({ packages, unread, distribution }: PackagePage): string {
  const rows = packages.map(({ kind, name, version, architecture = '-', license = '-', layer, path }) => [
    kind,
    name,
    version,
    architecture,
    license,
    `${layer + 1}`,
    path,
  ]);
  const listed =
    rows.length === 0
      ? 'No file of the image lists packages.\n'
      : formatTable(['KIND', 'NAME', 'VERSION', 'ARCH', 'LICENSE', 'LAYER', 'LISTED IN'], rows);
  const from = distribution === undefined ? '' : `Built from ${distribution.name ?? distribution.id}.\n`;
  return [from, listed, ...unread.map(({ path, reason }) => `Not read: ${path}: ${reasons[reason]}.\n`)].join('');
}
