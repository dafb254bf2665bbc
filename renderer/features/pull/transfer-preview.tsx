import type { ReactNode } from 'react';

import type { PullPreview, PushPreview } from '#engine/contract/transfer-preview.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';
import type { Asked } from '#renderer/ui/use-asked.ts';

/** What a pull would fetch, and what is here already. */
export function PullPreviewPane({ asked }: { readonly asked: Asked<PullPreview> }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <AskedPane asked={asked}>
      {({ layers, bytes, platform }) => {
        const here = sum(layers.filter(({ isHere }) => isHere));
        const words = { bytes: format.bytes(bytes), here: format.bytes(here), count: layers.length, platform };
        return (
          <Layers
            moved={bytes}
            kept={here}
            says={t(bytes === 0 ? 'pull.previewNothing' : 'pull.previewBytes', words)}
            layers={layers.map(({ diffId, size, isHere }) => ({
              diffId,
              size: format.bytes(size),
              state: t(isHere ? 'pull.layerHere' : 'pull.layerFetched'),
              isMoved: !isHere,
            }))}
          />
        );
      }}
    </AskedPane>
  );
}

/** What a push would send, and what is there already. */
export function PushPreviewPane({ asked }: { readonly asked: Asked<PushPreview> }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <AskedPane asked={asked}>
      {({ layers, bytes, registry }) => {
        const there = sum(layers.filter(({ state }) => state !== 'missing'));
        const isExact = layers.every((layer) => layer.isExact || layer.state !== 'missing');
        const words = { bytes: format.bytes(bytes), there: format.bytes(there), count: layers.length, registry };
        const key = isExact ? 'push.previewBytes' : 'push.previewAtMost';
        return (
          <Layers
            moved={bytes}
            kept={there}
            says={t(bytes === 0 ? 'push.previewNothing' : key, words)}
            layers={layers.map((layer) => ({
              diffId: layer.diffId,
              size: format.bytes(layer.size),
              state: t(`push.layer.${layer.state}`),
              isMoved: layer.state === 'missing',
            }))}
          />
        );
      }}
    </AskedPane>
  );
}

function sum(layers: readonly { readonly size: number }[]): number {
  return layers.reduce((bytes, { size }) => bytes + size, 0);
}

interface AskedPaneProps<T> {
  readonly asked: Asked<T>;
  readonly children: (answer: T) => ReactNode;
}

function AskedPane<T>({ asked, children }: AskedPaneProps<T>): ReactNode {
  const t = useTranslate();
  if (asked.status === 'idle') return null;
  return (
    <section className="transfer" aria-label={t('pull.preview')} aria-live="polite">
      {asked.status === 'asking' && <Loading />}
      {asked.status === 'failed' && <p className="soft">{asked.message}</p>}
      {asked.status === 'answered' && children(asked.answer)}
    </section>
  );
}

interface LayersProps {
  /** Bytes. */
  readonly moved: number;
  readonly kept: number;
  readonly says: string;
  readonly layers: readonly {
    readonly diffId: string;
    readonly size: string;
    readonly state: string;
    readonly isMoved: boolean;
  }[];
}

/** The stack, the base at the bottom, with what moves of it. */
function Layers({ moved, kept, says, layers }: LayersProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <p className="numbers">{says}</p>
      <SizeBar label="" first={moved} second={kept} whole={Math.max(1, moved + kept)} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
      <ol className="transfer-layers" aria-label={t('pull.previewLayers')} tabIndex={0}>
        {layers.toReversed().map(({ diffId, size, state, isMoved }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a layer may stand twice in a stack
          <li key={`${index} ${diffId}`} {...(isMoved ? { 'data-moved': '' } : {})}>
            <LayerMark diffId={diffId} />
            <span className="cut">{state}</span>
            <span className="numbers">{size}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
