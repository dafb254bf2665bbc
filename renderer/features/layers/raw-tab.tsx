import { type ReactNode, useEffect, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useStore } from 'zustand';

import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { CodeView } from '#renderer/ui/code-view.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import { indentedJson } from './indented-json.ts';

type DocumentName = 'config' | 'manifest';

/** The documents behind the image, as they are but for their line breaks. */
export function RawTab({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  const { images } = appStores();
  const raw = useStore(images, (state) => state.raw[image]);
  const [name, setName] = useState<DocumentName>('config');
  const [failure, setFailure] = useState<EngineError>();
  useEffect(() => {
    images
      .getState()
      .loadRaw(image)
      .catch((thrown: unknown) => setFailure(toEngineError(thrown)));
  }, [images, image]);
  if (failure !== undefined) {
    return (
      <div className="page-notices">
        <Banner tone="danger" title={t(`errors.${failure.code}`)}>
          {failure.message}
        </Banner>
      </div>
    );
  }
  if (raw === undefined) return <Loading />;
  const text = (name === 'manifest' ? raw.manifest : undefined) ?? raw.config;
  const names: readonly DocumentName[] = raw.manifest === undefined ? ['config'] : ['config', 'manifest'];
  return (
    <div className="raw">
      <div className="raw-head">
        <ToggleButtonGroup
          aria-label={t('layers.raw.document')}
          className="segments"
          disallowEmptySelection
          selectedKeys={[name]}
          onSelectionChange={(keys) => setName(keys.has('manifest') ? 'manifest' : 'config')}
        >
          {names.map((id) => (
            <ToggleButton key={id} id={id} className="segment">
              {t(`layers.raw.${id}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <CopyButton text={text} what={t(`layers.raw.${name}`)} />
      </div>
      <CodeView key={name} label={t(`layers.raw.${name}`)} text={indentedJson(text)} />
    </div>
  );
}
