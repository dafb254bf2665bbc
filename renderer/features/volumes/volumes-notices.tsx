import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

/** What could not be listed or removed, at the top of a page. */
export function VolumesNotices(): ReactNode {
  const t = useTranslate();
  const { listError, failure, dismissFailure } = useStore(appStores().volumes);
  if (listError === undefined && failure === undefined) return null;
  return (
    <div className="page-notices">
      {listError !== undefined && (
        <Banner tone="danger" title={t('volumes.listFailed')}>
          {listError.message}
        </Banner>
      )}
      {failure !== undefined && (
        <Banner
          tone="danger"
          title={t('volumes.removeFailed', { name: failure.name })}
          actions={
            <IconButton size="small" label={t('ui.dismiss')} icon={<X aria-hidden />} onPress={dismissFailure} />
          }
        >
          {failure.error.message}
        </Banner>
      )}
    </div>
  );
}
