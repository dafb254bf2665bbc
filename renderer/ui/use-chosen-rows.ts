import { useMemo, useState } from 'react';

import type { Selection, SortDescriptor } from './table.tsx';

/** What a table whose rows are sorted and chosen is given. */
export interface ChoosingTable {
  readonly sortDescriptor: SortDescriptor;
  readonly onSortChange: (sort: SortDescriptor) => void;
  readonly selectionMode: 'multiple';
  readonly selectedKeys: Selection;
  readonly onSelectionChange: (selection: Selection) => void;
}

interface ChosenRows<T> {
  /** In the order of the chosen column. */
  readonly rows: readonly T[];
  /** Of these, as they were last told: what is gone meanwhile isn't chosen. */
  readonly chosen: readonly T[];
  readonly choose: (selection: Selection) => void;
  readonly table: ChoosingTable;
}

interface RowOrders<T, O extends string> {
  readonly orders: readonly O[];
  /** From the smallest. */
  readonly compare: (order: O) => (a: T, b: T) => number;
  /** Of the orders, the one that it begins with, from the largest. */
  readonly initial: O;
}

/** The rows of a table: sorted by the column that is pressed, and chosen by their boxes. */
export function useChosenRows<T extends { readonly Id: string }, O extends string>(
  items: readonly T[],
  { orders, compare, initial }: RowOrders<T, O>,
): ChosenRows<T> {
  const [sort, setSort] = useState<SortDescriptor>({ column: initial, direction: 'descending' });
  const [selection, setSelection] = useState<Selection>(new Set());
  const rows = useMemo(() => {
    const ascending = items.toSorted(compare(orders.find((order) => order === sort.column) ?? initial));
    return sort.direction === 'ascending' ? ascending : ascending.toReversed();
  }, [items, orders, compare, initial, sort]);
  const chosen = rows.filter(({ Id }) => selection === 'all' || selection.has(Id));
  return {
    rows,
    chosen,
    choose: setSelection,
    table: {
      sortDescriptor: sort,
      onSortChange: setSort,
      selectionMode: 'multiple',
      selectedKeys: new Set(chosen.map(({ Id }) => Id)),
      onSelectionChange: setSelection,
    },
  };
}
