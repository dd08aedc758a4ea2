/** Lines of a log, of which those in view are drawn; it stays with the newest one until somebody scrolls away from it. */
import { Button, Mark } from '@mantine/core';
import type { LogLine } from '@cellplane/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { t } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import classes from './log.module.css';
import { cutAt, type FoundLine, levelOf } from './log-text';

const LINE_PX = 20;
const BEYOND_VIEW = 20;
/** So near to the end is at the end. Pixels. */
const NEAR = 40;

export interface LogLinesProps {
  label: string;
  found: readonly FoundLine[];
  search: string;
  isWrapped: boolean;
  hasTimes: boolean;
}

export function LogLines({ label, found, search, isWrapped, hasTimes }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: BEYOND_VIEW,
    getItemKey: (index) => found[index]?.index ?? index,
  });
  const last = found.at(-1)?.line;
  useEffect(() => {
    if (isAtEnd && found.length > 0) virtual.scrollToIndex(found.length - 1, { align: 'end' });
  }, [isAtEnd, found.length, last, virtual]);
  return (
    <div style={{ position: 'relative' }}>
      <div
        ref={box}
        className={classes.log}
        data-wrap={isWrapped ? 'yes' : 'no'}
        tabIndex={0}
        role="region"
        aria-label={label}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const line = found[index]?.line;
            return (
              line !== undefined && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  data-level={levelOf(line.text)}
                  className={classes.line}
                  style={{
                    position: 'absolute',
                    insetBlockStart: 0,
                    minWidth: '100%',
                    transform: `translateY(${start}px)`,
                    ...(isWrapped ? { width: '100%' } : {}),
                  }}
                >
                  <Line line={line} search={search} hasTime={hasTimes} />
                </div>
              )
            );
          })}
        </div>
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

function Line({ line: { at, text }, search, hasTime }: { line: LogLine; search: string; hasTime: boolean }) {
  return (
    <>
      {hasTime && at !== '' && (
        <time className={classes.time} dateTime={at} title={at}>
          {time.format(new Date(at))}
        </time>
      )}
      <span className={classes.text}>
        {cutAt(text, search).map((part, index) => (index % 2 === 1 ? <Mark key={index}>{part}</Mark> : part))}
      </span>
    </>
  );
}
