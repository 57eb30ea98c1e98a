using LlmOps.Prompting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Prompts;

public static class LintPolicyEndpoints
{
    public static void MapLintPolicies(this IEndpointRouteBuilder app) =>
        app.MapPut("/lint-policies", Put).RequireScope(Scope.Internal).WithTags("Lint policies").WithSummary("Take an app's lint rules into force").ProducesProblem(400);

    private static async Task<Results<Ok<PutLintPolicy>, ProblemHttpResult>> Put(
        PutLintPolicy put, LintPolicyStore store, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        if ((Slug.Refuse("an app", put.App) ?? StoredText.Refuse("policyText", put.PolicyText, 1_000_000)) is { } no)
            return no.ToProblem();
        var rules = LintRules.Parse(put.PolicyText);
        if (rules.Refused)
            return rules.Refusal.ToProblem();
        await store.Put(put.App, put.PolicyText, rules.Value, context.Caller(), clock.GetUtcNow(), ct);
        return TypedResults.Ok(put);
    }
}
