namespace LlmOps.Xunit;

/// <summary>What differs from the suite as it lies in its file: the options of <c>llmops eval</c>. A path counts from the folder of the test's assembly, or from the nearest folder above that holds it.</summary>
public sealed record EvalSettings
{
    /// <summary>The report to compare with, or <c>production</c>: the newest report of what is live, from the server.</summary>
    public string? Baseline { get; init; }

    public string? Prompt { get; init; }

    /// <summary>As provider/name@version.</summary>
    public string? Model { get; init; }

    public string? Policy { get; init; }

    /// <summary>A recording of <c>llmops eval --record</c> that answers, so that no model is asked.</summary>
    public string? Replay { get; init; }

    /// <summary>Of the resampling in the gates.</summary>
    public int Seed { get; init; }
}
