import type { BuildRecord, BuildWish } from '#engine/contract/build.ts';
import type { FolderFiles } from '#renderer/stores/folder-files.ts';
import { joinShellWords } from '#renderer/ui/shell-words.ts';

/** How a folder is built, but for what stands in its files: what is remembered of it. */
export interface BuildOptions {
  readonly file: string;
  /** Words. */
  readonly tags: string;
  /** `NAME=value`, one a line. */
  readonly args: string;
  /** `ID=/path`, one a line. */
  readonly secrets: string;
  readonly target: string;
  readonly platform: string;
  readonly network: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** To the registries of its names, once it is built. */
  readonly push: boolean;
}

/** What stands in the form. */
export interface BuildDraft extends BuildOptions {
  readonly folder: string;
  /** A folder that this window was given; it goes to the engine with each build. */
  readonly given: FolderFiles | undefined;
  readonly dockerfile: string;
  /** As it was read from the folder; undefined of one that isn't there yet. */
  readonly known: string | undefined;
  readonly ignore: string | undefined;
}

export const plainOptions: BuildOptions = {
  file: 'Dockerfile',
  tags: '',
  args: '',
  secrets: '',
  target: '',
  platform: '',
  network: 'default',
  noCache: false,
  pull: false,
  push: false,
};

export const emptyDraft: BuildDraft = {
  ...plainOptions,
  folder: '',
  given: undefined,
  dockerfile: '',
  known: undefined,
  ignore: undefined,
};

/** Only what is an option, whatever else is there. */
export function optionsOf(draft: BuildOptions): BuildOptions {
  const { file, tags, args, secrets, target, platform, network, noCache, pull, push } = draft;
  return { file, tags, args, secrets, target, platform, network, noCache, pull, push };
}

/** As a build before was begun; of one whose context came along, its Dockerfile and names. */
export function draftFrom({ parameters, names, dockerfile, target = '' }: BuildRecord): BuildDraft {
  const known = { ...emptyDraft, dockerfile, tags: names.join(' '), target };
  if (parameters === undefined) return known;
  const { folder, dockerfilePath, dockerfileName, ignore, args, secretFiles, noCache, pull, network } = parameters;
  const file = dockerfilePath ?? dockerfileName;
  return {
    ...known,
    folder,
    file: file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file,
    ignore,
    args: linesOf(args),
    secrets: linesOf(secretFiles ?? {}),
    platform: parameters.platform ?? '',
    network,
    noCache,
    pull,
    push: parameters.push === true,
  };
}

function linesOf(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function isWhole({ dockerfile, given, folder }: BuildDraft): boolean {
  return dockerfile.trim() !== '' && (given !== undefined || folder.startsWith('/'));
}

/** What the engine is asked for; undefined while something is missing. */
export function wishOf(draft: BuildDraft): BuildWish | undefined {
  const { folder, given, file, dockerfile, known, ignore, target, platform, network, noCache, pull, push } = draft;
  if (!isWhole(draft)) return undefined;
  return {
    folder: given?.name ?? folder,
    dockerfile,
    dockerfileName: file === '' ? 'Dockerfile' : file,
    // A rebuild reads the file again: only of what is as it stands there.
    ...(given === undefined && dockerfile === known ? { dockerfilePath: pathOf(folder, file) } : {}),
    ...(ignore === undefined ? {} : { ignore }),
    tags: wordsOf(draft.tags),
    args: Object.fromEntries(pairsOf(draft.args)),
    labels: {},
    ...(target.trim() === '' ? {} : { target: target.trim() }),
    ...(platform.trim() === '' ? {} : { platform: platform.trim() }),
    noCache,
    pull,
    ...(push ? { push } : {}),
    network,
    secrets: {},
    secretFiles: Object.fromEntries(pairsOf(draft.secrets)),
  };
}

/** The command that builds the same. */
export function buildLine(draft: BuildDraft): string {
  const { folder, given, file, target, platform, network, noCache, pull, push } = draft;
  const place = given?.name ?? folder;
  const isNamed = file !== '' && file !== 'Dockerfile';
  return joinShellWords([
    'estrato',
    'build',
    ...wordsOf(draft.tags).flatMap((tag) => ['-t', tag]),
    ...(isNamed ? ['-f', pathOf(place, file)] : []),
    ...pairsOf(draft.args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...pairsOf(draft.secrets).flatMap(([id, path]) => ['--secret', `id=${id},src=${path}`]),
    ...(target.trim() === '' ? [] : ['--target', target.trim()]),
    ...(platform.trim() === '' ? [] : ['--platform', platform.trim()]),
    ...(network === 'default' ? [] : ['--network', network]),
    ...(noCache ? ['--no-cache'] : []),
    ...(pull ? ['--pull'] : []),
    ...(push ? ['--push'] : []),
    place === '' ? 'FOLDER' : place,
  ]);
}

function pathOf(folder: string, file: string): string {
  if (file.startsWith('/')) return file;
  return `${folder.replace(/\/$/, '')}/${file === '' ? 'Dockerfile' : file}`;
}

/** Lines that name no secret and no file. */
export function wrongSecrets(text: string): readonly string[] {
  return pairsOf(text)
    .filter(([id, path]) => id === '' || !path.startsWith('/'))
    .map(([id]) => id);
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function pairsOf(text: string): (readonly [string, string])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    });
}
