import { Command } from 'commander';

import type { EntryDetails } from '#engine/contract/file-facts.ts';

import { formatBytes } from './format.ts';
import { topAt } from './image-steps.ts';
import { print, type FormatOptions } from './output-format.ts';
import { parseCount } from './parse-count.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

type StatOptions = PlaceOptions & FormatOptions & { readonly step?: number };

export function statCommand(): Command {
  return new Command('stat')
    .description('all that is known of a path: mode, owner, digest, attributes, and what a program needs')
    .argument('<image>')
    .argument('<path>')
    .option('--step <number>', 'as it was after this step', parseCount)
    .action((image: string, path: string, options: StatOptions) =>
      withEngine(options, async (engine) => {
        const details = await engine.call('images.get', { image });
        const to = topAt(details, options.step);
        print(options, await engine.call('layers.entry', { image: details.summary.Id, to, path }), statTable);
      }),
    );
}

export function statTable(entry: EntryDetails): string {
  const { path, type, mode, uid, gid, size, mtime, layer, contentDigest, linkTarget, leadsTo, xattrs, format } = entry;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['PATH', path],
    ['TYPE', type],
    ['MODE', mode.toString(8).padStart(4, '0')],
    ['OWNER', `${uid}:${gid}`],
    ['SIZE', `${formatBytes(size)} (${size} bytes)`],
    ['MODIFIED', new Date(mtime * 1000).toISOString()],
    ['LAYER', `${layer + 1}`],
    ['DIGEST', contentDigest],
    ['LINK TO', linkTarget],
    ['LEADS TO', linkTarget === undefined || type !== 'symlink' ? undefined : (leadsTo?.path ?? 'nothing here')],
    ...Object.entries(xattrs).map(([name, value]) => ['XATTR', `${name}=${value} (base64)`] as const),
    ...formatFacts(format),
  ];
  return formatTable(
    ['FACT', 'VALUE'],
    facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function formatFacts(format: EntryDetails['format']): readonly (readonly [string, string | undefined])[] {
  if (format === undefined) return [];
  if (format.kind === 'picture') {
    const { mediaType, width, height } = format;
    return [['PICTURE', width === undefined ? mediaType : `${mediaType}, ${width} × ${height ?? 0}`]];
  }
  return [
    ['PROGRAM', `ELF ${format.bits}-bit ${format.byteOrder}-endian ${format.type}, ${format.machine}`],
    ['INTERPRETER', format.interpreter],
    ['SONAME', format.soname],
    ['NEEDS', format.needed.length === 0 ? undefined : format.needed.join(' ')],
    ['RUN PATH', format.runPath],
    ['BUILD ID', format.buildId],
    ['STRIPPED', format.isStripped ? 'yes' : 'no'],
    ['STATIC', format.isStatic ? 'yes' : 'no'],
  ];
}
