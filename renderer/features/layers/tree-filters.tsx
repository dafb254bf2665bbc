import type { ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

import type { EntryChange, RangeSummary, TreeSort } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import '#renderer/ui/segments.css';

import { ChangeGlyph } from './change-glyph.tsx';

export const everyChange: readonly EntryChange[] = ['added', 'changed', 'metadata', 'removed'];
const kinds: readonly EntryChange[] = [...everyChange, 'unchanged'];
const sorts: readonly TreeSort[] = ['name', 'size', 'delta'];

interface TreeFiltersProps {
  readonly shown: readonly EntryChange[];
  readonly onShown: (shown: readonly EntryChange[]) => void;
  readonly summary: RangeSummary | undefined;
}

/** Which kinds of changes the tree shows; what is unchanged is left out unless it is asked for. */
export function TreeFilters({ shown, onShown, summary }: TreeFiltersProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <ToggleButtonGroup
      aria-label={t('layers.filters')}
      className="segments"
      selectionMode="multiple"
      disallowEmptySelection
      selectedKeys={shown}
      onSelectionChange={(keys) => onShown(kinds.filter((kind) => keys.has(kind)))}
    >
      {kinds.map((kind) => (
        <ToggleButton key={kind} id={kind} className="segment tree-filter">
          <ChangeGlyph change={kind} />
          {t(`layers.filter.${kind}`)}
          {kind !== 'unchanged' && summary !== undefined && <span className="soft">{format.count(summary[kind])}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

interface TreeSortingProps {
  readonly sort: TreeSort;
  readonly onSort: (sort: TreeSort) => void;
  /** Whether there is something below to differ from. */
  readonly isCompared: boolean;
}

export function TreeSorting({ sort, onSort, isCompared }: TreeSortingProps): ReactNode {
  const t = useTranslate();
  return (
    <ToggleButtonGroup
      aria-label={t('layers.sort')}
      className="segments"
      disallowEmptySelection
      selectedKeys={[sort]}
      onSelectionChange={(keys) => onSort(sorts.find((name) => keys.has(name)) ?? 'name')}
    >
      {sorts
        .filter((name) => isCompared || name !== 'delta')
        .map((name) => (
          <ToggleButton key={name} id={name} className="segment">
            {t(`layers.sort.${name}`)}
          </ToggleButton>
        ))}
    </ToggleButtonGroup>
  );
}
