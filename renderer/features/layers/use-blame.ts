import { useEffect } from 'react';

import { appStores } from '#renderer/stores/app-context.ts';
import type { StackFile } from '#renderer/stores/file-view.ts';

/** Asks who wrote the file that is open, once somebody looks. */
export function useBlame(file: StackFile | undefined): void {
  useEffect(() => {
    if (file !== undefined) void appStores().fileView.getState().loadBlame();
  }, [file]);
}
