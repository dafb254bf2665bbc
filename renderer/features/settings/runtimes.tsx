import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Select } from '#renderer/ui/select.tsx';

/** What makes the containers that ask for nothing else: the engine's own launcher, or what is installed beside it. */
export function Runtimes(): ReactNode {
  const t = useTranslate();
  const { runtimes } = appStores();
  const { settings, failure, choose } = useStore(runtimes);
  useEffect(() => void runtimes.getState().refresh(), [runtimes]);
  const nameOf = (name: string): string => (name === 'estrato' ? t('settings.runtimeOwn') : name);
  return (
    <section className="settings-group" aria-labelledby="settings-runtime">
      <h2 id="settings-runtime">{t('settings.runtime')}</h2>
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
      {settings !== undefined && (
        <div className="settings-card">
          <div className="settings-row">
            <span className="settings-name">{t('settings.runtimeUsual')}</span>
            <Select
              label={t('settings.runtimeUsual')}
              isLabelHidden
              value={settings.usual}
              choices={settings.available.map((name) => ({ value: name, label: nameOf(name) }))}
              isDisabled={settings.available.length < 2}
              onChange={(name) => void choose(name)}
            />
          </div>
          <div className="settings-row">
            <span className="faint small">
              {t(settings.available.length < 2 ? 'settings.runtimeAlone' : 'settings.runtimeHelp')}
            </span>
          </div>
        </div>
      )}
    </section>
  );
}
