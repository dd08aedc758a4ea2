/** A thread that checks plan specs. */
import { answerMessages } from '../threads/thread-side.js';
import { findInSpec } from './checked-spec.js';

answerMessages(findInSpec);
