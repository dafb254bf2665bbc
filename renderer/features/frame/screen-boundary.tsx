import { Component, type ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

interface BoundaryProps {
  /** Where the failure belongs: elsewhere it is forgotten. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly place: string;
  readonly failure: string | undefined;
}

/** A screen that can't be drawn takes neither the others nor what runs in them with it. */
export class ScreenBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { place: this.props.place, failure: undefined };

  static getDerivedStateFromError(thrown: unknown): Partial<BoundaryState> {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  static getDerivedStateFromProps({ place }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return place === state.place ? null : { place, failure: undefined };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return <BrokenScreen failure={failure} onRetry={() => this.setState({ failure: undefined })} />;
  }
}

function BrokenScreen({ failure, onRetry }: { readonly failure: string; readonly onRetry: () => void }): ReactNode {
  const t = useTranslate();
  return (
    <EmptyState title={t('frame.broken')} actions={<Button onPress={onRetry}>{t('ui.retry')}</Button>}>
      <code>{failure}</code>
    </EmptyState>
  );
}
