import { useEffect } from 'react';

/** Does something while the window is in view, and undoes it while it is not. @param begin returns what undoes it. */
export function useWhileVisible(begin: () => () => void): void {
  useEffect(() => {
    let end: (() => void) | undefined;
    const look = (): void => {
      if (document.hidden) {
        end?.();
        end = undefined;
      } else {
        end ??= begin();
      }
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      end?.();
    };
  }, [begin]);
}
