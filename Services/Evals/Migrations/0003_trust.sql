-- What the data gate found when the version was put.
alter table datasets add column checked json;

-- One row for each question asked of a sealed dataset; it stays when the period is over, so that what was sealed once stays sealed.
create table holdout_queries (
    run     text primary key,
    app     text not null,
    dataset text not null,
    at      timestamptz not null
);
create index holdout_queries_by_dataset on holdout_queries (app, dataset, at);

-- The questions that were refused, so that one that is asked again and again is logged once for each time it must wait.
create table holdout_refusals (
    run     text primary key,
    free_at timestamptz not null
);

-- The newest calibration of each judge.
create table calibrations (
    app        text not null,
    judge      text not null,
    text       json not null,
    author     text not null,
    created_at timestamptz not null,
    primary key (app, judge)
);
