/** What was done, or was refused, said at the edge of the page for a while. */
import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';
import classes from './toasts.module.css';

/** How long each is shown, unless it says otherwise. Milliseconds. */
const SHOWN_MS = 6_000;

export default function Toasts() {
  return <Notifications position="bottom-right" autoClose={SHOWN_MS} limit={4} className={classes['toasts'] ?? ''} />;
}
