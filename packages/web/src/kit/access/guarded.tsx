/** Actions that say why they cannot be done. They stay reachable by keyboard, so that the reason can be read there, too. */
import { Button, type ButtonProps, type ElementProps, Menu, type MenuItemProps, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { type MouseEvent, useId } from 'react';

interface Guard {
  /** Why it cannot be done. @default it can */
  why?: string | undefined;
}

type GuardedButtonProps = ButtonProps & ElementProps<'button', keyof ButtonProps> & Guard;

/** A button. With `why` it is disabled, and says so on hover, focus and to screen readers. It stays the same element when that changes, so that it keeps the focus. */
export function GuardedButton({ why, onClick, children, ...props }: GuardedButtonProps) {
  const id = useId();
  const guard =
    why === undefined ? {} : ({ type: 'button', 'data-disabled': true, 'aria-disabled': true, 'aria-describedby': id } as const);
  return (
    <>
      <Tooltip label={why} disabled={why === undefined} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
        <Button {...props} {...guard} onClick={why === undefined ? onClick : swallow}>
          {children}
        </Button>
      </Tooltip>
      {why !== undefined && <VisuallyHidden id={id}>{why}</VisuallyHidden>}
    </>
  );
}

interface ItemGuard extends Guard {
  /** The reason stands above, for several entries: it is not said again. @default false */
  isToldAbove?: boolean;
}

/** An entry of a menu. The reason stands under its name. */
export function GuardedItem({
  why,
  isToldAbove = false,
  children,
  ...props
}: MenuItemProps & ElementProps<'button', keyof MenuItemProps> & ItemGuard) {
  if (why === undefined) return <Menu.Item {...props}>{children}</Menu.Item>;
  return (
    // A reason is there to be read: not as faint as what is merely off.
    <Menu.Item {...props} color="dimmed" data-disabled aria-disabled onClick={swallow} closeMenuOnClick={false} style={{ opacity: 1 }}>
      {children}
      {!isToldAbove && (
        <Text size="xs" c="dimmed" maw={260} style={{ whiteSpace: 'normal' }}>
          {why}
        </Text>
      )}
    </Menu.Item>
  );
}

function swallow(event: MouseEvent): void {
  event.preventDefault();
}
