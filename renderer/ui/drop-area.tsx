import { type DragEvent, type ReactNode, useState } from 'react';

import './drop-area.css';

interface DropAreaProps {
  /** What is said while something is held above it. */
  readonly title: string;
  readonly text: string;
  /** What is asked of it is asked at once: it is empty when the event is over. */
  readonly onDrop: (dropped: DataTransfer) => void;
  readonly children: ReactNode;
}

/** Takes what is dropped anywhere on the screen. Whoever uses no pointer has a button for it. */
export function DropArea({ title, text, onDrop, children }: DropAreaProps): ReactNode {
  const [isOver, setIsOver] = useState(false);
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setIsOver(true);
  };
  const leave = (event: DragEvent<HTMLElement>): void => {
    const isInside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!isInside) setIsOver(false);
  };
  const drop = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setIsOver(false);
    onDrop(event.dataTransfer);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a pointer's way to the button
    <div className="page" onDragOver={over} onDragLeave={leave} onDrop={drop}>
      {children}
      {isOver && (
        <div className="drop-area">
          <strong>{title}</strong>
          <span className="soft">{text}</span>
        </div>
      )}
    </div>
  );
}
