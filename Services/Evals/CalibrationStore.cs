using Dapper;
using LlmOps.Evaluation;
using Npgsql;

namespace LlmOps.Evals;

/// <summary>The newest calibration of each judge of an app.</summary>
public sealed class CalibrationStore(NpgsqlDataSource database)
{
    static CalibrationStore() => Sql.Configure();

    public async Task<IReadOnlyList<JudgeCalibration>> List(string app, CancellationToken ct) => [.. (await Rows(app, ct)).Select(row => Json.Read<JudgeCalibration>(row.Text))];

    /// <param name="app">Null for every app.</param>
    public async Task<IReadOnlyList<CalibrationView>> Views(string? app, CancellationToken ct) => [.. (await Rows(app, ct)).Select(row => row.View())];

    /// <summary>Makes it the judge's calibration. The same again changes nothing.</summary>
    public async Task<CalibrationView> Put(string app, JudgeCalibration calibration, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var text = Json.Write(calibration);
        var row = new Row(app, calibration.JudgeId, text, caller.Person, now);
        var before = await connection.ExecuteScalarAsync<string?>(new("select text::text from calibrations where app = @App and judge = @Judge for update", row, transaction, cancellationToken: ct));
        if (before == text)
            return (await Views(app, ct)).First(view => view.Judge == calibration.JudgeId);
        await connection.ExecuteAsync(new("""
            insert into calibrations (app, judge, text, author, created_at) values (@App, @Judge, @Text::json, @Author, @CreatedAt)
            on conflict (app, judge) do update set text = excluded.text, author = excluded.author, created_at = excluded.created_at
            """, row, transaction, cancellationToken: ct));
        await AuditLog.Append(connection, transaction, AuditFact.By(
            caller, "calibrate", $"judge:{app}/{calibration.JudgeId}", before is null ? null : ContentHash.OfText(before), ContentHash.OfText(text), calibration.Reason), now, ct);
        await transaction.CommitAsync(ct);
        return row.View();
    }

    private async Task<IEnumerable<Row>> Rows(string? app, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QueryAsync<Row>(new(
            "select app, judge, text::text as text, author, created_at from calibrations where @app::text is null or app = @app order by app, judge", new { app }, cancellationToken: ct));
    }

    private sealed record Row(string App, string Judge, string Text, string Author, DateTimeOffset CreatedAt)
    {
        public CalibrationView View()
        {
            var found = Json.Read<JudgeCalibration>(Text);
            return new(App, Judge, found.Judge.Name, found.Judge.Rubric, found.N, found.Kappa?.Value, found.Kappa?.Interval, found.Verdict, found.Reason, Author, CreatedAt);
        }
    }
}
