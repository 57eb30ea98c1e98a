create table lint_policies (
    app    text primary key,
    sha256 text not null,
    text   text not null
);

create table prompts (
    app        text not null,
    name       text not null,
    updated_at timestamptz not null,
    primary key (app, name)
);

create table prompt_versions (
    app        text not null,
    name       text not null,
    version    text not null,
    sha256     text not null,
    text       text not null,
    model      text not null,
    author     text not null,
    commit     text,
    changelog  text,
    changes    text[] not null,
    created_at timestamptz not null,
    primary key (app, name, version),
    foreign key (app, name) references prompts (app, name)
);

create function refuse_new_content() returns trigger language plpgsql as $$
begin
    raise exception 'a prompt version is immutable';
end $$;

create trigger prompt_version_is_immutable before update or delete or truncate on prompt_versions
    for each statement execute function refuse_new_content();

-- What each policy says of each version. The policy in force decides; '' is an app without one.
create table prompt_findings (
    app           text not null,
    name          text not null,
    version       text not null,
    policy_sha256 text not null,
    findings      jsonb not null,
    primary key (app, name, version, policy_sha256),
    foreign key (app, name, version) references prompt_versions (app, name, version)
);

create table prompt_labels (
    app      text not null,
    name     text not null,
    label    text not null,
    version  text not null,
    release  text not null,
    moved_at timestamptz not null,
    primary key (app, name, label),
    foreign key (app, name, version) references prompt_versions (app, name, version)
);

create table proposals (
    id           uuid primary key,
    app          text not null,
    name         text not null,
    version      text not null,
    base_version text,
    bundle       text not null,
    title        text not null,
    description  text,
    run          text,
    author       text not null,
    opened_at    timestamptz not null,
    expires_at   timestamptz not null,
    foreign key (app, name, version) references prompt_versions (app, name, version)
);
create index proposals_by_version on proposals (app, name, version);
create index proposals_by_expiry on proposals (expires_at);

create table reviews (
    id       bigint generated always as identity primary key,
    proposal uuid not null references proposals (id),
    person   text not null,
    role     text not null,
    decision text not null,
    bundle   text not null,
    comment  text,
    at       timestamptz not null,
    position bigint unique -- place in the feed of approvals, given in commit order
);
create index reviews_by_proposal on reviews (proposal);
