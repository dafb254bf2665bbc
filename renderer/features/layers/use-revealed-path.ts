import { useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useStore } from 'zustand';

import { appStores } from '#renderer/stores/app-context.ts';

/** Chooses the file that the address names, once its image's files are here; what is chosen then is the person's. */
export function useRevealedPath(image: string): void {
  const [location, navigate] = useLocation();
  const search = useSearch();
  // The page that is left may see the next one's address before it goes.
  const [own] = useState(location);
  const isReady = useStore(appStores().layerTree, (state) => state.view?.image === image && !state.isLoading);
  useEffect(() => {
    const params = new URLSearchParams(search);
    const path = params.get('path');
    const { isLoading, reveal } = appStores().layerTree.getState();
    // An effect before this one may just have asked for other layers.
    if (path === null || location !== own || !isReady || isLoading) return;
    void reveal(path);
    params.delete('path');
    navigate(params.size === 0 ? location : `${location}?${params}`, { replace: true });
  }, [location, own, navigate, search, isReady]);
}
