/** A thread that reads the definitions in the YAML of a rendered chart. */
import { readObjects } from '@cellplane/plan';
import { answerMessages } from '../threads/thread-side.js';

answerMessages((text: string) => JSON.stringify(readObjects(documentsOfDefinitions(text))));

/** The rest of a chart may be large, and nobody wants it. Helm begins each document with a line of three dashes. */
function documentsOfDefinitions(text: string): string {
  return text
    .split(/^---(?=\s|$)/m)
    .filter((document) => /^kind:\s*["']?CustomResourceDefinition/m.test(document))
    .join('\n---\n');
}
