/** What every run would refuse is told when the plan is built. */
import { describe, expect, it } from 'vitest';
import { findingsOf, problemOf, specOf } from '../spec.testing.js';

const manifest = (spec: string, kind = 'Widget', name = 'a') =>
  `apiVersion: ${kind === 'Widget' ? 'x.example/v1' : 'v1'}\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec: ${spec}`;
const codes = (parts: Parameters<typeof specOf>[0]) =>
  findingsOf(specOf(parts))
    .filter((finding) => finding.includes('tainted'))
    .map((finding) => finding.replace(/ @.*/, ''));
const REFUSED = ['error tainted-identifier'];

describe('a value that is always read from an object of the tenant', () => {
  it.each([
    '{passwordSecret: "{{ $sys.restore.metadata.x }}"}',
    '{passwordSecret: "p-{{ $sys.snapshot.metadata.x }}"}',
    '{auth: {existingSecret: "{{ $func.lower($sys.restore.metadata.x) }}"}}',
    '{auth: {existingSecret: "{{ $func.default($sys.restore.metadata.x, $sys.restore.metadata.y) }}"}}',
    '{serviceAccountName: "{{ $sys.restore.metadata.x }}"}',
    '{env: [{valueFrom: {secretKeyRef: {name: "{{ $sys.restore.metadata.x }}", key: k}}}]}',
    '{s3Credentials: {accessKeyId: {name: "{{ $sys.restore.metadata.x }}", key: k}}}',
  ])('names nothing in %s', (spec) => {
    expect(codes({ manifest: manifest(spec) })).toEqual(REFUSED);
  });

  it('names no Secret, and is told where it stands', () => {
    const spec = specOf({ manifest: manifest('{secretName: "{{ $sys.restore.metadata.x }}"}') });
    const problem = problemOf(spec, 'tainted-identifier');
    expect(problem.message).toBe(
      "`spec.secretName` in the manifest of 'leaf' would name a secret with a value read from an object that the tenant can change.",
    );
    expect(spec.split('\n')[problem.position.line - 1]).toContain('secretName');
    expect(codes({ manifest: manifest('{}', 'Secret', '"{{ $sys.restore.metadata.x }}"') })).toEqual(REFUSED);
  });

  it.each([
    '{passwordSecret: "{{ $sys.id }}-password"}',
    '{passwordSecret: password}',
    '{passwordSecret: "{{ $var.name }}"}',
    '{passwordSecret: "{{ $func.default($sys.restore.metadata.x, $sys.id) }}"}',
    '{host: "{{ $sys.restore.metadata.x }}", password: "{{ $sys.restore.metadata.y }}"}',
  ])('is another matter in %s', (spec) => {
    expect(codes({ parameters: '- {key: name}', manifest: manifest(spec) })).toEqual([]);
  });

  it('carries what it likes in a Secret', () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {secret: "{{ $sys.restore.metadata.x }}", password: "{{ $var.name }}"}';
    expect(codes({ parameters: '- {key: name, type: Password}', manifest: secret })).toEqual([]);
  });

  const threaded = (argument: string, second: string) =>
    JSON.stringify({
      name: 'Test',
      services: [
        {
          name: 'Main',
          systemWorkflows: {
            create: {
              workflow: {
                entrypoint: 'main',
                arguments: { parameters: [{ name: 'a', value: argument }] },
                templates: [
                  {
                    name: 'main',
                    inputs: { parameters: [{ name: 'a' }] },
                    dag: {
                      tasks: [
                        { name: 'one', template: 'leaf', arguments: { parameters: [{ name: 's', value: '{{inputs.parameters.a}}' }] } },
                        { name: 'two', template: 'leaf', arguments: { parameters: [{ name: 's', value: second }] } },
                      ],
                    },
                  },
                  {
                    name: 'leaf',
                    inputs: { parameters: [{ name: 's' }] },
                    resource: { action: 'apply', manifest: manifest('{secretName: "{{inputs.parameters.s}}"}') },
                  },
                ],
              },
            },
          },
        },
      ],
    });

  it('is followed through arguments and inputs, where it comes on every way', () => {
    const told = (argument: string, second: string) =>
      findingsOf(threaded(argument, second)).filter((finding) => finding.includes('tainted'));
    expect(told('{{ $sys.restore.metadata.x }}', '{{inputs.parameters.a}}')).toHaveLength(1);
    expect(told('{{ $sys.restore.metadata.x }}', '{{workflow.parameters.a}}')).toHaveLength(1);
    expect(told('{{ $sys.restore.metadata.x }}', 'fixed')).toEqual([]);
    expect(told('{{ $sys.id }}', '{{inputs.parameters.a}}')).toEqual([]);
  });
});
