import { lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';

import { NotFound } from '#renderer/features/frame/not-found.tsx';
import { ImagesScreen } from '#renderer/features/images/images-screen.tsx';
import { Loading } from '#renderer/ui/progress.tsx';

const ImageScreen = lazy(async () => ({
  default: (await import('#renderer/features/layers/image-screen.tsx')).ImageScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('#renderer/features/settings/settings-screen.tsx')).SettingsScreen,
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
