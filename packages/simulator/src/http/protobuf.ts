import { unsupportedMediaType } from '../api/status.js';
import { define, isObject, type JsonObject } from '../json.js';

/**
 * What `kubectl create` and typed Go clients send in Kubernetes' protobuf envelope: field numbers of the types that they make from flags
 * (k8s.io/api generated.proto). One type a line, `number:field=type`; types as in `schema/shapes.ts`, `{y}` a map of bytes, `z` an integer
 * whose zero means nothing.
 */
const TYPES = `
ObjectMeta 1:name=s 2:generateName=s 3:namespace=s 5:uid=s 6:resourceVersion=s 11:labels={s} 12:annotations={s} 14:finalizers=[s]
Namespace 1:metadata=ObjectMeta
ConfigMap 1:metadata=ObjectMeta 2:data={s} 3:binaryData={y} 4:immutable=b
Secret 1:metadata=ObjectMeta 2:data={y} 3:type=s 4:stringData={s} 5:immutable=b
ServiceAccount 1:metadata=ObjectMeta
Pod 1:metadata=ObjectMeta 2:spec=PodSpec
PodSpec 2:containers=[Container] 3:restartPolicy=s 6:dnsPolicy=s 8:serviceAccountName=s
Container 1:name=s 2:image=s 3:command=[s] 4:args=[s] 5:workingDir=s 6:ports=[ContainerPort] 7:env=[EnvVar] 14:imagePullPolicy=s
ContainerPort 1:name=s 2:hostPort=z 3:containerPort=z 4:protocol=s
EnvVar 1:name=s 2:value=s
PodTemplateSpec 1:metadata=ObjectMeta 2:spec=PodSpec
LabelSelector 1:matchLabels={s}
Deployment 1:metadata=ObjectMeta 2:spec=DeploymentSpec
DeploymentSpec 1:replicas=i 2:selector=LabelSelector 3:template=PodTemplateSpec
Job 1:metadata=ObjectMeta 2:spec=JobSpec
JobSpec 1:parallelism=i 2:completions=i 6:template=PodTemplateSpec 7:backoffLimit=i
CronJob 1:metadata=ObjectMeta 2:spec=CronJobSpec
CronJobSpec 1:schedule=s 5:jobTemplate=JobTemplateSpec
JobTemplateSpec 1:metadata=ObjectMeta 2:spec=JobSpec
Service 1:metadata=ObjectMeta 2:spec=ServiceSpec
ServiceSpec 1:ports=[ServicePort] 2:selector={s} 3:clusterIP=s 4:type=s 10:externalName=s
ServicePort 1:name=s 2:protocol=s 3:port=i 4:targetPort=x 5:nodePort=z
PolicyRule 1:verbs=[s] 2:apiGroups=[s] 3:resources=[s] 4:resourceNames=[s] 5:nonResourceURLs=[s]
Subject 1:kind=s 2:apiGroup=s 3:name=s 4:namespace=s
RoleRef 1:apiGroup=s 2:kind=s 3:name=s
Role 1:metadata=ObjectMeta 2:rules=[PolicyRule]
ClusterRole 1:metadata=ObjectMeta 2:rules=[PolicyRule]
RoleBinding 1:metadata=ObjectMeta 2:subjects=[Subject] 3:roleRef=RoleRef
ClusterRoleBinding 1:metadata=ObjectMeta 2:subjects=[Subject] 3:roleRef=RoleRef
ResourceAttributes 1:namespace=s 2:verb=s 3:group=s 4:version=s 5:resource=s 6:subresource=s 7:name=s
NonResourceAttributes 1:path=s 2:verb=s
SelfSubjectAccessReviewSpec 1:resourceAttributes=ResourceAttributes 2:nonResourceAttributes=NonResourceAttributes
SelfSubjectAccessReview 1:metadata=ObjectMeta 2:spec=SelfSubjectAccessReviewSpec
SelfSubjectRulesReviewSpec 1:namespace=s
SelfSubjectRulesReview 1:metadata=ObjectMeta 2:spec=SelfSubjectRulesReviewSpec
Preconditions 1:uid=s 2:resourceVersion=s
DeleteOptions 1:gracePeriodSeconds=i 2:preconditions=Preconditions 3:orphanDependents=b 4:propagationPolicy=s 5:dryRun=[s]
TypeMeta 1:apiVersion=s 2:kind=s
Unknown 1:typeMeta=TypeMeta 2:raw=y 3:contentEncoding=s 4:contentType=s
IntOrString 1:type=i 2:intVal=i 3:strVal=s
`;

