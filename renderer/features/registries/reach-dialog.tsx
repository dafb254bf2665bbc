import { type ReactNode, useState } from 'react';

import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ReachedRegistry } from '#renderer/stores/registries.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { SwitchRow } from '#renderer/ui/form-section.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import { PemField } from './pem-field.tsx';
import { draftOf, type ReachDraft, saidBetween } from './reach-draft.ts';

interface ReachDialogProps {
  /** What was said of it so far; nothing of a registry that is still to be named. */
  readonly known: ReachedRegistry | undefined;
  /** Of one that is known, whether or not something was said of it. */
  readonly registry?: string;
  readonly onClose: () => void;
}

/** How one registry is reached: its mirrors, who vouches for it, whom to go through. */
export function ReachDialog({ known, registry: named, onClose }: ReachDialogProps): ReactNode {
  const t = useTranslate();
  const [host, setHost] = useState(named ?? known?.registry ?? '');
  const [draft, setDraft] = useState(draftOf(known));
  const [failure, setFailure] = useState<string>();
  const isNamed = (named ?? known) !== undefined;
  const registry = host.trim();
  const submit = async (): Promise<void> => {
    if (registry === '') return;
    try {
      await appStores()
        .registries.getState()
        .configure({ registry, ...saidBetween(known, draft) });
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
    }
  };
  return (
    <Dialog
      title={isNamed ? t('registries.reachOf', { registry }) : t('registries.reachTitle')}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      width="wide"
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" variant="primary" isDisabled={registry === ''}>
            {t('registries.reachSave')}
          </Button>
        </>
      }
    >
      {!isNamed && (
        <TextField
          label={t('registries.registry')}
          help={t('registries.registryHelp')}
          value={host}
          onChange={setHost}
          placeholder="registry.example.com:5000"
          mono
        />
      )}
      <ReachFields draft={draft} onChange={setDraft} />
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
    </Dialog>
  );
}

interface ReachFieldsProps {
  readonly draft: ReachDraft;
  readonly onChange: (draft: ReachDraft) => void;
}

function ReachFields({ draft, onChange }: ReachFieldsProps): ReactNode {
  const t = useTranslate();
  const change = (part: Partial<ReachDraft>): void => onChange({ ...draft, ...part });
  return (
    <>
      <TextField
        label={t('registries.mirrors')}
        help={t('registries.mirrorsHelp')}
        value={draft.mirrors}
        onChange={(mirrors) => change({ mirrors })}
        placeholder="mirror.example.com:5000"
        rows={2}
        mono
      />
      <TextField
        label={t('registries.proxy')}
        help={t('registries.proxyHelp')}
        value={draft.proxy}
        onChange={(proxy) => change({ proxy })}
        placeholder="http://proxy.example.com:3128"
        mono
      />
      <PemField
        label={t('registries.authorities')}
        help={t('registries.authoritiesHelp')}
        value={draft.authorities}
        onChange={(authorities) => change({ authorities })}
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <SwitchRow
        label={t('registries.insecure')}
        help={t('registries.insecureHelp')}
        isSelected={draft.insecure}
        onChange={(insecure) => change({ insecure })}
      />
    </>
  );
}
