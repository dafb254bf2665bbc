import { type ReactNode, useEffect, useRef, useState } from 'react';

import type { ContainerCreate } from '#engine/contract/container.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { FormPage } from '#renderer/ui/form-page.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Page } from '#renderer/ui/page.tsx';

import { dockerRunLine } from './docker-command.ts';
import { checkDraft, type DraftField, type DraftPlace, emptyDraft } from './run-draft.ts';
import { RunFoot } from './run-foot.tsx';
import { isNameTaken, type RunForm } from './run-form.ts';
import './run-screen.css';
import { RunSections } from './run-sections.tsx';
import { useRunImage } from './use-run-image.ts';

/** @param image the reference or id the form opens with. */
export function RunScreen({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  const [draft, setDraft] = useState(() => emptyDraft(image));
  const [left, setLeft] = useState<ReadonlySet<DraftPlace>>(new Set(image === '' ? [] : ['image']));
  const [attempts, setAttempts] = useState(0);
  const { facts, config } = useRunImage(draft.image);
  const { problems, request } = checkDraft(draft, facts);
  const { failure, isPending, run, forget } = useRun();
  const element = useRef<HTMLFormElement>(null);
  useFirstInvalid(element, attempts);
  const errorAt = (place: DraftPlace): string | undefined => {
    if (place === 'name' && isNameTaken(failure, request.name)) return failure.message;
    const problem = problems.get(place);
    return problem === undefined || (attempts === 0 && !left.has(place)) ? undefined : t(`run.problem.${problem}`);
  };
  const isImageMissing = problems.get('image') === 'image-missing' && errorAt('image') !== undefined;
  const form: RunForm = {
    draft,
    config,
    errorAt,
    change: (fields) => {
      forget();
      setDraft((before) => ({ ...before, ...fields }));
    },
    onLeave: (field: DraftField) => setLeft((before) => new Set([...before, field])),
  };
  const submit = (): void => {
    setAttempts(attempts + 1);
    if (problems.size === 0 && !isPending) void run(request);
  };
  return (
    <Page title={t('run.title')}>
      <FormPage
        formRef={element}
        onSubmit={submit}
        foot={
          <RunFoot
            line={dockerRunLine(request)}
            failure={isNameTaken(failure, request.name) ? undefined : failure}
            isPending={isPending}
          />
        }
      >
        <RunSections form={form} isImageMissing={isImageMissing} />
      </FormPage>
    </Page>
  );
}

interface Run {
  readonly failure: EngineError | undefined;
  readonly isPending: boolean;
  readonly run: (request: ContainerCreate) => Promise<void>;
  /** The failure was about what has been changed since. */
  readonly forget: () => void;
}

function useRun(): Run {
  const [failure, setFailure] = useState<EngineError>();
  const [isPending, setIsPending] = useState(false);
  const run = async (request: ContainerCreate): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    const form = window.location.hash;
    try {
      const id = await appStores().containers.getState().run(request);
      // Not when the person has gone elsewhere meanwhile.
      if (window.location.hash === form) goTo(`/containers/${id}/terminal`, { replace: true });
    } catch (thrown) {
      setFailure(toEngineError(thrown));
    } finally {
      setIsPending(false);
    }
  };
  return { failure, isPending, run, forget: () => setFailure(undefined) };
}

/** After an attempt that was refused here, typing goes on in the first field that is wrong. */
function useFirstInvalid(form: { readonly current: HTMLFormElement | null }, attempts: number): void {
  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLInputElement>('input[aria-invalid="true"]')?.focus();
  }, [form, attempts]);
}
