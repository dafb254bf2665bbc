import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { TreeChange } from '#engine/contract/save-point.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { VirtualList } from '#renderer/ui/virtual-list.tsx';

const kinds = ['added', 'changed', 'touched', 'removed'] as const;
/** Signs that are read without their colour as well. */
const signs = { added: '+', changed: '~', touched: '=', removed: '−' } as const;
const ROW_HEIGHT = 26;

/** What has changed since a save point, file by file. */
export function ComparisonDialog(): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { compared, closeComparison } = useStore(appStores().savePoints);
  if (compared === undefined) return null;
  const { point, comparison } = compared;
  const { changes, isWhole, bytes } = comparison;
  const title = t('volumes.comparedTitle', { point: point.name });
  return (
    <Dialog
      title={title}
      isOpen
      width="wide"
      onClose={closeComparison}
      footer={<Button onPress={closeComparison}>{t('ui.close')}</Button>}
    >
      {changes.length === 0 ? (
        <p className="soft">{t('volumes.comparedSame')}</p>
      ) : (
        <>
          <p className="volume-compared numbers">
            {kinds
              .filter((kind) => comparison[kind] > 0)
              .map((kind) => (
                <span key={kind}>{t(`volumes.kind.${kind}`, { count: comparison[kind] })}</span>
              ))}
            <span>{format.bytesDelta(bytes)}</span>
            {!isWhole && <span className="faint">{t('volumes.comparedMore')}</span>}
          </p>
          <VirtualList
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the list draws the element
            role="list"
            aria-label={title}
            tabIndex={0}
            className="volume-changes"
            count={changes.length}
            rowHeight={ROW_HEIGHT}
            rowKey={(index) => changes[index]?.path ?? index}
            row={(index) => <ChangeLine change={changes[index]} />}
          />
        </>
      )}
    </Dialog>
  );
}

function ChangeLine({ change }: { readonly change: TreeChange | undefined }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (change === undefined) return null;
  const { path, kind, isDirectory, before = 0, after = 0 } = change;
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- li stands in lists only
    <div role="listitem" className="volume-change">
      <span aria-hidden className="volume-sign" data-kind={kind}>
        {signs[kind]}
      </span>
      <span className="unseen">{t(`volumes.is.${kind}`)}</span>
      <code className="cut" title={path}>
        {path}
        {isDirectory && '/'}
      </code>
      <span className="numbers soft">{isDirectory ? '' : format.bytesDelta(after - before)}</span>
    </div>
  );
}
