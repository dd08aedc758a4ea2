-- A mail may be about something that is taken back before the mail goes out: an invitation, by its id. Nobody gets it then: WITHDRAWN.
alter table mails add column about text;
alter table mails drop constraint mails_status_check;
alter table mails
  add constraint mails_status_check check (status in ('WAITING', 'SENT', 'FAILED', 'TAKEN', 'WITHHELD', 'WITHDRAWN'));
create index mails_about on mails (about) where status = 'WAITING' and about is not null;
