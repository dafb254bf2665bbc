import type { ReactNode } from 'react';

import './empty-state.css';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly picture?: ReactNode;
  readonly actions?: ReactNode;
}

/** What stands where something could be: why there is nothing, and what to do. */
export function EmptyState({ title, children, picture, actions }: EmptyStateProps): ReactNode {
  return (
    <div className="empty-state">
      {picture !== undefined && <div className="empty-state-picture">{picture}</div>}
      <h2 className="empty-state-title">{title}</h2>
      {children !== undefined && <div className="empty-state-text">{children}</div>}
      {actions !== undefined && <div className="empty-state-actions">{actions}</div>}
    </div>
  );
}
