import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Interrupted, interruption, type OnParentGone, whenAborted } from './interruption.js';

/** Signals as this process gets them, at times that the test says. */
function start(onParentGone?: OnParentGone) {
  let now = 1_000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const interrupted = interruption(onParentGone);
  onTestFinished(() => {
    interrupted.dispose();
    clock.mockRestore();
    kill.mockRestore();
  });
  return {
    ...interrupted,
    kill,
    receive: (name: NodeJS.Signals, afterMs = 0) => {
      now += afterMs;
      process.emit(name, name);
    },
  };
}

describe('an interruption', () => {
  it('is the first signal; a terminal and a parent that both pass it on are one wish', () => {
    const { signal, atOnce, exitCode, receive } = start();
    expect(signal.aborted).toBe(false);
    receive('SIGINT');
    receive('SIGTERM', 300);
    expect(signal.reason).toBeInstanceOf(Interrupted);
    expect((signal.reason as Error).message).toContain('SIGINT');
    expect(atOnce.aborted).toBe(false);
    expect(exitCode()).toBe(130);
  });

  it('has no more patience after a second wish; a closed terminal is none', () => {
    const { atOnce, receive } = start();
    receive('SIGTERM');
    receive('SIGHUP', 1_000);
    expect(atOnce.aborted).toBe(false);
    receive('SIGTERM', 1_000);
    expect(atOnce.aborted).toBe(true);
  });

  it('is the end of the program that started this one, too', async () => {
    let gone = () => {};
    const { signal } = start((listener) => {
      gone = listener;
      return () => {};
    });
    const waiting = whenAborted(signal);
    gone();
    await expect(waiting).rejects.toThrow('The program that started it ended.');
    await expect(whenAborted(signal)).rejects.toBeInstanceOf(Interrupted);
  });

  it('by a terminal that was closed has its usual effect at the end', () => {
    const stdin = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
    Object.defineProperty(process.stdin, 'isTTY', { value: true, configurable: true });
    onTestFinished(() => void Object.defineProperty(process.stdin, 'isTTY', stdin ?? { value: undefined, configurable: true }));
    const { dispose, kill, receive } = start();
    receive('SIGTERM');
    receive('SIGHUP');
    expect(kill).not.toHaveBeenCalled();
    dispose();
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGHUP');
  });

  it('leaves signals to others afterwards', () => {
    const before = process.listenerCount('SIGTERM');
    const { dispose } = interruption();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    dispose();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

it('a program whose interruption is disposed of ends, though the one that started it keeps the channel open', async () => {
  const module = new URL('../../dist/process/interruption.js', import.meta.url).href;
  const program = `const { interruption, onParentGone } = await import(${JSON.stringify(module)}); interruption(onParentGone).dispose();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([0, null]);
});
