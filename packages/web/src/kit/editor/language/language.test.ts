import { readFileSync } from 'node:fs';
import { buildPlan } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { complete } from './completion';
import { definitionOf } from './definition';
import { fixOf } from './fix';
import { explain } from './hover';
import { workflowAt } from './names';
import { outlineOf } from './outline';
import { placeAt } from './place';

/** A text with the spot marked by `¦`. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf('¦')).split('\n');
  const text = marked.replace('¦', '');
  return { text, outline: outlineOf(text), spot: { line: before.length - 1, column: before.at(-1)?.length ?? 0 } };
}

const suggested = (marked: string) => {
  const { outline, spot } = at(marked);
  return complete(outline, spot).suggestions.map(({ text }) => text);
};

const WORKFLOW = `services:
  - name: Redis Cache
    apiParameters:
      - key: size
        name: Size of it
      - {key: color, name: Colour, type: String}
    systemWorkflows:
      create:
        outputParameters:
          phase: "$tasks.apply.resource.status.phase"
        workflow:
          entrypoint: main
          arguments:
            parameters:
              - name: whole
                value: "{{ $var.size }}"
          templates:
            - name: main
              dag:
                tasks:
                  - name: apply
                    template: write
                    arguments:
                      parameters:
                        - name: count
                          value: "{{workflow.parameters.whole}}"
                  - name: check
                    template: write
                    dependencies:
                      - apply
            - name: write
              inputs:
                parameters: &inputs
                  - name: count
              resource:
                action: apply
                manifest: |
                  kind: ConfigMap
                  data: {count: "{{inputs.parameters.count}}"}
                successCondition: status.ready == true
`;

const mark = (line: string, replacement: string) => {
  expect(WORKFLOW).toContain(line);
  return WORKFLOW.replace(line, replacement);
};

describe('completion by place', () => {
  it('offers the keys of the map that the line stands in, required ones first, and none that is there', () => {
    expect(suggested('na¦')).toContain('name: ');
    expect(suggested('name: x\nser¦')).not.toContain('name: ');
    const parameter = suggested(mark('        name: Size of it\n', '        name: Size of it\n        ¦\n'));
    expect(parameter).toEqual(expect.arrayContaining(['type: ', 'limits:', 'modifiable: ']));
    expect(parameter).not.toContain('key: ');
    expect(suggested(mark('                action: apply\n', '                action: apply\n                fail¦\n'))).toContain(
      'failureCondition: ',
    );
    expect(suggested('services:\n- ¦')[0]).toBe('name: ');
  });

  it('offers values of the grammar, and names of the plan', () => {
    expect(suggested('services:\n  - name: A\n    apiParameters:\n      - key: x\n        type: ¦')).toEqual(
      expect.arrayContaining(['String', 'Boolean']),
    );
    expect(suggested(mark('action: apply', 'action: ¦'))).toEqual(expect.arrayContaining(['apply', 'patch']));
    expect(suggested(mark('entrypoint: main', 'entrypoint: ¦'))).toEqual(['main', 'write']);
    expect(suggested(mark('                      - apply\n', '                      - ¦\n'))).toEqual(['apply', 'check']);
    expect(suggested(mark('                        - name: count', '                        - name: ¦'))).toEqual(['count']);
  });

  it('offers what an expression may read from there', () => {
    expect(suggested(mark('"{{ $var.size }}"', '"{{ $var.¦'))).toEqual(['$var.size', '$var.color']);
    expect(suggested(mark('"{{inputs.parameters.count}}"', '"{{inp¦'))).toEqual(
      expect.arrayContaining(['inputs.parameters.count', 'workflow.parameters.whole']),
    );
    expect(suggested(mark('"{{ $var.size }}"', '"{{ $sys.¦'))).toEqual(expect.arrayContaining(['$sys.instanceId', '$sys.namespace']));
    expect(suggested(mark('"$tasks.apply.resource.status.phase"', '$tasks.¦'))).toEqual([
      '$tasks.apply.resource.',
      '$tasks.check.resource.',
    ]);
    expect(suggested(mark('kind: ConfigMap', 'ki¦'))).toEqual([]);
  });
});

describe('hover', () => {
  it.each([
    ['a key', mark('        name: Size of it', '        na¦me: Size of it'), 'name: text', 'Display name.'],
    ['a variable', mark('{{ $var.size }}', '{{ $var.si¦ze }}'), '$var.size', 'Size of it'],
    ['a value of the platform', 'services:\n  - x: "{{ $sys.instance¦Id }}"', '$sys.instanceId', 'Id of the instance.'],
  ])('explains %s', (_, marked, title, line) => {
    const { outline, spot } = at(marked);
    expect(explain(outline, spot)).toMatchObject({ title });
    expect(explain(outline, spot)?.lines).toContain(line);
  });

  it('says nothing of keys within a manifest', () => {
    const { outline, spot } = at(mark('kind: ConfigMap', 'ki¦nd: ConfigMap'));
    expect(explain(outline, spot)).toBeUndefined();
  });
});

describe('definitions', () => {
  it.each([
    [
      'a template',
      mark('template: write\n                    arguments', 'template: wr¦ite\n                    arguments'),
      '            - name: write',
    ],
    ['a variable', mark('{{ $var.size }}', '{{ $v¦ar.size }}'), '      - key: size'],
    ['a variable of a flow map', mark('{{ $var.size }}', '{{ $v¦ar.color }}'), '      - {key: color, name: Colour, type: String}'],
    ['an input', mark('{{inputs.parameters.count}}', '{{inputs.parameters.c¦ount}}'), '                  - name: count'],
    ['an argument of the workflow', mark('{{workflow.parameters.whole}}', '{{workflow.parameters.wh¦ole}}'), '              - name: whole'],
    ['a task', mark('                      - apply', '                      - ap¦ply'), '                  - name: apply'],
    ['a task of an output', mark('$tasks.apply.res', '$tasks.ap¦ply.res'), '                  - name: apply'],
  ])('finds %s', (_, marked, line) => {
    const { outline, spot } = at(marked);
    const found = definitionOf(outline, spot);
    expect(outline.lines[found?.line ?? -1]).toBe(line);
  });

  it('follows an alias to its anchor', () => {
    const { outline, spot } = at(`${WORKFLOW}x-more: *in¦puts\n`);
    expect(outline.lines[definitionOf(outline, spot)?.line ?? -1]).toContain('&inputs');
  });
});

it('knows the workflow that the cursor stands in, in a manifest too', () => {
  const { outline, spot } = at(mark('kind: ConfigMap', 'ki¦nd: ConfigMap'));
  const { valueOf, within } = placeAt(outline, spot);
  expect(workflowAt(outline, valueOf ?? within)).toEqual({ resource: 'Redis Cache', verb: 'create' });
});

describe('quick fixes', () => {
  it.each([
    ['a key', 'apiParametrs:\n', 'apiParameters:\n'],
    ['a value', 'type: Strng', 'type: String'],
    ['a root', '"{{ $vars.size }}"', '"{{ $var.size }}"'],
    ['a template', 'template: writ\n', 'template: write\n'],
    ['a path of a gate', 'successCondition: stauts.ready == true', 'successCondition: status.ready == true'],
  ])('puts right %s', (_, wrong, right) => {
    expect(WORKFLOW).toContain(right);
    const text = `name: P\n${WORKFLOW.replace(right, wrong)}`;
    const lines = text.split('\n');
    const fixes = buildPlan(text).problems.flatMap((problem) => fixOf(lines, problem) ?? []);
    const [fix] = fixes;
    if (fix === undefined) throw new Error('no fix');
    lines[fix.line] = (lines[fix.line] ?? '').slice(0, fix.from) + fix.text + (lines[fix.line] ?? '').slice(fix.to);
    expect(lines.join('\n')).toBe(`name: P\n${WORKFLOW}`);
  });
});

it('reads the outline of a whole plan as YAML has it', () => {
  const text = readFileSync(new URL('../../../../../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
  const outline = outlineOf(text);
  const top = outline.root.children.map(({ key }) => key);
  expect(top).toEqual(['name', 'description', 'deployment', 'tenancyType', 'pricing', 'features', 'services']);
  const { outline: same, spot } = at(text.replace('{{ $var.backupBucket }}', '{{ $var.backup¦Bucket }}'));
  expect(same.lines[definitionOf(same, spot)?.line ?? -1]).toContain('key: backupBucket');
});
