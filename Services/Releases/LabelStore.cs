using Dapper;
using Npgsql;

namespace LlmOps.Releases;

/// <summary>A prompt's label that must point to the version which is live.</summary>
public sealed record LabelMove(long Id, string App, string Prompt, string Version, string Label, string Release);

/// <summary>The moves that Prompts has not heard of yet.</summary>
public sealed class LabelStore(NpgsqlDataSource database)
{
    /// <summary>The newest open move of each label; an older one that was not delivered no longer matters.</summary>
    public async Task<IReadOnlyList<LabelMove>> Open(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<LabelMove>(new("""
            select distinct on (app, prompt, label) id, app, prompt, version, label, release_id as release
            from label_moves where not done order by app, prompt, label, id desc
            """, cancellationToken: ct))];
    }

    public async Task Done(LabelMove move, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new("update label_moves set done = true where app = @App and prompt = @Prompt and label = @Label and id <= @Id", move, cancellationToken: ct));
    }
}
