import { ArrowDown, ArrowUp, Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Cell as AriaCell,
  CheckboxButton,
  CheckboxField,
  type CellProps as AriaCellProps,
  Column as AriaColumn,
  Row as AriaRow,
  type RowProps as AriaRowProps,
  Table as AriaTable,
  TableBody as AriaTableBody,
  TableHeader as AriaTableHeader,
  type TableProps as AriaTableProps,
} from 'react-aria-components';

import './table.css';

export { AriaTableBody as TableBody };
export type { Selection, SortDescriptor } from 'react-aria-components';

type Bare<T> = Omit<T, 'className' | 'style'>;

/** A table that scrolls in what its parent gives it; arrows move through rows and cells, Enter opens a row. */
export function Table(props: Bare<AriaTableProps>): ReactNode {
  return (
    <div className="table-scroll">
      <AriaTable {...props} className="table" />
    </div>
  );
}

/** A column of a table, in words and in pixels. */
interface TableColumn {
  readonly id: string;
  readonly title: string;
  /** Whether only screen readers are told the title: of buttons, which say themselves what they do. */
  readonly isUnseen?: boolean;
  readonly align?: 'start' | 'end';
  /** CSS: pixels or a share. */
  readonly width?: number | string;
  readonly allowsSorting?: boolean;
}

interface TableHeadProps {
  /** In their order; the first is what a row is called by. */
  readonly columns: readonly TableColumn[];
  /** Whether rows can be chosen, by a column before the others. */
  readonly canChoose?: boolean;
}

export function TableHead({ columns, canChoose = false }: TableHeadProps): ReactNode {
  return (
    <AriaTableHeader>
      {canChoose && <ChoiceColumn />}
      {columns.map((column, place) => (
        <Column key={column.id} column={column} isRowHeader={place === 0} />
      ))}
    </AriaTableHeader>
  );
}

function Column({ column, isRowHeader }: { readonly column: TableColumn; readonly isRowHeader: boolean }): ReactNode {
  const { id, title, isUnseen = false, align = 'start', width, allowsSorting = false } = column;
  return (
    <AriaColumn
      id={id}
      isRowHeader={isRowHeader}
      allowsSorting={allowsSorting}
      className="table-column"
      data-align={align}
      style={width === undefined ? {} : { width: typeof width === 'number' ? `${width}px` : width }}
    >
      {({ sortDirection }) => (
        <span className="table-column-content">
          {isUnseen ? <span className="unseen">{title}</span> : title}
          {sortDirection === 'ascending' && <ArrowUp aria-hidden />}
          {sortDirection === 'descending' && <ArrowDown aria-hidden />}
        </span>
      )}
    </AriaColumn>
  );
}

export function Row<T extends object>(props: Bare<AriaRowProps<T>>): ReactNode {
  return <AriaRow {...props} className="table-row" />;
}

interface CellProps extends Omit<Bare<AriaCellProps>, 'children'> {
  readonly children?: ReactNode;
  readonly align?: 'start' | 'end';
}

export function Cell({ align = 'start', ...rest }: CellProps): ReactNode {
  return <AriaCell {...rest} className="table-cell" data-align={align} />;
}

/** The first column of a table whose rows can be chosen. */
function ChoiceColumn(): ReactNode {
  return (
    <AriaColumn className="table-column" style={{ width: '36px' }}>
      <ChoiceBox />
    </AriaColumn>
  );
}

export function ChoiceCell(): ReactNode {
  return (
    <AriaCell className="table-cell table-choice">
      <ChoiceBox />
    </AriaCell>
  );
}

/** React Aria says what it chooses. */
function ChoiceBox(): ReactNode {
  return (
    <CheckboxField slot="selection">
      <CheckboxButton className="check-box">
        {({ isSelected, isIndeterminate }) => (
          <span className="check-mark" aria-hidden>
            {isIndeterminate ? <Minus /> : isSelected ? <Check /> : null}
          </span>
        )}
      </CheckboxButton>
    </CheckboxField>
  );
}
