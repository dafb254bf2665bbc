import { Plug } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import { toEngineError } from '#engine/contract/errors.ts';
import type { NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { type Choice, Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface ConnectProps {
  readonly network: NetworkSummary;
}

export function ConnectButton({ network }: ConnectProps): ReactNode {
  const t = useTranslate();
  const [isOpen, setIsOpen] = useState(false);
  const choices = useOutsiders(network);
  return (
    <>
      <Button icon={<Plug aria-hidden />} isDisabled={choices.length === 0} onPress={() => setIsOpen(true)}>
        {t('networks.connect')}
      </Button>
      {isOpen && <ConnectDialog network={network} choices={choices} onClose={() => setIsOpen(false)} />}
    </>
  );
}

/** The containers that are not on it, and could be. */
function useOutsiders({ members }: NetworkSummary): readonly Choice<string>[] {
  const containers = useStore(appStores().containers, (state) => state.containers);
  const own = new Set(members.map(({ id }) => id));
  return (containers ?? [])
    .filter(({ Id, HostConfig }) => !own.has(Id) && HostConfig.NetworkMode !== 'host')
    .map(({ Id, Names }) => ({ value: Id, label: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12) }));
}

interface ConnectDialogProps extends ConnectProps {
  readonly choices: readonly Choice<string>[];
  readonly onClose: () => void;
}

function ConnectDialog({ network, choices, onClose }: ConnectDialogProps): ReactNode {
  const t = useTranslate();
  const [container, setContainer] = useState(choices[0]?.value ?? '');
  const [aliases, setAliases] = useState('');
  const [failure, setFailure] = useState<string>();
  const [isPending, setIsPending] = useState(false);
  const submit = async (): Promise<void> => {
    if (isPending) return;
    setIsPending(true);
    try {
      const names = aliases.split(/\s+/).filter((name) => name !== '');
      await appStores().networks.getState().connect({ network: network.id, container, aliases: names });
      const label = choices.find(({ value }) => value === container)?.label ?? '';
      toast({ tone: 'good', title: t('networks.connected', { container: label, network: network.name }) });
      onClose();
    } catch (thrown) {
      setFailure(toEngineError(thrown).message);
      setIsPending(false);
    }
  };
  return (
    <Dialog
      title={t('networks.connectTitle', { network: network.name })}
      isOpen
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" isPending={isPending} isDisabled={container === ''}>
            {t('networks.connectAction')}
          </Button>
        </>
      }
    >
      {failure !== undefined && <Banner tone="danger">{failure}</Banner>}
      <p className="soft">{t('networks.connectText')}</p>
      <Select label={t('networks.container')} value={container} choices={choices} onChange={setContainer} />
      {network.resolvesNames && (
        <TextField
          label={t('networks.aliases')}
          help={t('networks.aliasesHelp')}
          value={aliases}
          onChange={setAliases}
          mono
        />
      )}
    </Dialog>
  );
}
