import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

import { containerName } from './container-words.ts';

/** What could not be listed or done, above the list. */
export function ContainersNotices(): ReactNode {
  const t = useTranslate();
  const { containers, listError, failures, dismissFailure } = useStore(appStores().containers);
  const failed = Object.entries(failures);
  if (listError === undefined && failed.length === 0) return null;
  const nameOf = (id: string): string => {
    const container = containers?.find(({ Id }) => Id === id);
    return container === undefined ? shortDigest(id) : containerName(container);
  };
  return (
    <div className="page-notices">
      {listError !== undefined && (
        <Banner tone="danger" title={t('containers.listFailed')}>
          {listError.message}
        </Banner>
      )}
      {failed.map(([id, { action, error }]) => (
        <Banner
          key={id}
          tone="danger"
          title={t(`containers.failed.${action}`, { name: nameOf(id) })}
          actions={
            <IconButton
              size="small"
              label={t('ui.dismiss')}
              icon={<X aria-hidden />}
              onPress={() => dismissFailure(id)}
            />
          }
        >
          {error.message}
        </Banner>
      ))}
    </div>
  );
}
