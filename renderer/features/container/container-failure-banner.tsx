import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

/** Why what was last asked of the container was not done. */
export function ContainerFailureBanner({ id }: { readonly id: string }): ReactNode {
  const t = useTranslate();
  const { containers } = appStores();
  const failure = useStore(containers, (state) => state.failures[id]);
  const name = useStore(containers, (state) => state.details[id]?.summary.Names[0]?.replace(/^\//, ''));
  if (failure === undefined) return null;
  return (
    <div className="page-notices container-notices">
      <Banner
        tone="danger"
        title={t(`containers.failed.${failure.action}`, { name: name ?? shortDigest(id) })}
        actions={
          <IconButton
            label={t('ui.dismiss')}
            icon={<X aria-hidden />}
            size="small"
            onPress={() => containers.getState().dismissFailure(id)}
          />
        }
      >
        {failure.error.message}
      </Banner>
    </div>
  );
}
