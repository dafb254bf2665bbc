import type { CacheKind, PackageCache } from '#engine/contract/waste.ts';

import type { LayerFile, WeighedStack } from './weigh-stack.ts';

/** Where each kind leaves what a running container doesn't need. The first that matches counts. */
const rules: readonly { readonly kind: CacheKind; readonly path: RegExp }[] = [
  { kind: 'apt-archives', path: /^\/var\/cache\/apt\// },
  { kind: 'apt-lists', path: /^\/var\/lib\/apt\/lists\// },
  { kind: 'apk', path: /^\/(var\/cache\/apk|etc\/apk\/cache)\// },
  { kind: 'dnf', path: /^\/var\/(cache\/(dnf|yum|zypp|libdnf5)|lib\/dnf)\// },
  { kind: 'pacman', path: /^\/var\/(cache\/pacman\/pkg|lib\/pacman\/sync)\// },
  { kind: 'pip', path: /\/\.cache\/(pip|uv|pypoetry|pipenv)\// },
  { kind: 'npm', path: /\/\.npm\/(_cacache|_npx|_logs)\// },
  { kind: 'yarn', path: /\/(\.yarn\/(berry\/)?cache|\.cache\/yarn|usr\/local\/share\/\.cache\/yarn)\// },
  { kind: 'pnpm', path: /\/(\.local\/share\/pnpm\/store|\.pnpm-store|\.cache\/pnpm)\// },
  { kind: 'go', path: /\/(\.cache\/go-build|go\/pkg\/mod\/cache)\// },
  { kind: 'cargo', path: /\/(\.cargo|cargo)\/(registry|git)\// },
  { kind: 'composer', path: /\/(\.composer\/cache|\.cache\/composer)\// },
  { kind: 'gem', path: /\/(\.gem\/[^/]+\/[^/]+\/cache|gems\/[\d.]+\/cache|\.bundle\/cache)\// },
  { kind: 'maven', path: /\/\.m2\/repository\// },
  { kind: 'gradle', path: /\/\.gradle\/(caches|wrapper\/dists)\// },
  { kind: 'conda', path: /\/(mini|ana)?conda3?\/pkgs\// },
  { kind: 'bytecode', path: /\/__pycache__\/[^/]+\.pyc$/ },
  { kind: 'docs', path: /^\/usr\/(local\/)?share\/(doc|man|info|gtk-doc)\// },
  { kind: 'logs', path: /^\/var\/log\// },
  { kind: 'temporary', path: /^\/(var\/)?tmp\// },
];

/** One look at a path that none of them matches, which is most of them. */
const anyRule = new RegExp(rules.map(({ path }) => path.source).join('|'));

/** What is in the layers, seen or not, that only making the image needed; most bytes first. */
export function packageCaches(stack: WeighedStack): PackageCache[] {
  const found = new Map<CacheKind, Tally>();
  for (const file of stack.files()) {
    const kind = cacheKindOf(file.path);
    if (kind !== undefined) count(found, kind, { file, isVisible: stack.isVisible(file) });
  }
  return [...found]
    .map(([kind, { layers, largest, ...sums }]) => ({ kind, ...sums, layers: [...layers], example: largest.path }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}

function cacheKindOf(path: string): CacheKind | undefined {
  return anyRule.test(path) ? rules.find((rule) => rule.path.test(path))?.kind : undefined;
}

interface Tally {
  bytes: number;
  hiddenBytes: number;
  files: number;
  readonly layers: Set<number>;
  largest: LayerFile;
}

function count(
  found: Map<CacheKind, Tally>,
  kind: CacheKind,
  { file, isVisible }: { readonly file: LayerFile; readonly isVisible: boolean },
): void {
  const tally = found.get(kind) ?? { bytes: 0, hiddenBytes: 0, files: 0, layers: new Set(), largest: file };
  found.set(kind, tally);
  tally.bytes += file.size;
  if (!isVisible) tally.hiddenBytes += file.size;
  tally.files += 1;
  tally.layers.add(file.layer);
  if (file.size > tally.largest.size) tally.largest = file;
}
