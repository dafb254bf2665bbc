import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import type { UsedBy, UsedThing } from '#engine/contract/sharing.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { Loaded } from '#renderer/stores/loaded.ts';
import { keyOfThing } from '#renderer/stores/used-by.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';

import './used-by.css';

/** Who uses an image or a layer, kept fresh while it is shown. */
export function useUsers(thing: UsedThing): Loaded<UsedBy> | undefined {
  const { usedBy } = appStores();
  const key = keyOfThing(thing);
  // The thing is a new object at each drawing; what it means is in the key.
  // oxlint-disable-next-line react/exhaustive-deps -- see above
  useEffect(() => usedBy.getState().follow(thing), [usedBy, key]);
  return useStore(usedBy, ({ answers }) => answers[key]);
}

interface UsersListProps {
  readonly users: UsedBy;
  /** What is said above the images. */
  readonly imagesTitle: string;
}

/** Containers and images, each a link to its page unless it is gone. */
export function UsersList({ users: { containers, images }, imagesTitle }: UsersListProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      <Users title={t('usedBy.containers')}>
        {containers.map(({ id, name, state }) => (
          <User
            key={id}
            name={name}
            code={id.slice(0, 12)}
            href={state === 'trash' ? '#/trash' : `#/containers/${id}`}
            state={{ says: t(`usedBy.${state}`), isGood: state === 'running' }}
          />
        ))}
      </Users>
      <Users title={imagesTitle}>
        {images.map(({ id, name, layer, isRemoved }) => (
          <User
            key={id}
            name={name}
            code={shortDigest(id)}
            {...(isRemoved ? {} : { href: imageAddress(id, layer) })}
            {...(isRemoved ? { state: { says: t('usedBy.removed'), isGood: false } } : {})}
          />
        ))}
      </Users>
    </>
  );
}

/** Where a layer is meant, at that layer. */
function imageAddress(id: string, layer: number | undefined): string {
  return `#/images/${id}${layer === undefined ? '' : `?layers=${layer + 1}`}`;
}

interface UsersProps {
  readonly title: string;
  readonly children: readonly ReactNode[];
}

function Users({ title, children }: UsersProps): ReactNode {
  if (children.length === 0) return null;
  return (
    <section className="used-by">
      <h2>{title}</h2>
      <ul aria-label={title}>{children}</ul>
    </section>
  );
}

interface UserProps {
  readonly name: string;
  readonly code: string;
  readonly href?: string;
  readonly state?: { readonly says: string; readonly isGood: boolean };
}

function User({ name, code, href, state }: UserProps): ReactNode {
  const shown = (
    <>
      <strong className="cut">{name}</strong>
      <code>{code}</code>
      {state !== undefined && <Badge tone={state.isGood ? 'good' : 'plain'}>{state.says}</Badge>}
    </>
  );
  return (
    <li>
      {href === undefined ? (
        <span className="used-by-line">{shown}</span>
      ) : (
        <a className="used-by-line" href={href}>
          {shown}
        </a>
      )}
    </li>
  );
}
