/** Ours: this server: its version and what it is set to. */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { flag, optionalText, text } from '../../field.js';
import { operation } from '../../operation.js';

export const serverOperations = {
  describeServer: operation({
    id: 'cellplane#DescribeServer',
    api: 'ours',
    route: 'GET /api/server',
    summary: 'Version of the server that answers, and its settings; secrets are only said to be set',
    access: provider('organization:read', 'organization'),
    response: Type.Object({
      version: text,
      /** The default cell is the simulated one. */
      simulated: flag,
      settings: Type.Array(
        Type.Object({
          /** The environment variable. */
          name: text,
          /** The heading that it stands under. */
          group: text,
          /** Markdown. */
          meaning: text,
          /** What counts where it is not set. Absent: nothing. */
          fallback: optionalText,
          isSet: flag,
          isSecret: flag,
          /** What it is set to. Absent: not set, or a secret. */
          value: optionalText,
        }),
      ),
    }),
  }),
};
