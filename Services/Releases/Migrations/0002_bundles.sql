create table apps (
    name   text primary key,
    route  text not null unique,
    suite  text not null,
    policy text not null
);

-- Every text a policy ever had, by its hash: a bundle is judged by the one it pins.
create table policies (
    app     text not null,
    name    text not null,
    sha256  text not null,
    text    text not null,
    author  text not null,
    at      timestamptz not null,
    current boolean not null,
    primary key (app, name, sha256)
);
create unique index policies_current on policies (app, name) where current;

create table bundles (
    id          text primary key,
    app         text not null references apps (name),
    label       text not null,
    manifest    jsonb not null,
    prompt_text text not null,
    author      text not null,
    created_at  timestamptz not null
);
create index bundles_by_app on bundles (app, created_at desc);

create function refuse_bundle_change() returns trigger language plpgsql as $$
begin
    raise exception 'a bundle is immutable';
end $$;

create trigger bundles_are_immutable before update or delete or truncate on bundles
    for each statement execute function refuse_bundle_change();
