import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { FormSection, SwitchRow } from '#renderer/ui/form-section.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

/** This machine's images for docker, podman and skopeo elsewhere. */
export function ServeSection(): ReactNode {
  const t = useTranslate();
  const { registries } = appStores();
  const { served, serve, stopServing } = useStore(registries);
  const [listen, setListen] = useState('127.0.0.1:5000');
  const [push, setPush] = useState(false);
  const isOn = served.status === 'on' || served.status === 'starting';
  return (
    <FormSection title={t('registries.serve')} text={t('registries.serveText')}>
      <TextField
        label={t('registries.listen')}
        help={t('registries.listenHelp')}
        value={listen}
        onChange={setListen}
        isDisabled={isOn}
        mono
      />
      <SwitchRow
        label={t('registries.servePush')}
        help={t('registries.servePushHelp')}
        isSelected={push}
        onChange={(isSelected) => {
          setPush(isSelected);
          if (isOn) void serve({ listen, push: isSelected });
        }}
      />
      <SwitchRow
        label={t('registries.serveSwitch')}
        help={t('registries.serveSwitchHelp')}
        isSelected={isOn}
        onChange={(isSelected) => {
          if (isSelected) void serve({ listen, push });
          else stopServing();
        }}
      />
      <output>
        {served.status === 'on' && (
          <span className="registries-served">
            {t('registries.servedAt')} <code>{served.address}</code>
            <CopyButton text={served.address} what={t('registries.address')} />
          </span>
        )}
      </output>
      {served.status === 'failed' && (
        <Banner tone="danger" title={t('registries.serveFailed')}>
          {served.error.message}
        </Banner>
      )}
    </FormSection>
  );
}
