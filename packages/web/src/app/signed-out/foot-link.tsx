/** A link at the foot of a page for somebody who is not signed in. */
import { Anchor } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export function FootLink({ children, ...link }: LinkProps & { children: ReactNode }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...link} {...props} />}>
      {children}
    </Anchor>
  );
}
