using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Releases;

public static class KeyEndpoints
{
    private const string Environment = "live";

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/keys").WithTags("Keys").RequireScope(Scope.ManageKeys);

        keys.MapGet("/", List).WithSummary("All keys, without their secrets");
        keys.MapPost("/", Create).WithSummary("Make a key; its secret is in this answer alone").ProducesProblem(400);
        keys.MapPost("/{id}/revoke", Revoke).WithSummary("End a key for good").ProducesProblem(404);

        app.MapGet("/access", Access).RequireScope(Scope.Internal).WithTags("Keys").WithSummary("The signed snapshot of all keys, for our own processes");
    }

    private static async Task<Ok<KeyView[]>> List(HttpContext context, KeyStore store, CancellationToken ct) =>
        TypedResults.Ok((await store.List(ct)).Where(key => context.Caller().Covers(key.App)).Select(key => key.View).ToArray());

    private static async Task<Results<Ok<CreatedKey>, ProblemHttpResult>> Create(
        CreateKey create, HttpContext context, KeyStore store, KeyWorker worker, InstallationSecret secret, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (context.Caller().Uncovered(create.App) is { } uncovered)
            return uncovered.ToProblem();
        if (Key.Fault(create, now) is { } fault)
            return fault.ToProblem();
        var api = ApiKey.Create(Environment);
        var key = Key.Of(api, secret, create.Role, create.Person, create.App, create.Expires, now);
        var fact = AuditFact.By(context.Caller(), "create-key", $"key:{key.Id}", before: null, key.Mac, $"{LocalPerson.Words(key.Role)} key of {key.Person} for {key.App}");
        if (!await store.Add(key, fact, now, ct))
            return Refusal.Conflict("key-id-taken", "A key of that id exists by chance. Ask again.").ToProblem();
        await worker.Pass(ct);
        return TypedResults.Ok(new CreatedKey(key.View, api.Reveal()));
    }

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> Revoke(string id, HttpContext context, KeyStore store, KeyWorker worker, TimeProvider clock, CancellationToken ct)
    {
        var revoked = await store.Revoke(id, context.Caller(), clock.GetUtcNow(), ct);
        await worker.Pass(ct);
        return revoked.ToHttp(key => key.View);
    }

    private static async Task<Ok<Signed>> Access(KeyStore store, InstallationSecret secret, CancellationToken ct) =>
        TypedResults.Ok(secret.Sign(Json.Write(await store.Snapshot(ct))));
}
