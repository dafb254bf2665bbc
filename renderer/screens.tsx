import { lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch, useSearch } from 'wouter';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { ContainersScreen } from '#renderer/features/containers/containers-screen.tsx';
import { NotFound } from '#renderer/features/frame/not-found.tsx';
import { ImagesScreen } from '#renderer/features/images/images-screen.tsx';
import { VolumesScreen } from '#renderer/features/volumes/volumes-screen.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

const BuildsScreen = lazy(async () => ({
  default: (await import('#renderer/features/builds/builds-screen.tsx')).BuildsScreen,
}));
const BuildScreen = lazy(async () => ({
  default: (await import('#renderer/features/builds/build-screen.tsx')).BuildScreen,
}));
const BuildShellScreen = lazy(async () => ({
  default: (await import('#renderer/features/builds/build-shell-screen.tsx')).BuildShellScreen,
}));
const BuildFormScreen = lazy(async () => ({
  default: (await import('#renderer/features/builds/build-form-screen.tsx')).BuildFormScreen,
}));
const BuildCompareScreen = lazy(async () => ({
  default: (await import('#renderer/features/builds/build-compare-screen.tsx')).BuildCompareScreen,
}));
const CompareScreen = lazy(async () => ({
  default: (await import('#renderer/features/layers/compare-screen.tsx')).CompareScreen,
}));
const ContainerScreen = lazy(async () => ({
  default: (await import('#renderer/features/container/container-screen.tsx')).ContainerScreen,
}));
const ImageScreen = lazy(async () => ({
  default: (await import('#renderer/features/layers/image-screen.tsx')).ImageScreen,
}));
const LogsTab = lazy(async () => ({
  default: (await import('#renderer/features/logs/logs-tab.tsx')).LogsTab,
}));
const ChangesTab = lazy(async () => ({
  default: (await import('#renderer/features/layers/changes-tab.tsx')).ChangesTab,
}));
const NetworkScreen = lazy(async () => ({
  default: (await import('#renderer/features/networks/network-screen.tsx')).NetworkScreen,
}));
const NetworksScreen = lazy(async () => ({
  default: (await import('#renderer/features/networks/networks-screen.tsx')).NetworksScreen,
}));
const ProcessesTab = lazy(async () => ({
  default: (await import('#renderer/features/processes/processes-tab.tsx')).ProcessesTab,
}));
const StatsTab = lazy(async () => ({
  default: (await import('#renderer/features/stats/stats-tab.tsx')).StatsTab,
}));
const RegistriesScreen = lazy(async () => ({
  default: (await import('#renderer/features/registries/registries-screen.tsx')).RegistriesScreen,
}));
const RegistryScreen = lazy(async () => ({
  default: (await import('#renderer/features/registries/registry-screen.tsx')).RegistryScreen,
}));
const RunScreen = lazy(async () => ({
  default: (await import('#renderer/features/run/run-screen.tsx')).RunScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('#renderer/features/settings/settings-screen.tsx')).SettingsScreen,
}));
const CheckScreen = lazy(async () => ({
  default: (await import('#renderer/features/settings/check-screen.tsx')).CheckScreen,
}));
const SharedMapScreen = lazy(async () => ({
  default: (await import('#renderer/features/shared-map/shared-map-screen.tsx')).SharedMapScreen,
}));
const TrashScreen = lazy(async () => ({
  default: (await import('#renderer/features/trash/trash-screen.tsx')).TrashScreen,
}));
const VolumeScreen = lazy(async () => ({
  default: (await import('#renderer/features/volumes/volume-screen.tsx')).VolumeScreen,
}));
const TerminalTabs = lazy(async () => ({
  default: (await import('#renderer/features/terminal/terminal-tabs.tsx')).TerminalTabs,
}));

const containerParts = {
  terminal: (details: ContainerDetails) => <TerminalTabs details={details} />,
  logs: (details: ContainerDetails) => <LogsTab details={details} />,
  processes: (details: ContainerDetails) => <ProcessesTab details={details} />,
  stats: (details: ContainerDetails) => <StatsTab details={details} />,
  changes: (details: ContainerDetails) => <ChangesTab details={details} />,
};

const buildRoutes = (
  <>
    <Route path="/builds">
      <BuildsScreen />
    </Route>
    <Route path="/builds/new">
      <BuildFormAddress />
    </Route>
    <Route path="/builds/compare" component={BuildCompareScreen} />
    <Route path="/builds/:build/shell/:shell">
      {({ build, shell }) => (
        <BuildShellScreen key={shell} build={build} shell={shell} terminal={containerParts.terminal} />
      )}
    </Route>
    <Route path="/builds/:build">{({ build }) => <BuildScreen key={build} build={decodeURIComponent(build)} />}</Route>
  </>
);

const registryRoutes = (
  <>
    <Route path="/registries">
      <RegistriesScreen />
    </Route>
    <Route path="/registries/:registry">
      {({ registry }) => <RegistryScreen key={registry} registry={decodeURIComponent(registry)} />}
    </Route>
  </>
);

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
        <Route path="/shared" component={SharedMapScreen} />
        <Route path="/compare" component={CompareScreen} />
        <Route path="/containers">
          <ContainersScreen />
        </Route>
        <Route path="/run">
          <RunAddress />
        </Route>
        <Route path="/containers/:id/:tab?">
          {({ id, tab }) => (
            <ContainerScreen key={id} container={decodeURIComponent(id)} tab={tab} parts={containerParts} />
          )}
        </Route>
        {buildRoutes}
        <Route path="/volumes">
          <VolumesScreen />
        </Route>
        <Route path="/volumes/:volume">
          {({ volume }) => <VolumeScreen key={volume} volume={decodeURIComponent(volume)} />}
        </Route>
        <Route path="/networks">
          <NetworksScreen />
        </Route>
        <Route path="/networks/:network">
          {({ network }) => <NetworkScreen network={decodeURIComponent(network)} />}
        </Route>
        {registryRoutes}
        <Route path="/trash">
          <TrashScreen />
        </Route>
        <Route path="/settings" component={SettingsScreen} />
        <Route path="/check" component={CheckScreen} />
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}

/** `#/builds/new?from=ID`: a build that is to be done again. */
function BuildFormAddress(): ReactNode {
  const from = new URLSearchParams(useSearch()).get('from') ?? undefined;
  return <BuildFormScreen key={from} from={from} />;
}

/** `#/run?image=redis:4.0.6`; another image is another form. */
function RunAddress(): ReactNode {
  const image = new URLSearchParams(useSearch()).get('image') ?? '';
  return <RunScreen key={image} image={image} />;
}
