namespace LlmOps.Evaluation;

/// <summary>The results of candidate and baseline, and what keeps them from being whole.</summary>
internal sealed class CaseSet
{
    private const double MostErrors = 0.05; // beyond it a run says more about the provider than about the candidate
    private const int MostNamed = 3;

    private readonly Dictionary<string, CaseResult> known = [];

    /// <param name="size">Cases of the dataset; null where nobody says.</param>
    internal CaseSet(IReadOnlyList<CaseResult> candidate, IReadOnlyList<CaseResult>? baseline, int? size)
    {
        (Candidate, Baseline) = (candidate, baseline);
        foreach (var result in candidate.Concat(baseline ?? []))
            known.TryAdd(result.Id, result);
        var errors = candidate.Where(result => result.Error is not null).Select(result => result.Id).Distinct().Count();
        Unanswered = candidate.Count == 0 ? "The run has no cases, so there is nothing to release on. Add rows to the dataset and run again."
            : candidate.All(result => result.Error is not null) ? $"Not one of {candidate.Count:N0} cases was answered: {candidate[0].Error} Mend that and run again."
            : null;
        Unreliable = Duplicates(candidate, "candidate") ?? Duplicates(baseline ?? [], "baseline") ?? Missing(candidate, "candidate", size) ?? Missing(baseline, "baseline", size);
        Failing = errors > MostErrors * Math.Max(size ?? 0, candidate.Select(result => result.Id).Distinct().Count())
            ? $"{errors:N0} cases ended in an error. Run them again, or judge errors by a gate on error_rate."
            : null;
    }

    internal IReadOnlyList<CaseResult> Candidate { get; }

    internal IReadOnlyList<CaseResult>? Baseline { get; }

    /// <summary>Why the candidate fails whatever the metric.</summary>
    internal string? Unanswered { get; }

    /// <summary>Why no number of these can pass.</summary>
    internal string? Unreliable { get; }

    /// <summary>Why only a gate on errors can pass.</summary>
    internal string? Failing { get; }

    /// <summary>What a case is, by the candidate's result or else the baseline's: both sides belong to the same slice.</summary>
    internal CaseResult Of(CaseResult result) => known[result.Id];

    /// <summary>The distinct words of all cases, in order.</summary>
    internal List<string> Words(Func<CaseResult, string?> word) => [.. known.Values.Select(word).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A case may come as often as most do: once, or as often as the suite repeats it. A repeat that says which one it is may come once.</summary>
    private static string? Duplicates(IReadOnlyList<CaseResult> results, string side)
    {
        var twice = results.Where(result => result.Repeat is not null).CountBy(result => (result.Id, result.Repeat)).Where(count => count.Value > 1).Select(count => count.Key.Id);
        var counts = results.Where(result => result.Repeat is null).CountBy(result => result.Id).ToList();
        if (counts.Count == 0)
            return null;
        var usual = counts.CountBy(count => count.Value).OrderByDescending(group => group.Value).ThenBy(group => group.Key).First().Key;
        var more = counts.Where(count => count.Value > usual).Select(count => count.Key).Union(twice).ToList();
        return more.Count == 0 ? null
            : $"{more.Count:N0} {(more.Count == 1 ? "case of" : "cases of")} the {side} came more often than the others ({string.Join(", ", more.Take(MostNamed))}{(more.Count > MostNamed ? ", …" : "")}). Remove the duplicates and run again.";
    }

    private static string? Missing(IReadOnlyList<CaseResult>? results, string side, int? size) =>
        results is not null && size is { } whole && results.Select(result => result.Id).Distinct().Count() is var there && there < whole
            ? $"The {side} has results for {there:N0} of the dataset's {whole:N0} cases. Run the others too."
            : null;
}
