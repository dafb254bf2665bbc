import type { ReactNode } from 'react';
import { Toolbar } from 'react-aria-components';

import { familiarRepository, parseReference } from '#engine/contract/reference.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { useAsked } from '#renderer/ui/use-asked.ts';

import { matchingTags, splitTag } from './typed-tag.ts';

interface TagChoicesProps {
  /** What has been typed so far. */
  readonly text: string;
  readonly onChoose: (text: string) => void;
}

/** The tags that the registry has of a repository, narrowed down by what is typed behind the colon. */
export function TagChoices({ text, onChoose }: TagChoicesProps): ReactNode {
  const t = useTranslate();
  const { repository, tag } = splitTag(text.trim());
  const asked = useAsked(repositoryOf(repository), (signal) =>
    appStores().transfers.getState().tags(repository, signal),
  );
  // A registry that doesn't say is none the worse for it.
  if (asked.status !== 'answered') return null;
  const { shown, more } = matchingTags(asked.answer.names, tag);
  if (shown.length === 0) return null;
  return (
    <div className="field">
      <span className="field-label">{t('pull.tags')}</span>
      <Toolbar className="pull-tags" aria-label={t('pull.tags')}>
        {shown.map((name) => (
          <Button key={name} size="small" onPress={() => onChoose(`${repository}:${name}`)}>
            {name}
          </Button>
        ))}
        {more > 0 && <span className="faint small">{t('pull.moreTags', { count: more })}</span>}
      </Toolbar>
    </div>
  );
}

/** Undefined for what is no repository; in full, so that two ways to write it are one question. */
function repositoryOf(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return familiarRepository(parseReference(text));
  } catch {
    return undefined;
  }
}
