/** `instance …`. */
import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { addInstanceAdopt } from './adopt.js';
import { addInstanceBreakpoints } from './breakpoint.js';
import { addInstanceChanges } from './change.js';
import { addInstanceConnect } from './connect.js';
import { addInstanceCreate } from './create.js';
import { addInstanceDrift } from './drift.js';
import { addInstanceDiff } from './diff.js';
import { addInstanceLogs } from './logs.js';
import { addInstanceNodes } from './nodes.js';
import { addInstanceOperations } from './operation.js';
import { addInstanceReads } from './read.js';
import { addInstanceSnapshots } from './snapshot.js';

/** Adds the commands. */
export function addInstanceCommands(program: Command, context: Context): void {
  const group = program.command('instance');
  addInstanceCreate(group, context);
  addInstanceAdopt(group, context);
  addInstanceReads(group, context);
  addInstanceNodes(group, context);
  addInstanceLogs(group, context);
  addInstanceConnect(group, context);
  addInstanceChanges(group, context);
  addInstanceDiff(group, context);
  addInstanceSnapshots(group, context);
  addInstanceOperations(group, context);
  addInstanceBreakpoints(group, context);
  addInstanceDrift(group, context);
}
