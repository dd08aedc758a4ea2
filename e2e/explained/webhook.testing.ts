/** An admission webhook as an operator serves one: HTTPS on this machine, asked about widgets with the label `explained: <name>`. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../packages/simulator/src/http/certificate.js';
import type { Others } from './world.testing.js';

/** Configures the webhook `<name>.explained.test`, which denies everything in these words, or has nobody behind its address. */
export async function webhook({ client }: Others, name: string, answer: { denies: string } | 'nobody listens'): Promise<void> {
  const { key, certificate } = makeCertificate(['127.0.0.1'], Date.now());
  const server = createServer({ key, cert: certificate }, (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { uid } = (JSON.parse(text) as { request: { uid: string } }).request;
      const status = { code: 403, message: answer === 'nobody listens' ? '' : answer.denies };
      const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: false, status } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(review));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (answer === 'nobody listens') server.close();
  // The test's process ends without it.
  else server.unref();
  await client.create({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: `${name}.explained.test` },
    webhooks: [
      {
        name: `${name}.explained.test`,
        clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(certificate).toString('base64') },
        rules: [{ apiGroups: ['explained.test'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['widgets'] }],
        objectSelector: { matchLabels: { explained: name } },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
      },
    ],
  });
}
