using StackExchange.Redis;

namespace LlmOps.Releases;

/// <summary>Says on Redis that there is a newer snapshot. A lost signal costs the gateways a few seconds, no truth.</summary>
public sealed class SignalWorker(RouteStore store, IServiceProvider services, TimeProvider clock, ILogger<SignalWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private long said = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<IConnectionMultiplexer>() is not { } redis) // where there is no Redis, gateways ask every few seconds
            return;
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await log.Guard(() => Pass(redis, stoppingToken));
    }

    private async Task Pass(IConnectionMultiplexer redis, CancellationToken ct)
    {
        var revision = await store.Revision(ct);
        if (revision == said)
            return;
        said = revision; // before the attempt: while Redis is away, one line in the log per change is enough
        await redis.GetSubscriber().PublishAsync(new RedisChannel(RouteSnapshot.Channel, RedisChannel.PatternMode.Literal), revision);
    }
}
