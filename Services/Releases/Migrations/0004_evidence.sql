-- What the gateways' feed said, by release, rung and arm. Step -1 is the shadow; the last rung is live.
create table evidence (
    release_id text not null references releases (id),
    step       int not null,
    arm        text not null,
    requests   bigint not null default 0,
    errors     bigint not null default 0,
    slow       bigint not null default 0,
    feedback   bigint not null default 0,
    correct    bigint not null default 0,
    latency_ms double precision not null default 0, -- sum
    latencies  bigint[] not null, -- histogram, see Latencies.cs
    primary key (release_id, step, arm)
);

-- An item that a feed offers twice counts once.
create table counted (
    item       text primary key,
    release_id text not null
);
