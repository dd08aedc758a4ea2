import { describe, expect, it } from 'vitest';
import { Place, readLine, readLines } from './log-lines.js';

const same = (text: string) => text;
const T = '2026-01-01T00:00:00';

describe('a line of a log', () => {
  it('has its time before it, and no colours', () => {
    expect(readLine(`${T}.5Z \u001b[31mred\u001b[0m text\r`, same)).toEqual({ at: `${T}.5Z`, text: 'red text' });
    expect(readLine(`${T}.5Z `, same)).toEqual({ at: `${T}.5Z`, text: '' });
    expect(readLine('no time', same)).toEqual({ at: '', text: 'no time' });
  });

  it('is masked before it is cut', () => {
    const { text } = readLine(`${T}Z ${'x'.repeat(16_380)}secret${'y'.repeat(10)}`, (one) => one.replaceAll('secret', '***'));
    expect(text).toBe(`${'x'.repeat(16_380)}***y… (9 characters more)`);
  });

  it('is left out where the answer was cut within it', () => {
    expect(readLines(`${T}Z a\n${T}Z b`, same, false)).toHaveLength(2);
    expect(readLines(`${T}Z a\n${T}Z b`, same, true)).toEqual([{ at: `${T}Z`, text: 'a' }]);
    expect(readLines('', same, false)).toEqual([]);
  });
});

describe('the place in a log', () => {
  const lines = (...times: string[]) => times.map((at, index) => ({ at: `${T}${at}Z`, text: String(index) }));
  const read = (place: Place, all: ReturnType<typeof lines>) => all.filter((line) => place.takes(line)).map(({ text }) => text);

  it('goes on after what was read, also where several lines have one time', () => {
    const place = Place.begin();
    expect(read(place, lines('', '.5', '.5'))).toEqual(['0', '1', '2']);
    const again = Place.of(place.text);
    expect(again?.since).toBe(`${T}.5Z`);
    expect(read(again ?? Place.begin(), lines('', '.5', '.5', '.5', '.51', '.6'))).toEqual(['3', '4', '5']);
  });

  it('knows which fraction is later', () => {
    const place = Place.of(`${T}.51Z 1`);
    expect(read(place ?? Place.begin(), lines('.5', '.51', '.509', '.6'))).toEqual(['3']);
  });

  it('can be read again from where it is', () => {
    const place = Place.begin();
    read(place, lines('.1', '.1'));
    place.rewind();
    expect(read(place, lines('.1', '.1', '.1'))).toEqual(['2']);
  });

  it.each(['', 'x 1', `${T}Z`, `${T}Z -1`, `${T}Z 1 2`, '../../etc/passwd 1'])('is no place: %j', (text) =>
    expect(Place.of(text)).toBeUndefined(),
  );
});
