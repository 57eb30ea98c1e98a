using System.Collections.Concurrent;
using System.Diagnostics;
using LlmOps.Cli;
using LlmOps.Evaluation;
using Xunit;

namespace LlmOps.Xunit;

/// <summary>A suite evaluated inside a test, by the code of <c>llmops eval</c> in this process. However many tests ask for the same suite with the same settings, it runs once.</summary>
[StackTraceHidden]
public static class EvalSuite
{
    private static readonly Terminal Silent = new(json: false, server: null, role: null) { Quiet = true };
    private static readonly ConcurrentDictionary<(string Suite, EvalSettings Settings), Lazy<Task<Result<EvalReport>>>> Runs = new();

    /// <summary>Fails the test where there can be no report. Cancelling ends the waiting, not the run: other tests may wait for it.</summary>
    public static async Task<EvalReport> Run(string suite, EvalSettings settings, CancellationToken ct) => OrFail(await Begun(suite, settings).WaitAsync(ct));

    /// <summary>Fails the test unless the verdict is pass. The message has every gate's sentence; that of an open one ends with the cheapest next step.</summary>
    /// <param name="allowInconclusive">Let an open question pass. A failed gate still fails.</param>
    public static void ShouldPass(this EvalReport report, bool allowInconclusive = false)
    {
        if (report.Verdict != Verdict.Pass && !(allowInconclusive && report.Verdict == Verdict.Inconclusive))
            Assert.Fail(Failure.Of(report));
    }

    internal static EvalReport Wait(string suite, EvalSettings settings, CancellationToken ct) => OrFail(Begun(suite, settings).WaitAsync(ct).GetAwaiter().GetResult());

    /// <summary>The suite's cases. Nothing is built and no model is asked.</summary>
    internal static IReadOnlyList<EvalCase> Cases(string suite)
    {
        Result<SuiteFiles> files;
        try
        {
            files = Missing(suite) is { } missing ? missing : SuiteFiles.Read(Found(suite)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files = Unusable(e);
        }
        return OrFail(files).Dataset.Cases;
    }

    private static T OrFail<T>(Result<T> result) where T : class
    {
        if (result.Refused)
            Assert.Fail(Failure.Of(result.Refusal));
        return result.Value;
    }

    private static Task<Result<EvalReport>> Begun(string suite, EvalSettings settings) =>
        Runs.GetOrAdd((suite, settings), static key => new(() => Evaluate(key.Suite, key.Settings))).Value;

    private static async Task<Result<EvalReport>> Evaluate(string suite, EvalSettings settings)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // off the test's own thread, which may wait for this
        var baseline = settings.Baseline == LocalBaseline.Production ? null : settings.Baseline;
        if (Missing(suite, settings.Prompt, settings.Policy, settings.Replay, baseline) is { } missing)
            return missing;
        var asked = new EvalQuestion(
            Found(suite)!, Found(settings.Prompt), settings.Model, Found(baseline)?.FullName ?? settings.Baseline, Found(settings.Policy), Base: null, Record: null,
            Found(settings.Replay), Resume: false, settings.Seed, RunLimits.UsualPerProvider, MostRepeats: 0, Out: null);
        try
        {
            return await new LocalEval(Silent, asked, TimeProvider.System).Run(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unusable(e);
        }
    }

    private static Refusal Unusable(Exception e) => Refusal.Invalid("file-not-usable", $"{e.Message} Name a file that this user may read.");

    private static Refusal? Missing(params string?[] paths) => Array.Find(paths, path => path is not null && Found(path) is null) is { } missing
        ? Refusal.Invalid("missing-file", $"There is no {missing} in {AppContext.BaseDirectory} or any folder above it. Correct the path.")
        : null;

    private static FileInfo? Found(string? path)
    {
        if (path is null)
            return null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (new FileInfo(Path.Combine(at.FullName, path)) is { Exists: true } file)
                return file;
        }
        return null;
    }
}
