import type { HTMLAttributes, ReactNode } from 'react';

/** A cell of a grid that is not a table: of one whose rows are drawn only while they are in view. */
export function GridCell(props: Omit<HTMLAttributes<HTMLSpanElement>, 'role'>): ReactNode {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- td stands in tables only
  return <span role="gridcell" {...props} />;
}
