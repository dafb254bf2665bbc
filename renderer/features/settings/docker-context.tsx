import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { DockerContext } from '#engine/contract/system.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Switch } from '#renderer/ui/switch.tsx';

/** Whether docker's command line finds this engine, and what that wrote. */
export function OtherClients(): ReactNode {
  const t = useTranslate();
  const { dockerContext } = appStores();
  const { context, failure, turn } = useStore(dockerContext);
  useEffect(() => void dockerContext.getState().refresh(), [dockerContext]);
  return (
    <section className="settings-group" aria-labelledby="settings-clients">
      <h2 id="settings-clients">{t('settings.clients')}</h2>
      {failure !== undefined && <Banner tone="danger">{failure.message}</Banner>}
      {context !== undefined && (
        <div className="settings-card">
          <div className="settings-row">
            <Switch isSelected={isOn(context)} onChange={(on) => void turn(on)}>
              {t('settings.dockerContext', { name: context.name })}
            </Switch>
          </div>
          <Written context={context} />
        </div>
      )}
    </section>
  );
}

function isOn({ host, leadsTo }: DockerContext): boolean {
  return leadsTo === host;
}

function Written({ context }: { readonly context: DockerContext }): ReactNode {
  const t = useTranslate();
  const { name, path, leadsTo } = context;
  const command = `docker --context ${name} ps`;
  if (!isOn(context)) {
    const words =
      leadsTo === undefined ? t('settings.dockerContextOff') : t('settings.dockerContextOther', { leadsTo });
    return <p className="settings-row faint small">{words}</p>;
  }
  return (
    <>
      <p className="settings-row faint small">{t('settings.dockerContextOn', { path })}</p>
      <div className="settings-row">
        <span className="settings-name">{t('settings.dockerContextUse')}</span>
        <span className="settings-value">
          <code>{command}</code>
          <CopyButton text={command} what={t('settings.dockerContextUse')} />
        </span>
      </div>
    </>
  );
}
