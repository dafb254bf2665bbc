import { Save } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';

import type { DockerfileOutline, DockerfileProblem } from '#engine/contract/dockerfile.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Button } from '#renderer/ui/button.tsx';

import type { BuildDraft } from './build-draft.ts';
import { DockerfileEditor } from './dockerfile-editor.tsx';
import type { LineFailure } from './editor-failure.ts';
import { ProblemList } from './problem-list.tsx';
import type { Attempt } from './use-attempt.ts';

interface DockerfilePaneProps {
  readonly draft: BuildDraft;
  readonly change: (fields: Partial<BuildDraft>) => void;
  readonly tries: Attempt;
  readonly isTried: boolean;
  /** What ended the build that this text is of. */
  readonly failure: LineFailure | undefined;
}

/** The Dockerfile: written, looked over as it is written, and saved where it belongs. */
export function DockerfilePane({ draft, change, tries, isTried, failure }: DockerfilePaneProps): ReactNode {
  const t = useTranslate();
  const { folder, file, given, dockerfile, known } = draft;
  const { problems, outline } = useLooked(draft);
  const [place, setPlace] = useState<Pick<DockerfileProblem, 'line' | 'column'>>();
  const isEmpty = dockerfile.trim() === '';
  const isChanged = !isEmpty && dockerfile !== known && given === undefined;
  const save = (): Promise<void> =>
    tries.attempt(async () => {
      await appStores().builds.getState().save({ folder, file, dockerfile, known });
      change({ known: dockerfile });
    });
  return (
    <section className="builds-text-pane" aria-label={t('builds.form.file')}>
      <div className="builds-text-bar">
        <h2 className="cut">{file === '' ? 'Dockerfile' : file}</h2>
        {isChanged && <Badge tone="warning">{t('builds.edit.changed')}</Badge>}
        <span className="faint small cut">{t('builds.edit.help')}</span>
        <Button
          size="small"
          icon={<Save aria-hidden />}
          isDisabled={!isChanged || !folder.startsWith('/') || tries.isPending}
          onPress={() => void save()}
        >
          {t('builds.edit.save')}
        </Button>
      </div>
      <DockerfileEditor
        label={t('builds.form.text')}
        text={dockerfile}
        onChange={(text) => {
          if (text !== dockerfile) change({ dockerfile: text });
        }}
        problems={problems}
        failure={failure}
        outline={outline}
        goTo={place}
      />
      {isTried && isEmpty && <p className="field-error builds-text-error">{t('builds.form.needsText')}</p>}
      {!isEmpty && problems !== undefined && <ProblemList problems={problems} onChoose={setPlace} />}
    </section>
  );
}

interface Looked {
  readonly problems: readonly DockerfileProblem[] | undefined;
  readonly outline: DockerfileOutline | undefined;
}

const QUIET_MS = 300;
const nothing: Looked = { problems: undefined, outline: undefined };

/** What is amiss with the text and what it is made of, a moment after the last key. */
function useLooked({ dockerfile, ignore }: BuildDraft): Looked {
  const [looked, setLooked] = useState(nothing);
  useEffect(() => {
    let isStale = false;
    const { check, outline } = appStores().builds.getState();
    const look = async (): Promise<void> => {
      const [problems, made] = await Promise.all([check({ dockerfile, ignore }), outline(dockerfile)]);
      if (!isStale) setLooked({ problems, outline: made });
    };
    const timer = setTimeout(() => void look().catch(() => undefined), QUIET_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [dockerfile, ignore]);
  return dockerfile.trim() === '' ? nothing : looked;
}
