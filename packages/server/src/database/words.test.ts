import { API_KEY_ROLES, ENVIRONMENT_TYPES, PRODUCT_ROLES, PROVIDER_ROLES, SUBSCRIPTION_ROLES } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { AUTH_METHODS, OUTCOMES, SOURCES } from '../audit/event.js';
import { FEATURE_LEVELS, FEATURE_SCOPES } from '../catalog/feature/feature.js';
import { VERSION_STATUSES } from '../catalog/rows/version-store.js';
import { NETWORK_TYPES } from '../cells/place.js';
import { CELL_KINDS, CELL_STATUSES } from '../cells/store.js';
import { CHART_STATUSES } from '../charts/chart-store.js';
import { DOMAIN_STATUSES } from '../domains/store.js';
import { PICTURE_TYPES } from '../domains/theme/picture.js';
import { RUN_EVENT_TYPES, RUN_PHASES } from '../engine/model.js';
import { STAGE_STATES, WATCHES } from '../engine/rows/run-row.js';
import { DRIFT_STATES } from '../drift/drift.js';
import { EVENT_KINDS } from '../events/event.js';
import { CHALLENGE_PURPOSES } from '../identity/factors/challenge-store.js';
import { FACTOR_KINDS } from '../identity/factors/factor.js';
import { SESSION_METHODS } from '../identity/method.js';
import { SSO_ROLES } from '../identity/sso/group-role.js';
import { SSO_AUDIENCES } from '../identity/sso/identity-provider.js';
import { VERIFY_STATUSES } from '../identity/sso/identity-provider-store.js';
import { IDENTITY_PROVIDER_TYPES } from '../identity/sso/presets.js';
import { USER_STATUSES } from '../identity/store.js';
import { TOKEN_PURPOSES } from '../identity/customers/token-store.js';
import { INSTANCE_EVENT_TYPES } from '../instances/instance-event-store.js';
import { INSTANCE_STATUSES, OPERATION_KINDS } from '../instances/instance.js';
import { OPERATION_STATUSES } from '../lifecycle/operation.js';
import { DELIVERY_STATUSES } from '../notifications/delivery-store.js';
import { NEWS_CATEGORIES } from '../news/category.js';
import { ALERT_TYPES, CATEGORIES, PRIORITIES } from '../notifications/notice.js';
import { CHANNEL_TYPES } from '../notifications/target.js';
import { MAIL_AUDIENCES, MAIL_STATUSES } from '../mail/mail-store.js';
import { SNAPSHOT_ORIGINS, SNAPSHOT_STATUSES } from '../snapshots/snapshot.js';
import { REQUEST_STATUSES } from '../subscriptions/request-store.js';
import { SUBSCRIPTION_STATUSES } from '../subscriptions/store.js';
import { PATH_ACTIONS, PATH_STATUSES, PATH_TYPES, ROLLBACK_STATUSES, UPGRADE_LETTERS, UPGRADE_STATUSES } from '../upgrades/upgrade-path.js';
import { WORK_STATES } from '../work/kind.js';
import { sql } from './database.js';
import { testDatabase } from './test-database.testing.js';
import { CATALOG_KINDS, DELETION_STATUSES } from '../catalog/deletion/deletion-store.js';
import { HISTORY_KINDS } from '../retention/store.js';

const { db } = await testDatabase();

