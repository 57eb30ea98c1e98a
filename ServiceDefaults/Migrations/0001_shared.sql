-- What every service database has: its audit chain, and its cursors into the feeds that it reads.
create table audit_entries (
    seq           bigint primary key,
    at            timestamptz not null,
    actor         text not null,
    role          text not null,
    action        text not null,
    object        text not null,
    before        text,
    after         text,
    reason        text,
    request_id    text,
    previous_hash text not null,
    hash          text not null unique
);

create table feed_cursors (
    feed   text primary key,
    cursor text not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only';
end $$;

create trigger audit_is_append_only before update or delete or truncate on audit_entries
    for each statement execute function refuse_change();
