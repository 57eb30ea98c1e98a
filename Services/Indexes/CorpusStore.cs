using Dapper;
using LlmOps.Retrieval;
using Npgsql;

namespace LlmOps.Indexes;

public sealed class CorpusStore(NpgsqlDataSource database)
{
    static CorpusStore() => Sql.Configure();

    /// <summary>The documents of one state of a corpus, whether or not it is still the current one.</summary>
    public async Task<IReadOnlyList<Document>> Documents(string app, string corpus, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(string Id, string Text)>(new("""
            select d.id, t.text from corpus_documents d join document_texts t on (t.app, t.sha256) = (d.app, d.sha256) where d.app = @app and d.corpus = @corpus
            """, new { app, corpus }, cancellationToken: ct));
        return [.. rows.OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => Document.Of(row.Id, row.Text))];
    }

    /// <summary>Makes this the current corpus of its index. Idempotent.</summary>
    public async Task<CorpusView> Put(Corpus corpus, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new("insert into corpora (app, index, sha256, documents) values (@App, @Index, '', 0) on conflict do nothing", corpus, transaction, cancellationToken: ct));
        var before = await connection.ExecuteScalarAsync<string>(new("select sha256 from corpora where app = @App and index = @Index for update", corpus, transaction, cancellationToken: ct));
        var there = await connection.QueryAsync<(string Id, string Sha256)>(new(
            "select id, sha256 from corpus_documents where app = @App and corpus = @before", new { corpus.App, before }, transaction, cancellationToken: ct));
        var view = corpus.Compare(there.ToDictionary(document => document.Id, document => document.Sha256));

        var rows = new
        {
            corpus.App,
            corpus.Index,
            corpus.Sha256,
            documents = corpus.Documents.Count,
            ids = corpus.Documents.Select(document => document.Id).ToArray(),
            hashes = corpus.Documents.Select(document => document.Sha256).ToArray(),
            texts = corpus.Documents.Select(document => document.Text).ToArray(),
            sources = corpus.Documents.Select(document => document.Source).ToArray(),
        };
        await connection.ExecuteAsync(new("""
            insert into document_texts (app, sha256, text) select distinct on (sha256) @App, sha256, text from unnest(@hashes, @texts) as d (sha256, text) order by sha256
            on conflict do nothing
            """, rows, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("""
            insert into corpus_documents (app, corpus, id, sha256, source) select @App, @Sha256, * from unnest(@ids, @hashes, @sources)
            on conflict (app, corpus, id) do update set source = excluded.source
            """, rows, transaction, cancellationToken: ct));
        await connection.ExecuteAsync(new("update corpora set sha256 = @Sha256, documents = @documents where app = @App and index = @Index", rows, transaction, cancellationToken: ct));
        if (before != corpus.Sha256)
            await AuditLog.Append(connection, transaction, AuditFact.By(caller, "put-corpus", $"corpus:{corpus.App}/{corpus.Index}", before is "" ? null : before, corpus.Sha256, null), now, ct);
        await transaction.CommitAsync(ct);
        return view;
    }
}
