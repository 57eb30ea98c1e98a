-- Numbers that rise with every change that others must hear of, in the transaction of the change.
create table revisions (
    name  text primary key,
    value bigint not null
);
insert into revisions (name, value) values ('access', 0), ('snapshot', 0);

create table keys (
    id         text primary key,
    mac        text not null, -- HMAC of the secret part; the secret itself is nowhere
    role       text not null,
    person     text not null,
    app        text not null,
    created_at timestamptz not null,
    expires    timestamptz,
    revoked    boolean not null default false
);
