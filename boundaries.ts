/** A folder (or file) and what it may import beside itself. Rows stand in the order of the imports: upwards only. */
export interface Row {
  /** From the top: `engine/layer`, `electron/preload.ts`. */
  readonly path: string;
  /** What lives there. */
  readonly holds: string;
  /** Paths of rows above. */
  readonly mayImport: readonly string[];
  /** Kinds of modules from outside that it must do without. */
  readonly without?: readonly Outside[];
}

export type Outside = 'node' | 'electron' | 'react';

/** Every engine folder but these two may also import them. */
const words: readonly string[] = ['engine/async', 'engine/contract'];

function engine(name: string, holds: string, mayImport: string, without: readonly Outside[] = []): Row {
  const named = mayImport.split(' ').filter((other) => other !== '');
  return {
    path: `engine/${name}`,
    holds,
    mayImport: [...(words.includes(`engine/${name}`) ? [] : words), ...named.map((other) => `engine/${other}`)],
    without: [...without, 'electron', 'react'],
  };
}

export const engineRows: readonly Row[] = [
  engine('async', 'queue, merge, concurrency limit: what the platform lacks', ''),
  engine('contract', 'the words all sides share: digests, references, shapes, errors, the method table', 'async', [
    'node',
  ]),
  engine('oci', 'specification documents: descriptor, manifest, index, image config, runtime spec', '', ['node']),
  engine('archive', 'tar and compression as streams, whiteouts, trees by descriptor', ''),
  engine('dockerfile', 'a Dockerfile read: instructions, stages, variables, .dockerignore, and what is amiss', ''),
  engine('content', '`BlobStore`: immutable bytes by digest, verified on the way in', 'oci'),
  engine('registry', 'distribution client: challenge, token, resolve, fetch', 'oci'),
  engine('snapshot', '`Snapshotter`: prepare, mount, remove; overlay and plain-copy implementations', 'oci'),
  engine('runtime', '`Runtime`: spec to launch plan, talking to shims, cgroups', 'oci snapshot'),
  engine('oci-command', "the OCI runtime's command line on our launcher: one file per command", 'oci snapshot runtime'),
  engine('metadata', 'durable records and their migrations (SQLite)', ''),
  engine('events', 'what has happened, to whoever listens: the only way news travels up', ''),
  engine('jobs', 'long work that can be watched, left and cancelled', 'metadata events'),
  engine('trash', 'what was removed and can come back: records, budget, emptying', 'archive metadata events'),
  engine('layer', 'apply a layer, list its file tree, compare two', 'oci archive content snapshot'),
  engine(
    'image',
    'pull, load, tag, remove; names to descriptors',
    'oci archive content registry metadata events jobs trash layer',
  ),
  engine(
    'volume',
    'data that outlives containers: make, fill, mount, measure, remove',
    'oci archive content snapshot metadata events trash layer',
  ),
  engine(
    'network',
    'bridges, addresses, rules and names of networks; which container is where',
    'runtime metadata events',
  ),
  engine('starter', "first images made from the machine's own Debian packages", 'oci archive jobs layer image'),
  engine(
    'container',
    'create, start, stop, attach, exec, logs; the state machine',
    'oci archive snapshot runtime metadata events trash layer image volume network',
  ),
  engine('sbom', 'what the databases of package managers list, and that as an SPDX document', ''),
  engine(
    'inspect',
    'questions over entry indexes: timeline, blame, compare, search, waste, packages',
    'oci archive content registry snapshot metadata layer image container sbom',
  ),
  engine(
    'build',
    'a Dockerfile becomes an image: contexts, steps, their cache, and why a step was not in it',
    'oci archive dockerfile content registry snapshot runtime metadata events jobs trash layer image volume network container sbom inspect',
  ),
  engine('stats', 'what containers use, measured every second and remembered', 'runtime events container'),
  engine(
    'server',
    'HTTP servers; routes of `docker/`, `estrato/` and `registry/` translate and call',
    'oci archive dockerfile content registry snapshot runtime metadata events jobs trash layer image volume network starter container inspect build stats',
  ),
  engine('certificates', 'certificates of an engine that listens on a port, and of its clients', ''),
  engine('docker-context', "the context by which docker's command line finds an engine", ''),
  engine('client', 'the engine over its socket, typed by the method table', ''),
  engine(
    'run-options',
    'what people write after `-p`, `-v`, `--mount`, `--health-cmd` …, as the Docker API has it',
    'dockerfile',
    ['node'],
  ),
  engine(
    'compose',
    'a Compose file read: variables, what of it is understood, and the requests that it makes',
    'dockerfile run-options',
    ['node'],
  ),
  engine(
    'cli',
    'the `estrato` command: one file per subcommand',
    'archive certificates docker-context client oci-command run-options compose',
  ),
  engine(
    'daemon',
    '`main.ts`, `wiring.ts`: opens stores, builds each part in this order, listens, logs',
    'oci archive content registry snapshot runtime metadata events jobs trash layer image volume network starter container inspect build stats server docker-context',
  ),
  engine('launcher', 'C, one Makefile: `launch` becomes the container, `shim` outlives the daemon', ''),
  engine(
    'testing',
    'in-process registry, image fixtures, temporary directories; the runner of all tests',
    'oci archive content client',
  ),
  engine('bench', 'scenario benchmarks with budgets', 'client daemon testing'),
];

