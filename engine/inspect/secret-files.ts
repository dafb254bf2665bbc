import { open } from 'node:fs/promises';
import { constants } from 'node:fs';

import { isMissing } from '#engine/content/file-failures.ts';
import type { SecretKind } from '#engine/contract/waste.ts';
import type { FilePlace } from '#engine/layer/layer-store.ts';

import { largest } from './largest.ts';
import { isLibraryPath, secretRules } from './secret-rules.ts';
import type { WeighedStack } from './weigh-stack.ts';

/** A file that large is no key, and its beginning is enough for one. */
const MOST_FILE_BYTES = 1024 * 1024;
const READ_BYTES = 64 * 1024;
const MOST_FILES = 2000;

/** A file that looks as if it could hold a secret. */
export interface Suspect {
  readonly layer: number;
  readonly entry: number;
  readonly path: string;
  readonly hiddenBy: number | undefined;
  /** Places of the rules among `secretRules` that its path matches. */
  readonly rules: readonly number[];
}

/** By paths alone, those with the most telling ones and those of the upper layers first. */
export function suspectFiles(stack: WeighedStack): { readonly suspects: readonly Suspect[]; readonly left: number } {
  let count = 0;
  function* counted(): Generator<Omit<Suspect, 'hiddenBy'>> {
    for (const suspect of suspectsOf(stack)) {
      count += 1;
      yield suspect;
    }
  }
  const chosen = largest(counted(), MOST_FILES, scoreOf);
  return {
    suspects: chosen.map((file) => ({ ...file, hiddenBy: stack.hiddenBy(file) })),
    left: count - chosen.length,
  };
}

/** One look at a path that none of them matches, which is most of them. */
const anyRule = new RegExp(secretRules.map(({ path }) => path.source).join('|'));

function* suspectsOf(stack: WeighedStack): Generator<Omit<Suspect, 'hiddenBy'>> {
  for (const { layer, entry, path, size } of stack.files()) {
    if (size === 0 || size > MOST_FILE_BYTES || !anyRule.test(path) || isLibraryPath(path)) continue;
    const rules = [...secretRules.entries()].filter(([, rule]) => rule.path.test(path)).map(([place]) => place);
    yield { layer, entry, path, rules };
  }
}

/** An image has a thousand layers at most. */
function scoreOf({ rules: [first = 0], layer }: Pick<Suspect, 'rules' | 'layer'>): number {
  return (secretRules.length - first) * 1000 + layer;
}

/** What a suspect holds, by the first of its rules that its first bytes match; undefined for nothing of the kind. */
export async function secretIn(place: FilePlace, rules: readonly number[]): Promise<SecretKind | undefined> {
  const named = rules.flatMap((place) => secretRules[place] ?? []);
  if (named[0]?.content === undefined) return named[0]?.kind;
  const text = await beginning(place);
  return named.find(({ content }) => content === undefined || content.test(text))?.kind;
}

/** A letter a byte. Of a layer that is removed meanwhile nothing is left to be read. */
async function beginning({ path, offset, size }: FilePlace): Promise<string> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const bytes = Buffer.alloc(Math.min(READ_BYTES, size));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.toString('latin1', 0, bytesRead);
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
