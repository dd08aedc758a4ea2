import { expect, it } from 'vitest';
import { StepMeter } from './fair-share.js';

/** Uses the processor for so long. Milliseconds. */
function work(milliseconds: number): string {
  const { user, system } = process.cpuUsage();
  for (;;) {
    const used = process.cpuUsage({ user, system });
    if ((used.user + used.system) / 1000 >= milliseconds) return 'done';
  }
}

it('lets a run of short steps go on', () => {
  const meter = new StepMeter();
  for (let step = 0; step < 10; step += 1) expect(meter.measure(() => step)).toEqual({ made: step, pauseMs: 0 });
});

it('pauses a run of long steps for nine times as long as each, from the second one on', () => {
  const meter = new StepMeter();
  expect(meter.measure(() => work(10))).toEqual({ made: 'done', pauseMs: 0 });
  for (let step = 0; step < 3; step += 1) expect(meter.measure(() => work(10)).pauseMs).toBeGreaterThanOrEqual(90);
});

it('does not pause after a short step of such a run', () => {
  const meter = new StepMeter();
  meter.measure(() => work(10));
  expect(meter.measure(() => 'short')).toEqual({ made: 'short', pauseMs: 0 });
});
