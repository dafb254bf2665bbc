import {
  ArrowLeftRight,
  Ellipsis,
  Gauge,
  Layers,
  OctagonX,
  Pause,
  Pencil,
  Play,
  RotateCw,
  Square,
  StepForward,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { compareAddress } from '#renderer/stores/compare-sides.ts';
import { isUp } from '#renderer/stores/removal.ts';
import { Button } from '#renderer/ui/button.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu, type MenuAction } from '#renderer/ui/menu.tsx';

import { CommitDialog } from './commit-dialog.tsx';
import { LimitsDialog } from './limits-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';

interface DetailsProps {
  readonly details: ContainerDetails;
}

type DialogName = 'rename' | 'limits' | 'commit';
type Action = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill';

export function ContainerButtons({ details }: DetailsProps): ReactNode {
  const t = useTranslate();
  const { Id } = details.summary;
  const { containers } = appStores();
  const pending = useStore(containers, (state) => state.pending[Id]);
  const [dialog, setDialog] = useState<DialogName>();
  const close = (): void => setDialog(undefined);
  const act = (action: Action): void => void containers.getState().act(action, [Id]);
  const isBusy = pending !== undefined;
  return (
    <>
      {isBusy && <output className="faint">{t(`containers.pending.${pending}`)}</output>}
      {isUp(details.summary) ? (
        <>
          <Button icon={<RotateCw aria-hidden />} isDisabled={isBusy} onPress={() => act('restart')}>
            {t('container.restart')}
          </Button>
          <Button icon={<Square aria-hidden />} isDisabled={isBusy} onPress={() => act('stop')}>
            {t('container.stop')}
          </Button>
        </>
      ) : (
        <Button variant="primary" icon={<Play aria-hidden />} isDisabled={isBusy} onPress={() => act('start')}>
          {t('container.start')}
        </Button>
      )}
      <Menu
        label={t('container.more')}
        trigger={<IconButton label={t('container.more')} icon={<Ellipsis aria-hidden />} />}
        actions={useMoreActions({ details, isBusy, act, onDialog: setDialog })}
      />
      {dialog === 'rename' && <RenameDialog details={details} onClose={close} />}
      {dialog === 'limits' && <LimitsDialog details={details} onClose={close} />}
      {dialog === 'commit' && <CommitDialog details={details} onClose={close} />}
    </>
  );
}

interface MoreActions extends DetailsProps {
  readonly isBusy: boolean;
  readonly act: (action: Action) => void;
  readonly onDialog: (dialog: DialogName) => void;
}

function useMoreActions({ details, isBusy, act, onDialog }: MoreActions): readonly MenuAction[] {
  const t = useTranslate();
  const { summary } = details;
  const isPaused = summary.State === 'paused';
  const pause: MenuAction = isPaused
    ? {
        id: 'unpause',
        label: t('container.unpause'),
        icon: <StepForward aria-hidden />,
        isDisabled: isBusy,
        onAction: () => act('unpause'),
      }
    : {
        id: 'pause',
        label: t('container.pause'),
        icon: <Pause aria-hidden />,
        isDisabled: isBusy || summary.State !== 'running',
        onAction: () => act('pause'),
      };
  return [
    pause,
    {
      id: 'kill',
      label: t('container.kill'),
      icon: <OctagonX aria-hidden />,
      onAction: () => act('kill'),
      isDisabled: !isUp(summary),
    },
    { id: 'rename', label: t('container.rename'), icon: <Pencil aria-hidden />, onAction: () => onDialog('rename') },
    { id: 'limits', label: t('container.limitsMenu'), icon: <Gauge aria-hidden />, onAction: () => onDialog('limits') },
    {
      id: 'commit',
      label: t('container.commitMenu'),
      icon: <Layers aria-hidden />,
      onAction: () => onDialog('commit'),
    },
    {
      id: 'compare',
      label: t('compare.withImage'),
      icon: <ArrowLeftRight aria-hidden />,
      onAction: () =>
        goTo(compareAddress({ kind: 'image', text: summary.ImageID }, { kind: 'container', text: summary.Id })),
    },
    {
      id: 'remove',
      label: t('container.remove'),
      icon: <Trash2 aria-hidden />,
      onAction: () => void appStores().removal.getState().ask([summary]),
      isDisabled: isBusy,
      isDanger: true,
      startsGroup: true,
    },
  ];
}
