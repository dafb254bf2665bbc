import { lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch, useSearch } from 'wouter';

import { ContainersScreen } from '#renderer/features/containers/containers-screen.tsx';
import { NotFound } from '#renderer/features/frame/not-found.tsx';
import { ImagesScreen } from '#renderer/features/images/images-screen.tsx';
import { VolumesScreen } from '#renderer/features/volumes/volumes-screen.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

const ContainerScreen = lazy(async () => ({
  default: (await import('#renderer/features/container/container-screen.tsx')).ContainerScreen,
}));
const ImageScreen = lazy(async () => ({
  default: (await import('#renderer/features/layers/image-screen.tsx')).ImageScreen,
}));
const LogsTab = lazy(async () => ({
  default: (await import('#renderer/features/logs/logs-tab.tsx')).LogsTab,
}));
const RunScreen = lazy(async () => ({
  default: (await import('#renderer/features/run/run-screen.tsx')).RunScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('#renderer/features/settings/settings-screen.tsx')).SettingsScreen,
}));
const TerminalTabs = lazy(async () => ({
  default: (await import('#renderer/features/terminal/terminal-tabs.tsx')).TerminalTabs,
}));

/** Every address of the app, and the screen that stands there. */
export function Screens(): ReactNode {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/">
          <Redirect to="/images" replace />
        </Route>
        <Route path="/images">
          <ImagesScreen />
        </Route>
        <Route path="/images/:image">{({ image }) => <ImageScreen image={decodeURIComponent(image)} />}</Route>
        <Route path="/containers">
          <ContainersScreen />
        </Route>
        <Route path="/run">
          <RunAddress />
        </Route>
        <Route path="/containers/:id/:tab?">
          {({ id, tab }) => (
            <ContainerScreen
              key={id}
              container={decodeURIComponent(id)}
              tab={tab}
              terminals={(details) => <TerminalTabs details={details} />}
              logs={(details) => <LogsTab details={details} />}
            />
          )}
        </Route>
        <Route path="/volumes">
          <VolumesScreen />
        </Route>
        <Route path="/settings">
          <SettingsScreen />
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}

/** `#/run?image=redis:4.0.6`; another image is another form. */
function RunAddress(): ReactNode {
  const image = new URLSearchParams(useSearch()).get('image') ?? '';
  return <RunScreen key={image} image={image} />;
}
