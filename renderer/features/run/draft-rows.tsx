import { Plus, X } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';

import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

interface DraftRowsProps<T extends { readonly id: number }> {
  readonly kind: 'env' | 'binds' | 'ports';
  readonly rows: readonly T[];
  /** What stands above the columns. */
  readonly heads: readonly string[];
  readonly addLabel: string;
  readonly onAdd: () => void;
  readonly removeLabel: (row: T) => string;
  readonly onRemove: (row: T) => void;
  readonly errorOf: (row: T) => string | undefined;
  /** The cells of a row. */
  readonly children: (row: T, cell: RowCell) => ReactNode;
}

interface RowCell {
  readonly isInvalid: boolean;
  readonly errorId: string;
  /** Whether it was just added, so that typing goes on in it. */
  readonly isNew: boolean;
}

/** A list that grows by a button, each row with a way to take it out. */
export function DraftRows<T extends { readonly id: number }>(props: DraftRowsProps<T>): ReactNode {
  const { kind, rows, heads, addLabel, onAdd } = props;
  const foot = useRef<HTMLDivElement>(null);
  const [isAdding, setIsAdding] = useState(false);
  return (
    <div className="run-rows" data-kind={kind}>
      {rows.length > 0 && (
        <div className="run-row-heads" aria-hidden>
          {heads.map((head) => (
            <span key={head} className="field-label">
              {head}
            </span>
          ))}
        </div>
      )}
      {rows.map((row, index) => (
        <DraftRow
          key={row.id}
          {...props}
          row={row}
          isNew={isAdding && index === rows.length - 1}
          onRemoved={() => foot.current?.querySelector('button')?.focus()}
        />
      ))}
      <div ref={foot}>
        <Button
          size="small"
          icon={<Plus aria-hidden />}
          onPress={() => {
            setIsAdding(true);
            onAdd();
          }}
        >
          {addLabel}
        </Button>
      </div>
    </div>
  );
}

interface DraftRowProps<T extends { readonly id: number }> extends DraftRowsProps<T> {
  readonly row: T;
  readonly isNew: boolean;
  /** Called when it is about to go, and the focus with it. */
  readonly onRemoved: () => void;
}

function DraftRow<T extends { readonly id: number }>(props: DraftRowProps<T>): ReactNode {
  const { kind, row, isNew, errorOf, removeLabel, onRemove, onRemoved, children } = props;
  const error = errorOf(row);
  const errorId = `${kind}-${row.id}-error`;
  return (
    <div className="run-row">
      {children(row, { isInvalid: error !== undefined, errorId, isNew })}
      <IconButton
        label={removeLabel(row)}
        icon={<X aria-hidden />}
        onPress={() => {
          onRemoved();
          onRemove(row);
        }}
      />
      {error !== undefined && (
        <p id={errorId} className="field-error run-row-error">
          {error}
        </p>
      )}
    </div>
  );
}
