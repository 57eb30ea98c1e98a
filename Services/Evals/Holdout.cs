using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>The rules of a sealed dataset. Every answer about it teaches something, so answers are few and say nothing about single cases.</summary>
public static class Holdout
{
    /// <summary>When the next question may be asked; null where one may now.</summary>
    /// <param name="asked">When the earlier ones were.</param>
    public static DateTimeOffset? FreeAt(HoldoutPolicy policy, IEnumerable<DateTimeOffset> asked, DateTimeOffset now)
    {
        var recent = asked.Where(at => at > now - policy.Period).Order().ToList();
        return recent.Count < policy.Queries ? null : recent[^policy.Queries] + policy.Period;
    }

    /// <summary>Gates, segments and counts, without the cases.</summary>
    public static EvalReport Sealed(EvalReport report) => report with { Cases = [] };

    public static Refusal Spent(HoldoutPolicy policy, DateTimeOffset freeAt) => new(RefusalKind.Exhausted, "holdout-spent", string.Create(CultureInfo.InvariantCulture,
        $"The holdout {policy.Dataset} has answered the {policy.Queries} questions of its period. The next is free from {freeAt:yyyy-MM-dd HH:mm:ss} UTC on; until then evaluate on another suite."));

    public static Refusal CasesHidden(string run) => Refusal.Forbidden("holdout-sealed",
        $"The run {run} is on a holdout: its cases stay hidden, or the next change would be fitted to them. Read its gates and segments (GET /runs/{run}/report).");

    public static Refusal Fixed(string dataset) => Refusal.Forbidden("holdout-sealed",
        $"{dataset} is a holdout: only who may change policies ({Scope.WritePolicies}) may put other rows, so that nobody chooses the questions that their own change must answer.");
}
