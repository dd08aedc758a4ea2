/** The button of a menu with what can be done: three dots. */
import { ActionIcon, type ActionIconProps, type ElementProps } from '@mantine/core';

interface Props extends ActionIconProps, ElementProps<'button', keyof ActionIconProps> {
  /** Of what it is the menu: "Actions of orders-db". */
  'aria-label': string;
  /** In the head of a page, beside larger buttons. @default in a row */
  isInHead?: boolean;
}

/** Stands in `Menu.Target`. */
export function MoreButton({ isInHead = false, ...props }: Props) {
  return (
    <ActionIcon {...(isInHead ? { variant: 'default', size: 'lg' } : { variant: 'subtle', color: 'gray' })} {...props}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
        <circle cx="3" cy="8" r="1.4" />
        <circle cx="8" cy="8" r="1.4" />
        <circle cx="13" cy="8" r="1.4" />
      </svg>
    </ActionIcon>
  );
}
