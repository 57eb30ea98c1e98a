using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>A case as it goes to the model.</summary>
/// <param name="Given">Passages that retrieval put into the request, in their order.</param>
public sealed record PreparedCase(JsonObject Request, IReadOnlyList<GivenPassage> Given);

/// <summary>What a run asks and how it scores.</summary>
/// <param name="Repeats">How often each case is asked, from 1.</param>
/// <param name="Prepare">Renders and retrieves; a refusal is that case's error.</param>
public sealed record SuiteRun(Dataset Dataset, IReadOnlyList<Scorer> Scorers, int Repeats, ModelPin Model, Func<EvalCase, Result<PreparedCase>> Prepare)
{
    /// <summary>The pins of the judges that are models.</summary>
    public IEnumerable<string> Judges => Scorers.OfType<ModelJudge>().Select(judge => judge.Model).Distinct();

    /// <summary>Embedded models answer the same question the same way: asking again tells nothing.</summary>
    public bool Deterministic => Model.Provider == Embedded && Judges.All(judge => judge.StartsWith($"{Embedded}/", StringComparison.Ordinal));

    internal const string Embedded = "embedded";
}

/// <param name="PerProvider">Calls at once to one provider, from 1; embedded models take as many as there are cores.</param>
/// <param name="MostRepeats">How often a case may be asked while a gate is undecided; at most the suite's own number turns that off.</param>
public sealed record RunLimits(int PerProvider, int MostRepeats, RetryRules Retries)
{
    public const int UsualPerProvider = 8;

    /// <summary>How often the gates may be looked at. Every look takes an equal share of alpha (Bonferroni), so that looking often does not pass more by luck.</summary>
    public int Looks(SuiteRun run) => run.Deterministic ? 1 : Math.Max(1, MostRepeats - run.Repeats + 1);
}
