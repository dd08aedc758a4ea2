import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifestText, parseText, placedExpressions, type TextPart } from './text.js';

const shape = (text: string): string[] =>
  parseText(text).map((part) => `${part.type}:${part.type === 'platform' ? part.expression : part.text}`);

describe('parseText', () => {
  it('tells platform expressions, Argo tags and text apart', () => {
    expect(shape('reader-{{ $sys.network.externalClusterEndpoint }}')).toEqual([
      'text:reader-',
      'platform:$sys.network.externalClusterEndpoint',
    ]);
    expect(shape('{{inputs.parameters.a}}{{ inputs.parameters.b-c }}')).toEqual([
      'input:{{inputs.parameters.a}}',
      'input:{{ inputs.parameters.b-c }}',
    ]);
    expect(shape('{{workflow.parameters.x}} {{ workflow.name }}')).toEqual([
      'workflowParameter:{{workflow.parameters.x}}',
      'text: ',
      'workflowName:{{ workflow.name }}',
    ]);
    expect(parseText('{{item}}/{{ item.a.b }}').map((part) => (part.type === 'item' ? part.path : part.text))).toEqual([
      [],
      '/',
      ['a', 'b'],
    ]);
  });

  it.each([
    '$sys.namespace',
    ' $var.x\n',
    '$infra.out.list[0].id',
    '$func.base64encode($var.password)',
    '$var["a b"].c',
    '$tasks.a.resource.status.x',
    '$tasks.a.resource.metadata.annotations.cnpg\\.io/x',
  ])('takes the whole scalar %j as a bare expression', (text) => {
    expect(parseText(text)).toMatchObject([{ type: 'platform', bare: true, expression: text.trim(), index: 0, text }]);
  });

  it.each([
    'a.$sys.x',
    '$sys.x/y',
    '$sys.x and more',
    '${X}',
    '$X',
    '$HOME/bin',
    'echo $var',
    '$5.00',
    '',
    '{{',
    '}}',
    'a }} b {{ c',
    '{ { $sys.x } }',
  ])('leaves %j alone', (text) => {
    expect(parseText(text).every((part) => part.type === 'text')).toBe(true);
  });

  it.each([
    '{{ .Go }}',
    '{{`{{ x }}`}}',
    '{{`{{ $sys.x }}`}}',
    '{{ $value }}',
    '{{ $x := 1 }}',
    '{{}}',
    '{{{x}}',
    '{{- if .a -}}',
    '{{ printf "%s" .x }}',
  ])('keeps the foreign tag %j whole', (text) => {
    expect(parseText(text)).toEqual([{ type: 'foreign', text, offset: 0 }]);
  });

  it('says what a foreign tag resembles', () => {
    expect(parseText('{{ $svar.x }}')).toMatchObject([{ type: 'foreign', resembles: 'platform' }]);
    expect(parseText('{{tasks.a.outputs.result}}')).toMatchObject([{ type: 'foreign', resembles: 'argo' }]);
    expect(parseText('{{=1 + 1}}')).toMatchObject([{ type: 'foreign', resembles: 'argo' }]);
    expect(parseText('{{inputs.parameters.a b}}')).toMatchObject([{ type: 'foreign', resembles: 'argo' }]);
  });

  it('resolves a tag inside an outer, foreign pair of braces as Argo does', () => {
    expect(shape('{{ with secret "x/{{inputs.parameters.p}}" }}')).toEqual([
      'text:{{ with secret "x/',
      'input:{{inputs.parameters.p}}',
      'text:" }}',
    ]);
  });

  it('lets quoted strings of an expression hold braces', () => {
    expect(shape('a {{ $func.default($var.x, "}}{{") }} b')).toEqual(['text:a ', 'platform:$func.default($var.x, "}}{{")', 'text: b']);
  });

  it('gives offsets', () => {
    expect(parseText('ab {{  $sys.id }}')).toMatchObject([{ offset: 0 }, { offset: 3, expressionOffset: 7 }]);
  });

  it('covers any text without gaps', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '$sys.a',
      ' ',
      '"',
      "'",
      '`',
      'x',
      '\n',
      '{{inputs.parameters.a}}',
      '{{ $var.b }}',
      '{',
      '}',
      '$',
      '\\',
    );
    const join = (parts: readonly TextPart[]): string => parts.map((part) => part.text).join('');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (chosen) => {
        const text = chosen.join('');
        expect(join(parseText(text))).toBe(text);
        expect(join(parseManifestText(text))).toBe(text);
        for (const part of parseManifestText(text)) expect(text.startsWith(part.text, part.offset)).toBe(true);
      }),
    );
  });
});

describe('parseManifestText', () => {
  it('finds bare expressions line by line and numbers them after the braced ones', () => {
    const manifest = 'a: $sys.region # why\nb: "{{ $var.x }}"\nc:\n  - "$sys.id"\n  - name: $infra.out.k\n  - http://$sys.x/\n  - ${X}\n';
    expect(placedExpressions(manifest, 'templates.t.manifest', 'manifest')).toEqual([
      { place: 'templates.t.manifest#0', text: '$var.x' },
      { place: 'templates.t.manifest#1', text: '$sys.region' },
      { place: 'templates.t.manifest#2', text: '$sys.id' },
      { place: 'templates.t.manifest#3', text: '$infra.out.k' },
    ]);
  });
});
