import { type ReactNode, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { formatDraft, parseDraft, type SideDraft, sideOf } from '#renderer/stores/compare-sides.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import { CompareSideField } from './compare-form.tsx';
import './compare.css';
import { Compared } from './compared.tsx';

/** This image, and what leads from it to anything else; the address names the other. */
export function CompareTab({ details: { summary } }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const [location, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const other = parseDraft(search.get('with'));
  const [draft, setDraft] = useState<SideDraft>(other);
  const isWhole = sideOf(draft) !== undefined;
  const own: SideDraft = { kind: 'image', text: summary.RepoTags[0] ?? summary.Id };
  return (
    <>
      <form
        className="compare-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWhole) return;
          search.set('with', formatDraft(draft));
          navigate(`${location}?${search}`, { replace: true });
        }}
      >
        <CompareSideField label={t('compare.with')} side={draft} onChange={setDraft} />
        <Button type="submit" variant="primary" isDisabled={!isWhole}>
          {t('compare.go')}
        </Button>
      </form>
      {sideOf(other) === undefined ? (
        <EmptyState title={t('compare.chooseOther')}>{t('compare.chooseText')}</EmptyState>
      ) : (
        <Compared key={formatDraft(other)} before={own} now={other} />
      )}
    </>
  );
}