type Fields = Map<number, { name: string; type: string }>;

const FIELDS = new Map<string, Fields>(
  TYPES.split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ');
      const entries = fields.map((field) => {
        const [, number = '', fieldName = '', type = ''] = /^(\d+):(\w+)=(.+)$/.exec(field) ?? [];
        return [Number(number), { name: fieldName, type }] as const;
      });
      return [name, new Map(entries)];
    }),
);

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** The JSON of an object in the protobuf envelope. Throws 415 for kinds and fields that are not in the table: nothing is dropped silently. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(MAGIC)) throw unsupportedMediaType('the body does not have the prefix of a Kubernetes protobuf object');
  const envelope = message('Unknown', body.subarray(4));
  const meta = isObject(envelope.typeMeta) ? envelope.typeMeta : {};
  const kind = String(meta.kind);
  if (!FIELDS.has(kind)) throw unsupportedMediaType(`the simulated cell does not read ${kind} as protobuf; send application/json`);
  return { apiVersion: meta.apiVersion, kind, ...message(kind, Buffer.from(String(envelope.raw ?? ''), 'base64')) };
}

/** Reads varints and length-delimited fields; the types above use no others. */
function* fieldsOf(bytes: Buffer): Generator<{ number: number; value: bigint | Buffer }> {
  let at = 0;
  const varint = () => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw unsupportedMediaType('the protobuf body breaks off');
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) yield { number: tag >> 3, value: varint() };
    else if ((tag & 7) === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw unsupportedMediaType('the protobuf body breaks off');
      yield { number: tag >> 3, value: bytes.subarray(at, (at += length)) };
    } else throw unsupportedMediaType(`the protobuf body has a field of wire type ${tag & 7}`);
  }
}

function message(type: string, bytes: Buffer): JsonObject {
  const result: JsonObject = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const field = FIELDS.get(type)?.get(number);
    if (!field) {
      // Go writes empty structs and zeros of fields that nobody set.
      if (value === 0n || (typeof value !== 'bigint' && isBlank(value))) continue;
      throw unsupportedMediaType(`the simulated cell does not read field ${number} of ${type} as protobuf; send application/json`);
    }
    if (field.type.startsWith('['))
      result[field.name] = [...((result[field.name] as unknown[] | undefined) ?? []), single(field.type.slice(1, -1), value)];
    else if (field.type.startsWith('{')) {
      const map = isObject(result[field.name]) ? (result[field.name] as JsonObject) : {};
      const entry = typeof value === 'bigint' ? [] : [...fieldsOf(value)];
      const part = (wanted: number) => entry.find((one) => one.number === wanted)?.value ?? Buffer.alloc(0);
      define(map, String(single('s', part(1))), single(field.type.slice(1, -1), part(2)));
      result[field.name] = map;
    } else if (!isUnset(field.type, value)) result[field.name] = single(field.type, value);
  }
  return result;
}

/** True where a struct holds nothing but empty structs, empty texts and zeros. */
function isBlank(bytes: Buffer): boolean {
  try {
    return [...fieldsOf(bytes)].every(({ value }) => (typeof value === 'bigint' ? value === 0n : isBlank(value)));
  } catch {
    return false;
  }
}

/** Empty texts, and zeros that mean nothing: Go writes them although nobody set them. */
function isUnset(type: string, value: bigint | Buffer): boolean {
  return type === 'z' ? value === 0n : type === 's' && value instanceof Buffer && value.length === 0;
}

function single(type: string, value: bigint | Buffer): unknown {
  if (typeof value === 'bigint') return type === 'b' ? value !== 0n : Number(BigInt.asIntN(64, value));
  if (type === 's') return value.toString('utf8');
  if (type === 'y') return value.toString('base64');
  if (type !== 'x') return message(type, value);
  const either = message('IntOrString', value);
  return either.type === 1 ? (either.strVal ?? '') : (either.intVal ?? 0);
}
