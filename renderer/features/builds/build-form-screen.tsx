import { Hammer } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { droppedFolder, type FolderFiles } from '#renderer/stores/folder-files.ts';
import { DropArea } from '#renderer/ui/drop-area.tsx';
import { FormFoot, FormPage } from '#renderer/ui/form-page.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Page } from '#renderer/ui/page.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

import {
  type BuildDraft,
  buildLine,
  draftFrom,
  emptyDraft,
  plainOptions,
  wishOf,
  wrongSecrets,
} from './build-draft.ts';
import { failureOf } from './build-failure.ts';
import { recentFolders, rememberDraft, rememberedOptions } from './build-memory.ts';
import { OptionsSection, ResultSection, SourceSection } from './build-sections.tsx';
import './build-form.css';
import { DockerfilePane } from './dockerfile-pane.tsx';
import { readGiven } from './given-folder.ts';
import { PresetsMenu } from './presets-menu.tsx';
import { type Attempt, useAttempt } from './use-attempt.ts';

/** `#/builds/new`. @param from a build that is to be done again. */
export function BuildFormScreen({ from }: { readonly from: string | undefined }): ReactNode {
  const builds = useStore(appStores().builds, (state) => state.builds);
  if (from === undefined) return <BuildFormPage before={undefined} />;
  return builds === undefined ? <Loading /> : <BuildFormPage before={builds.find(({ id }) => id === from)} />;
}

function BuildFormPage({ before }: { readonly before: BuildRecord | undefined }): ReactNode {
  const [draft, setDraft] = useState<BuildDraft>(() => (before === undefined ? usualDraft() : draftFrom(before)));
  const tries = useAttempt();
  const change = (fields: Partial<BuildDraft>): void => {
    tries.forget();
    setDraft((known) => ({ ...known, ...fields }));
  };
  const failure = useMemo(() => before && failureOf(before), [before]);
  const isSame = before?.dockerfile === draft.dockerfile;
  return <BuildForm draft={draft} change={change} tries={tries} failure={isSame ? failure : undefined} />;
}

/** The folder that was built last, as it was built. */
function usualDraft(): BuildDraft {
  const [folder = ''] = recentFolders();
  return { ...emptyDraft, folder, ...rememberedOptions(folder) };
}

interface BuildFormProps {
  readonly draft: BuildDraft;
  readonly change: (fields: Partial<BuildDraft>) => void;
  readonly tries: Attempt;
  readonly failure: ReturnType<typeof failureOf>;
}

function BuildForm({ draft, change, tries, failure }: BuildFormProps): ReactNode {
  const t = useTranslate();
  const [isTried, setIsTried] = useState(false);
  const read = (folder = draft.folder, file = draft.file): Promise<void> =>
    tries.attempt(async () => {
      const { dockerfile, ignore } = await appStores().builds.getState().read(folder, file);
      const options = folder === draft.folder ? {} : { ...plainOptions, ...rememberedOptions(folder) };
      change({ ...options, file, folder, given: undefined, dockerfile, known: dockerfile, ignore });
    });
  const give = (folder: () => Promise<FolderFiles | undefined>): Promise<void> =>
    tries.attempt(async () => {
      const given = await folder();
      if (given !== undefined) change({ given, known: undefined, ...(await readGiven(given, draft.file)) });
    });
  const open = (folder: string): void => void read(folder, rememberedOptions(folder).file ?? plainOptions.file);
  const submit = (): void => {
    setIsTried(true);
    if (!tries.isPending && wrongSecrets(draft.secrets).length === 0) void tries.attempt(() => begin(draft));
  };
  return (
    <DropArea
      title={t('builds.form.drop')}
      text={t('builds.form.dropText')}
      onDrop={({ items }) => {
        const reading = droppedFolder(items);
        void give(() => reading);
      }}
    >
      <Page title={t('builds.form.title')} actions={<PresetsMenu draft={draft} change={change} />}>
        <FormPage
          onSubmit={submit}
          foot={<BuildFoot line={buildLine(draft)} tries={tries} />}
          beside={<DockerfilePane draft={draft} change={change} tries={tries} isTried={isTried} failure={failure} />}
        >
          <SourceSection
            draft={draft}
            change={change}
            isTried={isTried}
            onRead={() => void read()}
            onOpen={open}
            onGiven={(folder) => void give(folder)}
          />
          <ResultSection draft={draft} change={change} isTried={isTried} />
          <OptionsSection draft={draft} change={change} isTried={isTried} />
        </FormPage>
      </Page>
    </DropArea>
  );
}

async function begin(draft: BuildDraft): Promise<void> {
  const wish = wishOf(draft);
  if (wish === undefined) return;
  rememberDraft(draft);
  const build = await appStores().builds.getState().start(wish, draft.given);
  goTo(`/builds/${build}`, { replace: true });
}

function BuildFoot({ line, tries }: { readonly line: string; readonly tries: Attempt }): ReactNode {
  const t = useTranslate();
  return (
    <FormFoot
      line={line}
      lineLabel={t('builds.form.line')}
      lineWhat={t('builds.form.lineWhat')}
      failure={tries.failure && { title: t('builds.form.failed'), text: tries.failure.message }}
      isPending={tries.isPending}
      action={t('builds.form.action')}
      icon={<Hammer aria-hidden />}
    />
  );
}
