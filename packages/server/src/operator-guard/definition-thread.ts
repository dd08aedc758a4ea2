/** A thread that reads the definitions in the YAML of a rendered chart. */
import { readObjects } from '@cellplane/plan';
import { answerMessages } from '../threads/thread-side.js';
import { documentsOfDefinitions } from './definition-documents.js';

answerMessages((text: string) => JSON.stringify(readObjects(documentsOfDefinitions(text))));
