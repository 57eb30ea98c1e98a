using LlmOps.Evaluation;
using LlmOps.Pricing;

namespace LlmOps.EvalRunner;

/// <summary>Asks the gateway cases, each pinned to its job's bundle, and scores the answers.</summary>
public sealed class CaseRunner(GatewayModels gateway, TimeProvider clock)
{
    /// <summary>Cases of a batch, which run side by side, and calls to the gateway at once.</summary>
    public const int SideBySide = 8;

    /// <summary>The answer has this time, the judges, asked side by side, as long again: both end within the job's lease.</summary>
    public RetryRules Retries { get; init; } = RetryRules.For(SideBySide, TimeSpan.FromSeconds(40));

    /// <summary>Cases that share what the gateway asks for (quiet) and what may be asked again.</summary>
    public CaseBatch Batch(PriceBook book) => new(gateway, book, Retries, clock);
}
