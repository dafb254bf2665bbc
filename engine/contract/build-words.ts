import type { MissReason } from './build.ts';

const fileWords = {
  added: 'is new',
  removed: 'is gone',
  content: 'has other content',
  mode: 'has another mode',
  owner: 'has another owner',
  attributes: 'has other attributes',
  type: 'is of another kind',
} as const;

type Words = { readonly [K in MissReason['kind']]: (reason: Extract<MissReason, { readonly kind: K }>) => string };

const words: Words = {
  new: () => 'it was not built before',
  collected: () => 'what it made was removed since',
  disabled: () => 'the cache was left out',
  instruction: ({ before }) => `the instruction was ${before}`,
  variable: ({ name, before, now }) => `${name} was ${before ?? 'not set'}, and is ${now ?? 'not set'}`,
  file: ({ path, change }) => `${path} ${fileWords[change]}`,
  base: ({ image }) => `${image} is another image than before`,
  above: ({ line }) => `the step on line ${line} was built anew`,
  setting: ({ name, before, now }) => `${name} was ${before || 'not set'}, and is ${now || 'not set'}`,
};

/** Why a step was not cached, in words for a terminal. */
export function reasonText(reason: MissReason): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has for each kind what takes that kind
  return (words[reason.kind] as (reason: MissReason) => string)(reason);
}
