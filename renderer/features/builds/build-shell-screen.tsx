import { Hammer, X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

import './builds.css';
import { useAttempt } from './use-attempt.ts';

interface BuildShellProps {
  readonly build: string;
  /** A container. */
  readonly shell: string;
  /** Its terminals. */
  readonly terminal: (details: ContainerDetails) => ReactNode;
}

/** `#/builds/ID/shell/CONTAINER`: where a step was; what is changed here can be built on from. */
export function BuildShellScreen({ build, shell, terminal }: BuildShellProps): ReactNode {
  const t = useTranslate();
  const { containers, buildShells } = appStores();
  const details = useStore(containers, (state) => state.details[shell]);
  const error = useStore(containers, (state) => state.detailErrors[shell]);
  const opened = useStore(buildShells, (state) => state.shells[shell]);
  useEffect(() => containers.getState().follow(shell), [containers, shell]);
  const back = <LinkButton href={`#/builds/${build}`}>{t('builds.shell.back')}</LinkButton>;
  const title =
    opened === undefined ? t('builds.shell.title') : t(`builds.shell.${opened.side}`, { step: opened.step });
  return (
    <Page title={title} head={<ShellHead title={title} build={build} shell={shell} />}>
      {opened !== undefined && opened.missing.length > 0 && (
        <div className="page-notices">
          <Banner tone="warning" title={t('builds.shell.missing')}>
            {opened.missing.join(' ')}
          </Banner>
        </div>
      )}
      {details === undefined && error === undefined && <Loading />}
      {details === undefined && error !== undefined && (
        <EmptyState title={t('builds.shell.gone')} actions={back}>
          {error.message}
        </EmptyState>
      )}
      {details !== undefined && terminal(details)}
    </Page>
  );
}

function ShellHead({ title, build, shell }: Omit<BuildShellProps, 'terminal'> & { readonly title: string }): ReactNode {
  const t = useTranslate();
  const { isPending, failure, attempt } = useAttempt();
  const shells = appStores().buildShells.getState();
  const goOn = (): Promise<void> =>
    attempt(async () => goTo(`/builds/${await shells.continueFrom(shell)}`, { replace: true }));
  const close = (): Promise<void> =>
    attempt(async () => {
      await shells.close(shell);
      goTo(`/builds/${build}`, { replace: true });
    });
  return (
    <SubjectHead
      list={{ href: `#/builds/${build}`, label: t('builds.shell.back') }}
      title={title}
      facts={
        <span>{failure === undefined ? t('builds.shell.text') : <span role="alert">{failure.message}</span>}</span>
      }
      actions={
        <>
          <Button icon={<X aria-hidden />} isDisabled={isPending} onPress={() => void close()}>
            {t('builds.shell.close')}
          </Button>
          <Button variant="primary" icon={<Hammer aria-hidden />} isDisabled={isPending} onPress={() => void goOn()}>
            {t('builds.shell.continue')}
          </Button>
        </>
      }
    />
  );
}
