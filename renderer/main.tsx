import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
// Before any component's own styles, which refine them.
import '#renderer/ui/tokens.css';
import '#renderer/ui/base.css';
import { type ReactNode, StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';

import { connectBridge } from '#renderer/bridge/connect-bridge.ts';
import { RemoveContainers } from '#renderer/features/containers/remove-containers.tsx';
import { RemoveImages } from '#renderer/features/images/remove-images.tsx';
import { AppFrame } from '#renderer/features/frame/app-frame.tsx';
import { followSettings } from '#renderer/features/frame/follow-settings.ts';
import { JobsPanel } from '#renderer/features/pull/jobs-panel.tsx';
import { PullDialog } from '#renderer/features/pull/pull-dialog.tsx';
import { PushDialog } from '#renderer/features/pull/push-dialog.tsx';
import { SearchButton } from '#renderer/features/search/search-button.tsx';
import { SearchPalette } from '#renderer/features/search/search-palette.tsx';
import { useLanguage } from '#renderer/i18n/language.ts';
import { provideStores } from '#renderer/stores/app-context.ts';
import { createStores, feedStores } from '#renderer/stores/create-stores.ts';
import { useHashLocation, useHashSearch } from '#renderer/ui/hash-location.ts';
import { LayerPatterns } from '#renderer/ui/layer-mark.tsx';
import { provideSavePicker } from '#renderer/ui/save-stream.ts';
import { Toasts } from '#renderer/ui/toast.tsx';

import { reloadLostParts } from './reload-lost-parts.ts';
import { Screens } from './screens.tsx';

function App(): ReactNode {
  const language = useLanguage();
  return (
    <I18nProvider locale={language}>
      <Router hook={useHashLocation} searchHook={useHashSearch}>
        <LayerPatterns />
        <AppFrame railHead={<SearchButton />} railFoot={<JobsPanel />}>
          <Screens />
        </AppFrame>
        <SearchPalette />
        <PullDialog />
        <PushDialog />
        <RemoveContainers />
        <RemoveImages />
        <Toasts />
      </Router>
    </I18nProvider>
  );
}

function start(): void {
  const root = document.getElementById('app');
  if (root === null) throw new Error('index.html has no element #app to draw in');
  reloadLostParts(window);
  const { engine, watchConnection, chooseFile } = connectBridge();
  if (chooseFile !== undefined) provideSavePicker(chooseFile);
  const stores = createStores(engine, { storage: localStorage, languages: navigator.languages });
  provideStores(stores);
  followSettings(stores.settings, document.documentElement);
  watchConnection((state) => stores.system.getState().onConnection(state));
  void feedStores(engine, stores, new AbortController().signal);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

start();
