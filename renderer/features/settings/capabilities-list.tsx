import { Check, Minus, X } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Capability } from '#engine/contract/capability.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';

import './capabilities-list.css';

const glyphs = { available: Check, limited: Minus, missing: X } as const;

/** What the machine lets the engine do, and the line to type where it doesn't. */
export function CapabilitiesList({ capabilities }: { readonly capabilities: readonly Capability[] }): ReactNode {
  return (
    <ul className="settings-card capabilities">
      {capabilities.map((capability) => (
        <CapabilityRow key={capability.id} {...capability} />
      ))}
    </ul>
  );
}

function CapabilityRow({ id, state, detail, fix }: Capability): ReactNode {
  const t = useTranslate();
  const Glyph = glyphs[state];
  return (
    <li className="capability">
      <span className="capability-state" data-state={state} title={t(`settings.capabilityState.${state}`)}>
        <Glyph size={14} aria-hidden />
        <span className="unseen">{t(`settings.capabilityState.${state}`)}</span>
      </span>
      <div className="capability-words">
        <h3>{t(`settings.capability.${id}`)}</h3>
        <p className="small faint">{detail}</p>
        {fix !== undefined && (
          <p className="capability-fix">
            <code>{fix}</code>
            <CopyButton text={fix} what={t('settings.capabilityFix')} />
          </p>
        )}
      </div>
    </li>
  );
}
