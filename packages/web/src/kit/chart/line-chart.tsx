/** Values over time as lines, drawn by uPlot; its colours are those of the page. Loaded when a page has a chart. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './chart.module.css';
import { colourOf } from './colours';

export interface LineChartProps {
  /** What is drawn, for people who do not see it. The values stand beside the chart, too. */
  label: string;
  /** Epoch seconds, in their order. */
  times: readonly number[];
  lines: readonly { name: string; values: readonly (number | null)[] }[];
  /** How an amount is written on the axis. */
  format: (amount: number) => string;
  /** Amounts that are told in powers of two, such as bytes. */
  isBinary?: boolean;
  height?: number;
}

/** Steps of an axis whose amounts are bytes. */
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** Seconds that are shown at least: a first value is a point at the end of them, not a line over the whole width. */
const LEAST = 300;

export default function LineChart({ label, times, lines, format, isBinary = false, height = 200 }: LineChartProps) {
  const { ref: place, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const scheme = useComputedColorScheme('light');
  const names = lines.map(({ name }) => name).join('\n');
  const isPlaced = width > 0;
  useEffect(() => {
    if (box.current === null || !isPlaced) return;
    const { clientWidth } = box.current;
    const looks = { width: clientWidth, height, format, isBinary, scheme, style: getComputedStyle(box.current) };
    const drawn = new UPlot(optionsOf(names === '' ? [] : names.split('\n'), looks), [[]], box.current);
    chart.current = drawn;
    return () => {
      drawn.destroy();
      chart.current = undefined;
    };
    // The scheme changes what the computed style says.
  }, [names, isPlaced, height, format, isBinary, scheme]);
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);
  useEffect(() => {
    const data = [times, ...lines.map(({ values }) => values)] as unknown as AlignedData;
    chart.current?.setData(data);
  }, [times, lines, names, isPlaced, height, format, isBinary, scheme]);
  return (
    <div ref={place} style={{ position: 'relative', height }}>
      <div ref={box} role="img" aria-label={label} dir="ltr" className={classes['box'] ?? ''} />
    </div>
  );
}

/** Of one value alone, uPlot would show a day. */
function rangeOf(times: ArrayLike<number>): [from: number, to: number] {
  const last = times[times.length - 1] ?? Date.now() / 1_000;
  return [Math.min(times[0] ?? last, last - LEAST), last];
}

interface Looks {
  width: number;
  height: number;
  format: (amount: number) => string;
  isBinary: boolean;
  scheme: 'light' | 'dark';
  style: CSSStyleDeclaration;
}

function optionsOf(names: readonly string[], { width, height, format, isBinary, scheme, style }: Looks): Options {
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--cp-text-muted'),
    grid: { stroke: colour('--cp-border'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const minutes = new Intl.DateTimeFormat(undefined, clock);
  const seconds = new Intl.DateTimeFormat(undefined, { ...clock, second: '2-digit' });
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { range: ({ data: [times] }) => rangeOf(times) },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.15 : 1] },
    },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_, splits, __, ___, step) => splits.map((at) => (step < 60 ? seconds : minutes).format(new Date(at * 1_000))),
      },
      { ...axis, size: 72, ...(isBinary ? { incrs: BINARY } : {}), values: (_, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...names.map((name, index) => ({ label: name, stroke: colourOf(index, scheme), width: 2, points: { show: true, size: 4 } })),
    ],
  };
}
