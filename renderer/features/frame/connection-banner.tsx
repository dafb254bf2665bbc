import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';

/** A connection that takes no longer than this to come back is not worth a word. */
const PATIENCE_MS = 700;

export function ConnectionBanner(): ReactNode {
  const t = useTranslate();
  const connection = useStore(appStores().system, (state) => state.connection);
  const isConnected = connection.status === 'connected';
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(!isConnected), isConnected ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isConnected]);
  if (isConnected || !isLate) return null;
  if (connection.status === 'connecting') return <Banner tone="plain">{t('frame.connecting')}</Banner>;
  return (
    <Banner tone="warning">
      {t('frame.reconnecting')} <span className="faint">({connection.reason})</span>
    </Banner>
  );
}
