using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace LlmOps.Gateway;

/// <summary>The evidence feed, one record of it, and what people say about an answer.</summary>
public static class InferenceEndpoints
{
    private const int MostPerPage = 5000;

    public static void MapInferences(this IEndpointRouteBuilder app)
    {
        var inferences = app.MapGroup("/inferences").RequireScope(Scope.ReadCosts).WithTags("Inferences").AddEndpointFilter(DatabaseAway).ProducesProblem(502);

        inferences.MapGet("/", Feed).WithSummary("Settled calls and feedback behind a cursor, in order within each gateway").ProducesProblem(400);
        inferences.MapGet("/{requestId}", Find).WithSummary("One call").ProducesProblem(404);

        app.MapPost("/v1/feedback", Give).RequireScope(Scope.Invoke).WithTags("Inferences").AddEndpointFilter(DatabaseAway)
            .WithSummary("Say whether an answer was correct").ProducesProblem(404).ProducesProblem(502);
    }

    private static async Task<Results<Ok<FeedPage>, ProblemHttpResult>> Feed(HttpContext context, InferenceStore store, CancellationToken ct, string? after = null, int max = 500)
    {
        if (Positions(after) is not { } positions)
            return Refusal.Invalid("cursor-unreadable", "That is no cursor of this feed. Hand back the cursor of the last page, or none to begin at the start.").ToProblem();

        var app = context.Caller().App is var covered && covered == "*" ? null : covered;
        var items = await store.After(positions, app, Math.Clamp(max, 1, MostPerPage), ct);
        foreach (var item in items)
            positions[item.Gateway] = item.Position;
        return TypedResults.Ok(new FeedPage([.. items.Select(item => item.Item)], Cursor(positions)));
    }

    private static async Task<Results<Ok<InferenceRecord>, ProblemHttpResult>> Find(string requestId, HttpContext context, Journal journal, InferenceStore store, CancellationToken ct) =>
        (await Known(requestId, context.Caller(), journal, store, ct)).ToHttp();

    private static async Task<Results<Ok<FeedbackTaken>, ProblemHttpResult>> Give(
        GiveFeedback give, HttpContext context, Journal journal, InferenceStore store, TimeProvider clock, CancellationToken ct)
    {
        if (give is { Correct: null, Score: null })
            return Refusal.Invalid("feedback-empty", "The feedback says nothing. Send correct (true or false), score (0 to 1), or both.").ToProblem();
        var found = await Known(give.RequestId, context.Caller(), journal, store, ct);
        if (found.Refused)
            return found.Refusal.ToProblem();

        var inference = found.Value;
        var feedback = new FeedbackRecord(
            inference.RequestId, inference.App, inference.Arm, inference.Release, inference.Step, inference.Bundle,
            give.Correct, give.Score, context.Caller().Person, clock.GetUtcNow(), give.Comment?.Replace("\0", "", StringComparison.Ordinal)); // Postgres takes no NUL
        return await journal.Give(feedback) is { } refusal ? refusal.ToProblem() : TypedResults.Ok(new FeedbackTaken(inference.RequestId));
    }

    private static async Task<Result<InferenceRecord>> Known(string requestId, Caller caller, Journal journal, InferenceStore store, CancellationToken ct) =>
        (journal.Find(requestId) ?? await store.Find(requestId, ct)) is { } found && caller.Covers(found.App)
            ? found
            : Refusal.NotFound("inference-not-found", $"There is no call {requestId}, or this key does not cover its app. Take the id from the answer's x-request-id.");

    /// <summary>Calls go on without the database, and their records wait in the journal; reading them does not. What Postgres says of our own statements is still a bug.</summary>
    private static async ValueTask<object?> DatabaseAway(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false })
        {
            return Refusal.Upstream("database-away", "The gateway's database does not answer. Calls go on, and nothing of them is lost. Start Postgres again or mend ConnectionStrings__gateway, then repeat this.").ToProblem();
        }
    }

    /// <summary>Null for what is no cursor of ours.</summary>
    private static Dictionary<string, long>? Positions(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return [];
        try { return Json.Read<Dictionary<string, long>>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))); }
        catch (Exception e) when (e is FormatException or JsonException) { return null; }
    }

    private static string Cursor(Dictionary<string, long> positions) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Json.Write(positions)));
}
