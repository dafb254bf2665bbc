import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import { appStores } from '#renderer/stores/app-context.ts';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

interface ContainerScreenProps {
  /** An id, the beginning of one, or a name. */
  readonly container: string;
  readonly tab: string | undefined;
}

export function ContainerScreen({ container }: ContainerScreenProps): ReactNode {
  const { containers } = appStores();
  const details = useStore(containers, (state) => state.details[container]);
  useEffect(() => containers.getState().follow(container), [containers, container]);
  const name = details?.summary.Names[0]?.replace(/^\//, '') ?? container.slice(0, 12);
  return <Page title={name}>{details === undefined ? <Loading /> : null}</Page>;
}