const desktop: readonly Outside[] = ['react'];

/** `electron` is what its composition may import; the rows after it are the files that may import less. */
export const electronRows: readonly Row[] = [
  {
    path: 'electron',
    holds: 'composition: engine process, bridge, windows, menu, in that order',
    mayImport: ['engine/contract', 'engine/client'],
    without: desktop,
  },
  {
    path: 'electron/preload.ts',
    holds: 'exactly `call`, `stream`, `duplex`; no logic',
    mayImport: ['engine/contract'],
    without: [...desktop, 'node'],
  },
  {
    path: 'electron/e2e',
    holds: 'the built app against a real engine',
    mayImport: ['electron', 'engine/client', 'engine/testing'],
  },
];

const page: readonly Outside[] = ['node', 'electron'];

export const rendererRows: readonly Row[] = [
  { path: 'renderer/i18n', holds: 'what is said, in every language, from one catalogue', mayImport: [], without: page },
  {
    path: 'renderer/ui',
    holds: 'buttons, tables, trees, tokens; knows no container',
    mayImport: ['renderer/i18n'],
    without: page,
  },
  {
    path: 'renderer/bridge',
    holds: 'the typed client over the preload; the only reader of `window.estrato`; error codes to sentences',
    mayImport: ['engine/contract', 'renderer/i18n'],
    without: [...page, 'react'],
  },
  {
    path: 'renderer/stores',
    holds: 'one store per kind of thing, fed by engine events; no React',
    mayImport: ['engine/contract', 'renderer/i18n', 'renderer/bridge'],
    without: [...page, 'react'],
  },
  {
    path: 'renderer/features',
    holds: 'one flat folder per screen; they never import one another',
    mayImport: ['engine/contract', 'renderer/i18n', 'renderer/ui', 'renderer/stores'],
    without: page,
  },
  {
    path: 'renderer/e2e',
    holds: 'the screens in a real browser against a real engine',
    mayImport: ['engine/certificates', 'engine/client', 'engine/testing', 'renderer/i18n'],
  },
];

/** The top row of every path: what `#…` imports are told apart by. */
export const rows: readonly Row[] = [...engineRows, ...electronRows, ...rendererRows];

/** The rows as ARCHITECTURE.md shows them. */
export function boundariesTable(chosen: readonly Row[]): string {
  const cells = chosen.map(({ path, holds, mayImport }) => [
    `\`${path}\``,
    holds,
    mayImport.filter((other) => !words.includes(other) || !path.startsWith('engine/')).join(' ') || '—',
  ]);
  return [['Folder', 'What lives there', 'May import'], ['---', '---', '---'], ...cells]
    .map((cell) => `| ${cell.join(' | ')} |`)
    .join('\n');
}

interface Restriction {
  readonly regex: string;
  readonly message: string;
}

const outside: Readonly<Record<Outside, Restriction>> = {
  node: { regex: '^node:', message: 'This folder runs where there is no Node.' },
  electron: { regex: '^electron(/|$)', message: 'Only electron/ knows Electron.' },
  react: { regex: '^react(-dom)?(/|$)', message: 'This folder knows no React.' },
};

/** The patterns that a file of the row must not import. Tests may also import `engine/testing`. */
export function restrictionsOf(row: Row, isTest: boolean): readonly Restriction[] {
  const allowed = new Set([row.path, ...row.mayImport, ...(isTest ? ['engine/testing'] : [])]);
  // A folder of screens is no exception for itself: what a screen has of its own begins with './'.
  if (row.path === 'renderer/features') allowed.delete(row.path);
  const folders = rows.map(({ path }) => path).filter((path) => !path.endsWith('.ts'));
  const forbidden = folders.filter((path) => !allowed.has(path));
  const named = forbidden.length === 0 ? [] : [{ regex: `^#(${forbidden.join('|')})/[^/]`, message: sentence(row) }];
  return [
    ...named,
    { regex: '^\\.\\./', message: "Inside a folder imports begin with './'; across folders with '#'." },
    ...(isTest ? [] : (row.without ?? []).map((kind) => outside[kind])),
  ];
}

function sentence({ path, mayImport }: Row): string {
  return `${path} may import ${mayImport.length === 0 ? 'no other folder' : `only ${mayImport.join(', ')}`} (boundaries.ts).`;
}
