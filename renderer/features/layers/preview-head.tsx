import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';

interface PreviewHeadProps {
  readonly path: string;
  /** What else can be done with the file. */
  readonly children?: ReactNode;
}

/** Whose contents stand below. */
export function PreviewHead({ path, children }: PreviewHeadProps): ReactNode {
  const t = useTranslate();
  return (
    <header className="preview-head">
      <code className="preview-path cut" title={path}>
        {/* The end of a long path says more than its beginning. */}
        <bdi>{path}</bdi>
      </code>
      <CopyButton text={path} what={t('layers.path')} />
      {children}
    </header>
  );
}
