import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import { appStores } from '#renderer/stores/app-context.ts';

/** Chooses the file that the address names, once its image's files are here; what is chosen then is the person's. */
export function useRevealedPath(image: string): void {
  const [location, navigate] = useLocation();
  const search = useSearch();
  const isReady = useStore(appStores().layerTree, (state) => state.view?.image === image && !state.isLoading);
  useEffect(() => {
    const params = new URLSearchParams(search);
    const path = params.get('path');
    if (path === null || !isReady) return;
    void appStores().layerTree.getState().reveal(path);
    params.delete('path');
    navigate(`${location}?${params}`, { replace: true });
  }, [location, navigate, search, isReady]);
}
