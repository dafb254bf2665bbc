import { FileText, Hammer } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { DockerfileProblem } from '#engine/contract/dockerfile.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormFoot, FormPage } from '#renderer/ui/form-page.tsx';
import { FormSection } from '#renderer/ui/form-section.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Page } from '#renderer/ui/page.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

import {
  type BuildDraft,
  buildLine,
  draftFrom,
  emptyDraft,
  lastFolder,
  rememberDraft,
  rememberedDraft,
  wishOf,
} from './build-draft.ts';
import './builds.css';
import { ProblemList } from './problem-list.tsx';

/** `#/builds/new`. @param from a build that is to be done again. */
export function BuildFormScreen({ from }: { readonly from: string | undefined }): ReactNode {
  const t = useTranslate();
  const before = useStore(appStores().builds, ({ builds }) => builds?.find(({ id }) => id === from));
  const [draft, setDraft] = useState<BuildDraft>(() => (before === undefined ? usualDraft() : draftFrom(before)));
  const [attempts, setAttempts] = useState(0);
  const { failure, isPending, attempt, forget } = useAttempt();
  const problems = useProblems(draft);
  const change = (fields: Partial<BuildDraft>): void => {
    forget();
    setDraft((known) => ({ ...known, ...fields }));
  };
  const read = (): Promise<void> =>
    attempt(async () => {
      const source = await appStores().builds.getState().read(draft.folder, draft.file);
      change({ ...rememberedDraft(draft.folder), file: draft.file, ...source, ignore: source.ignore });
    });
  const submit = (): void => {
    setAttempts(attempts + 1);
    const wish = wishOf(draft);
    if (wish === undefined || isPending) return;
    void attempt(async () => {
      rememberDraft(draft);
      const build = await appStores().builds.getState().start(wish);
      goTo(`/builds/${build}`, { replace: true });
    });
  };
  return (
    <Page title={t('builds.form.title')}>
      <FormPage onSubmit={submit} foot={<BuildFoot line={buildLine(draft)} failure={failure} isPending={isPending} />}>
        <SourceSection draft={draft} change={change} isTried={attempts > 0} onRead={() => void read()} />
        {draft.dockerfile !== '' && problems !== undefined && <ProblemList problems={problems} />}
        <ResultSection draft={draft} change={change} />
      </FormPage>
    </Page>
  );
}

/** The folder that was built last, as it was built. */
function usualDraft(): BuildDraft {
  return { ...emptyDraft, folder: lastFolder(), ...rememberedDraft(lastFolder()) };
}

interface Attempt {
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
  readonly forget: () => void;
}

function useAttempt(): Attempt {
  const [failure, setFailure] = useState<EngineError>();
  const [isPending, setIsPending] = useState(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      setFailure(toEngineError(thrown));
    } finally {
      setIsPending(false);
    }
  };
  return { failure, isPending, attempt, forget: () => setFailure(undefined) };
}

interface SectionProps {
  readonly draft: BuildDraft;
  readonly change: (fields: Partial<BuildDraft>) => void;
}

interface SourceProps extends SectionProps {
  readonly isTried: boolean;
  readonly onRead: () => void;
}

function SourceSection({ draft, change, isTried, onRead }: SourceProps): ReactNode {
  const t = useTranslate();
  const { folder, file, dockerfile } = draft;
  const isFolderWrong = isTried && !folder.startsWith('/');
  return (
    <FormSection title={t('builds.form.source')}>
      <div className="builds-row">
        <TextField
          label={t('builds.form.folder')}
          help={t('builds.form.folderHelp')}
          mono
          value={folder}
          onChange={(value) => change({ folder: value })}
          error={isFolderWrong ? t('builds.form.needsFolder') : undefined}
        />
        <TextField label={t('builds.form.file')} mono value={file} onChange={(value) => change({ file: value })} />
      </div>
      <div>
        <Button icon={<FileText aria-hidden />} isDisabled={!folder.startsWith('/')} onPress={onRead}>
          {t('builds.form.read')}
        </Button>
      </div>
      <TextField
        label={t('builds.form.text')}
        help={t('builds.form.textHelp')}
        mono
        rows={14}
        value={dockerfile}
        onChange={(value) => change({ dockerfile: value })}
        error={isTried && dockerfile.trim() === '' ? t('builds.form.needsText') : undefined}
      />
    </FormSection>
  );
}

function ResultSection({ draft, change }: SectionProps): ReactNode {
  const t = useTranslate();
  const { tags, args, target, noCache, pull } = draft;
  return (
    <FormSection title={t('builds.form.result')}>
      <div className="builds-row">
        <TextField
          label={t('builds.form.tags')}
          help={t('builds.form.tagsHelp')}
          mono
          placeholder="team/app:1.0"
          value={tags}
          onChange={(value) => change({ tags: value })}
        />
        <TextField
          label={t('builds.form.target')}
          help={t('builds.form.targetHelp')}
          mono
          value={target}
          onChange={(value) => change({ target: value })}
        />
      </div>
      <TextField
        label={t('builds.form.args')}
        help={t('builds.form.argsHelp')}
        mono
        rows={3}
        value={args}
        onChange={(value) => change({ args: value })}
      />
      <Switch isSelected={noCache} onChange={(value) => change({ noCache: value })}>
        {t('builds.form.noCache')}
      </Switch>
      <Switch isSelected={pull} onChange={(value) => change({ pull: value })}>
        {t('builds.form.pull')}
      </Switch>
    </FormSection>
  );
}

interface FootProps {
  readonly line: string;
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
}

function BuildFoot({ line, failure, isPending }: FootProps): ReactNode {
  const t = useTranslate();
  return (
    <FormFoot
      line={line}
      lineLabel={t('builds.form.line')}
      lineWhat={t('builds.form.lineWhat')}
      failure={failure && { title: t('builds.form.failed'), text: failure.message }}
      isPending={isPending}
      action={t('builds.form.action')}
      icon={<Hammer aria-hidden />}
    />
  );
}

const QUIET_MS = 300;

/** What is amiss with the text, a moment after the last key. */
function useProblems({ dockerfile, ignore }: BuildDraft): readonly DockerfileProblem[] | undefined {
  const [problems, setProblems] = useState<readonly DockerfileProblem[]>();
  useEffect(() => {
    if (dockerfile.trim() === '') return undefined;
    let isStale = false;
    const timer = setTimeout(() => {
      const { check } = appStores().builds.getState();
      check({ dockerfile, ignore }).then(
        (found) => {
          if (!isStale) setProblems(found);
        },
        () => undefined,
      );
    }, QUIET_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [dockerfile, ignore]);
  return problems;
}
