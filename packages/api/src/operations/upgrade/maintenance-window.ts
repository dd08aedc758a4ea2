/** When the instances of customers may be upgraded: ours. */
import { Type } from 'typebox';
import { customer, provider } from '../../access.js';
import { flag, optionalText, text, texts, whole } from '../../field.js';
import { operation } from '../../operation.js';

const MaintenanceWindow = Type.Object({
  /** MON … SUN: the days on which it begins. */
  weekdays: texts,
  /** 22:00 */
  start: text,
  durationMinutes: whole,
  timeZone: text,
});
const SetWindow = Type.Object({
  /** The id of a subscription, or of an organization. */
  subject: text,
  /** The name of the organization; of a subscription plan and organization. */
  subjectName: optionalText,
  ...MaintenanceWindow.properties,
  setBy: optionalText,
  setAt: optionalText,
  /** Whether it is open now, and when it opens or closes next. */
  open: flag,
  changesAt: text,
});

export const maintenanceWindowOperations = {
  listMaintenanceWindows: operation({
    id: 'cellplane#ListMaintenanceWindows',
    api: 'ours',
    route: 'GET /api/fleet/maintenance-windows',
    summary: 'Maintenance windows of all customers',
    access: provider('customer:read', 'organization'),
    response: Type.Object({ maintenanceWindows: Type.Array(SetWindow) }),
  }),
  setMaintenanceWindow: operation({
    id: 'cellplane#SetMaintenanceWindow',
    api: 'ours',
    route: 'PUT /api/fleet/maintenance-windows/{subject}',
    summary: 'Say when the instances of a subscription, or of all subscriptions of an organization, may be upgraded',
    access: provider('customer:write', 'organization'),
    body: MaintenanceWindow,
    response: SetWindow,
  }),
  deleteMaintenanceWindow: operation({
    id: 'cellplane#DeleteMaintenanceWindow',
    api: 'ours',
    route: 'DELETE /api/fleet/maintenance-windows/{subject}',
    summary: 'The instances of a subscription or organization may be upgraded at any time again',
    access: provider('customer:write', 'organization'),
  }),
  customerListMaintenanceWindows: operation({
    id: 'cellplane#CustomerListMaintenanceWindows',
    api: 'ours',
    route: 'GET /api/maintenance-windows',
    summary: 'Maintenance windows of the caller’s subscriptions',
    access: customer('subscription:read'),
    response: Type.Object({ maintenanceWindows: Type.Array(SetWindow) }),
  }),
  customerSetMaintenanceWindow: operation({
    id: 'cellplane#CustomerSetMaintenanceWindow',
    api: 'ours',
    route: 'PUT /api/maintenance-windows/{subscriptionId}',
    summary: 'Say when the instances of a subscription of the caller may be upgraded',
    access: customer('subscription:write'),
    body: MaintenanceWindow,
    response: SetWindow,
  }),
  customerDeleteMaintenanceWindow: operation({
    id: 'cellplane#CustomerDeleteMaintenanceWindow',
    api: 'ours',
    route: 'DELETE /api/maintenance-windows/{subscriptionId}',
    summary: 'The instances of a subscription of the caller may be upgraded at any time again',
    access: customer('subscription:write'),
  }),
};
