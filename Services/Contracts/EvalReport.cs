namespace LlmOps;

/// <summary>What one evaluation found: the gates' verdict and every row it rests on. The JSON that files, services and the command exchange.</summary>
/// <param name="Bundle">The bundle's id, or a name for what was evaluated where there is no bundle yet.</param>
/// <param name="Baseline">What it was compared with; null where nothing is live.</param>
/// <param name="Segments">One summary per slice, with the slice "all" first.</param>
/// <param name="Judge">The judge's name; null where no scorer judges.</param>
/// <param name="Judges">The metrics that judges grade; null where no scorer judges.</param>
/// <param name="Ratchet">Limits of the policy that the baseline has long outgrown; null where there are none.</param>
/// <param name="Marks">What a reviewer must know about the change under test, such as that it edits its own gates; null where there is nothing.</param>
public sealed record EvalReport(
    int SchemaVersion, string Bundle, ReportDataset Dataset, ReportBaseline? Baseline, Verdict Verdict, IReadOnlyList<GateResult> Gates,
    ReportLatency Latency, ReportCost Cost, ReportTokens Tokens, IReadOnlyList<ReportSegment> Segments, IReadOnlyList<CaseResult> Cases,
    string? Judge, int Seed, DateTimeOffset StartedAt, long DurationMs, IReadOnlyList<ReportMark>? Marks = null,
    IReadOnlyList<ReportJudge>? Judges = null, IReadOnlyList<ReportRatchet>? Ratchet = null)
{
    public const int CurrentSchema = 1;
}

/// <param name="Identity">Everything that decides the judge's grades.</param>
/// <param name="Distrust">Why no gate may rest on it; null where one may.</param>
public sealed record ReportJudge(string Metric, string Identity, string? Distrust);

/// <summary>A tighter limit that what is live already keeps.</summary>
/// <param name="Segment">Null for all cases together.</param>
/// <param name="Bound">Of the policy's min or max, 0 to 1.</param>
/// <param name="Proposed">In its place.</param>
/// <param name="Reason">One sentence with the numbers.</param>
public sealed record ReportRatchet(string Metric, string? Segment, double Bound, double Proposed, string Reason);

/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Detail">One sentence for people.</param>
public sealed record ReportMark(string Code, string Detail);

/// <param name="Sha256">Of the dataset file's bytes.</param>
/// <param name="Cases">Rows of the dataset, whether or not they could be run.</param>
public sealed record ReportDataset(string Name, string Sha256, int Cases);

public sealed record ReportBaseline(string Bundle);

/// <summary>Percentiles in milliseconds over the cases that answered; null where none did.</summary>
/// <param name="FromCache">Answers that came from a cache and are left out of the percentiles.</param>
public sealed record ReportLatency(double? P50Ms, double? P95Ms, double? P99Ms, double? TtftP50Ms, int FromCache);

/// <param name="TotalUsd">Sum over the cases whose price is known, retries included, judges not.</param>
/// <param name="Per1kUsd">Of the answers, per 1,000 cases; null as long as one case's price is unknown.</param>
/// <param name="Unknown">Cases whose price is unknown.</param>
/// <param name="RetriesUsd">The part of the total that went into attempts without an answer; null where every case was asked once.</param>
/// <param name="JudgeUsd">What judges that are models cost, on top of the total; null where there are none.</param>
/// <param name="JudgeUnknown">Cases whose judging has an unknown price, which JudgeUsd leaves out; null where there are none.</param>
public sealed record ReportCost(decimal TotalUsd, decimal? Per1kUsd, int Unknown, decimal? RetriesUsd = null, decimal? JudgeUsd = null, int? JudgeUnknown = null);

public sealed record ReportTokens(long Input, long Output);

/// <param name="Scores">Mean of each score; an errored case counts as 0.</param>
public sealed record ReportSegment(string Segment, int Cases, int Errors, IReadOnlyDictionary<string, double> Scores);

/// <summary>One case, run once. An errored case stays in every denominator.</summary>
/// <param name="Scores">0 to 1 by scorer; a scorer that had nothing to judge is absent.</param>
/// <param name="Error">Why there is no answer; null where there is one.</param>
/// <param name="CostUsd">Null where the price is unknown, never 0 for that.</param>
/// <param name="Citations">Documents the answer names.</param>
/// <param name="Tokens">Null where the provider reported none.</param>
/// <param name="Flags">What was noticed about the answer, such as refusal, truncated, cached or recorded.</param>
/// <param name="Slices">Fields of the dataset's row that a policy slices or clusters by, such as locale.</param>
/// <param name="Attempts">Calls it took, lost ones included; null for one.</param>
/// <param name="RetriesUsd">What the provider bills for the attempts without an answer.</param>
/// <param name="JudgeUsd">What judges that are models cost; null where none was asked.</param>
/// <param name="Measures">Of the process that serves, by metric in its own unit, such as load_ms and memory_mb; null where none was measured.</param>
/// <param name="Repeat">Which time the case was asked, from 2; null for the first, or where nobody says.</param>
/// <param name="Reasons">Of each scorer that did not pass or could not judge, why, by its name; null where there is none.</param>
public sealed record CaseResult(
    string Id, string? Segment, string Output, IReadOnlyDictionary<string, double> Scores, bool Passed, string? Error,
    double? LatencyMs, decimal? CostUsd, IReadOnlyList<string> Citations, double? TtftMs = null, ReportTokens? Tokens = null,
    IReadOnlyList<string>? Flags = null, IReadOnlyDictionary<string, string>? Slices = null, int? Attempts = null, decimal? RetriesUsd = null, decimal? JudgeUsd = null,
    IReadOnlyDictionary<string, double>? Measures = null, int? Repeat = null, IReadOnlyDictionary<string, string>? Reasons = null);
