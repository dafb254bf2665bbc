import { type KeyboardEvent, type ReactNode, useRef } from 'react';

interface RowKeysProps {
  /** What keys do to the row of this id: in lower case, by what `KeyboardEvent.key` calls them. */
  readonly keysOf: (id: string) => Readonly<Record<string, () => void>>;
  readonly children: ReactNode;
}

/** Keys for the rows of the table inside. */
export function RowKeys({ keysOf, children }: RowKeysProps): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  /** Before the table's own type-ahead takes the letter. */
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const id = rowKey(event.target, frame.current);
    if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const does = keysOf(id)[event.key.toLowerCase()];
    if (does === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys for the rows of the table inside
    <div ref={frame} style={{ display: 'contents' }} onKeyDownCapture={onKeyDown}>
      {children}
    </div>
  );
}

/** The row a key was pressed in; not in a menu or a dialog that a row has opened, which stands outside of the frame. */
function rowKey(target: EventTarget, frame: HTMLElement | null): string | undefined {
  if (!(target instanceof Element) || frame?.contains(target) !== true) return undefined;
  return target.closest('[data-key]')?.closest('[role="row"]')?.getAttribute('data-key') ?? undefined;
}
