import { Circle, CirclePause, CirclePlay, CircleStop, CircleX, type LucideIcon, RotateCw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { ContainerStatus, ContainerSummary } from '#engine/contract/container.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Spinner } from '#renderer/ui/progress.tsx';

import { stateDetail, stateTone } from './container-words.ts';
import { useNow } from './use-now.ts';

const glyphs: Readonly<Record<ContainerStatus, LucideIcon>> = {
  created: Circle,
  running: CirclePlay,
  paused: CirclePause,
  restarting: RotateCw,
  removing: Trash2,
  exited: CircleStop,
  dead: CircleX,
};

/** A glyph, a word and since when; or what is being done to it from here. */
export function ContainerState({ container }: { readonly container: ContainerSummary }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const now = useNow();
  const pending = useStore(appStores().containers, (state) => state.pending[container.Id]);
  const tone = stateTone(container);
  const Glyph = tone === 'danger' ? CircleX : glyphs[container.State];
  const detail = stateDetail(container, now, { t, format });
  const since = container.State === 'exited' ? container.finishedAt : container.startedAt;
  return (
    <span className="containers-state" data-tone={pending === undefined ? tone : 'plain'}>
      {pending === undefined ? <Glyph aria-hidden /> : <Spinner />}
      <span className="containers-state-word">
        {t(pending === undefined ? `containers.state.${container.State}` : `containers.pending.${pending}`)}
      </span>
      <span className="containers-state-detail cut" title={since > 0 ? format.dateTime(since) : undefined}>
        {container.health === undefined || container.State !== 'running'
          ? detail
          : `${t(`container.health.${container.health}`)} · ${detail}`}
      </span>
    </span>
  );
}
