/** Lines of a log; it stays with the newest one until somebody scrolls away from it. The browser lays out those in view only. */
import { Button, Mark } from '@mantine/core';
import type { LogLine } from '@cellplane/api';
import { t } from 'i18next';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import classes from './log.module.css';
import { cutAt, type FoundLine, levelOf } from './log-text';

/** So near to the end is at the end. Pixels. */
const NEAR = 40;

export interface LogLinesProps {
  label: string;
  found: readonly FoundLine[];
  /** Lines before the first one that are no longer kept. */
  dropped: number;
  search: string;
  isWrapped: boolean;
  hasTimes: boolean;
}

export function LogLines({ label, found, dropped, search, isWrapped, hasTimes }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  useLayoutEffect(() => {
    if (isAtEnd && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [isAtEnd, found, isWrapped, hasTimes]);
  return (
    <div style={{ position: 'relative' }}>
      <div
        ref={box}
        className={classes['log'] ?? ''}
        data-wrap={isWrapped ? 'yes' : 'no'}
        tabIndex={0}
        role="region"
        aria-label={label}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        {found.map(({ line, index }) => (
          <Line key={dropped + index} line={line} search={search} hasTime={hasTimes} />
        ))}
      </div>
      {!isAtEnd && (
        <Button size="xs" style={{ position: 'absolute', insetBlockEnd: 12, insetInlineEnd: 24 }} onClick={() => setAtEnd(true)}>
          {t('To the newest line')}
        </Button>
      )}
    </div>
  );
}

const time = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** Drawn once: what is written later leaves it as it is. */
const Line = memo(function Line({ line: { at, text }, search, hasTime }: { line: LogLine; search: string; hasTime: boolean }) {
  return (
    <div className={classes['line'] ?? ''} data-level={levelOf(text)}>
      {hasTime && at !== '' && (
        <time className={classes['time'] ?? ''} dateTime={at} title={at}>
          {time.format(new Date(at))}
        </time>
      )}
      <span className={classes['text'] ?? ''}>
        {cutAt(text, search).map((part, index) => (index % 2 === 1 ? <Mark key={index}>{part}</Mark> : part))}
      </span>
    </div>
  );
});
