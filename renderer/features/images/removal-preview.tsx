import type { ReactNode } from 'react';

import type { KeptReason, RemovalPreview as Preview } from '#engine/contract/store.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Chip } from '#renderer/ui/chip.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';

/** How many names are read rather than counted. */
const MOST_NAMES = 12;

/** What a removal would do, to the byte. */
export function RemovalPreview({ preview }: { readonly preview: Preview }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { removed, untagged, freedBytes, sharedBytes, sharedWith, isMeasuring } = preview;
  const sizes = { freed: format.bytes(freedBytes), shared: format.bytes(sharedBytes) };
  const names = [...untagged, ...removed.filter(({ name }) => !untagged.includes(name)).map(({ name }) => name)];
  return (
    <div className="removal">
      <Names names={names} />
      {names.length > 0 && (
        <>
          <SizeBar label="" first={freedBytes} second={sharedBytes} whole={Math.max(1, freedBytes + sharedBytes)} />
          <p className="numbers">
            <strong>{t('images.removal.frees', sizes)}</strong>
            {sharedBytes > 0 &&
              ` ${t('images.removal.shared', { ...sizes, names: format.list(sharedWith.map(({ name }) => name).slice(0, MOST_NAMES)) })}`}
          </p>
        </>
      )}
      {isMeasuring && <p className="faint">{t('images.removal.measuring')}</p>}
      <Kept kept={preview.kept} />
    </div>
  );
}

function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const t = useTranslate();
  if (names.length === 0) return <p className="soft">{t('images.removal.nothing')}</p>;
  return (
    <p className="removal-names">
      {names.slice(0, MOST_NAMES).map((name) => (
        <Chip key={name} mono>
          {name}
        </Chip>
      ))}
      {names.length > MOST_NAMES && (
        <span className="soft">{t('images.removal.more', { count: names.length - MOST_NAMES })}</span>
      )}
    </p>
  );
}

/** What stays, and for whom. */
function Kept({ kept }: Pick<Preview, 'kept'>): ReactNode {
  const t = useTranslate();
  if (kept.length === 0) return null;
  return (
    <ul className="removal-kept" aria-label={t('images.removal.keptList')}>
      {kept.map(({ id, name, reasons }) => (
        <li key={id}>
          <strong>{name}</strong>{' '}
          {reasons.map((reason, index) => (
            <span key={reasonKey(reason)}>
              {index > 0 && ', '}
              <Reason reason={reason} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function reasonKey(reason: KeptReason): string {
  return `${reason.kind} ${reason.kind === 'tag' ? reason.name : reason.id}`;
}

function Reason({ reason }: { readonly reason: KeptReason }): ReactNode {
  const t = useTranslate();
  if (reason.kind === 'tag') return t('images.removal.keptTag', { tag: reason.name });
  if (reason.kind === 'trash') return t('images.removal.keptTrash', { name: reason.name });
  return (
    <>
      {t(reason.running ? 'images.removal.keptRunning' : 'images.removal.keptStopped')}{' '}
      <a href={`#/containers/${reason.id}`}>{reason.name}</a>
    </>
  );
}
