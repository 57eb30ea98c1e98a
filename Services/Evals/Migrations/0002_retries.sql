-- What went before an errored case was asked again: it stays counted and paid for.
alter table jobs add column earlier_attempts int not null default 0;
alter table jobs add column earlier_usd numeric not null default 0;
