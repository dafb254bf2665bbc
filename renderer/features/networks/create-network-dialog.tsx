import { type ReactNode, useState } from 'react';

import type { NetworkCreate } from '#engine/contract/network.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface Draft {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly ipv6: boolean;
  readonly internal: boolean;
}

export function CreateNetworkDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useTranslate();
  const [draft, setDraft] = useState<Draft>({ name: '', subnet: '', gateway: '', ipv6: false, internal: false });
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const change = (fields: Partial<Draft>): void => setDraft((before) => ({ ...before, ...fields }));
  const submit = async (): Promise<void> => {
    if (draft.name.trim() === '' || isPending) return;
    setIsPending(true);
    try {
      const { name } = await appStores().networks.getState().create(requestOf(draft));
      toast({ tone: 'good', title: t('networks.created', { name }) });
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return (
    <Dialog
      title={t('networks.createTitle')}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isPending={isPending} isDisabled={draft.name.trim() === ''}>
            {t('networks.createAction')}
          </Button>
        </>
      }
    >
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
      <Fields draft={draft} change={change} />
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly change: (fields: Partial<Draft>) => void;
}

function Fields({ draft, change }: FieldsProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing that must be said */}
      <TextField label={t('networks.name')} value={draft.name} onChange={(name) => change({ name })} mono autoFocus />
      <TextField
        label={t('networks.subnet')}
        help={t('networks.subnetHelp')}
        placeholder="172.28.0.0/16"
        value={draft.subnet}
        onChange={(subnet) => change({ subnet })}
        mono
      />
      <TextField
        label={t('networks.gatewayField')}
        help={t('networks.gatewayHelp')}
        placeholder="172.28.0.1"
        value={draft.gateway}
        onChange={(gateway) => change({ gateway })}
        mono
        isDisabled={draft.subnet.trim() === ''}
      />
      <Switch isSelected={draft.ipv6} onChange={(ipv6) => change({ ipv6 })}>
        {t('networks.ipv6')}
      </Switch>
      <Switch isSelected={draft.internal} onChange={(internal) => change({ internal })}>
        {t('networks.internalField')}
      </Switch>
    </>
  );
}

function requestOf({ name, subnet, gateway, ipv6, internal }: Draft): NetworkCreate {
  const hasSubnet = subnet.trim() !== '';
  return {
    name: name.trim(),
    ipv6,
    internal,
    ...(hasSubnet ? { subnet: subnet.trim() } : {}),
    ...(hasSubnet && gateway.trim() !== '' ? { gateway: gateway.trim() } : {}),
  };
}
