namespace LlmOps.Releases;

/// <summary>Feeds this process's own cache of keys from the database, where every replica's changes are.</summary>
public sealed class KeyWorker(KeyStore store, AccessCache access, InstallationSecret secret, TimeProvider clock, ILogger<KeyWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The keys are known before the first request is taken.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await log.Guard(() => Pass(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct) => access.Take(secret.Sign(Json.Write(await store.Snapshot(ct))));
}

/// <summary>Seeds one key per role at a local start. The keys follow from the installation's secret, so a second start finds them there.</summary>
public sealed class LocalKeys(KeyStore store, InstallationSecret secret, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.Service))
        {
            var key = Key.Of(ApiKey.Local(role, secret), secret, role, LocalPerson.Of(role), "*", expires: null, clock.GetUtcNow());
            var fact = new AuditFact("service:releases", Role.Service, "seed-key", $"key:{key.Id}", null, key.Mac, $"local start: the {LocalPerson.Words(role)} key", null);
            await store.Add(key, fact, clock.GetUtcNow(), cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
