import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';

/** What a build ships that nobody meant to, once it has ended; nothing where there is nothing. */
export function BuildFindings({ record: { id, image } }: { readonly record: BuildRecord }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { buildInsight } = appStores();
  const findings = useStore(buildInsight, (state) => state.findings[id]);
  useEffect(() => {
    if (image !== undefined) void buildInsight.getState().lookForFindings(id);
  }, [buildInsight, id, image]);
  if (image === undefined || findings === undefined) return null;
  const { wastedBytes, hidden, secrets } = findings;
  if (wastedBytes === 0 && secrets.length === 0) return null;
  const [most] = hidden;
  return (
    <div className="page-notices">
      <Banner
        tone="warning"
        title={t('builds.findings')}
        actions={
          <LinkButton size="small" href={`#/images/${encodeURIComponent(image)}?tab=why`}>
            {t('builds.findings.more')}
          </LinkButton>
        }
      >
        {wastedBytes > 0 && (
          <p>{t('builds.findings.waste', { size: format.bytes(wastedBytes), path: most?.path ?? '' })}</p>
        )}
        {secrets.length > 0 && <p>{t('builds.findings.secrets', { count: secrets.length })}</p>}
      </Banner>
    </div>
  );
}
