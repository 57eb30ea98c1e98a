using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmOps.EvalRunner;

/// <summary>Whether this runner gets work: what its last round trip to its neighbours said.</summary>
public sealed class EvalsReach : IHealthCheck
{
    private volatile string? problem = "Evals has not been asked yet.";

    public void Says(Refusal? refusal) => problem = refusal?.Detail;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(problem is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy());
}
