/** A line at the top while the next page takes its time. */
import { useRouterState } from '@tanstack/react-router';
import { t } from 'i18next';
import { useEffect, useState } from 'react';
import classes from './shell.module.css';

/** What is quicker than this needs no line. Milliseconds. */
const PATIENCE_MS = 150;

export function PageProgress() {
  const isLoading = useRouterState({ select: (state) => state.isLoading });
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isLoading) return undefined;
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isLoading]);
  return isSlow ? <div className={classes['progress']} role="progressbar" aria-label={t('Loading the page')} /> : null;
}
