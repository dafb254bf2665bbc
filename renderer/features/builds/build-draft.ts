import type { BuildRecord, BuildWish } from '#engine/contract/build.ts';
import { joinShellWords } from '#renderer/ui/shell-words.ts';

/** What stands in the form. */
export interface BuildDraft {
  readonly folder: string;
  readonly file: string;
  readonly dockerfile: string;
  readonly ignore: string | undefined;
  readonly tags: string;
  readonly args: string;
  readonly target: string;
  readonly noCache: boolean;
  readonly pull: boolean;
}

export const emptyDraft: BuildDraft = {
  folder: '',
  file: 'Dockerfile',
  dockerfile: '',
  ignore: undefined,
  tags: '',
  args: '',
  target: '',
  noCache: false,
  pull: false,
};

/** As a build before was begun, as far as its record tells. */
export function draftFrom({ parameters, names, dockerfile }: BuildRecord): BuildDraft {
  const { folder = '', dockerfilePath, dockerfileName = 'Dockerfile' } = parameters ?? {};
  const file = dockerfilePath ?? dockerfileName;
  const inFolder = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
  return { ...emptyDraft, ...rememberedDraft(folder), folder, file: inFolder, dockerfile, tags: names.join(' ') };
}

/** What the engine is asked for; undefined while something is missing. */
export function wishOf(draft: BuildDraft): BuildWish | undefined {
  const { folder, file, dockerfile, ignore, target, noCache, pull } = draft;
  if (!folder.startsWith('/') || dockerfile.trim() === '') return undefined;
  return {
    folder,
    dockerfile,
    dockerfileName: file === '' ? 'Dockerfile' : file,
    ...(ignore === undefined ? {} : { ignore }),
    tags: wordsOf(draft.tags),
    args: Object.fromEntries(pairsOf(draft.args)),
    labels: {},
    ...(target.trim() === '' ? {} : { target: target.trim() }),
    noCache,
    pull,
    network: 'default',
    secrets: {},
  };
}

/** The command that builds the same. */
export function buildLine({ folder, file, tags, args, target, noCache, pull }: BuildDraft): string {
  return joinShellWords([
    'estrato',
    'build',
    ...wordsOf(tags).flatMap((tag) => ['-t', tag]),
    ...(file === '' || file === 'Dockerfile' ? [] : ['-f', file.startsWith('/') ? file : `${folder}/${file}`]),
    ...pairsOf(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...(target.trim() === '' ? [] : ['--target', target.trim()]),
    ...(noCache ? ['--no-cache'] : []),
    ...(pull ? ['--pull'] : []),
    folder === '' ? 'FOLDER' : folder,
  ]);
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

const KEY = 'estrato.builds';
const KEPT_FOLDERS = 20;

type Remembered = Readonly<Record<string, Partial<BuildDraft>>>;

/** A folder's form as it was last sent; everything but the file's text, which is the folder's to say. */
export function rememberDraft(draft: BuildDraft): void {
  const { dockerfile: _, ignore: __, ...kept } = draft;
  const others = Object.entries(remembered()).filter(([folder]) => folder !== draft.folder);
  const all = [...others, [draft.folder, kept] as const].slice(-KEPT_FOLDERS);
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(all)));
}

export function rememberedDraft(folder: string): Partial<BuildDraft> {
  return remembered()[folder] ?? {};
}

/** The folder that was built last. */
export function lastFolder(): string {
  return Object.keys(remembered()).at(-1) ?? '';
}

function remembered(): Remembered {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this window's own, and each field has a fallback
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Remembered;
  } catch {
    return {};
  }
}
