import type { InstalledPackage } from '#engine/contract/package.ts';

/** A package as its database has it; where that is, whoever reads it knows. */
export type FoundPackage = Omit<InstalledPackage, 'path' | 'layer'>;

/** Letters of a name, a version or a licence: what is longer is none. */
const MOST_LETTERS = 1000;

/** Undefined for what has no name or no version, or one that nobody could read. */
export function foundPackage(said: { readonly [K in keyof FoundPackage]?: FoundPackage[K] | undefined }):
  FoundPackage | undefined {
  const { kind, name, version, architecture, license, source } = said;
  if (kind === undefined || !isWord(name) || !isWord(version)) return undefined;
  return {
    kind,
    name,
    version,
    ...(isWord(architecture) ? { architecture } : {}),
    ...(isWord(license) ? { license } : {}),
    ...(isWord(source) && source !== name ? { source } : {}),
  };
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= MOST_LETTERS;
}
