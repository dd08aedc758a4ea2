/** `subscription member …`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, say, signedIn } from '../../context.js';

export function addMemberCommands(subscription: Command, context: Context): void {
  const group = subscription.command('member').description('Who may use a subscription');
  group
    .command('list')
    .argument('<subscription>', 'id')
    .description('List members, and who is invited')
    .addHelpText('after', '\nExample:\n  cellplane subscription member list sub-Kd82hGa0Qp')
    .action(async (subscriptionId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { subscriptionUsers } = await (await signedIn(context, options)).listSubscriptionMembers({ params: { subscriptionId } });
      printList(context, options, subscriptionUsers, {
        EMAIL: (row) => row.email,
        ROLE: (row) => row.roleType,
        NAME: (row) => row.name,
        'INVITED UNTIL': (row) => row.invitationExpiresAt ?? '',
      });
    });
  group
    .command('invite')
    .arguments('<subscription> <email>')
    .description('Invite somebody, or give a member another role')
    .option('--role <role>', 'root, admin, editor or reader', 'reader')
    .addHelpText('after', '\nExample:\n  cellplane subscription member invite sub-Kd82hGa0Qp anna@example.com --role editor')
    .action(async (subscriptionId: string, email: string, own: { role: string }, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      await client.inviteSubscriptionMember({ params: { subscriptionId }, body: { email, roleType: own.role } });
      say(context, options, `${email} is ${own.role} of ${subscriptionId} as soon as they sign in.`);
    });
  group
    .command('remove')
    .arguments('<subscription> <email>')
    .description('Take a member’s role, or an invitation, away')
    .addHelpText('after', '\nExample:\n  cellplane subscription member remove sub-Kd82hGa0Qp anna@example.com')
    .action(async (subscriptionId: string, email: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await (await signedIn(context, options)).removeSubscriptionMember({ params: { subscriptionId }, body: { email } });
      say(context, options, `${email} can no longer use ${subscriptionId}.`);
    });
}
