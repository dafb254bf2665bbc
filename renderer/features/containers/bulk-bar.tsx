import { Play, RotateCw, Square, Trash2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Toolbar } from 'react-aria-components';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

import { isAlive } from './container-words.ts';

interface BulkBarProps {
  readonly chosen: readonly ContainerSummary[];
  readonly onClear: () => void;
}

/** What can be done to several containers at once. */
export function BulkBar({ chosen, onClear }: BulkBarProps): ReactNode {
  const t = useTranslate();
  const { containers, removal } = appStores();
  const alive = chosen.filter(({ State }) => isAlive(State));
  const idle = chosen.filter(({ State }) => !isAlive(State) && State !== 'removing');
  const act = (action: 'start' | 'stop' | 'restart', on: readonly ContainerSummary[]): void =>
    void containers.getState().act(
      action,
      on.map(({ Id }) => Id),
    );
  return (
    <Toolbar className="containers-bulk" aria-label={t('containers.bulk')}>
      <span className="numbers">{t('containers.chosen', { count: chosen.length })}</span>
      <Button
        size="small"
        icon={<Play aria-hidden />}
        isDisabled={idle.length === 0}
        onPress={() => act('start', idle)}
      >
        {t('containers.start')}
      </Button>
      <Button
        size="small"
        icon={<Square aria-hidden />}
        isDisabled={alive.length === 0}
        onPress={() => act('stop', alive)}
      >
        {t('containers.stop')}
      </Button>
      <Button
        size="small"
        icon={<RotateCw aria-hidden />}
        isDisabled={alive.length === 0}
        onPress={() => act('restart', alive)}
      >
        {t('containers.restart')}
      </Button>
      <Button size="small" icon={<Trash2 aria-hidden />} onPress={() => void removal.getState().ask(chosen)}>
        {t('containers.removeAction')}
      </Button>
      <IconButton size="small" label={t('containers.chooseNone')} icon={<X aria-hidden />} onPress={onClear} />
    </Toolbar>
  );
}
