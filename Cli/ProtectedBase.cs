using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>What judges a change, as the protected branch has it: its gates decide, and what the change edits of its own judging is marked, so that nobody lowers the bar
/// in the change that must clear it.</summary>
/// <param name="Policy">Null where the branch has none yet; then the change brings the first.</param>
/// <param name="Marks">What the change edits of its own judging.</param>
public sealed record ProtectedBase(Policy? Policy, IReadOnlyList<ReportMark> Marks)
{
    private const string Absent = "absent";

    /// <param name="reference">Branch, tag or hash.</param>
    /// <param name="suitePath">Relative to the folder, as all paths here.</param>
    /// <param name="baseline">A report in the repository that the change is compared with; null where it comes from elsewhere.</param>
    public static async Task<Result<ProtectedBase>> Read(AppFolder folder, string reference, string suitePath, string? baseline, CancellationToken ct)
    {
        var tip = await Git.Commit(folder.Path, reference, ct);
        if (tip.Refused)
            return tip.Refusal;
        var app = await Parsed<AppFile>(folder, tip.Value, AppFile.Name, (text, _) => AppFile.Parse(text, []) is { } file ? file : Refusal.Invalid("bad-app-file", $"{AppFile.Name} on {reference} cannot be read."), ct);
        var suite = await Parsed(folder, tip.Value, suitePath, Suite.Parse, ct);
        if (suite.Refusal is { Code: not Absent } brokenSuite)
            return brokenSuite;
        var policyPath = suite.Value?.Policy ?? app.Value?.Policy;
        var policy = policyPath is null ? (Result<Policy>)Missing : await Parsed(folder, tip.Value, policyPath, Policy.Parse, ct);
        if (policy.Refusal is { Code: not Absent } brokenPolicy)
            return brokenPolicy;

        var marks = await MarksOf(folder, tip.Value, reference, suitePath, suite.Value, policyPath, baseline, ct);
        return marks.Refused ? marks.Refusal : new ProtectedBase(policy.Value, marks.Value);
    }

    /// <summary>The judge that scores; null where none does.</summary>
    private static string? JudgeOf(Suite? suite) => suite?.Scorers.FirstOrDefault(scorer => scorer.Type == "judge") is { } judge ? judge.Judge ?? Scorer.EmbeddedJudge : null;

    private static async Task<Result<IReadOnlyList<ReportMark>>> MarksOf(
        AppFolder folder, string tip, string reference, string suitePath, Suite? before, string? policyPath, string? baseline, CancellationToken ct)
    {
        var parting = await Git.Parting(folder.Path, tip, ct);
        if (parting.Refused)
            return parting.Refusal;
        var now = folder.Has(suitePath) ? Suite.Parse(folder.Text(suitePath), suitePath).Value : null;
        List<(string Code, string What, IEnumerable<string?> Files)> judging =
        [
            ("policy-edited", "policy", [policyPath, now?.Policy]),
            ("dataset-edited", "dataset", [before?.Dataset, now?.Dataset, LockFile.Name]),
            ("judge-edited", "judge", [LocalCalibrations.Folder]),
            ("suite-edited", "suite", [suitePath]),
            ("baseline-edited", "baseline", [baseline]),
        ];
        var marks = new List<ReportMark>();
        foreach (var (code, what, files) in judging)
        {
            var named = files.OfType<string>().Distinct().ToList();
            var changed = named.Count == 0 ? Result.Of<IReadOnlyList<string>>([]) : await Git.Changed(folder.Path, parting.Value, named, ct);
            if (changed.Refused)
                return changed.Refusal;
            if (changed.Value.Count > 0)
                marks.Add(new(code, $"This change edits its own {what}: {string.Join(", ", changed.Value)} differs from {reference}."));
        }
        if (now is not null && before is not null && !Judging(now).SequenceEqual(Judging(before)) && marks.TrueForAll(mark => mark.Code != "judge-edited"))
            marks.Add(new("judge-edited", $"This change edits its own judge: {suitePath} names {JudgeOf(now) ?? "no judge"}, {reference} names {JudgeOf(before) ?? "none"}, or judges by other rubrics and thresholds."));
        return Result.Of<IReadOnlyList<ReportMark>>(marks);

        static IEnumerable<SuiteScorer> Judging(Suite suite) => suite.Scorers.Where(scorer => scorer.Type == "judge");
    }

    private static Refusal Missing => Refusal.NotFound(Absent, "The protected branch does not have it.");

    private static async Task<Result<T>> Parsed<T>(AppFolder folder, string commit, string file, Func<string, string, Result<T>> parse, CancellationToken ct) where T : class
    {
        var text = await File(folder, commit, file, ct);
        return text.Refused ? text.Refusal : parse(text.Value, file);
    }

    private static async Task<Result<string>> File(AppFolder folder, string commit, string file, CancellationToken ct)
    {
        var has = await Git.Has(folder.Path, commit, file, ct);
        return has.Refused ? has.Refusal : has.Value.Count == 0 ? Missing : await Git.Show(folder.Path, commit, file, ct);
    }
}
