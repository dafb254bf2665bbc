import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import './banner.css';

interface BannerProps {
  readonly tone: 'plain' | 'warning' | 'danger';
  readonly title?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

const icons = { plain: Info, warning: TriangleAlert, danger: CircleAlert };

/** A sentence that stays until what it says is over. */
export function Banner({ tone, title, children, actions }: BannerProps): ReactNode {
  const Icon = icons[tone];
  return (
    <div className="banner" data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <div className="banner-text">
        {title !== undefined && <p className="banner-title">{title}</p>}
        {children}
      </div>
      {actions !== undefined && <div className="banner-actions">{actions}</div>}
    </div>
  );
}