/** Column → the words that the program knows for it. */
const words: Record<string, readonly string[]> = {
  'api_keys.role_type': API_KEY_ROLES,
  'audit_events.auth_method': AUTH_METHODS,
  'audit_events.outcome': OUTCOMES,
  'audit_events.source': SOURCES,
  'deployment_cells.kind': CELL_KINDS,
  'deployment_cells.status': CELL_STATUSES,
  'chart_releases.status': CHART_STATUSES,
  'drift_findings.state': DRIFT_STATES,
  'environments.type': ENVIRONMENT_TYPES,
  'events.kind': EVENT_KINDS,
  'factor_challenges.purpose': CHALLENGE_PURPOSES,
  'factors.kind': FACTOR_KINDS,
  'identity_providers.audience': SSO_AUDIENCES,
  'identity_providers.default_role_type': SSO_ROLES,
  'identity_providers.environment_type': ENVIRONMENT_TYPES,
  'identity_providers.provider_type': IDENTITY_PROVIDER_TYPES,
  'identity_providers.status': VERIFY_STATUSES,
  'instance_events.type': INSTANCE_EVENT_TYPES,
  'instances.environment_type': ENVIRONMENT_TYPES,
  'instances.network_type': NETWORK_TYPES,
  'instances.status': INSTANCE_STATUSES,
  'member_news.category': NEWS_CATEGORIES,
  'member_news.environment_type': ENVIRONMENT_TYPES,
  'news_preferences.category': NEWS_CATEGORIES,
  'notices.alert_type': ALERT_TYPES,
  'notices.category': CATEGORIES,
  'notices.environment_type': ENVIRONMENT_TYPES,
  'notices.priority': PRIORITIES,
  'notification_channels.channel_type': CHANNEL_TYPES,
  'notification_deliveries.status': DELIVERY_STATUSES,
  'invitations.role_type': PROVIDER_ROLES,
  'portal_domains.environment_type': ENVIRONMENT_TYPES,
  'portal_domains.status': DOMAIN_STATUSES,
  'portal_themes.favicon_type': ['', ...PICTURE_TYPES],
  'portal_themes.logo_type': ['', ...PICTURE_TYPES],
  'mails.audience': MAIL_AUDIENCES,
  'mails.environment_type': ENVIRONMENT_TYPES,
  'mails.status': MAIL_STATUSES,
  'operations.kind': OPERATION_KINDS,
  'operations.previous_network_type': NETWORK_TYPES,
  'operations.requested_network_type': NETWORK_TYPES,
  'operations.status': OPERATION_STATUSES,
  'plan_versions.status': VERSION_STATUSES,
  'catalog_deletions.kind': CATALOG_KINDS,
  'catalog_deletions.status': DELETION_STATUSES,
  'retention_counts.kind': HISTORY_KINDS,
  'run_events.type': RUN_EVENT_TYPES,
  'run_stages.state': STAGE_STATES,
  'run_tasks.watch': WATCHES,
  'plan_features.level': FEATURE_LEVELS,
  'plan_features.scope': ['', ...FEATURE_SCOPES],
  'runs.phase': RUN_PHASES,
  'secret.environment_type': ENVIRONMENT_TYPES,
  'sessions.method': SESSION_METHODS,
  'snapshots.network_type': NETWORK_TYPES,
  'snapshots.origin': SNAPSHOT_ORIGINS,
  'snapshots.status': SNAPSHOT_STATUSES,
  'subscriptions.status': SUBSCRIPTION_STATUSES,
  'subscription_invitations.role_type': SUBSCRIPTION_ROLES,
  'subscription_requests.status': REQUEST_STATUSES,
  'subscription_members.role_type': SUBSCRIPTION_ROLES,
  'user_product_roles.role_type': PRODUCT_ROLES,
  'user_tokens.purpose': TOKEN_PURPOSES,
  'users.role_type': PROVIDER_ROLES,
  'users.status': USER_STATUSES,
  'work.state': WORK_STATES,
  'upgrade_paths.last_action_type': PATH_ACTIONS,
  'upgrade_paths.status': PATH_STATUSES,
  'upgrade_paths.type': PATH_TYPES,
  'instance_upgrades.letter_kind': UPGRADE_LETTERS,
  'instance_upgrades.rollback_status': ROLLBACK_STATUSES,
  'instance_upgrades.status': UPGRADE_STATUSES,
};

/** Columns that are called like these, and hold words of somebody else. */
const foreignWords: Record<string, string> = {
  'drift_findings.kind': 'a Kubernetes kind',
  'drift_objects.kind': 'a Kubernetes kind',
  'instance_objects.kind': 'a Kubernetes kind',
  'run_tasks.kind': 'a Kubernetes kind',
  'work.kind': 'a room names its kinds of work',
  'runs.kind': 'the engine knows no domain; a run of an operation has the kind of its verb',
  'notices.event_type': 'a table of the program says what there is of it; a further type needs no migration',
  'environments.visibility': 'the provider says it, and only the provider reads it',
};

const CALLED_LIKE_A_WORD =
  /(^|_)(status|kind|phase|state|origin|type|visibility|watch|mode|category|priority|outcome|source|method|audience|purpose|level|scope)$/;

describe('words in the database', () => {
  it('are constrained to those that the program knows', async () => {
    const { rows } = await sql<{ column: string; definition: string }>`
      select c.conrelid::regclass || '.' || a.attname as column, pg_get_constraintdef(c.oid) as definition
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'c' and cardinality(c.conkey) = 1 and c.connamespace = 'public'::regnamespace and a.atttypid = 'text'::regtype`.execute(
      db,
    );
    const constrained = Object.fromEntries(
      rows.map(({ column, definition }) => [column, [...definition.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '').toSorted()]),
    );
    expect(constrained).toEqual(Object.fromEntries(Object.entries(words).map(([column, known]) => [column, known.toSorted()])));
  });

  it('stand in no column without a constraint', async () => {
    const { rows } = await sql<{ column: string; name: string }>`
      select table_name || '.' || column_name as column, column_name::text as name from information_schema.columns
      where table_schema = 'public' and data_type = 'text'`.execute(db);
    const found = rows.filter(({ name }) => CALLED_LIKE_A_WORD.test(name)).map(({ column }) => column);
    expect(found.toSorted()).toEqual([...Object.keys(words), ...Object.keys(foreignWords)].toSorted());
  });
});
