import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { PathBlame, PathVersion } from '#engine/contract/timeline.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import './file-history.css';
import { modeWords } from './file-words.ts';
import { useBlame } from './use-blame.ts';

interface FileHistoryProps {
  readonly details: ImageDetails;
  readonly onShowLayer: (index: number) => void;
}

/** Who wrote a path, and every version before; each leads to its layer. */
export function FileHistory({ details, onShowLayer }: FileHistoryProps): ReactNode {
  const t = useTranslate();
  const { file, blame } = useStore(appStores().fileView);
  useBlame(file);
  if (file === undefined) {
    return <EmptyState title={t('layers.previewGone')}>{t('layers.previewGoneText')}</EmptyState>;
  }
  return (
    <Answered asked={blame} failed={t('files.historyFailed')}>
      {(known) => <Versions details={details} onShowLayer={onShowLayer} blame={known} shown={file.to} />}
    </Answered>
  );
}

interface VersionsProps extends FileHistoryProps {
  readonly blame: PathBlame;
  /** The top of the stack that is looked at. */
  readonly shown: number;
}

function Versions({ details, onShowLayer, blame, shown }: VersionsProps): ReactNode {
  const t = useTranslate();
  const { versions, within = [] } = blame;
  const current = versions.findLast(({ layer }) => layer <= shown);
  return (
    <div className="preview-scroll">
      <section>
        <h2>{t('files.versions')}</h2>
        <ul className="versions">
          {versions.toReversed().map((version) => (
            <li key={version.layer}>
              <LayerLine details={details} layer={version.layer} onShowLayer={onShowLayer}>
                <VersionFacts version={version} isShown={version === current} />
              </LayerLine>
            </li>
          ))}
        </ul>
      </section>
      {within.length > 0 && (
        <section>
          <h2>{t('files.within')}</h2>
          <ul className="versions">
            {within.toReversed().map(({ layer, writtenBytes, hiddenBytes }) => (
              <li key={layer}>
                <LayerLine details={details} layer={layer} onShowLayer={onShowLayer}>
                  <WithinFacts written={writtenBytes} hidden={hiddenBytes} />
                </LayerLine>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

interface LayerLineProps extends FileHistoryProps {
  readonly layer: number;
  readonly children: ReactNode;
}

function LayerLine({ details, layer, onShowLayer, children }: LayerLineProps): ReactNode {
  const t = useTranslate();
  const made = details.layers[layer];
  const step = made === undefined ? undefined : details.steps[made.step];
  return (
    <AriaButton className="version" onPress={() => onShowLayer(layer)}>
      <span className="version-mark">
        <LayerMark diffId={made?.diffId ?? ''} size={22} />
      </span>
      <span className="version-text">
        <span className="version-facts numbers">
          <strong>{t('layers.layerNumber', { number: layer + 1 })}</strong>
          {children}
        </span>
        <code className="version-step cut" title={step?.createdBy}>
          {step?.instruction ?? t('layers.noStep')}
        </code>
      </span>
    </AriaButton>
  );
}

function VersionFacts({ version, isShown }: { readonly version: PathVersion; readonly isShown: boolean }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { change, state } = version;
  return (
    <>
      <span className="files-sum">
        <ChangeGlyph change={change} />
        {t(`layers.change.${change}`)}
      </span>
      {state !== undefined && state.type !== 'directory' && <span>{format.bytes(state.size)}</span>}
      {state !== undefined && <code>{modeWords(state.type, state.mode)}</code>}
      {state?.contentDigest !== undefined && (
        <code className="faint" title={state.contentDigest}>
          {shortDigest(state.contentDigest)}
        </code>
      )}
      {isShown && <Chip tone="soft">{t('files.shownNow')}</Chip>}
    </>
  );
}

function WithinFacts({ written, hidden }: { readonly written: number; readonly hidden: number }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <>
      {written > 0 && <span>{t('files.withinWritten', { bytes: format.bytes(written) })}</span>}
      {hidden > 0 && <span>{t('files.withinHidden', { bytes: format.bytes(hidden) })}</span>}
    </>
  );
}
