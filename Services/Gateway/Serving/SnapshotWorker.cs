using System.Threading.Channels;
using StackExchange.Redis;

namespace LlmOps.Gateway;

/// <summary>Fetches the snapshot when Redis says that there is a newer one, and every second in case it did not.</summary>
public sealed class SnapshotWorker(ReleasesClient releases, Serving serving, IServiceProvider services, TimeProvider clock, ILogger<SnapshotWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await serving.Restore(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await log.Guard(() => Pass(stoppingToken));
        await log.Guard(Listen);
        await using var timer = clock.CreateTimer(_ => signals.Writer.TryWrite(true), null, Period, Period);
        await foreach (var _ in signals.Reader.ReadAllAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        var snapshot = await releases.Snapshot(ct);
        if (!snapshot.Refused && serving.Take(snapshot.Value))
            await serving.Keep(snapshot.Value, ct);
    }

    private async Task Listen()
    {
        if (services.GetService<IConnectionMultiplexer>() is { } redis) // asked for here: the first connection may take seconds
            await redis.GetSubscriber().SubscribeAsync(new RedisChannel(RouteSnapshot.Channel, RedisChannel.PatternMode.Literal), (_, _) => signals.Writer.TryWrite(true));
    }
}
