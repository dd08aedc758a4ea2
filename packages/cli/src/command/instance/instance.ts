/** `instance …`. */
import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { addInstanceBreakpoints } from './instance-breakpoint.js';
import { addInstanceChanges } from './instance-change.js';
import { addInstanceConnect } from './instance-connect.js';
import { addInstanceCreate } from './instance-create.js';
import { addInstanceOperations } from './instance-operation.js';
import { addInstanceReads } from './instance-read.js';
import { addInstanceSnapshots } from './instance-snapshot.js';

/** Adds the commands. */
export function addInstanceCommands(program: Command, context: Context): void {
  const group = program.command('instance');
  addInstanceCreate(group, context);
  addInstanceReads(group, context);
  addInstanceConnect(group, context);
  addInstanceChanges(group, context);
  addInstanceSnapshots(group, context);
  addInstanceOperations(group, context);
  addInstanceBreakpoints(group, context);
}
