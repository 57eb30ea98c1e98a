-- Texts by content, and corpora by the hash of all their documents: a state of a corpus is never lost, so a version can be built again.
create table document_texts (
    app    text not null,
    sha256 text not null,
    text   text not null,
    primary key (app, sha256)
);

create table corpus_documents (
    app    text not null,
    corpus text not null,
    id     text not null,
    sha256 text not null,
    source text,
    primary key (app, corpus, id),
    foreign key (app, sha256) references document_texts (app, sha256)
);

create table corpora (
    app       text not null,
    index     text not null,
    sha256    text not null, -- '' until the first documents are in
    documents int not null,
    primary key (app, index)
);

create table index_versions (
    id             text primary key,
    app            text not null,
    index          text not null,
    chunker        text not null,
    embedder       text not null,
    fingerprint    text not null,
    weight         double precision not null,
    corpus         text not null,
    documents      int not null,
    chunks         int not null default 0,
    embedded       int not null default 0,
    created_at     timestamptz not null,
    ready_at       timestamptz,
    error          text,
    segment_sha256 text,
    attempt        int not null default 0, -- fence: only the holder of the newest attempt writes
    tries          int not null default 0, -- attempts since it was ordered
    claimed_until  timestamptz
);
create index index_versions_by_app on index_versions (app, index);
create index index_versions_building on index_versions (created_at) where ready_at is null and error is null;

-- Vectors by what was embedded and with what: little-endian float32.
create table embeddings (
    app         text not null,
    fingerprint text not null,
    sha256      text not null,
    vector      bytea not null,
    primary key (app, fingerprint, sha256)
);
