import type { ReactNode } from 'react';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Badge, type Tone } from '#renderer/ui/badge.tsx';

const tones: Readonly<Record<BuildRecord['state'], Tone>> = {
  running: 'accent',
  done: 'good',
  failed: 'danger',
  cancelled: 'plain',
};

export function BuildState({ state }: Pick<BuildRecord, 'state'>): ReactNode {
  const t = useTranslate();
  return <Badge tone={tones[state]}>{t(`builds.state.${state}`)}</Badge>;
}
