/*
 * OCI image specification, layer.md, "Whiteouts": `.wh.x` hides x of the layers below, `.wh..wh..opq` hides all that the
 * directory it is in has there. Other names that begin with `.wh..wh.` are aufs's own and mean nothing in a layer.
 */

const PREFIX = '.wh.';
const META_PREFIX = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';

export type Whiteout =
  | { readonly kind: 'none' }
  | { readonly kind: 'hides'; readonly name: string }
  | { readonly kind: 'opaque' }
  | { readonly kind: 'ignored' };

/** What the last part of an entry's path says. */
export function whiteoutOf(name: string): Whiteout {
  if (name === OPAQUE) return { kind: 'opaque' };
  if (name.startsWith(META_PREFIX)) return { kind: 'ignored' };
  if (name.startsWith(PREFIX)) return { kind: 'hides', name: name.slice(PREFIX.length) };
  return { kind: 'none' };
}

/** Whether a directory is aufs's own, so that nothing in it belongs to the layer. */
export function isWhiteoutDirectory(name: string): boolean {
  return name.startsWith(META_PREFIX);
}

/** The name of what says that `name` isn't there any more. */
export function whiteoutName(name: string): string {
  return `${PREFIX}${name}`;
}
