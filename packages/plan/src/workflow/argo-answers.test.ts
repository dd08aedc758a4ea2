/** Our answers against those recorded from the libraries that Argo 3.7.2 asks; made-up inputs, see `source` in the file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import type { DagTask } from '../model.js';
import { evaluateDepends, parseDepends, type TaskResults, tasksOf } from './depends.js';
import { bindGate, parseGate } from './gate/gate.js';
import type { GateField } from './gate/model.js';
import { evaluateGate } from './gate/evaluate.js';
import { evaluateWhen, parseWhen } from './when/when.js';

interface Answers {
  objects: JsonObject[];
  gates: [text: string, field: GateField, object: number, answer: boolean | null][];
  when: [text: string, answer: boolean | null][];
  tasks: Record<string, DagTask['continueOn'] | null>;
  results: Record<string, TaskResults>;
  depends: [text: string, answer: boolean | null][];
}

const answers = JSON.parse(readFileSync(new URL('argo-answers.json', import.meta.url), 'utf8')) as Answers;

describe('what Argo answers', () => {
  it.each(answers.gates)('gate %j as %s condition on object %i: %s', (text, field, index, answer) => {
    const parsed = parseGate(text, field);
    const level1 = parsed.ok && parsed.value.level === 1 ? parsed.value : undefined;
    const bound = level1 && bindGate(level1, () => undefined);
    expect(bound?.ok ? evaluateGate(bound.value, answers.objects[index] ?? {}).value : null).toBe(answer);
  });

  it.each(answers.when)('when %j: %s', (text, answer) => {
    const parsed = parseWhen(text);
    const value = parsed.ok ? evaluateWhen(parsed.value) : parsed;
    expect(value.ok ? value.value : null).toBe(answer);
  });

  it.each(answers.depends)('depends %j: %s', (text, answer) => {
    const parsed = parseDepends(text);
    const known = parsed.ok && tasksOf(parsed.value).every((task) => Object.hasOwn(answers.tasks, task));
    const value = known
      ? evaluateDepends(
          parsed.value,
          (task) => answers.results[task] ?? {},
          (task) => answers.tasks[task] ?? undefined,
        )
      : null;
    expect(value).toBe(answer);
  });
});
