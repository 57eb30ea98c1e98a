create table routes (
    route       text primary key,
    app         text not null references apps (name),
    environment text not null,
    stable      text references bundles (id),
    previous    text references bundles (id),
    killed      boolean not null default false
);

create table releases (
    id          text primary key,
    app         text not null,
    route       text not null references routes (route),
    environment text not null,
    bundle      text not null references bundles (id),
    previous    text references bundles (id),
    run         text,
    reason      text not null,
    opened_by   text not null,
    opened_at   timestamptz not null,
    revision    bigint not null,
    phase       jsonb not null,
    p99_ms      double precision -- the policy's limit, so that the feed can count the requests beyond it
);
create index releases_by_app on releases (app, opened_at desc);
-- One release at a time may be on its way to a route's traffic.
create unique index releases_on_their_way on releases (route)
    where phase ->> 'kind' in ('draft', 'validating', 'evaluating', 'awaiting-approval', 'shadowing', 'canary', 'paused');
create index releases_live on releases (route) where phase ->> 'kind' = 'live';

create table release_history (
    release_id text not null references releases (id),
    revision   bigint not null,
    phase      jsonb not null,
    why        text not null,
    at         timestamptz not null,
    primary key (release_id, revision)
);

-- What was seen when somebody last looked: why it stands there, and the verdicts.
create table observations (
    release_id text primary key references releases (id),
    waiting    text not null,
    watch      jsonb not null
);

create table approvals (
    bundle     text not null,
    release_id text, -- null: given on a proposal, for every release of the bundle
    person     text not null,
    role       text not null,
    author     text, -- of the proposal
    source     text not null,
    at         timestamptz not null,
    expires_at timestamptz not null,
    primary key (bundle, person, source)
);

-- Prompts is told after the commit, until it has heard.
create table label_moves (
    id         bigint generated always as identity primary key,
    app        text not null,
    prompt     text not null,
    version    text not null,
    label      text not null,
    release_id text not null,
    done       boolean not null default false
);
create index label_moves_open on label_moves (id) where not done;
