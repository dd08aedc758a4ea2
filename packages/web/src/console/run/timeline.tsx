/** Tasks and stages as bars over time; what only waited is hatched, each attempt is a bar of its own. */
import { ScrollArea } from '@mantine/core';
import { t } from 'i18next';
import { duration } from '../../kit/moment';
import { inWords } from '../../kit/code-words';
import { Mark, toneOf } from '../../kit/status';
import type { Lane } from './lanes';
import classes from './timeline.module.css';

interface Props {
  lanes: readonly Lane[];
  span: { from: number; to: number };
  at: number;
  chosen: string | undefined;
  onChoose: (key: string) => void;
  /** At the moment that is shown. */
  phaseOf: (lane: Lane) => string;
}

const TICKS = 4;

export function Timeline({ lanes, span, at, chosen, onChoose, phaseOf }: Props) {
  const length = span.to - span.from;
  const place = (moment: number) => `${((moment - span.from) / length) * 100}%`;
  return (
    <ScrollArea type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('Tasks over time') }}>
      <div className={classes['chart']}>
        <div className={classes['row']}>
          <span />
          <span className={classes['ticks']} aria-hidden="true">
            {Array.from({ length: TICKS + 1 }, (_, index) => (
              <span key={index} style={{ insetInlineStart: `${(index / TICKS) * 100}%` }}>
                {tick((length * index) / TICKS, length)}
              </span>
            ))}
          </span>
        </div>
        {lanes.map((lane) => {
          const phase = phaseOf(lane);
          return (
            <button
              key={lane.key}
              type="button"
              className={classes['row']}
              aria-pressed={lane.key === chosen}
              aria-label={t('{{task}}: {{phase}}', { task: lane.label, phase: inWords(phase) })}
              onClick={() => onChoose(lane.key)}
            >
              <span className={classes['name']} data-kind={lane.kind} title={lane.label}>
                <Mark tone={toneOf(phase)} />
                <span className={classes['label']}>{lane.label}</span>
                {lane.attempts.length > 1 && <span className={classes['times']}>× {lane.attempts.length}</span>}
              </span>
              <span className={classes['track']}>
                {lane.attempts.flatMap((attempt) =>
                  attempt.stretches.map((stretch) => (
                    <span
                      key={`${attempt.from} ${String(stretch.wait)}`}
                      className={classes['bar']}
                      data-tone={toneOf(attempt.phase)}
                      data-wait={stretch.wait}
                      data-future={stretch.from > at}
                      title={`${stretch.wait ? t('waits') : t('works')} · ${tick(stretch.to - stretch.from)}`}
                      style={{ insetInlineStart: place(stretch.from), width: `${((stretch.to - stretch.from) / length) * 100}%` }}
                    />
                  )),
                )}
                <span className={classes['cursor']} style={{ insetInlineStart: place(at) }} />
              </span>
            </button>
          );
        })}
      </div>
    </ScrollArea>
  );
}

/** `length`: of the whole; of a short run the hundredths of a second tell its moments apart. */
function tick(milliseconds: number, length = milliseconds): string {
  if (length < 1_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}
