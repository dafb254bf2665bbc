import { Check, CircleDashed, CircleX, LoaderCircle, Zap } from 'lucide-react';
import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import type { StepLook } from './verdict-words.ts';

const glyphs: Readonly<Record<StepLook, ReactNode>> = {
  waiting: <CircleDashed aria-hidden />,
  running: <LoaderCircle aria-hidden className="builds-turning" />,
  cached: <Zap aria-hidden />,
  done: <Check aria-hidden />,
  failed: <CircleX aria-hidden />,
};

/** How a step is, as a picture with its word. */
export function StepGlyph({ look }: { readonly look: StepLook }): ReactNode {
  const t = useTranslate();
  return (
    <span className="builds-glyph" title={t(`builds.step.${look}`)} data-look={look}>
      {glyphs[look]}
      <span className="unseen">{t(`builds.step.${look}`)}</span>
    </span>
  );
}
