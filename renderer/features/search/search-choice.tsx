import type { ReactNode } from 'react';

import type { SearchHit } from '#engine/contract/search.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import type { Choice } from './search-choices.ts';

interface SearchChoiceProps {
  readonly id: string;
  readonly choice: Choice;
  readonly icon: ReactNode;
  readonly size: string | undefined;
  readonly isActive: boolean;
  readonly onHover: () => void;
  readonly onChoose: () => void;
}

export function SearchChoice({ id, choice, icon, size, isActive, onHover, onChoose }: SearchChoiceProps): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the focus and the keys
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an option element can't show where a file is
      role="option"
      aria-selected={isActive}
      className="option search-choice"
      onPointerMove={isActive ? undefined : onHover}
      onClick={onChoose}
    >
      {icon}
      {choice.hit === undefined ? (
        <span className="search-name cut">{choice.name}</span>
      ) : (
        <FileWords hit={choice.hit} size={size ?? ''} />
      )}
    </div>
  );
}

function FileWords({ hit, size }: { readonly hit: SearchHit; readonly size: string }): ReactNode {
  const t = useTranslate();
  const shown = hit.images.find(({ hiddenBy }) => hiddenBy === undefined);
  const [first] = shown === undefined ? hit.images : [shown];
  return (
    <>
      <code className="search-name search-path cut" title={hit.path}>
        <bdi>{hit.path}</bdi>
      </code>
      <span className="search-place numbers">
        <span>{size}</span>
        <LayerMark diffId={hit.diffId} size={13} />
        <span className="cut">
          {first === undefined
            ? t('search.inNone')
            : t('search.in', { name: first.name, others: hit.images.length - 1 })}
        </span>
        {first !== undefined && shown === undefined && <span className="search-hidden">{t('search.hidden')}</span>}
      </span>
    </>
  );
}
