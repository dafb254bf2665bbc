import type { CompareSide } from '#engine/contract/comparison.ts';

export const sideKinds = ['image', 'layer', 'container', 'remote', 'archive'] as const;
export type SideKind = (typeof sideKinds)[number];

/** A side as a person writes it: `redis:4.0.6`, and of a layer `redis:4.0.6#3`, counted from 1. */
export interface SideDraft {
  readonly kind: SideKind;
  readonly text: string;
}

export const emptySide: SideDraft = { kind: 'image', text: '' };

/** From an address: `image:redis:4.0.6`, `layer:redis#3`, `archive:/tmp/image.tar`. */
export function parseDraft(text: string | null): SideDraft {
  const kind = sideKinds.find((name) => text?.startsWith(`${name}:`) === true);
  return text === null || kind === undefined ? emptySide : { kind, text: text.slice(kind.length + 1) };
}

export function formatDraft({ kind, text }: SideDraft): string {
  return `${kind}:${text.trim()}`;
}

/** `#/compare?before=…&now=…` */
export function compareAddress(before: SideDraft, now: SideDraft = emptySide): string {
  return `/compare?${new URLSearchParams({ before: formatDraft(before), now: formatDraft(now) })}`;
}

/**
 * What the engine is asked; undefined for what names nothing.
 * @param isFetching whether layers that only a registry has are to be downloaded for it.
 */
export function sideOf({ kind, text }: SideDraft, isFetching = false): CompareSide | undefined {
  const name = text.trim();
  if (name === '') return undefined;
  switch (kind) {
    case 'image':
      return { kind, image: name };
    case 'container':
      return { kind, container: name };
    case 'remote':
      return { kind, reference: name, fetch: isFetching };
    case 'archive':
      return name.startsWith('/') ? { kind, path: name } : undefined;
    case 'layer': {
      const match = /^(.+)#([1-9]\d{0,3})$/.exec(name);
      return match === null ? undefined : { kind, image: match[1] ?? '', layer: Number(match[2]) - 1 };
    }
  }
}
