/** Attacks a server for a while and prints what it answered: `{"400": 12}`. usage: node bench/dist/attacker.js INDEX SECONDS TARGET(JSON) */
import { ATTACKS, type Target } from './attacks.js';

const [index, seconds, json] = process.argv.slice(2);
const attack = ATTACKS[Number(index)];
if (attack === undefined || json === undefined) throw new Error('usage: attacker.js INDEX SECONDS TARGET');
const target = JSON.parse(json) as Target;
const until = performance.now() + Number(seconds) * 1_000;
const answers: Record<string, number> = {};
let turn = 0;
await Promise.all(
  Array.from({ length: attack.atOnce }, async () => {
    // At least one each, however long it takes.
    do {
      const status = await attack.send(target, (turn += 1));
      answers[status] = (answers[status] ?? 0) + 1;
    } while (performance.now() < until);
  }),
);
console.log(JSON.stringify(answers));
process.exit(0);
