import { type ReactNode, useEffect, useState } from 'react';
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
  const { servedRegistry } = appStores();
  const { served, failure, isTurning, turnOn, turnOff } = useStore(servedRegistry);
  const [listen, setListen] = useState('127.0.0.1:5000');
  const [push, setPush] = useState(false);
  useEffect(() => servedRegistry.getState().follow(), [servedRegistry]);
  const isOn = served?.address !== undefined;
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
        isSelected={isOn ? served.push === true : push}
        isDisabled={isOn}
        onChange={setPush}
      />
      <SwitchRow
        label={t('registries.serveSwitch')}
        help={t('registries.serveSwitchHelp')}
        isSelected={isOn}
        isDisabled={served === undefined || isTurning}
        onChange={(isSelected) => void (isSelected ? turnOn({ listen, push }) : turnOff())}
      />
      <output>
        {isOn && (
          <span className="registries-served">
            {t('registries.servedAt')} <code>{served.address}</code>
            <CopyButton text={served.address ?? ''} what={t('registries.address')} />
          </span>
        )}
      </output>
      {failure !== undefined && (
        <Banner tone="danger" title={t('registries.serveFailed')}>
          {failure.message}
        </Banner>
      )}
    </FormSection>
  );
}
