import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { ServedRegistry } from '#engine/contract/registry.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { FormSection, SwitchRow } from '#renderer/ui/form-section.tsx';

import { emptyServeDraft, serveOptions } from './serve-draft.ts';
import { ServeFields } from './serve-fields.tsx';

/** This machine's images for docker, podman and skopeo elsewhere. */
export function ServeSection(): ReactNode {
  const t = useTranslate();
  const { servedRegistry } = appStores();
  const { served, failure, isTurning, turnOn, turnOff } = useStore(servedRegistry);
  const [draft, setDraft] = useState(emptyServeDraft);
  useEffect(() => servedRegistry.getState().follow(), [servedRegistry]);
  const isOn = served?.address !== undefined;
  const options = serveOptions(draft);
  const turn = async (on: boolean): Promise<void> => {
    if (!on) await turnOff();
    else if (options !== undefined && (await turnOn(options))) setDraft({ ...draft, password: '', key: '' });
  };
  return (
    <FormSection title={t('registries.serve')} text={t('registries.serveText')}>
      {served !== undefined && !isOn && (
        <ServeFields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
      )}
      <div>
        <SwitchRow
          label={t('registries.serveSwitch')}
          help={t(isOn || options !== undefined ? 'registries.serveSwitchHelp' : 'registries.serveIncomplete')}
          isSelected={isOn}
          isDisabled={served === undefined || isTurning || (!isOn && options === undefined)}
          onChange={(isSelected) => void turn(isSelected)}
        />
        <output>{isOn && <Served served={served} />}</output>
      </div>
      {failure !== undefined && (
        <Banner tone="danger" title={t('registries.serveFailed')}>
          {failure.message}
        </Banner>
      )}
    </FormSection>
  );
}

function Served({
  served: { address = '', push = false, needsLogin = false },
}: {
  readonly served: ServedRegistry;
}): ReactNode {
  const t = useTranslate();
  const isEncrypted = address.startsWith('https:');
  return (
    <span className="registries-served">
      {t('registries.servedAt')} <code>{address}</code>
      <CopyButton text={address} what={t('registries.address')} />
      {needsLogin && <Badge>{t('registries.servedLogin')}</Badge>}
      {isEncrypted && <Badge>{t('registries.servedTls')}</Badge>}
      {push && <Badge tone="accent">{t('registries.servedPush')}</Badge>}
    </span>
  );
}
