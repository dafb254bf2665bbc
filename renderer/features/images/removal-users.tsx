import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { keyOfThing } from '#renderer/stores/used-by.ts';

/** How many names are read rather than counted. */
const MOST_NAMES = 6;

/** Before an image is removed: what is built on it. Containers keep it, which the preview says. */
export function RemovalUsers({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { usedBy } = appStores();
  const asked = useStore(usedBy, ({ answers }) => answers[keyOfThing({ image })]);
  useEffect(() => usedBy.getState().follow({ image }), [usedBy, image]);
  const names = asked?.status === 'shown' ? asked.value.images.map(({ name }) => name) : [];
  if (names.length === 0) return null;
  const read = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
  return <p className="soft">{t('usedBy.prompt', { count: names.length, names: format.list(read) })}</p>;
}
