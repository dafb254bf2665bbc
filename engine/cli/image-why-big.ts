import { Command } from 'commander';

import type { CacheKind, WhyBig } from '#engine/contract/waste.ts';

import { formatBytes } from './format.ts';
import { hiddenTable } from './hidden-table.ts';
import { print, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { secretsSection } from './secrets-section.ts';
import { formatSection } from './table.ts';
import { withEngine } from './with-engine.ts';

const SHOWN = 10;

export function whyBigCommand(): Command {
  return new Command('why-big')
    .description('what makes it big: large paths, caches, copies, hidden files, and secrets among them')
    .argument('<image>')
    .action((image: string, options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine, signal) => {
        print(options, await engine.call('inspect.whyBig', { image }, signal), whyBigReport);
      }),
    );
}

/** Each cache, and what in a Dockerfile leaves it out. */
const caches: Readonly<Record<CacheKind, readonly [string, string]>> = {
  'apt-archives': ['packages of apt', 'apt-get clean in the same RUN, or --mount=type=cache,target=/var/cache/apt'],
  'apt-lists': ['lists of apt', 'rm -rf /var/lib/apt/lists/* in the same RUN'],
  apk: ['cache of apk', 'apk add --no-cache'],
  dnf: ['cache of dnf or yum', 'dnf clean all in the same RUN'],
  pacman: ['cache of pacman', 'pacman -Scc --noconfirm in the same RUN'],
  pip: ['cache of pip', 'pip install --no-cache-dir'],
  npm: ['cache of npm', 'npm cache clean --force in the same RUN, or --mount=type=cache,target=/root/.npm'],
  yarn: ['cache of yarn', 'yarn cache clean in the same RUN'],
  pnpm: ['store of pnpm', 'pnpm store prune in the same RUN'],
  go: ['caches of go', 'build in a stage of its own, and copy the program'],
  cargo: ['registry of cargo', 'build in a stage of its own, and copy the program'],
  composer: ['cache of composer', 'composer install --no-cache'],
  gem: ['cache of gem', 'gem install --no-document, and remove the cache in the same RUN'],
  maven: ['repository of maven', 'build in a stage of its own, and copy the archive'],
  gradle: ['caches of gradle', 'build in a stage of its own, and copy the archive'],
  conda: ['packages of conda', 'conda clean --all in the same RUN'],
  bytecode: ['compiled Python', 'PYTHONDONTWRITEBYTECODE=1, if it may start slower'],
  docs: ['documentation', 'leave it out when packages are installed (path-exclude of dpkg)'],
  logs: ['logs', 'remove them in the same RUN'],
  temporary: ['temporary files', 'remove them in the same RUN'],
};

export function whyBigReport(big: WhyBig): string {
  const { shippedBytes, visibleBytes, wastedBytes, efficiency, hidden } = big.efficiency;
  const [shipped, seen, wasted] = [shippedBytes, visibleBytes, wastedBytes].map(formatBytes);
  const head = `${shipped} shipped, ${seen} seen, ${wasted} wasted: ${(100 * efficiency).toFixed(1)} % efficient\n`;
  return [
    head,
    sizedSection('Largest directories', big.largestDirectories),
    sizedSection('Largest files', big.largestFiles),
    formatSection(
      'Left behind',
      ['SIZE', 'WHAT', 'WITHOUT IT'],
      big.caches.map(({ kind, bytes }) => [formatBytes(bytes), ...caches[kind]]),
    ),
    hidden.length === 0 ? '' : `\nShipped and not seen\n${hiddenTable(hidden.slice(0, SHOWN))}`,
    formatSection(
      'The same content more than once',
      ['WASTED', 'COPIES', 'PATHS'],
      big.duplicates.slice(0, SHOWN).map(({ wastedBytes: saved, copies, paths }) => [
        formatBytes(saved),
        `${copies}`,
        paths
          .slice(0, 3)
          .map(({ path }) => path)
          .join(' '),
      ]),
    ),
    secretsSection(big.secrets),
    big.filesUnread === 0 ? '' : `\n${big.filesUnread} more files could hold a secret and were not read.\n`,
  ].join('');
}

function sizedSection(title: string, paths: WhyBig['largestFiles']): string {
  const rows = paths.slice(0, SHOWN).map(({ path, bytes, layer }) => [formatBytes(bytes), `${layer + 1}`, path]);
  return formatSection(title, ['SIZE', 'LAYER', 'PATH'], rows);
}
