import type { ReactElement, ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';

import './popover.css';

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onAction: () => void;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Whether a line stands above it. */
  readonly startsGroup?: boolean;
}

interface MenuProps {
  readonly label: string;
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly actions: readonly MenuAction[];
}

export function Menu({ label, trigger, actions }: MenuProps): ReactNode {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover" offset={4}>
        <AriaMenu aria-label={label}>{actions.map(menuItem)}</AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

function menuItem(action: MenuAction): ReactNode {
  const item = (
    <MenuItem
      key={action.id}
      id={action.id}
      textValue={action.label}
      className="option"
      onAction={action.onAction}
      isDisabled={action.isDisabled === true}
      {...(action.isDanger === true ? { 'data-danger': '' } : {})}
    >
      {action.icon}
      {action.label}
    </MenuItem>
  );
  if (action.startsGroup !== true) return item;
  return [<Separator key={`${action.id}-line`} className="option-separator" />, item];
}
