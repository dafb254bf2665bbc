import type { ReactNode } from 'react';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { UsedBy } from '#engine/contract/sharing.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { Loaded } from '#renderer/stores/loaded.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';

import { UsersList } from './users-list.tsx';

interface UsedByTabProps {
  readonly details: ImageDetails;
  /** Undefined until it is asked for. */
  readonly users: Loaded<UsedBy> | undefined;
}

/** The containers that were made from this image, and the images that were built on it. */
export function UsedByTab({ details: { summary }, users: asked }: UsedByTabProps): ReactNode {
  const t = useTranslate();
  const image = summary.RepoTags[0] ?? summary.Id;
  return (
    <Answered asked={asked} failed={t('usedBy.failed')}>
      {(users) =>
        users.containers.length + users.images.length === 0 ? (
          <EmptyState
            title={t('usedBy.none')}
            actions={<LinkButton href={`#/run?image=${encodeURIComponent(image)}`}>{t('layers.run')}</LinkButton>}
          >
            {t('usedBy.noneText')}
          </EmptyState>
        ) : (
          <div className="page-scroll">
            <div className="used-by-page">
              <UsersList users={users} imagesTitle={t('usedBy.builtOn')} />
            </div>
          </div>
        )
      }
    </Answered>
  );
}
