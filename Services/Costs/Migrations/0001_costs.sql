create table price_books (
    version       text primary key,
    text          text not null,
    author        text not null,
    in_force_from timestamptz not null
);

-- One row per settled inference of the gateway. Rows are never changed: a correction is a new record of the feed.
create table ledger (
    request_id      text not null,
    attempt         int not null check (attempt > 0),
    app             text not null,
    route           text not null,
    arm             text not null,
    bundle          text not null,
    label           text not null,
    model           text not null,
    started_at      timestamptz not null,
    outcome         text not null,
    input           bigint not null check (input >= 0),
    cached_read     bigint not null check (cached_read >= 0),
    cached_write_5m bigint not null check (cached_write_5m >= 0),
    cached_write_1h bigint not null check (cached_write_1h >= 0),
    output          bigint not null check (output >= reasoning),
    reasoning       bigint not null check (reasoning >= 0),
    estimated       boolean not null,
    usd             numeric,
    unpriced        text, -- why there is no price
    price_book      text not null references price_books (version),
    primary key (request_id, attempt),
    check ((usd is null) = (unpriced is not null))
);
create index ledger_by_app on ledger (app, bundle, arm);

-- Feed items that cannot be read, kept word for word with the reason.
create table quarantine (
    sha256 text primary key,
    item   text not null,
    reason text not null,
    at     timestamptz not null
);
