using System.Threading.Channels;
using StackExchange.Redis;

namespace LlmOps.Gateway;

/// <summary>Fetches the snapshot when Redis says that there is a newer one, and every second in case it did not.</summary>
public sealed class SnapshotWorker(ReleasesClient releases, Serving serving, IServiceProvider services, TimeProvider clock, ILogger<SnapshotWorker> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeforeListeningAgain = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await serving.Restore(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = Listen(stoppingToken);
        await using var timer = clock.CreateTimer(_ => signals.Writer.TryWrite(true), null, TimeSpan.Zero, Period);
        await foreach (var _ in signals.Reader.ReadAllAsync(stoppingToken))
            await log.Guard(() => Pass(stoppingToken));
    }

    public async Task Pass(CancellationToken ct)
    {
        var snapshot = await releases.Snapshot(ct);
        if (!snapshot.Refused && serving.Take(snapshot.Value))
            await serving.Keep(snapshot.Value, ct);
    }

    /// <summary>Listens in the background: the first connection to a Redis that is away takes seconds, and nothing waits for it.</summary>
    private async Task Listen(CancellationToken ct)
    {
        await Task.Yield();
        for (var heard = false; !heard;)
        {
            await log.Guard(async () =>
            {
                if (services.GetService<IConnectionMultiplexer>() is { } redis)
                    await redis.GetSubscriber().SubscribeAsync(new RedisChannel(RouteSnapshot.Channel, RedisChannel.PatternMode.Literal), (_, _) => signals.Writer.TryWrite(true));
                heard = true;
            }, "listening for the snapshot's signal");
            if (!heard)
                await Task.Delay(BeforeListeningAgain, clock, ct);
        }
    }
}
