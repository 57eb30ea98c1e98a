using System.Runtime.InteropServices;
using Dapper;
using Npgsql;

namespace LlmOps.Indexes;

/// <param name="Sha256">Of the text that was embedded.</param>
public sealed record Embedding(string Sha256, float[] Vector);

/// <summary>Every vector that was ever paid for, by app, embedder and text.</summary>
public sealed class EmbeddingCache(NpgsqlDataSource database)
{
    public async Task<Dictionary<string, float[]>> Find(string app, string fingerprint, IReadOnlyCollection<string> hashes, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(string Sha256, byte[] Vector)>(new(
            "select sha256, vector from embeddings where app = @app and fingerprint = @fingerprint and sha256 = any(@hashes)",
            new { app, fingerprint, hashes = hashes.ToArray() }, cancellationToken: ct));
        return rows.ToDictionary(row => row.Sha256, row => MemoryMarshal.Cast<byte, float>(row.Vector).ToArray());
    }

    public async Task Add(string app, string fingerprint, IReadOnlyList<Embedding> embeddings, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await Add(connection, null, app, fingerprint, embeddings, ct);
    }

    internal static Task Add(NpgsqlConnection connection, NpgsqlTransaction? transaction, string app, string fingerprint, IReadOnlyList<Embedding> embeddings, CancellationToken ct) =>
        connection.ExecuteAsync(new("""
            insert into embeddings (app, fingerprint, sha256, vector) select @app, @fingerprint, * from unnest(@hashes, @vectors) on conflict do nothing
            """, new
        {
            app,
            fingerprint,
            hashes = embeddings.Select(embedding => embedding.Sha256).ToArray(),
            vectors = embeddings.Select(embedding => MemoryMarshal.AsBytes(embedding.Vector.AsSpan()).ToArray()).ToArray(),
        }, transaction, cancellationToken: ct));
}
