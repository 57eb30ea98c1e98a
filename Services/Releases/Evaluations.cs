namespace LlmOps.Releases;

/// <summary>Asks Evals about bundles, with the policy text that the bundle pins: nobody who proposes a change hands over its gates.</summary>
public sealed class Evaluations(AppStore apps, PolicyStore policies, EvalsClient evals)
{
    /// <summary>Idempotent: the same question is asked once. What is live needs no comparison with itself.</summary>
    public async Task<Result<RunView>> Start(Bundle bundle, string? live, string requestedBy, CancellationToken ct)
    {
        var app = await apps.Find(bundle.App, ct);
        if (app.Refused) return app.Refusal;
        var policy = await policies.Text(bundle.App, bundle.Manifest.Policy, ct);
        return await evals.Start(new(bundle.App, app.Value.Suite, bundle.Id, live == bundle.Id ? null : live, policy, requestedBy), ct);
    }

    public Task<Result<RunView>> Find(string run, CancellationToken ct) => evals.Run(run, ct);
}
