import { expect, it } from 'vitest';
import { tablesIn } from './sql-texts.testing.js';

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
