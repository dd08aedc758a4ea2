/** A button that says why it cannot be pressed. It stays reachable, so that the reason can be read. */
import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends Omit<ButtonProps, 'disabled'> {
  /** Why not; undefined: it can be pressed. */
  forbidden: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

export function Act({ forbidden, onClick, children, ...props }: Props) {
  if (forbidden === undefined)
    return (
      <Button {...props} onClick={onClick}>
        {children}
      </Button>
    );
  return (
    <Tooltip label={forbidden} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button {...props} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
}
