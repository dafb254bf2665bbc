import type { ReactNode } from 'react';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';

/** The containers that were made from this image. */
export function ContainersTab({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const { usedBy, summary } = details;
  if (usedBy.length === 0) {
    const image = summary.RepoTags[0] ?? summary.Id;
    return (
      <EmptyState
        title={t('layers.containers.none')}
        actions={<LinkButton href={`#/run?image=${encodeURIComponent(image)}`}>{t('layers.run')}</LinkButton>}
      />
    );
  }
  return (
    <div className="page-scroll">
      <div className="used-by">
        <ul>
          {usedBy.map(({ id, name, running }) => (
            <li key={id}>
              <a href={`#/containers/${id}`}>
                <strong>{name}</strong>
                <code>{id.slice(0, 12)}</code>
                <Badge tone={running ? 'good' : 'plain'}>
                  {t(running ? 'layers.containers.running' : 'layers.containers.stopped')}
                </Badge>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
