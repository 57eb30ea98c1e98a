namespace LlmOps.Releases;

/// <summary>Asks Evals about bundles, with the policy text that the bundle pins: nobody who proposes a change hands over its gates.</summary>
public sealed class Evaluations(AppStore apps, PolicyStore policies, EvalsClient evals)
{
    /// <summary>Idempotent: the same question is asked once. What is live needs no comparison with itself.</summary>
    /// <param name="suite">Null for the app's own.</param>
    public async Task<Result<RunView>> Start(Bundle bundle, string? live, string requestedBy, string? suite, CancellationToken ct)
    {
        var app = await apps.Find(bundle.App, ct);
        if (app.Refused) return app.Refusal;
        var policy = await policies.Text(bundle.App, bundle.Manifest.Policy, ct);
        var inForce = await policies.Current(bundle.App, app.Value.Policy, ct);
        return await evals.Start(new(bundle.App, suite ?? app.Value.Suite, bundle.Id, live == bundle.Id ? null : live, policy, requestedBy, inForce?.Text), ct);
    }

    public Task<Result<RunView>> Find(string run, CancellationToken ct) => evals.Run(run, ct);
}
