import type { Position } from '../problem.js';
import type { Finding } from './report.js';

export interface SyntaxFault extends Finding {
  position: Position;
}

export interface YamlError {
  offset: number;
  line: number;
  column: number;
  code: string;
  message: string;
}
