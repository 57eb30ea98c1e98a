using System.ComponentModel.DataAnnotations;

namespace LlmOps;

/// <param name="Text">The JSONL file, byte for byte.</param>
/// <param name="Schema">The rows' contract, where there is one.</param>
/// <param name="SchemaFile">Its file name: JSON Schema where it ends in .json, else the field language.</param>
public sealed record PutDataset([property: Required] string App, [property: Required(AllowEmptyStrings = true)] string Text, string? Schema, string? SchemaFile = null);

/// <param name="Sha256">Of the file's bytes.</param>
/// <param name="Segments">Cases per segment.</param>
/// <param name="Check">What the data gate found when it was put; null for one that was put before there was a gate.</param>
public sealed record DatasetView(
    string App, string Name, string Sha256, int Cases, IReadOnlyDictionary<string, int> Segments, string Author, DateTimeOffset CreatedAt, DatasetCheck? Check = null);

/// <summary>What the data gate found in a dataset that keeps its contract. It is told, and refuses nothing.</summary>
/// <param name="Verdict">Of drift, where there is a version before; fail also where rows can hardly be right, such as labels that contradict each other.</param>
/// <param name="Duplicates">Rows whose content stands in an earlier row.</param>
/// <param name="Near">Rows that say the same as another in other words.</param>
/// <param name="Contaminated">Rows that also stand in another dataset of the app.</param>
/// <param name="Pii">Rows in which each type of personal data occurs.</param>
/// <param name="Drift">Against the version before; null for the first.</param>
/// <param name="Warnings">One sentence each.</param>
public sealed record DatasetCheck(
    Verdict Verdict, long Duplicates, long Near, long Contaminated, IReadOnlyDictionary<string, long> Pii, Verdict? Drift, IReadOnlyList<string> Warnings);

public sealed record PutSuite([property: Required] string App, [property: Required] string Text);

public sealed record SuiteView(string App, string Name, string Sha256, string Dataset, string Text, string Author, DateTimeOffset CreatedAt);

/// <summary>Evaluates a bundle. Asked by Releases, which hands over the policy in force: who proposes a change cannot choose its gates.</summary>
/// <param name="Baseline">The live bundle, evaluated on the same cases; null before the first release.</param>
/// <param name="SealedBy">The app's policy in force: what it seals is sealed, whatever policy the bundle pins. Null takes <paramref name="PolicyText"/>.</param>
public sealed record StartRun(
    [property: Required] string App, [property: Required] string Suite, [property: Required] string Bundle, string? Baseline,
    [property: Required] string PolicyText, [property: Required] string RequestedBy, string? SealedBy = null);

public enum RunState { Queued, Running, Finished, Failed }

/// <param name="Id"><c>run_</c> and the hash of app, suite, dataset, policy, bundle and baseline: the same question is asked once.</param>
/// <param name="Total">Case results the run needs, both bundles together.</param>
/// <param name="Verdict">Null until finished; a failed run has none, which is never a pass.</param>
/// <param name="Sealed">On a holdout: its report says nothing about single cases.</param>
public sealed record RunView(
    string Id, string App, string Suite, string Bundle, string? Baseline, string Dataset, string DatasetSha256, string PolicySha256, RunState State,
    int Done, int Total, Verdict? Verdict, IReadOnlyList<GateResult> Gates, string RequestedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Error,
    bool Sealed = false);

/// <summary>A case whose outcome differs between baseline and candidate; the newly failing first.</summary>
public sealed record CaseChange(string Id, string? Segment, string Input, CaseResult? Baseline, CaseResult Candidate);

/// <param name="Text">The file that llmops judge calibrate wrote.</param>
public sealed record PutCalibration([property: Required] string App, [property: Required] string Text);

/// <summary>What is on file about a judge.</summary>
/// <param name="Judge">Its id, the hash of everything that decides its grades.</param>
/// <param name="N">Rows that humans and the judge both judged.</param>
/// <param name="Kappa">Agreement beyond chance; null where it cannot be told.</param>
public sealed record CalibrationView(
    string App, string Judge, string Name, string Rubric, int N, double? Kappa, Interval? Interval, Verdict Verdict, string Reason, string Author, DateTimeOffset CreatedAt);

public sealed record ClaimJobs([property: Required] string Runner, [property: Range(1, 100)] int Max);

/// <summary>One case to run against one bundle.</summary>
/// <param name="Attempt">Fence: a result is taken only from the holder of the newest attempt.</param>
/// <param name="Case">The dataset row, as JSON.</param>
public sealed record EvalJob(long Id, int Attempt, string Run, string App, string Bundle, string SuiteText, string Case);

public sealed record JobResult(long Id, int Attempt, CaseResult Result);

public sealed record FinishJobs([property: Required] IReadOnlyList<JobResult> Results);

/// <param name="Taken">Results that counted; the rest came from a lost lease.</param>
public sealed record FinishedJobs(int Taken);

public sealed class EvalsClient(HttpClient http) : ServiceClient(http)
{
    public Task<Result<IReadOnlyList<DatasetView>>> Datasets(string? app, CancellationToken ct) => GetList<DatasetView>($"datasets?app={Esc(app ?? "")}", ct);

    public Task<Result<DatasetView>> PutDataset(string name, PutDataset dataset, CancellationToken ct) => Put<DatasetView>($"datasets/{Esc(name)}", dataset, ct);

    public Task<Result<SuiteView>> PutSuite(string name, PutSuite suite, CancellationToken ct) => Put<SuiteView>($"suites/{Esc(name)}", suite, ct);

    public Task<Result<CalibrationView>> PutCalibration(string judge, PutCalibration calibration, CancellationToken ct) => Put<CalibrationView>($"judges/{Esc(judge)}/calibration", calibration, ct);

    public Task<Result<IReadOnlyList<CalibrationView>>> Calibrations(string? app, CancellationToken ct) => GetList<CalibrationView>($"judges?app={Esc(app ?? "")}", ct);

    public Task<Result<RunView>> Start(StartRun run, CancellationToken ct) => Post<RunView>("runs", run, ct);

    public Task<Result<IReadOnlyList<RunView>>> Runs(string? app, string? bundle, CancellationToken ct) => GetList<RunView>($"runs?app={Esc(app ?? "")}&bundle={Esc(bundle ?? "")}", ct);

    public Task<Result<RunView>> Run(string id, CancellationToken ct) => Get<RunView>($"runs/{Esc(id)}", ct);

    /// <summary>Asks the errored cases of a run again.</summary>
    public Task<Result<RunView>> Retry(string id, CancellationToken ct) => Post<RunView>($"runs/{Esc(id)}/retry", new { }, ct);

    public Task<Result<EvalReport>> Report(string id, CancellationToken ct) => Get<EvalReport>($"runs/{Esc(id)}/report", ct);

    public Task<Result<IReadOnlyList<CaseChange>>> Changes(string id, CancellationToken ct) => GetList<CaseChange>($"runs/{Esc(id)}/changes", ct);

    public Task<Result<IReadOnlyList<EvalJob>>> Claim(ClaimJobs claim, CancellationToken ct) => PostList<EvalJob>("jobs/claim", claim, ct);

    public Task<Result<FinishedJobs>> Finish(FinishJobs finish, CancellationToken ct) => Post<FinishedJobs>("jobs/results", finish, ct);
}
