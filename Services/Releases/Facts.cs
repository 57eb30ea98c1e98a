using LlmOps.Evaluation;

namespace LlmOps.Releases;

/// <summary>All that the controller knows when it decides about one release, read before the row is locked. What could not be asked is a refusal, and moves nothing.</summary>
/// <param name="Bundle">The release's own.</param>
/// <param name="Policy">The one that the bundle pins.</param>
/// <param name="LeastApprovals">Approvals needed at least, whatever the policy says.</param>
/// <param name="Prompt">The bundle's prompt version; asked while validating.</param>
/// <param name="Parts">Whether the index versions of the bundle and of what is live are there; asked while validating. Null when all are.</param>
/// <param name="Run">The evaluation, once started.</param>
public sealed record Facts(
    Bundle Bundle, Policy Policy, int LeastApprovals, Result<PromptVersionView>? Prompt, Refusal? Parts, Result<RunView>? Run,
    IReadOnlyList<Approval> Approvals, Evidence Evidence)
{
    public ReleasePolicy Way => Policy.Release ?? Watching.Default;
}

/// <summary>What the controller decided, and why: it moved, or it stays and says what it waits for.</summary>
/// <param name="Next">The release as it was when it stays.</param>
/// <param name="Watch">The verdicts the decision rests on.</param>
public sealed record Decision(Release Next, string Why, IReadOnlyList<GateResult> Watch)
{
    public Decision(Release next, string why) : this(next, why, [])
    {
    }
}
