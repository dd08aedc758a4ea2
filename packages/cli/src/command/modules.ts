/** The commands of the first level, and where each is. What nobody has asked for is not loaded: a command begins in a tenth of the time. */
import type { Command } from 'commander';
import type { Context } from '../context.js';

/** Adds commands. `whole` makes a program with every command in it, for the one that tells of all. */
type Add = (program: Command, context: Context, whole: () => Promise<Command>) => void;

export interface CommandModule {
  /** Name → description, in the order of the help. */
  commands: Record<string, string>;
  /** Loads what adds them. */
  load: () => Promise<Add>;
}

export const MODULES: CommandModule[] = [
  {
    commands: {
      serve: 'Run the server; the environment configures it (CELLPLANE_PORT, DATABASE_URL, CELLPLANE_KUBECONFIG …)',
      start: 'Run a server, build the example plan, create an instance of it, and show its way to RUNNING',
      simulator: 'Run a simulated deployment cell: a small Kubernetes API server with operators that behave',
    },
    load: async () => (await import('./server.js')).addServerCommands,
  },
  {
    commands: {
      login: 'Sign in; the session is kept in ~/.cellplane/config.yml',
      logout: 'End the session and forget it',
      whoami: 'Show the signed-in user',
    },
    load: async () => (await import('./session.js')).addSessionCommands,
  },
  {
    commands: { profile: 'Servers by name, each with a session of its own' },
    load: async () => (await import('./profile.js')).addProfileCommands,
  },
  {
    commands: { signup: "Make an account as a customer of the server's provider" },
    load: async () => (await import('./people/signup.js')).addSignUpCommands,
  },
  {
    commands: { password: 'Set a new password, by a mailed token or by the current one' },
    load: async () => (await import('./people/password.js')).addPasswordCommands,
  },
  {
    commands: { user: 'People of your organization, their roles and invitations' },
    load: async () => (await import('./people/user.js')).addUserCommands,
  },
  {
    commands: { customer: 'Accounts of your customers' },
    load: async () => (await import('./people/customer.js')).addCustomerCommands,
  },
  {
    commands: { session: 'Where you are signed in' },
    load: async () => (await import('./people/own-session.js')).addOwnSessionCommands,
  },
  {
    commands: { factor: 'Second factors: an authenticator app, recovery codes' },
    load: async () => (await import('./people/factor.js')).addFactorCommands,
  },
  {
    commands: { 'api-key': 'API keys, with which programs sign in' },
    load: async () => (await import('./people/api-key.js')).addApiKeyCommands,
  },
  {
    commands: { 'identity-provider': 'With whom your customers and people sign in: Google, GitHub, OpenID Connect' },
    load: async () => (await import('./sso/identity-provider.js')).addIdentityProviderCommands,
  },
  {
    commands: { mail: 'Mails to customers and to your people' },
    load: async () => (await import('./people/mail.js')).addMailCommands,
  },
  {
    commands: { 'mail-text': 'What mails say, in your own words' },
    load: async () => (await import('./people/mail-text.js')).addMailTextCommands,
  },
  {
    commands: {
      check: 'Check a plan spec without a server: every problem with its place, as a compiler prints it',
      build: 'Build a plan spec on the server; a changed one can be released as a new version',
    },
    load: async () => (await import('./build.js')).addBuildCommands,
  },
  {
    commands: { simulate: 'Try a plan without a cluster: a throw-away server, the simulated cell, an instance and its way to RUNNING' },
    load: async () => (await import('./simulate.js')).addSimulateCommand,
  },
  {
    commands: { doctor: 'Check whether a cluster can be a deployment cell: rights, versions, storage, DNS, Helm' },
    load: async () => (await import('./doctor.js')).addDoctorCommand,
  },
  {
    commands: { service: 'Services (products)' },
    load: async () => (await import('./catalog/service.js')).addServiceCommands,
  },
  {
    commands: { environment: 'Environments of services, and promotion between them' },
    load: async () => (await import('./catalog/environment.js')).addEnvironmentCommands,
  },
  {
    commands: { 'service-plan': 'Plans and their versions' },
    load: async () => (await import('./catalog/service-plan.js')).addServicePlanCommands,
  },
  {
    commands: { domain: "Domains for customers' portals, and whether they lead there" },
    load: async () => (await import('./catalog/domain.js')).addDomainCommands,
  },
  {
    commands: { 'portal-theme': 'How the portal of customers looks: name, colour, pictures, links' },
    load: async () => (await import('./catalog/portal-theme.js')).addPortalThemeCommands,
  },
  {
    commands: { instance: 'Instances of tenants' },
    load: async () => (await import('./instance/instance.js')).addInstanceCommands,
  },
  {
    commands: { subscription: 'Subscriptions: who may have instances of which plan' },
    load: async () => (await import('./subscription/subscription.js')).addSubscriptionCommands,
  },
  {
    commands: { snapshot: 'Snapshots: kept ones and those that expire, also of deleted instances' },
    load: async () => (await import('./snapshot.js')).addSnapshotCommands,
  },
  {
    commands: { upgrade: 'Upgrade many instances to another version of their plan, in waves' },
    load: async () => (await import('./upgrade/upgrade.js')).addUpgradeCommands,
  },
  {
    commands: { 'maintenance-window': 'When the instances of a customer may be upgraded' },
    load: async () => (await import('./upgrade/maintenance-window.js')).addMaintenanceWindowCommands,
  },
  {
    commands: { workflow: 'Workflow runs: what was, is and will be done to instances' },
    load: async () => (await import('./workflow.js')).addWorkflowCommands,
  },
  {
    commands: { secret: 'Secrets of an environment type; plans read them with $secret.NAME' },
    load: async () => (await import('./secret.js')).addSecretCommands,
  },
  {
    commands: {
      notification: 'Notification channels and what they have carried; what customers are mailed',
      events: 'Events of the fleet: what failed, was made, was released',
    },
    load: async () => (await import('./notification.js')).addNotificationCommands,
  },
  {
    commands: { 'deployment-cell': 'Deployment cells: the clusters that instances are in, and their facts' },
    load: async () => (await import('./cell/deployment-cell.js')).addDeploymentCellCommands,
  },
  {
    commands: { audit: 'The audit trail: who did what; whether it is whole; a copy of it' },
    load: async () => (await import('./audit.js')).addAuditCommands,
  },
  {
    commands: { usage: 'What instances have used, and what it costs' },
    load: async () => (await import('./usage/usage.js')).addUsageCommand,
  },
  {
    commands: { budget: 'What a month may cost: budgets, what is spent of them, and when you are told' },
    load: async () => (await import('./usage/budget.js')).addBudgetCommands,
  },
  {
    commands: { retention: 'For how long history is kept, and what was removed of it' },
    load: async () => (await import('./retention.js')).addRetentionCommand,
  },
  {
    commands: { completion: 'Print the script that completes this command in a shell' },
    load: async () => (await import('./completion.js')).addCompletionCommand,
  },
];
