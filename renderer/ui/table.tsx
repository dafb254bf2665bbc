import { ArrowDown, ArrowUp, Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Cell as AriaCell,
  CheckboxButton,
  CheckboxField,
  type CellProps as AriaCellProps,
  Column as AriaColumn,
  type ColumnProps as AriaColumnProps,
  Row as AriaRow,
  type RowProps as AriaRowProps,
  Table as AriaTable,
  TableBody as AriaTableBody,
  TableHeader as AriaTableHeader,
  type TableProps as AriaTableProps,
} from 'react-aria-components';

import './table.css';

export { AriaTableBody as TableBody, AriaTableHeader as TableHeader };
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

interface ColumnProps extends Omit<Bare<AriaColumnProps>, 'children' | 'width'> {
  readonly children?: ReactNode;
  readonly align?: 'start' | 'end';
  /** CSS: pixels or a share. */
  readonly width?: number | string;
}

export function Column({ children, align = 'start', width, ...rest }: ColumnProps): ReactNode {
  return (
    <AriaColumn
      {...rest}
      className="table-column"
      data-align={align}
      style={width === undefined ? {} : { width: typeof width === 'number' ? `${width}px` : width }}
    >
      {({ sortDirection }) => (
        <span className="table-column-content">
          {children}
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
export function ChoiceColumn(): ReactNode {
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
