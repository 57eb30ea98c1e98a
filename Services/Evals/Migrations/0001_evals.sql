create sequence revisions;

-- Versions are immutable; the one with the highest revision is current.
create table datasets (
    app        text not null,
    name       text not null,
    sha256     text not null,
    revision   bigint not null default nextval('revisions'),
    text       text not null,
    schema     text,
    cases      int not null check (cases > 0),
    segments   jsonb not null,
    author     text not null,
    created_at timestamptz not null,
    primary key (app, name, sha256)
);

create table suites (
    app        text not null,
    name       text not null,
    sha256     text not null,
    revision   bigint not null default nextval('revisions'),
    dataset    text not null,
    text       text not null,
    author     text not null,
    created_at timestamptz not null,
    primary key (app, name, sha256)
);

create table runs (
    id             text primary key,
    app            text not null,
    suite          text not null,
    suite_sha256   text not null,
    dataset        text not null,
    dataset_sha256 text not null,
    policy_text    text not null,
    policy_sha256  text not null,
    bundle         text not null,
    baseline       text,
    state          text not null check (state in ('open', 'finished', 'failed')),
    verdict        text,
    gates          json not null default '[]',
    report         json, -- not jsonb: a model may answer with a NUL, which jsonb refuses
    requested_by   text not null,
    started_at     timestamptz not null,
    finished_at    timestamptz,
    error          text,
    foreign key (app, suite, suite_sha256) references suites (app, name, sha256),
    foreign key (app, dataset, dataset_sha256) references datasets (app, name, sha256),
    check ((state = 'finished') = (verdict is not null)),
    check ((state = 'finished') = (report is not null)),
    check ((state = 'failed') = (error is not null))
);
create index runs_by_bundle on runs (app, bundle);
create index runs_open on runs (id) where state = 'open';

create table jobs (
    id             bigint generated always as identity primary key,
    run            text not null references runs (id),
    bundle         text not null,
    suite_sha256   text not null,
    dataset_sha256 text not null,
    case_id        text not null,
    repeat         int not null check (repeat > 0),
    segment        text,
    case_text      text not null,
    attempt        int not null default 0, -- the fence: only the newest attempt may answer
    runner         text,
    claimed_until  timestamptz,
    result         json,
    errored        boolean not null default false,
    reused         boolean not null default false,
    unique (run, bundle, case_id, repeat)
);
create index jobs_open on jobs (id) where result is null;
create index jobs_to_reuse on jobs (bundle, suite_sha256, dataset_sha256, case_id, repeat) where result is not null and not errored;
