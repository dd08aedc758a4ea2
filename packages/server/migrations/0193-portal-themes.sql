-- How a provider's portal looks: what it is called, its colour, pictures and links. What is empty is as Cellplane has it.
create table portal_themes (
  org_id text primary key references organizations on delete cascade,
  name text not null default '',
  -- #rrggbb
  accent text not null default '',
  -- documentation, support, pricing, terms, privacy: addresses.
  links jsonb not null default '{}',
  logo bytea,
  logo_type text not null default '' check (logo_type in ('', 'image/png', 'image/webp')),
  favicon bytea,
  favicon_type text not null default '' check (favicon_type in ('', 'image/png', 'image/webp')),
  modified_at timestamptz not null default now(),
  modified_by text not null
);
