import { Box, Database, FileSearch, Layers, Search, Waypoints } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import '#renderer/ui/dialog.css';
import { useLeave } from '#renderer/ui/hash-location.ts';
import '#renderer/ui/popover.css';

import { type Choice, type ChoiceGroup, fileChoice, namedChoices } from './search-choices.ts';
import { SearchChoice } from './search-choice.tsx';
import './search.css';
import { SearchProgress } from './search-progress.tsx';

/** One field for everything there is: names at once, files of all layers as they are found. */
export function SearchPalette(): ReactNode {
  const t = useTranslate();
  const { isOpen, close } = useStore(appStores().search);
  useShortcut();
  return (
    <ModalOverlay
      className="dialog-scrim search-scrim"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className="dialog-window search-window">
        <AriaDialog className="dialog" aria-label={t('search.title')}>
          <Palette />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Ctrl+K, or ⌘K, anywhere but in a terminal, where it is the shell's. */
function useShortcut(): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      if (event.target instanceof Element && event.target.closest('.xterm') !== null) return;
      event.preventDefault();
      appStores().search.getState().open();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function Palette(): ReactNode {
  const t = useTranslate();
  const { text, type, error, close } = useStore(appStores().search);
  useLeave(close);
  const choices = useChoices();
  const [active, setActive] = useState(0);
  const shown = Math.min(active, choices.length - 1);
  const onKeyDown = useChoiceKeys(choices, shown, setActive);
  return (
    <>
      <div className="search-head">
        <Search aria-hidden />
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the palette is its field
          autoFocus
          role="combobox"
          aria-label={t('search.title')}
          aria-expanded={choices.length > 0}
          aria-controls="search-results"
          aria-autocomplete="list"
          spellCheck={false}
          autoComplete="off"
          placeholder={t('search.placeholder')}
          value={text}
          onChange={(event) => {
            setActive(0);
            type(event.target.value);
          }}
          onKeyDown={onKeyDown}
          {...(shown >= 0 ? { 'aria-activedescendant': choiceId(shown) } : {})}
        />
      </div>
      {error !== undefined && (
        <Banner tone="danger" title={t('search.failed')}>
          {error.message}
        </Banner>
      )}
      <Choices choices={choices} active={shown} onActive={setActive} />
      <SearchProgress hasChoices={choices.length > 0} />
    </>
  );
}

function useChoices(): readonly Choice[] {
  const { text, hits } = useStore(appStores().search);
  const images = useStore(appStores().images, (state) => state.images);
  const containers = useStore(appStores().containers, (state) => state.containers);
  const volumes = useStore(appStores().volumes, (state) => state.volumes);
  const networks = useStore(appStores().networks, (state) => state.networks);
  return useMemo(() => {
    const named = {
      images: images ?? [],
      containers: containers ?? [],
      volumes: volumes ?? [],
      networks: networks ?? [],
    };
    return [...namedChoices(text, named), ...hits.map(fileChoice)];
  }, [text, hits, images, containers, volumes, networks]);
}

function useChoiceKeys(
  choices: readonly Choice[],
  active: number,
  onActive: (index: number) => void,
): (event: KeyboardEvent) => void {
  return (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      onActive(Math.max(0, Math.min(choices.length - 1, active + step)));
    }
    const chosen = choices[active];
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault();
      go(chosen);
    }
  };
}

function go({ href }: Choice): void {
  appStores().search.getState().close();
  window.location.hash = href;
}

function choiceId(index: number): string {
  return `search-choice-${index}`;
}

const icons: Readonly<Record<ChoiceGroup, typeof Box>> = {
  images: Layers,
  containers: Box,
  volumes: Database,
  networks: Waypoints,
  files: FileSearch,
};
const groups: readonly ChoiceGroup[] = ['images', 'containers', 'volumes', 'networks', 'files'];

interface ChoicesProps {
  readonly choices: readonly Choice[];
  readonly active: number;
  readonly onActive: (index: number) => void;
}

function Choices({ choices, active, onActive }: ChoicesProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`#${choiceId(active)}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a data list can't show where a file is
    <div ref={list} id="search-results" role="listbox" aria-label={t('search.results')} className="search-list">
      {groups.map((group) => {
        const found = [...choices.entries()].filter(([, choice]) => choice.group === group);
        if (found.length === 0) return null;
        const Icon = icons[group];
        return (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of options in a list box
          <div key={group} role="group" aria-label={t(`search.${group}`)}>
            <div className="search-group" aria-hidden>
              {t(`search.${group}`)}
            </div>
            {found.map(([index, choice]) => (
              <SearchChoice
                key={choice.key}
                id={choiceId(index)}
                choice={choice}
                icon={<Icon aria-hidden />}
                size={choice.hit === undefined ? undefined : format.bytes(choice.hit.size)}
                isActive={index === active}
                onHover={() => onActive(index)}
                onChoose={() => go(choice)}
              />
            ))}
          </div>
        );
      })}
    </div>
  );
}
