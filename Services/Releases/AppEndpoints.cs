using System.Text.RegularExpressions;
using LlmOps.Evaluation;
using LlmOps.Prompting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Releases;

public static partial class AppEndpoints
{
    public static void MapApps(this IEndpointRouteBuilder app)
    {
        app.MapGet("/apps", List).RequireScope(Scope.ReadReleases).WithTags("Apps").WithSummary("The apps that the key covers");
        app.MapPut("/apps/{name}", PutApp).RequireScope(Scope.Propose).WithTags("Apps").WithSummary("Make or change an app").ProducesProblem(403).ProducesProblem(409).ProducesProblem(502);
        app.MapPut("/policies/{name}", PutPolicy).RequireAuthorization().WithTags("Policies").WithSummary("Put a policy; changing one takes a lead or compliance").ProducesProblem(403).ProducesProblem(502);
        app.MapGet("/policies", Policies).RequireScope(Scope.ReadReleases).WithTags("Policies").WithSummary("The policies in their newest text");
    }

    private static async Task<Ok<AppView[]>> List(HttpContext context, AppStore store, CancellationToken ct) =>
        TypedResults.Ok((await store.List(ct)).Where(app => context.Caller().Covers(app.Name)).ToArray());

    private static async Task<Results<Ok<AppView>, ProblemHttpResult>> PutApp(
        string name, PutApp put, HttpContext context, AppStore apps, PolicyStore policies, PromptsClient prompts, TimeProvider clock, CancellationToken ct)
    {
        if (context.Caller().Uncovered(name) is { } uncovered)
            return uncovered.ToProblem();
        if (BadName(name, put.Route) is { } bad)
            return bad.ToProblem();
        var app = await apps.Put(new(name, put.Route, put.Suite, put.Policy), context.Caller(), clock.GetUtcNow(), ct);
        if (app.Refused || await policies.Current(name, put.Policy, ct) is not { } policy)
            return app.ToHttp();
        return await Handover(policy, prompts, ct) is { } refusal ? refusal.ToProblem() : app.ToHttp();
    }

    private static async Task<Ok<PolicyView[]>> Policies(HttpContext context, PolicyStore store, CancellationToken ct, string? app = null) =>
        TypedResults.Ok((await store.List(app, ct)).Where(policy => context.Caller().Covers(policy.App)).ToArray());

    private static async Task<Results<Ok<PolicyView>, ProblemHttpResult>> PutPolicy(
        string name, PutPolicy put, HttpContext context, AppStore apps, PolicyStore policies, PromptsClient prompts, TimeProvider clock, CancellationToken ct)
    {
        var caller = context.Caller();
        if (!caller.May(Scope.Propose) && !caller.May(Scope.WritePolicies))
            return PolicyStore.Forbidden($"{caller.Person} may read policies").ToProblem();
        if (caller.Uncovered(put.App) is { } uncovered)
            return uncovered.ToProblem();
        if (BadName(name, put.App) is { } bad)
            return bad.ToProblem();
        if (Policy.Parse(put.Text, $"{name}.yaml") is { Refused: true } broken)
            return broken.Refusal.ToProblem();
        if (LintRules.Parse(put.Text, $"{name}.yaml") is { Refused: true } brokenLint) // else Prompts would say it after the policy is kept
            return brokenLint.Refusal.ToProblem();
        var policy = await policies.Put(new(put.App, name, ContentHash.OfText(put.Text), put.Text, caller.Person, clock.GetUtcNow()), caller, ct);
        if (policy.Refused)
            return policy.ToHttp();
        // The lint follows the policy in force. Before the app is there, any policy may become it.
        var app = await apps.Find(put.App, ct);
        return (app.Refused || app.Value.Policy == name) && await Handover(policy.Value, prompts, ct) is { } refusal ? refusal.ToProblem() : policy.ToHttp();
    }

    /// <summary>After the commit, and again with every identical put: a handover that failed is healed by repeating the call.</summary>
    private static async Task<Refusal?> Handover(PolicyView policy, PromptsClient prompts, CancellationToken ct)
    {
        var taken = await prompts.PutLintPolicy(new(policy.App, policy.Text), ct);
        return taken.Refused
            ? Refusal.Upstream("lint-not-handed-over", $"Policy {policy.Name} is kept, but Prompts did not take its lint rules: {taken.Refusal.Detail} Put it again.")
            : null;
    }

    private static Refusal? BadName(params string[] names) => names.FirstOrDefault(name => !Name().IsMatch(name)) is { } bad
        ? Refusal.Invalid("bad-name", $"\"{bad}\" must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or a digit; @ is for environments.")
        : null;

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
