-- What the journals of all gateways have shipped. A position is the number of a line in its gateway's journal.
create table inferences (
    gateway    text not null,
    position   bigint not null,
    request_id text not null,
    app        text not null,
    route      text not null,
    arm        text not null,
    bundle     text not null,
    outcome    text not null,
    started_at timestamptz not null,
    record     jsonb not null,
    primary key (gateway, position)
);
create index inferences_by_request on inferences (request_id);

create table feedback (
    gateway    text not null,
    position   bigint not null,
    request_id text not null,
    app        text not null,
    record     jsonb not null,
    primary key (gateway, position)
);

-- How far each journal has been shipped, moved in the transaction that ships.
create table shipped (
    gateway  text primary key,
    position bigint not null
);
