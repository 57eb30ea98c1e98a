namespace LlmOps.Evaluation;

/// <summary>How far a run is.</summary>
/// <param name="Done">Of <paramref name="Total"/> questions, those of an earlier try included.</param>
/// <param name="Here">Of Done, those answered in this try, on which the estimate rests.</param>
public sealed record RunProgress(int Done, int Total, int Here, TimeSpan Elapsed)
{
    /// <summary>Time left at the pace so far; null before the first answer.</summary>
    public TimeSpan? Left => Here > 0 ? Elapsed / Here * (Total - Done) : null;
}
