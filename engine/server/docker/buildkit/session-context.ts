import type { BuildAside } from '#engine/build/build-aside.ts';
import { textIn } from '#engine/build/context-dockerfile.ts';
import { keptPaths } from '#engine/build/kept-paths.ts';
import type { SourceTree } from '#engine/build/source-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';

import type { BuildProgress } from './build-progress.ts';
import type { ClientSession } from './client-session.ts';
import type { KeptContexts } from '#engine/build/kept-contexts.ts';
import { receiveFolder } from './receive-folder.ts';
import { ReceivedFolder } from '#engine/build/received-folder.ts';

export interface SessionContext {
  readonly dockerfile: string;
  readonly context: SourceTree;
}

export interface ContextWork {
  readonly session: ClientSession;
  readonly kept: KeptContexts;
  readonly aside: BuildAside;
  readonly progress: BuildProgress;
}

/** Bytes of rules that are sent along: more would be more than a call's header takes. */
const RULES_LIMIT = 16 * 1024;

/** Fetches the Dockerfile, and then of the folder what its rules don't leave out. @throws EngineError `invalid-argument`. */
export async function sessionContext(work: ContextWork, name: string): Promise<SessionContext> {
  const { progress } = work;
  const { dockerfile, definition } = await loadDefinition(work, name);
  const rules = (await textIn(definition, `${name}.dockerignore`)) ?? (await commonRules(work));
  const ignored = new IgnoreRules(rules);
  const context = await progress.during('load build context', 'context', (onProgress) =>
    receive(work, { folder: 'context', exclude: rulesToSend(rules), ignored }, onProgress),
  );
  return { dockerfile, context };
}

/** The Dockerfile alone. @throws EngineError `invalid-argument` */
export async function clientDockerfile(work: ContextWork, name: string): Promise<string> {
  return (await loadDefinition(work, name)).dockerfile;
}

/** A whole folder of the client's, by what the client calls it. */
export function clientFolder(work: ContextWork, folder: string): Promise<SourceTree> {
  return work.progress.during(`load build context ${folder}`, 'context', (onProgress) =>
    receive(work, { folder }, onProgress),
  );
}

async function loadDefinition(
  work: ContextWork,
  name: string,
): Promise<{ readonly dockerfile: string; readonly definition: SourceTree }> {
  const files = [name, `${name}.dockerignore`];
  const definition = await work.progress.during(`load build definition from ${name}`, 'dockerfile', (onProgress) =>
    receive(work, { folder: 'dockerfile', include: files }, onProgress),
  );
  const dockerfile = await textIn(definition, name);
  if (dockerfile !== undefined) return { dockerfile, definition };
  throw new EngineError('invalid-argument', `failed to read dockerfile: open ${name}: no such file or directory`);
}

async function commonRules(work: ContextWork): Promise<string> {
  const tree = await work.progress.during('load .dockerignore', '.dockerignore', (onProgress) =>
    receive(work, { folder: 'context', include: ['.dockerignore'] }, onProgress),
  );
  return (await textIn(tree, '.dockerignore')) ?? '';
}

interface Wish {
  /** What the client calls it. */
  readonly folder: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly ignored?: IgnoreRules;
}

async function receive(
  { session, kept, aside }: ContextWork,
  { folder, include = [], exclude = [], ignored }: Wish,
  onProgress: (bytes: number) => void,
): Promise<SourceTree> {
  // Single files are asked for anew each time: only whole folders are worth keeping.
  await using open = await kept.open(include.length === 0 ? keyOf(session, folder) : '', aside);
  await using call = session.grpc.call('/moby.filesync.v1.FileSync/DiffCopy', {
    'dir-name': folder,
    ...(include.length === 0 ? {} : { 'include-patterns': include }),
    ...(exclude.length === 0 ? {} : { 'exclude-patterns': exclude }),
  });
  const entries = await receiveFolder(call, open.spool, onProgress);
  await open.keep(entries);
  if (ignored === undefined) return new ReceivedFolder(open.spool.path, entries);
  const paths = entries.map(({ entry }) => entry.path);
  const wanted = keptPaths(paths, (path) => ignored.excludes(path));
  return new ReceivedFolder(
    open.spool.path,
    entries.filter(({ entry }) => wanted.has(entry.path)),
  );
}

/** What a folder is kept by; a client has one word for all that it lends. */
function keyOf({ sharedKey }: ClientSession, folder: string): string {
  return sharedKey === '' || folder === 'context' ? sharedKey : `${sharedKey} ${folder}`;
}

/** As `exclude-patterns`; none where a client might read them otherwise: what comes is looked through once more. */
function rulesToSend(rules: string): readonly string[] {
  const patterns = rules
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isPlain = patterns.every((pattern) => /^[\x20-\x7e]*$/.test(pattern)) && rules.length <= RULES_LIMIT;
  return isPlain ? patterns : [];
}
