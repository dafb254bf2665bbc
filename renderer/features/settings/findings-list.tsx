import { Check, Minus, X } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Finding } from '#engine/contract/system-check.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';

import './findings-list.css';

const glyphs = { available: Check, limited: Minus, missing: X } as const;

/** What the machine lets the engine do, and the line to type where it doesn't. */
export function FindingsList({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  return (
    <ul className="settings-card findings">
      {findings.map((finding) => (
        <FindingRow key={finding.id} {...finding} />
      ))}
    </ul>
  );
}

function FindingRow({ id, state, detail, fix }: Finding): ReactNode {
  const t = useTranslate();
  const Glyph = glyphs[state];
  return (
    <li className="finding">
      <span className="finding-state" data-state={state} title={t(`settings.capabilityState.${state}`)}>
        <Glyph size={14} aria-hidden />
        <span className="unseen">{t(`settings.capabilityState.${state}`)}</span>
      </span>
      <div className="finding-words">
        <h3>{t(`settings.capability.${id}`)}</h3>
        <p className="small">{t(`settings.why.${id}`)}</p>
        <p className="small faint">{detail}</p>
        {fix !== undefined && (
          <p className="finding-fix">
            <code>{fix}</code>
            <CopyButton text={fix} what={t('settings.capabilityFix')} />
          </p>
        )}
      </div>
    </li>
  );
}
