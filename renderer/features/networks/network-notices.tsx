import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

/** What could not be listed or done. */
export function NetworkNotices(): ReactNode {
  const t = useTranslate();
  const { listError, failure, dismissFailure } = useStore(appStores().networks);
  if (listError === undefined && failure === undefined) return null;
  return (
    <div className="page-notices">
      {listError !== undefined && (
        <Banner tone="danger" title={t('networks.listFailed')}>
          {listError.message}
        </Banner>
      )}
      {failure !== undefined && (
        <Banner
          tone="danger"
          title={t(`networks.failed.${failure.action}`, { name: failure.name })}
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
