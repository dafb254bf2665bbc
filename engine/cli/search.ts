import { type Command, Option } from 'commander';

import { searchKind, type SearchHit, type SearchKind, type SearchNews } from '#engine/contract/search.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { parseCount } from './parse-count.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface SearchOptions extends PlaceOptions, FormatOptions {
  readonly kind?: SearchKind;
  readonly limit: number;
  readonly offset: number;
}

/** More than one page of the engine's is asked for page by page. */
const PAGE = 1000;

export function addSearch(program: Command): void {
  withFormat(withPlace(program.command('search')))
    .description('look for a path, or a content digest, in every layer of every image')
    .argument('<text>', 'a part of a path, a glob such as "*.pem" or "/etc/**/*.conf", /an expression/, or sha256:…')
    .addOption(
      new Option('--kind <kind>', 'how the text is meant, when it could be meant otherwise').choices(
        searchKind.options,
      ),
    )
    .option('--limit <count>', 'show so many at the most', parseCount, 1000)
    .option('--offset <count>', 'leave out so many first', parseCount, 0)
    .action((text: string, options: SearchOptions) => search(text, options));
}

function search(text: string, options: SearchOptions): Promise<void> {
  return withEngine(options, async (engine, signal) => {
    const hits: SearchHit[] = [];
    let last: SearchNews | undefined;
    do {
      const limit = Math.min(PAGE, options.limit - hits.length);
      const page = { text, offset: options.offset + hits.length, limit };
      const wanted = options.kind === undefined ? page : { ...page, kind: options.kind };
      for await (const news of engine.stream('inspect.search', wanted, signal)) {
        hits.push(...news.hits);
        last = news;
      }
    } while (hits.length < Math.min(options.limit, (last?.matches ?? 0) - options.offset));
    const matches = last?.matches ?? 0;
    print(options, { matches, hits }, searchTable);
  });
}

/** Layers from 1, as everywhere on the command line. */
export function searchTable({
  matches,
  hits,
}: {
  readonly matches: number;
  readonly hits: readonly SearchHit[];
}): string {
  if (matches === 0) return 'Nothing of that name is in any image.\n';
  const rows = hits.flatMap(({ path, type, size, images }) =>
    images.map(({ name, layer, hiddenBy }) => [
      path,
      type === 'file' || type === 'hardlink' ? formatBytes(size) : type,
      name,
      `${layer + 1}`,
      hiddenBy === undefined ? 'visible' : `hidden by layer ${hiddenBy + 1}`,
    ]),
  );
  const left = matches - hits.length;
  const more = left > 0 ? `${left} more; --limit and --offset show them.\n` : '';
  return formatTable(['PATH', 'SIZE', 'IMAGE', 'LAYER', 'STATE'], rows) + more;
}
