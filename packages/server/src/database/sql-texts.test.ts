import { expect, it } from 'vitest';
import { tablesIn, tablesWrittenBy } from './sql-texts.testing.js';

it.each([
  ['select 1 from a', ['a']],
  ['select a.x, b from a left join b on b.id = a.id, c where d = 1', ['a', 'b', 'c']],
  ['insert into a (b, c) values ($, $) on conflict (b) do update set c = 1', ['a']],
  ['update a set b = c, d = e from f, g h where i = j', ['a', 'f', 'g']],
  ['delete from a using b, c where exists (select d, e from f, (select g from h) i, j)', ['a', 'b', 'c', 'f', 'h', 'j']],
  [`select "from x", 'join y' from a -- from z\n where true`, ['a']],
  ['with a as (select b, c from d for update of e skip locked) select f, g from a, lateral h(i), j', ['d', 'a', 'h', 'j']],
])('finds the tables of %s', (text, tables) => {
  expect([...tablesIn(text)]).toEqual(tables);
});

it.each([
  ['select 1 from a for update of a skip locked', []],
  ['select 1 from a for no key update', []],
  ['insert into a (b) select c from d on conflict (b) do update set b = 1', ['a']],
  ['with e as (delete from a using b returning c) update f set g = 1 from e', ['a', 'f']],
  [`select 'insert into a' -- delete from b\n`, []],
])('finds the tables that are written by %s', (text, tables) => {
  expect([...tablesWrittenBy(text)]).toEqual(tables);
});
