import { type DragEvent, type ReactNode, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

interface FileDropProps {
  readonly onFile: (file: File) => void;
  readonly children: ReactNode;
}

/** Takes files that are dropped anywhere on the screen. Whoever uses no pointer has the button for it. */
export function FileDrop({ onFile, children }: FileDropProps): ReactNode {
  const t = useTranslate();
  const [isOver, setIsOver] = useState(false);
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setIsOver(true);
  };
  const onDragLeave = (event: DragEvent<HTMLElement>): void => {
    const isInside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!isInside) setIsOver(false);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    [...event.dataTransfer.files].forEach(onFile);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a pointer's way to the load button
    <div className="page" onDragOver={onDragOver} onDragLeave={onDragLeave} onDrop={onDrop}>
      {children}
      {isOver && (
        <div className="images-drop">
          <strong>{t('images.drop')}</strong>
          <span className="soft">{t('images.dropText')}</span>
        </div>
      )}
    </div>
  );
}
