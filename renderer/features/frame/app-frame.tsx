import { Box, Database, Hammer, Layers, Library, Settings, Trash2, Waypoints } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';

import './app-frame.css';
import { BrandMark } from './brand-mark.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';

interface AppFrameProps {
  /** Beneath the mark at the head of the rail. */
  readonly railHead?: ReactNode;
  /** At the foot of the rail: what is seen from every screen. */
  readonly railFoot?: ReactNode;
  readonly children: ReactNode;
}

/** What stands around every screen. */
export function AppFrame({ railHead, railFoot, children }: AppFrameProps): ReactNode {
  const t = useTranslate();
  const [location] = useLocation();
  const screen = useRef<HTMLElement>(null);
  useScreenFocus(screen, location);
  return (
    <div className="frame">
      <button type="button" className="skip" onClick={() => screen.current?.focus()}>
        {t('frame.skip')}
      </button>
      <div className="frame-banner">
        <ConnectionBanner />
      </div>
      <Rail location={location} head={railHead} foot={railFoot} />
      <div className="frame-content">
        <main ref={screen} tabIndex={-1} className="frame-screen">
          <ScreenBoundary place={location}>{children}</ScreenBoundary>
        </main>
      </div>
    </div>
  );
}

/** Whoever reads by ear is told of another screen; within one screen the focus stays where it is. */
function useScreenFocus(screen: { readonly current: HTMLElement | null }, location: string): void {
  const page = location.split('/').slice(0, 3).join('/');
  const known = useRef(page);
  useEffect(() => {
    if (known.current === page) return;
    known.current = page;
    if (screen.current?.contains(document.activeElement) !== true) screen.current?.focus({ preventScroll: true });
  }, [screen, page]);
}

interface RailProps {
  readonly location: string;
  readonly head: ReactNode;
  readonly foot: ReactNode;
}

function Rail({ location, head, foot }: RailProps): ReactNode {
  const t = useTranslate();
  const { containers } = appStores();
  const running = useStore(
    containers,
    (state) => state.containers?.filter((container) => container.State === 'running').length ?? 0,
  );
  return (
    <nav className="rail" aria-label={t('frame.navigation')}>
      <div className="rail-brand">
        <BrandMark />
      </div>
      {head}
      <RailLink to="/images" location={location} icon={<Layers aria-hidden />} label={t('frame.images')} />
      <RailLink
        to="/containers"
        location={location}
        icon={<Box aria-hidden />}
        label={t('frame.containers')}
        count={running}
      />
      <RailLink to="/builds" location={location} icon={<Hammer aria-hidden />} label={t('frame.builds')} />
      <RailLink to="/volumes" location={location} icon={<Database aria-hidden />} label={t('frame.volumes')} />
      <RailLink to="/networks" location={location} icon={<Waypoints aria-hidden />} label={t('frame.networks')} />
      <RailLink to="/registries" location={location} icon={<Library aria-hidden />} label={t('frame.registries')} />
      <div className="rail-space" />
      <RailLink to="/trash" location={location} icon={<Trash2 aria-hidden />} label={t('frame.trash')} />
      {foot}
      <RailLink to="/settings" location={location} icon={<Settings aria-hidden />} label={t('frame.settings')} />
    </nav>
  );
}

interface RailLinkProps {
  readonly to: string;
  readonly location: string;
  readonly icon: ReactNode;
  readonly label: string;
  readonly count?: number;
}

function RailLink({ to, location, icon, label, count = 0 }: RailLinkProps): ReactNode {
  const t = useTranslate();
  const isHere = location === to || location.startsWith(`${to}/`);
  return (
    <a href={`#${to}`} className="rail-item" {...(isHere ? { 'aria-current': 'page' } : {})}>
      {icon}
      {label}
      {count > 0 && (
        <span className="rail-count">
          {count}
          <span className="unseen"> {t('frame.running')}</span>
        </span>
      )}
    </a>
  );
}
