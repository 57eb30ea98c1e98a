namespace LlmOps.Releases;

/// <summary>A release as the feed's reader must know it.</summary>
/// <param name="P99Ms">Requests beyond it count as slow; null: none do.</param>
/// <param name="LiveStep">Set while the release is live and watched.</param>
public sealed record Watched(string Id, string App, string Route, string Bundle, double? P99Ms, int? LiveStep);

/// <summary>What one item of the feed adds to one arm of one release.</summary>
/// <param name="Item">Counts once, however often the feed offers it.</param>
public sealed record Tally(string Item, string Release, int Step, Arm Arm, ArmTally Adds)
{
    /// <summary>What an item adds, by release. A stable request is the control of whatever runs on its route, and evidence of the release that made it live.</summary>
    public static IEnumerable<Tally> Of(FeedItem item, IReadOnlyList<Watched> watched) => item switch
    {
        // A call that its user gave up or whose gateway died says nothing about the bundle, and one that is still open says nothing yet.
        { Inference.ErrorType: InferenceRecord.GatewayDied } => [],
        { Inference: { Outcome: Outcome.Ok or Outcome.Error } inference } => Of(inference, watched),
        { Feedback: { Correct: not null } feedback } => Of(feedback, watched),
        _ => [],
    };

    private static IEnumerable<Tally> Of(InferenceRecord inference, IReadOnlyList<Watched> watched)
    {
        foreach (var release in watched)
        {
            if (StepOf(release, inference.Release, inference.Step, inference.Arm, inference.Bundle, inference.Route == release.Route) is { } step)
                yield return new($"{release.Id}/{inference.RequestId}#{inference.Attempt}", release.Id, step, inference.Arm, Measure(inference, release.P99Ms));
        }
    }

    private static IEnumerable<Tally> Of(FeedbackRecord feedback, IReadOnlyList<Watched> watched)
    {
        foreach (var release in watched)
        {
            if (StepOf(release, feedback.Release, feedback.Step, feedback.Arm, feedback.Bundle, feedback.App == release.App) is { } step)
                yield return new($"{release.Id}/{feedback.RequestId} by {feedback.Person}", release.Id, step, feedback.Arm, ArmTally.None with { Feedback = 1, Correct = feedback.Correct == true ? 1 : 0 });
        }
    }

    private static int? StepOf(Watched release, string? of, int? step, Arm arm, string bundle, bool itsPlace) => arm switch
    {
        Arm.Eval => null,
        _ when of == release.Id => step,
        Arm.Stable when itsPlace && bundle == release.Bundle => release.LiveStep,
        _ => null,
    };

    private static ArmTally Measure(InferenceRecord inference, double? p99Ms)
    {
        var latencies = new long[Latencies.Buckets];
        latencies[Latencies.BucketOf(inference.LatencyMs)] = 1;
        return new(1, inference.Outcome == Outcome.Error ? 1 : 0, inference.LatencyMs > p99Ms ? 1 : 0, 0, 0, inference.LatencyMs, latencies);
    }
}
