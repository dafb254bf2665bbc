import type { InstalledPackage } from '#engine/contract/package.ts';

/** A package as its database has it; where that is, whoever reads it knows. */
export type FoundPackage = Omit<InstalledPackage, 'path' | 'layer'>;

/** Letters of a name, a version or a licence: what is longer is none. */
const MOST_LETTERS = 1000;

/** Undefined for what has no name or no version, or one that nobody could read. */
export function foundPackage(said: { readonly [K in keyof FoundPackage]?: FoundPackage[K] | undefined }):
  FoundPackage | undefined {
  const { kind } = said;
  const [name, version, architecture, license, source] = [
    said.name,
    said.version,
    said.architecture,
    said.license,
    said.source,
  ].map(word);
  if (kind === undefined || name === undefined || version === undefined) return undefined;
  return {
    kind,
    name,
    version,
    ...(architecture === undefined ? {} : { architecture }),
    ...(license === undefined ? {} : { license }),
    ...(source === undefined || source === name ? {} : { source }),
  };
}

/** JSON may have halves of letters, which no address can be made of. */
function word(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.length > MOST_LETTERS ? undefined : text.toWellFormed();
}
