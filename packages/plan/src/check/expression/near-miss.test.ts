/** Tags and expressions that are nearly ours; what belongs to other template languages stays. */
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../build.js';
import { findingsOf, specOf } from '../spec.testing.js';

const base = { parameters: '- {key: size, type: Int}' };
const argument = (value: string): string =>
  specOf({ ...base, workflow: `arguments:\n  parameters:\n    - {name: a, value: ${JSON.stringify(value)}}` });
const manifest = (line: string): string =>
  specOf({ ...base, manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: ${line}` });
const errors = (spec: string): string[] => buildPlan(spec).problems.flatMap(({ severity, cure }) => (severity === 'error' ? [cure] : []));

const TAGS: [string, string][] = [
  ['{{ input.parameters.x }}', '{{inputs.parameters.x}}'],
  ['{{inputs.parameter.x}}', '{{inputs.parameters.x}}'],
  ['{{Inputs.Parameters.x}}', '{{inputs.parameters.x}}'],
  ['{{ inputs.params.x }}', '{{inputs.parameters.x}}'],
  ['{{ inptus.parameters.x }}', '{{inputs.parameters.x}}'],
  ['{{ inputs.x }}', '{{inputs.parameters.x}}'],
  ['{{ workflow.parameter.p }}', '{{workflow.parameters.p}}'],
  ['{{ workflows.parameters.p }}', '{{workflow.parameters.p}}'],
  ['{{ worfklow.paramters.p }}', '{{workflow.parameters.p}}'],
  ['{{ task.x.status }}', '{{tasks.x.status}}'],
  ['{{ step.x.outputs.result }}', '{{steps.x.outputs.result}}'],
];
const BRACES: [string, string][] = [
  ['{workflow.parameters.a}', '{{workflow.parameters.a}}'],
  ['${workflow.parameters.a}', '{{workflow.parameters.a}}'],
  ['$(workflow.parameters.a)', '{{workflow.parameters.a}}'],
  ['{{workflow.parameters.a}', '{{workflow.parameters.a}}'],
  ['{{inputs.parameters.a)}', '{{inputs.parameters.a}}'],
  ['inputs.parameters.a }}', '{{inputs.parameters.a}}'],
  ['{{{workflow.parameters.a}}}', '{{workflow.parameters.a}}'],
];
const EXPRESSIONS: [string, string][] = [
  ['{{ $vars.size }}', '`$var`'],
  ['{{ $Var.size }}', '`$var`'],
  ['{{ $params.size }}', '`$var`'],
  ['{{ $system.id }}', '`$sys`'],
  ['{{ $secrets.X }}', '`$secret`'],
  ['{{ $sys.instanceID }}', '`instanceId`'],
  ['{{{ $var.size }}}', '{{ $var.size }}'],
  ['{{ $var.size }', '{{ $var.size }}'],
  ['{ $var.size }', '{{ $var.size }}'],
  ['$var.size }}', '{{ $var.size }}'],
];

describe('a near miss', () => {
  it.each([...TAGS, ...BRACES, ...EXPRESSIONS])('%s is said', (text, cure) => {
    for (const spec of [argument(`x ${text} y`), manifest(`'x ${text} y'`)]) expect(errors(spec).join(' ')).toContain(cure);
  });

  it.each([
    ['$vars.size', '`$var`'],
    ['$system.id', '`$sys`'],
    ['$Sys.id', '`$sys`'],
    ['$parameters.size', '`$var`'],
    ['$secrets.X', '`$secret`'],
  ])('%s is said as a whole value', (text, cure) => {
    expect(errors(argument(text)).join(' ')).toContain(cure);
    expect(errors(manifest(text)).join(' ')).toContain(cure);
    expect(errors(manifest(`"${text}"`)).join(' ')).toContain(cure);
  });

  it.each(['{{ var.size }}', '{{ sys.instanceId }}', '{{ secret.X }}', '${var.size}', '${sys.id}'])(
    '%s is said outside of manifests',
    (text) => {
      expect(errors(argument(`x ${text}`)).join(' ')).toMatch(/\{\{ \$(var|sys|secret)\./);
      expect(errors(manifest(`'x ${text}'`))).toEqual([]);
    },
  );

  it.each(['{workflow.parameters.a} == b', '{{workflow.parameters.a} == b', '{{ $var.size } == b', '$var.size == b'])(
    'is the one error of a `when`: %s',
    (when) => {
      const dag = `{name: m, dag: {tasks: [{name: t, template: a, when: ${JSON.stringify(when)}}]}}`;
      const leaf = `{name: a, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}"}}`;
      const create = `{workflow: {entrypoint: m, templates: [${dag}, ${leaf}]}}`;
      const service = `{name: S, apiParameters: [{key: size, type: Int}], systemWorkflows: {create: ${create}}}`;
      const found = errors(`name: P\nservices: [${service}]\n`);
      expect(found).toEqual([expect.stringMatching(/^Write `\{\{ ?(workflow\.parameters\.a|\$var\.size) ?\}\}`\.$/)]);
    },
  );

  it('without braces is a warning in a manifest if it would have a value', () => {
    const codes = (line: string) => findingsOf(manifest(line)).map((finding) => finding.split(' @')[0]);
    expect(codes("'x-$var.size'")).toEqual(['warning unbraced-expression']);
    expect(codes("'x-$sys.instanceId'")).toEqual(['warning unbraced-expression']);
    expect(codes("'x-$var.other $sys.path $func.a'")).toEqual([]);
  });

  it('is said in gates and when', () => {
    const when = specOf({ ...base, resource: "successCondition: 'status.n == {{ input.parameters.n }}'" });
    expect(errors(when).join(' ')).toContain('{{inputs.parameters.n}}');
  });
});

describe('what belongs to others in a manifest', () => {
  it.each([
    "'{{ $labels.instance }} {{ $value }} {{ .Values.x }} {{ range .Items }}'",
    '\'{{ printf "%s" $x }} {{ user.name }} {{ item_name }}\'',
    "'${HOME} $(pwd) ${var.other} $PATH ${FOO:-bar} $1'",
    "'echo $x.y {{- if .a -}} {{/* c */}}'",
    "'{{ config.parameters.x }} {{ output.y.z }} {{ vars.x }}'",
    '$HOME',
    '$labels.pod',
    '"{{pod}} {{ node }} {{ inputs }}"',
    "'{{ with $m := .Foo }}{{ $m.Bar }}{{ end }}{{ range $vars, $sya := .Items }}{{ $vars.x }}{{ $sya.y }}{{ end }}'",
    '"{{ $mai.x }}"',
  ])('%s', (line) => {
    expect(findingsOf(manifest(line)).filter((finding) => finding.startsWith('error'))).toEqual([]);
  });

  it('and alerting rules are not even warned of', () => {
    const alert = "'{{ $labels.pod }} {{ $value | humanize }} {{ $externalLabels.cluster }}'";
    expect(findingsOf(manifest(alert))).toEqual([]);
    const chart = `{chartName: c, chartVersion: 1.0.0, chartRepoName: r, chartRepoURL: "https://c.example.com", chartValues: {a: [${alert}]}}`;
    const own = `helmChartConfiguration: {chartName: c, chartVersion: 1.0.0, chartRepoName: r, chartRepoURL: "https://c.example.com", chartValues: {a: ${alert}}}`;
    expect(errors(specOf({ service: `operatorCRDConfiguration: {helmChartDependencies: [${chart}]}` }))).toEqual([]);
    expect(errors(`name: P\nservices:\n  - name: S\n    ${own}\n`)).toEqual([]);
  });
});
