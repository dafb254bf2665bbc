import type { ReactNode } from 'react';

import type { EntryChange } from '#engine/contract/layer.ts';

/** A sign for each kind of change: read without its colour as well. */
export const changeSigns: Readonly<Record<EntryChange, string>> = {
  added: '+',
  changed: '~',
  metadata: '=',
  removed: '−',
  unchanged: '',
};

export function ChangeGlyph({ change }: { readonly change: EntryChange }): ReactNode {
  if (change === 'unchanged') return null;
  return (
    <span className="glyph" data-change={change} aria-hidden>
      {changeSigns[change]}
    </span>
  );
}
