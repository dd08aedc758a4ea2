/** A part of a page that most who open the page do not look at: its chunk is loaded when it is drawn for the first time. */
import { Skeleton } from '@mantine/core';
import { t } from 'i18next';
import { type ComponentType, createElement, lazy, Suspense } from 'react';

/** The component that `load` answers, with a skeleton until it is there. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function Later(props: Props) {
    return <Suspense fallback={<Skeleton height={240} aria-label={t('Loading')} />}>{createElement(Loaded, props)}</Suspense>;
  };
}
