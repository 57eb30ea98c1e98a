using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LlmOps.Gateway;

/// <summary>The state in use: swapped whole, never taken back to a lower revision, kept signed on disk.</summary>
public sealed partial class Serving(InstallationSecret secret, IOptions<StorageOptions> storage, ILogger<Serving> log) : IHealthCheck
{
    private readonly Lock taking = new();
    private volatile ServingState? state;
    private volatile string? inUse; // the signature of the document behind it: most fetches bring the same again

    /// <summary>Null before the first snapshot.</summary>
    public ServingState? State => state;

    private string File => Path.Combine(storage.Value.Sub("snapshot"), "snapshot.json");

    /// <summary>Takes a newer snapshot; false when it is not newer or its signature does not hold.</summary>
    public bool Take(Signed signed)
    {
        if (signed.Signature == inUse)
            return false;
        if (!secret.Verify(signed))
        {
            Forged(log, state?.Revision ?? -1);
            return false;
        }
        lock (taking)
        {
            var snapshot = Json.Read<RouteSnapshot>(signed.Payload);
            if (snapshot.Revision <= state?.Revision)
                return false;
            (state, inUse) = (ServingState.Of(snapshot, state), signed.Signature);
        }
        foreach (var broken in state.Bundles.Values.Where(bundle => bundle.Refused))
            Broken(log, broken.Refusal!.Detail);
        Taken(log, state.Revision, state.Routes.Count, state.Bundles.Count);
        return true;
    }

    public async Task Keep(Signed signed, CancellationToken ct)
    {
        var fresh = File + ".new";
        await System.IO.File.WriteAllTextAsync(fresh, Json.Write(signed), ct);
        System.IO.File.Move(fresh, File, overwrite: true);
    }

    /// <summary>Starts from what was kept; a file that is not whole or not ours is as good as none.</summary>
    public async Task Restore(CancellationToken ct)
    {
        if (System.IO.File.Exists(File))
            await log.Guard(async () => Take(Json.Read<Signed>(await System.IO.File.ReadAllTextAsync(File, ct))));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(state is { } serving
        ? HealthCheckResult.Healthy($"Serving revision {serving.Revision} of {serving.At:u}.")
        : HealthCheckResult.Unhealthy("No snapshot of routes yet: Releases has not answered and none is on disk."));

    [LoggerMessage(LogLevel.Error, "A snapshot's signature does not hold; serving on with revision {Revision}.")]
    private static partial void Forged(ILogger log, long revision);

    [LoggerMessage(LogLevel.Error, "{Why}")]
    private static partial void Broken(ILogger log, string why);

    [LoggerMessage(LogLevel.Information, "Serving revision {Revision}: {Routes} routes, {Bundles} bundles.")]
    private static partial void Taken(ILogger log, long revision, int routes, int bundles);
}
