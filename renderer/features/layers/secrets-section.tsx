import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';

import type { ImageDetails } from '#engine/contract/image.ts';
import type { SecretPlace, WhyBig } from '#engine/contract/waste.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import { PathLink } from './waste-section.tsx';
import './why-big.css';

interface SecretsSectionProps {
  readonly details: ImageDetails;
  readonly big: WhyBig;
}

/** Where something stands that looks like a secret; never what it is. */
export function SecretsSection({ details, big: { secrets, filesUnread } }: SecretsSectionProps): ReactNode {
  const t = useTranslate();
  if (secrets.length === 0 && filesUnread === 0) return null;
  return (
    <section className="waste waste-wide">
      <h2>{t('waste.secrets')}</h2>
      {secrets.length > 0 && (
        <>
          <Banner tone="warning">{t('waste.secretsWarning', { count: secrets.length })}</Banner>
          <ul className="waste-rows" aria-label={t('waste.secrets')}>
            {secrets.map((secret) => (
              <li key={JSON.stringify(secret)}>
                <SecretLine details={details} secret={secret} />
              </li>
            ))}
          </ul>
        </>
      )}
      {filesUnread > 0 && <p className="soft small">{t('waste.unread', { count: filesUnread })}</p>}
    </section>
  );
}

function SecretLine({ details, secret }: { readonly details: ImageDetails; readonly secret: SecretPlace }): ReactNode {
  const t = useTranslate();
  const kind = t(`waste.secret.${secret.kind}`);
  if (secret.in !== 'file') {
    return (
      <span className="waste-link">
        <span className="waste-line">
          <KeyRound aria-hidden className="waste-key" />
          <span className="waste-path cut">{placeWords(t, secret)}</span>
          <span className="soft">{kind}</span>
        </span>
      </span>
    );
  }
  const { path, layer, hiddenBy } = secret;
  return (
    <PathLink path={path} layer={layer} isHidden={hiddenBy !== undefined}>
      <span className="waste-line">
        <KeyRound aria-hidden className="waste-key" />
        <code className="waste-path cut" title={path}>
          <bdi>{path}</bdi>
        </code>
        <span className="waste-layer numbers">
          <LayerMark diffId={details.layers[layer]?.diffId ?? ''} size={13} />
          <span className="unseen">{t('layers.layerNumber', { number: layer + 1 })}</span>
          <span aria-hidden>{layer + 1}</span>
        </span>
        <span className="soft">{kind}</span>
      </span>
      {hiddenBy !== undefined && (
        <span className="waste-note soft">{t('waste.hiddenSince', { number: hiddenBy + 1 })}</span>
      )}
    </PathLink>
  );
}

function placeWords(t: ReturnType<typeof useTranslate>, secret: Exclude<SecretPlace, { in: 'file' }>): string {
  if (secret.in === 'variable') return t('waste.inVariable', { name: secret.name });
  const step = secret.step + 1;
  return secret.argument === undefined
    ? t('waste.inStep', { step })
    : t('waste.inArgument', { name: secret.argument, step });
}
