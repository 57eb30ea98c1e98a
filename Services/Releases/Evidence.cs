using LlmOps.Evaluation;

namespace LlmOps.Releases;

/// <summary>What one arm has shown on one step.</summary>
/// <param name="Slow">Requests beyond the policy's p99 limit.</param>
/// <param name="Correct">Feedback that called the answer correct.</param>
/// <param name="LatencyMs">Sum over the requests.</param>
/// <param name="Latencies">Requests per bucket of <see cref="Releases.Latencies"/>.</param>
public sealed record ArmTally(long Requests, long Errors, long Slow, long Feedback, long Correct, double LatencyMs, long[] Latencies)
{
    public static ArmTally None { get; } = new(0, 0, 0, 0, 0, 0, new long[Releases.Latencies.Buckets]);

    public static ArmTally operator +(ArmTally a, ArmTally b) => new(
        a.Requests + b.Requests, a.Errors + b.Errors, a.Slow + b.Slow, a.Feedback + b.Feedback, a.Correct + b.Correct, a.LatencyMs + b.LatencyMs,
        [.. a.Latencies.Zip(b.Latencies, (x, y) => x + y)]);

    public double MeanLatencyMs => Requests == 0 ? 0 : LatencyMs / Requests;

    /// <summary>The rates that the feed can show; null for a metric that no request carries.</summary>
    public ArmCount? Of(string metric) => metric switch
    {
        "error_rate" => new(Requests, Errors),
        "feedback_correct" => new(Feedback, Correct),
        _ => null,
    };
}

/// <summary>The evidence of one step: the candidate and the stable arm of the same time.</summary>
/// <param name="Candidate">The shadow, the canary, or the live bundle.</param>
public sealed record Evidence(ArmTally Candidate, ArmTally Stable)
{
    public static Evidence None { get; } = new(ArmTally.None, ArmTally.None);
}

/// <summary>A histogram of times in buckets that each reach 25 % further than the one before, from 1 ms.</summary>
public static class Latencies
{
    public const int Buckets = 64;
    private const double Growth = 1.25;

    public static int BucketOf(double ms) => ms <= 1 ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(ms) / Math.Log(Growth)));

    /// <summary>Upper edge of the bucket that holds the 99th percentile, in ms; null without requests.</summary>
    public static double? P99(long[] latencies)
    {
        var left = Math.Ceiling(latencies.Sum() * 0.99);
        if (left == 0)
            return null;
        var bucket = 0;
        for (; bucket < Buckets - 1 && (left -= latencies[bucket]) > 0; bucket++)
        {
        }
        return Math.Pow(Growth, bucket);
    }
}
