import { canonicalName, familiarName, parseReference } from '#engine/contract/reference.ts';

/** What is typed, in full and as people write it, or what is amiss with it. */
export type ReadReference =
  { readonly name: string; readonly familiar: string } | { readonly problem: 'pull.empty' | 'images.badName' };

export function readReference(text: string): ReadReference {
  if (text.trim() === '') return { problem: 'pull.empty' };
  try {
    const reference = parseReference(text.trim());
    return { name: canonicalName(reference), familiar: familiarName(reference) };
  } catch {
    return { problem: 'images.badName' };
  }
}
